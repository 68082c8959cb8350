import { describe, expect, test } from 'vitest'
import { environmentOf, nameOf, propertiesOf, template } from './synthesized.ts'

const NAMES = ['Receive', 'Record', 'Deliver', 'Sweep', 'Lookup', 'Notice']
const functionOf = (name: string) => propertiesOf('AWS::Lambda::Function', name)
const numberOf = (type: string, name: string, property: string) => Number(propertiesOf(type, name)[property])
const timeoutOf = (name: string) => numberOf('AWS::Lambda::Function', name, 'Timeout')
const visibilityOf = (name: string) => numberOf('AWS::SQS::Queue', name, 'VisibilityTimeout')

describe('every function', () => {
  test.each(NAMES)('%s runs on the newest Node of Lambda, on arm64, traced', name => {
    expect(functionOf(name)).toMatchObject({
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      TracingConfig: { Mode: 'Active' },
    })
  })

  test.each(NAMES)('%s writes JSON into a log of its own that is kept for a month', name => {
    const { LoggingConfig } = functionOf(name)
    const { LogFormat, LogGroup } = Object(LoggingConfig)

    expect(LogFormat).toBe('JSON')
    expect(propertiesOf('AWS::Logs::LogGroup', nameOf(LogGroup)).RetentionInDays).toBe(30)
  })

  test('has a memory size and a timeout of its own', () => {
    const sizes = NAMES.map(name => [name, functionOf(name).MemorySize, functionOf(name).Timeout])

    expect(sizes).toEqual([
      ['Receive', 1024, 15],
      ['Record', 512, 10],
      ['Deliver', 1024, 60],
      ['Sweep', 256, 20],
      ['Lookup', 512, 10],
      ['Notice', 1024, 5],
    ])
  })
})

describe('environments', () => {
  const POWERTOOLS_METRICS_NAMESPACE = 'vidsync/dev'

  test.each([
    ['Receive', { EVENTS_QUEUE_URL: 'Events', SECRET_ID: 'Secret' }],
    ['Record', { TABLE_NAME: 'Table', WAKEUPS_QUEUE_URL: 'WakeUps' }],
    [
      'Deliver',
      {
        TABLE_NAME: 'Table',
        EVENTS_QUEUE_URL: 'Events',
        WAKEUPS_QUEUE_URL: 'WakeUps',
        SECRET_ID: 'Secret',
        HUBSPOT_BASE_URL: 'https://api.hubapi.com',
        HUBSPOT_API_VERSION: 'v3',
        HUBSPOT_REQUESTS_PER_10_SECONDS: '100',
      },
    ],
    ['Sweep', { TABLE_NAME: 'Table', WAKEUPS_QUEUE_URL: 'WakeUps' }],
    [
      'Lookup',
      {
        TABLE_NAME: 'Table',
        EVENTS_QUEUE_URL: 'Events',
        SECRET_ID: 'Secret',
        HUBSPOT_API_VERSION: 'v3',
        HUBSPOT_REQUESTS_PER_10_SECONDS: '100',
      },
    ],
    ['Notice', { EVENTS_QUEUE_URL: 'Events', SECRET_ID: 'Secret', PUBLIC_URL: '' }],
  ])('%s is told where its neighbours are, and nothing more', (name, environment) => {
    expect(environmentOf(name)).toEqual({ ...environment, POWERTOOLS_METRICS_NAMESPACE })
  })
})

describe('what wakes functions', () => {
  const mappingOf = (name: string) => propertiesOf('AWS::Lambda::EventSourceMapping', name)

  test('events go to record in tens, and only those that failed come back', () => {
    expect(mappingOf('EventsToRecord')).toEqual({
      EventSourceArn: { 'Fn::GetAtt': ['Events', 'Arn'] },
      FunctionName: { Ref: 'Record' },
      BatchSize: 10,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      ScalingConfig: { MaximumConcurrency: 100 },
    })
  })

  test('wake-ups go to deliver one by one', () => {
    expect(mappingOf('WakeUpsToDeliver')).toEqual({
      EventSourceArn: { 'Fn::GetAtt': ['WakeUps', 'Arn'] },
      FunctionName: { Ref: 'Deliver' },
      BatchSize: 1,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      ScalingConfig: { MaximumConcurrency: 2 },
    })
  })

  test('sweep runs every minute, and a missed one is not made up for', () => {
    const { State, ScheduleExpression, Targets } = propertiesOf('AWS::Events::Rule', 'EveryMinute')

    expect([State, ScheduleExpression]).toEqual(['ENABLED', 'rate(1 minute)'])
    expect(Targets).toEqual([
      expect.objectContaining({
        Arn: { 'Fn::GetAtt': ['Sweep', 'Arn'] },
        RetryPolicy: { MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 60 },
      }),
    ])
  })

  test('nothing else does', () => {
    template.resourceCountIs('AWS::Lambda::EventSourceMapping', 2)
    template.resourceCountIs('AWS::Events::Rule', 1)
  })
})

describe('timeouts', () => {
  test('record can be tried six times over before its events are visible again', () => {
    expect(timeoutOf('Record') * 6).toBeLessThanOrEqual(visibilityOf('Events'))
  })

  test('deliver has ended before its wake-up is visible again, so that only one delivers', () => {
    expect(timeoutOf('Deliver')).toBeLessThan(visibilityOf('WakeUps'))
  })

  test('functions behind the API have answered before it gives up', () => {
    const longest = Math.max(timeoutOf('Receive'), timeoutOf('Lookup'))

    const waits = Object.values(template.findResources('AWS::ApiGatewayV2::Integration')).map(
      ({ Properties }) => Properties.TimeoutInMillis ?? 30_000,
    )

    expect(Math.min(...waits)).toBeGreaterThan(longest * 1000)
  })

  test('notice has ended before HubSpot gives up waiting', () => {
    expect(timeoutOf('Notice')).toBeLessThanOrEqual(5)
  })

  test('a sweep has ended before the next one begins', () => {
    expect(timeoutOf('Sweep')).toBeLessThan(60)
  })
})
