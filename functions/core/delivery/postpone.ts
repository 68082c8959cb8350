import { kindOf } from '../keys.ts'
import { workLaneOf } from '../lanes.ts'
import { basisOf, type Settlement } from '../store.ts'
import type { Millis } from '../types.ts'
import { probeAfter, settle } from './settle.ts'
import type { Trouble, Work, World } from './work.ts'

/** What to write while nobody knows yet what was under way: looked at again when it is. */
export function later({ record, delivered }: Work, at: Millis, { now }: World): Settlement {
  return {
    key: record.key,
    delivered: {
      ...delivered,
      verified: record.verify,
      looks: delivered.looks.filter(look => look > now),
      updatedAt: now,
    },
    basis: basisOf(record),
    due: { lane: record.due?.lane === 'bulk' ? 'bulk' : 'live', at },
  }
}

/** What to write while another user has to move first: looked at again soon, and after a few times as a conflict. */
export function postpone(work: Work, trouble: Trouble, world: World): Settlement {
  const { record, delivered } = work
  const attempts = delivered.attempts + 1
  if (record.due?.lane === 'conflict') return settle(work, trouble, world)
  // The quick looks were no probes: the first of those comes after an hour.
  if (attempts > QUICK_WAITS) return settle({ ...work, delivered: { ...delivered, attempts: 0 } }, trouble, world)
  return {
    key: record.key,
    delivered: { ...delivered, attempts, updatedAt: world.now },
    basis: basisOf(record),
    due: { lane: record.due?.lane === 'bulk' ? 'bulk' : 'live', at: world.now + 2 ** attempts * 1_000 },
  }
}

const QUICK_WAITS = 4

/** What to write of a record whose handling failed: three quick tries, then slow ones. Doubts stay. */
export function quarantined({ record, delivered }: Work, { now, config }: Pick<World, 'config' | 'now'>): Settlement {
  const attempts = delivered.attempts + 1
  return {
    key: record.key,
    delivered: {
      ...delivered,
      problem: { code: 'internal', message: 'handling this user failed; see the logs of deliver' },
      state: attempts < QUICK_TRIES ? delivered.state : 'rejected',
      attempts,
      updatedAt: now,
    },
    basis: basisOf(record),
    due:
      attempts < QUICK_TRIES
        ? { lane: workLaneOf(kindOf(record.key), 'live'), at: now + 2 ** attempts * 1_000 }
        : { lane: 'rejected', at: now + probeAfter(attempts - QUICK_TRIES + 1, config) },
  }
}

const QUICK_TRIES = 3
