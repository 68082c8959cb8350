import { expect, it } from 'vitest'
import { healthOf } from '../../../console/pages/health.ts'
import type { Status } from '../../../console/pages/schemas.ts'

const QUIET: Status = {
  due: 0,
  dueByKind: {},
  waiting: 0,
  verifying: 0,
  conflicts: 0,
  rejected: 0,
  parked: 0,
  oldestDueAgeSeconds: 0,
  pauses: [],
}
const pauseOf = (capability: string) => ({ capability, reason: 'HubSpot is down', until: '2026-01-01T00:00:00.000Z' })

it.each<[string, Partial<Status>, string, string, RegExp]>([
  ['nothing is to be done', {}, 'good', 'All is well', /HubSpot has everything/],
  ['work is on its way', { due: 3, oldestDueAgeSeconds: 4 }, 'good', 'All is well', /3 changes on the way/],
  ['deliveries pause', { pauses: [pauseOf('contacts')] }, 'bad', 'Deliveries pause', /HubSpot is down/],
  ['events pause', { pauses: [pauseOf('events')] }, 'watch', 'Deliveries of events pause', /HubSpot is down/],
  ['work is late', { due: 1, oldestDueAgeSeconds: 600 }, 'bad', 'Deliveries are late', /10 minutes/],
  [
    'people are asked for',
    { conflicts: 1, parked: 2 },
    'watch',
    'Deliveries run',
    /1 conflict, 2 events that could not/,
  ],
])('when %s, one line says so', (_, change, level, line, more) => {
  const health = healthOf({ ...QUIET, ...change })

  expect([health.level, health.line]).toEqual([level, line])
  expect(health.more).toMatch(more)
})
