import { expect, test } from 'vitest'
import { createActivity } from '../../../local/activity.ts'
import { jsonLog, textLog } from '../../../local/log.ts'

test('what happened is one line of counts, told once', () => {
  const activity = createActivity()
  activity.metrics.add('EventsAccepted', 1)
  activity.metrics.add('ContactsCreated', 2)
  activity.metrics.add('ContactsCreated', 1)
  activity.metrics.add('HubSpotCallTime', 17)

  const lines = [activity.describe(), activity.describe()]

  expect(lines).toEqual(['1 event accepted, 3 contacts created', undefined])
})

test('trouble comes with what to do about it', () => {
  const activity = createActivity()
  activity.metrics.add('HubSpotUnauthorized', 1)

  expect(activity.describe()).toMatch(/^! 1 .*check HUBSPOT_ACCESS_TOKEN/)
})

test('a person sees warnings, each once, with their details', () => {
  const lines: string[] = []
  const log = textLog(line => lines.push(line), 'warn')

  log.info('not worth a line')
  log.warn('something is slow', { seconds: 3, more: undefined })
  log.warn('something is slow', { seconds: 3, more: undefined })

  expect(lines).toEqual([expect.stringMatching(/^\d\d:\d\d:\d\d {2}! something is slow \(seconds: 3\)$/)])
})

test('a program gets every line as JSON', () => {
  const lines: string[] = []
  const log = jsonLog(line => lines.push(line), 'info')

  log.info('folded', { events: 2 })
  log.info('folded', { events: 2 })

  expect(lines.map(line => JSON.parse(line))).toMatchObject([
    { level: 'INFO', message: 'folded', events: 2 },
    { level: 'INFO', message: 'folded', events: 2 },
  ])
})
