import { type Lane, oldestWork, perLane } from './record.ts'
import type { DueCounts, Pause } from './store.ts'
import type { Millis } from './types.ts'

/** A pause that is over says nothing more, unless the call that tries is still to come: the sweep wakes it within a minute. */
const LONGEST_TRY: Millis = 120_000

/**
 * The lanes of what the account forbids, which has no custom events, say, or whose token lacks the scope of lists. Only a
 * person can change that, or the configuration: what is due there waits, and is no work that is late.
 */
export function forbiddenLanes(pauses: readonly Pause[], now: Millis): ReadonlySet<Lane> {
  const forbids = ({ capability, code, until }: Pause) =>
    capability !== 'contacts' && code === 'forbidden' && until > now - LONGEST_TRY
  return new Set(pauses.filter(forbids).flatMap(({ capability }) => (capability === 'contacts' ? [] : [capability])))
}

/** The same counts, in which what the account forbids is `waiting` and not due. */
export function setAside(counts: DueCounts, forbidden: ReadonlySet<Lane>): DueCounts {
  if (forbidden.size === 0) return counts
  const aside = [...forbidden].reduce((sum, lane) => sum + counts.lanes[lane], 0)
  const first = perLane(lane => (forbidden.has(lane) ? undefined : counts.first[lane]))
  return {
    lanes: perLane(lane => (forbidden.has(lane) ? 0 : counts.lanes[lane] + (lane === 'waiting' ? aside : 0))),
    first,
    oldestDueAt: oldestWork(first),
  }
}
