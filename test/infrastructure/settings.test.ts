import { describe, expect, test } from 'vitest'
import { parseSettings, SETTING_NAMES } from '../../cdk/settings.ts'
import { synthesize } from '../../cdk/synthesize.ts'

describe('settings', () => {
  test('all have defaults, but for the address that is told of alarms', () => {
    expect(parseSettings({})).toEqual({
      stage: 'dev',
      hubspotBaseUrl: 'https://api.hubapi.com',
      publicUrl: '',
      hubspotApiVersion: 'v3',
      hubspotRequestsPer10Seconds: 100,
      logRetentionDays: 30,
      requestsPerSecond: 500,
      requestBurst: 1000,
      oldestDueAlarmSeconds: 900,
      runbookUrl: 'docs/runbook.md',
    })
  })

  test('may be strings, as the command line gives them', () => {
    expect(parseSettings({ hubspotRequestsPer10Seconds: '190', stage: undefined })).toMatchObject({
      hubspotRequestsPer10Seconds: 190,
      stage: 'dev',
    })
  })

  test.each([
    [{ stage: 'Prod!' }, /stage: give up to 30 lower-case letters/],
    [{ hubspotBaseUrl: 'http://api.hubapi.com' }, /hubspotBaseUrl: give an https URL/],
    [{ publicUrl: 'http://hooks.example.com' }, /publicUrl: give an https URL without a slash/],
    [{ publicUrl: 'https://hooks.example.com/' }, /publicUrl: give an https URL without a slash/],
    [{ hubspotApiVersion: 'v4' }, /hubspotApiVersion: give v3 or 2026-09/],
    [{ hubspotRequestsPer10Seconds: 'fast' }, /hubspotRequestsPer10Seconds: give a whole number/],
    [{ hubspotRequestsPer10Seconds: 0 }, /hubspotRequestsPer10Seconds: give at least 1/],
    [{ logRetentionDays: 31 }, /logRetentionDays: give one of 1, 3, 5, 7/],
    [{ runbookUrl: 'https://wiki.example.com/vidsync#top' }, /runbookUrl: give an address without a # in it/],
    [{ tableName: 'a table' }, /tableName: give the name of a table/],
    [{ alarmEmail: 'nobody' }, /alarmEmail: give an email address/],
    [{ hubspotToken: 'x' }, /hubspotToken: there is no such setting/],
  ])('that are wrong are named, with what they may be: %j', (given, message) => {
    expect(() => parseSettings(given)).toThrow(message)
  })

  test('reach the stack', () => {
    const { Resources } = synthesize({
      settings: {
        stage: 'prod',
        hubspotBaseUrl: 'https://hubspot.example.com',
        publicUrl: 'https://hooks.example.com/vidsync',
        hubspotApiVersion: '2026-09',
        hubspotRequestsPer10Seconds: 190,
        logRetentionDays: 90,
        requestsPerSecond: 50,
        requestBurst: 60,
        oldestDueAlarmSeconds: 3600,
        alarmEmail: 'night@example.com',
      },
    })

    const text = JSON.stringify(Resources)

    expect(Resources.Deliver?.Properties).toMatchObject({
      Environment: {
        Variables: {
          HUBSPOT_BASE_URL: 'https://hubspot.example.com',
          HUBSPOT_API_VERSION: '2026-09',
          HUBSPOT_REQUESTS_PER_10_SECONDS: '190',
          POWERTOOLS_METRICS_NAMESPACE: 'vidsync/prod',
        },
      },
    })
    expect(Resources.Notice?.Properties).toMatchObject({
      Environment: { Variables: { PUBLIC_URL: 'https://hooks.example.com/vidsync' } },
    })
    expect(Resources.Stage?.Properties).toMatchObject({
      DefaultRouteSettings: { ThrottlingRateLimit: 50, ThrottlingBurstLimit: 60 },
    })
    expect(Resources.OldestDueAgeAlarm?.Properties).toMatchObject({
      AlarmName: 'vidsync-prod-OldestDueAge',
      Threshold: 3600,
    })
    expect(text).toContain('"RetentionInDays":90')
    expect(text).not.toContain('"RetentionInDays":30')
    expect(text).toContain('"Endpoint":"night@example.com","Protocol":"email"')
    expect(text).not.toContain('vidsync-dev')
  })

  test('have the names by which the command line gives them', () => {
    expect(SETTING_NAMES).toEqual([...Object.keys(parseSettings({})), 'tableName', 'alarmEmail'])
  })
})
