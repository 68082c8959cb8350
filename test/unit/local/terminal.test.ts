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

test('calls to HubSpot before the first contact is looked up are said to be about the portal, later ones not', () => {
  const activity = createActivity()
  activity.metrics.add('HubSpotCalls', 3)
  const first = activity.describe()
  activity.metrics.add('HubSpotCalls', 1)
  activity.metrics.add('BatchFill', 1)

  expect(first).toBe("3 calls to HubSpot to learn the portal's properties")
  expect(activity.describe()).toBe('1 call to HubSpot')
})

test.each([
  [1, '! 1 event could not be queued and was refused with 503: its sender must send it again'],
  [2, '! 2 events could not be queued and were refused with 503: their sender must send them again'],
])('trouble that concerns %i events comes with what to do about it', (events, line) => {
  const activity = createActivity()
  activity.metrics.add('QueueRefusals', events)

  expect(activity.describe()).toBe(line)
})

test('trouble that is logged with its reason is not counted once more', () => {
  const activity = createActivity()
  for (const name of ['EventsRejected', 'HubSpotUnauthorized', 'HubSpotThrottled', 'HubSpotUnavailable'] as const)
    activity.metrics.add(name, 1)

  expect(activity.describe()).toBeUndefined()
})

test('a person sees warnings, each once, with their details', () => {
  const lines: string[] = []
  const log = textLog(line => lines.push(line), 'warn')

  log.info('not worth a line')
  log.warn('something is slow', { seconds: 3, more: undefined })
  log.warn('something is slow', { seconds: 3, more: undefined })

  expect(lines).toEqual([expect.stringMatching(/^\d\d:\d\d:\d\d {2}! something is slow \(seconds: 3\)$/)])
})

test('a person sees one line and no stack; a program gets the stack', () => {
  const shown: string[] = []
  const kept: string[] = []
  const fields = { error: 'Error: a\n  b', stack: 'Error: a\n    at c' }

  textLog(line => shown.push(line), 'warn').error('record failed', fields)
  jsonLog(line => kept.push(line), 'info').error('record failed', fields)

  expect(shown).toEqual([expect.stringMatching(/ {2}! record failed \(error: Error: a b\)$/)])
  expect(JSON.parse(kept[0] ?? '')).toMatchObject(fields)
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
