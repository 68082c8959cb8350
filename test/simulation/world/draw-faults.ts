import type { Millis } from '../../../functions/core/types.ts'
import type { Fault as HubSpotFault } from '../../../local/hubspot/index.ts'
import type { SeededRandom } from '../../../local/hubspot/random.ts'
import type { Fault } from './faults.ts'
import { any, chance } from './plan.ts'
import { FUNCTIONS, type FunctionName } from './stack.ts'

/** Draws one fault of a kind, somewhere within `length` milliseconds. A new kind of fault is one more line. */
type Draw = (random: SeededRandom, length: Millis) => Fault

const spell = (random: SeededRandom, length: Millis, longest: Millis) => ({
  at: random.integer(length),
  for: 1_000 + random.integer(longest),
  probability: any(random, [0.2, 0.5, 1]),
})

const spot = (random: SeededRandom, length: Millis, fn: FunctionName) => ({
  fn,
  at: random.integer(length),
  // Of notice there is little to die of: one request to the queue.
  nth: 1 + random.integer(fn === 'deliver' ? 120 : fn === 'notice' ? 2 : 8),
  when: any(random, ['before', 'after'] as const),
})

const hubspot =
  (name: string, fault: HubSpotFault | ((random: SeededRandom) => HubSpotFault), path?: string): Draw =>
  (random, length) => ({
    kind: 'hubspot',
    name,
    ...spell(random, length, 20_000),
    fault: typeof fault === 'function' ? fault(random) : fault,
    ...(path === undefined ? {} : { path }),
  })

const WRITES = 'batch/(create|update|upsert)|associations/.*/batch|memberships|statuses/batch/write|events/.*/send'

const DRAWS: readonly (readonly [weight: number, draw: Draw])[] = [
  [3, (random, length) => ({ kind: 'crash', ...spot(random, length, 'deliver') })],
  [
    3,
    (random, length) => ({
      kind: 'crash',
      ...spot(random, length, 'deliver'),
      nth: 1 + random.integer(3),
      what: 'hubspot POST',
    }),
  ],
  [
    3,
    (random, length) => ({
      kind: 'crash',
      ...spot(random, length, 'deliver'),
      nth: 1 + random.integer(6),
      what: 'table UpdateItem',
    }),
  ],
  [2, (random, length) => ({ kind: 'crash', ...spot(random, length, 'record') })],
  [1, (random, length) => ({ kind: 'crash', ...spot(random, length, any(random, FUNCTIONS)) })],
  [
    2,
    (random, length) => ({
      kind: 'freeze',
      ...spot(random, length, 'deliver'),
      length: 60_000 + random.integer(140_000),
    }),
  ],
  [
    2,
    (random, length) => ({
      kind: 'freeze',
      ...spot(random, length, 'deliver'),
      nth: 1 + random.integer(3),
      what: 'hubspot POST',
      length: 60_000 + random.integer(140_000),
    }),
  ],
  [
    2,
    (random, length) => ({
      kind: 'freeze',
      ...spot(random, length, 'record'),
      length: 60_000 + random.integer(60_000),
    }),
  ],
  [
    3,
    (random, length) => ({
      kind: 'crash in flight',
      at: random.integer(length),
      nth: 1 + random.integer(3),
      after: 100 + random.integer(250_000),
    }),
  ],
  [2, (random, length) => ({ kind: 'second deliverer', at: random.integer(length) })],
  [2, hubspot('answer lost', random => ({ kind: any(random, ['drop', 'reset', 'hang'] as const), when: 'after' }))],
  [2, hubspot('never arrives', random => ({ kind: any(random, ['drop', 'reset', 'hang'] as const), when: 'before' }))],
  [
    3,
    hubspot(
      'lands late',
      random => ({
        kind: 'late',
        after: 200 + random.integer(280_000),
        answer: any(random, ['drop', 'hang', 'error'] as const),
      }),
      WRITES,
    ),
  ],
  [
    2,
    hubspot('5xx before', random => ({
      kind: 'error',
      status: any(random, [500, 502, 503, 504]),
      when: 'before',
      html: chance(random, 0.5),
    })),
  ],
  [
    2,
    hubspot('5xx after', random => ({
      kind: 'error',
      status: any(random, [500, 502, 503, 504]),
      when: 'after',
      html: chance(random, 0.5),
    })),
  ],
  [1, hubspot('slow', random => ({ kind: 'latency', for: 1_000 + random.integer(16_000) }))],
  [1, hubspot('429 ten-secondly', { kind: 'throttled', policy: 'TEN_SECONDLY_ROLLING' })],
  [1, hubspot('429 daily', { kind: 'throttled', policy: 'DAILY' })],
  [1, hubspot('429 secondly', { kind: 'throttled', policy: 'SECONDLY' })],
  [1, hubspot('423', { kind: 'locked' })],
  [1, hubspot('477', random => ({ kind: 'migrating', retryAfter: 1 + random.integer(60) }))],
  [1, hubspot('401', { kind: 'unauthorized' })],
  [1, hubspot('empty answer', { kind: 'empty' })],
  [
    1,
    hubspot('odd content type', random =>
      chance(random, 0.5) ? { kind: 'content-type' } : { kind: 'content-type', type: 'text/html' },
    ),
  ],
  [
    2,
    // Of batches alone: a list of properties that lacks one is a portal that lacks it.
    hubspot(
      'results missing',
      random => (chance(random, 0.5) ? { kind: 'missing' } : { kind: 'missing', positions: [0] }),
      '/batch/',
    ),
  ],
  [
    1,
    hubspot(
      'whole batch refused',
      { kind: 'refuse', status: 400, message: 'Something is wrong with this request' },
      WRITES,
    ),
  ],
  // Two thousand invocations that meet nothing but trouble: seldom.
  [
    0.04,
    (random, length) => ({
      kind: 'hubspot',
      name: 'outage of more than a day',
      fault: { kind: 'outage' },
      at: random.integer(length),
      for: 88_000_000,
      probability: 1,
    }),
  ],
  [1, (random, length) => ({ kind: 'crash', ...spot(random, length, 'notice') })],
  [
    1,
    (random, length) => ({
      kind: 'hubspot',
      name: 'outage',
      fault: { kind: 'outage' },
      at: random.integer(length),
      for: any(random, [5_000, 60_000, 600_000]),
      probability: 1,
    }),
  ],
  [1, (random, length) => ({ kind: 'forbidden', at: random.integer(length), for: 10_000 + random.integer(60_000) })],
  [
    1,
    (random, length) => ({
      kind: 'token rotated',
      at: random.integer(length),
      known: any(random, [0, 20_000, 120_000]),
    }),
  ],
  [2, (random, length) => ({ kind: 'table', trouble: 'throttled', ...spell(random, length, 10_000) })],
  [2, (random, length) => ({ kind: 'table', trouble: 'never arrives', ...spell(random, length, 10_000) })],
  [2, (random, length) => ({ kind: 'table', trouble: 'answer lost', ...spell(random, length, 10_000) })],
  [2, (random, length) => ({ kind: 'table', trouble: 'asked twice', ...spell(random, length, 60_000) })],
  [1, (random, length) => ({ kind: 'queue', trouble: 'refuses some', ...spell(random, length, 20_000) })],
  [1, (random, length) => ({ kind: 'queue', trouble: 'never arrives', ...spell(random, length, 20_000) })],
  [1, (random, length) => ({ kind: 'queue', trouble: 'answer lost', ...spell(random, length, 20_000) })],
  [2, (random, length) => ({ kind: 'deletion lost', ...spell(random, length, 60_000) })],
  [2, (random, length) => ({ kind: 'replay', at: random.integer(3 * length), message: random.number() })],
  [
    1,
    (random, length) => ({
      kind: 'dead letters',
      at: 0,
      most: 1 + random.integer(2),
      redriveAt: length + random.integer(length),
    }),
  ],
  [1, (random, length) => ({ kind: 'wake-ups lost', at: 0, for: 3 * length, probability: any(random, [0.5, 1]) })],
  [1, (random, length) => ({ kind: 'wake-ups doubled', ...spell(random, length, 60_000) })],
  [1, (random, length) => ({ kind: 'wake-ups by the hundred', at: random.integer(length) })],
  [1, (random, length) => ({ kind: 'two sweeps', at: random.integer(length) })],
  [1, (random, length) => ({ kind: 'sweeps missed', at: 0, for: length + random.integer(length) })],
  [1, random => ({ kind: 'clock skew', fn: any(random, FUNCTIONS), by: (random.number() - 0.5) * 480_000 })],
  [
    1,
    (random, length) => ({
      kind: 'clock jump',
      fn: any(random, FUNCTIONS),
      at: random.integer(length),
      by: (random.number() - 0.7) * 300_000,
    }),
  ],
  [3, random => ({ kind: 'index lag', most: any(random, [200, 2_000, 8_000]) })],
]

const WEIGHT = DRAWS.reduce((sum, [weight]) => sum + weight, 0)

/** A few kinds of faults a run, so that they do not mask one another. */
export function drawFaults(random: SeededRandom, length: Millis): Fault[] {
  const count = any(random, [0, 1, 1, 2, 2, 3, 4, 6, 9])
  const faults = Array.from({ length: count }, () => {
    let left = random.number() * WEIGHT
    const drawn = DRAWS.find(([weight]) => {
      left -= weight
      return left < 0
    })
    return drawn?.[1](random, length)
  })
  return faults.flatMap(fault => fault ?? [])
}
