import type { Due, WorkLane } from './record.ts'
import type { Millis } from './types.ts'

/**
 * The place in the index of a record that was given more work. Live work stays live, and work keeps its age: the age of
 * the oldest is what an operator watches.
 */
export function dueAfter(due: Due | undefined, lane: WorkLane, now: Millis): Due {
  const waited = due !== undefined && (due.lane === lane || due.lane === 'live' || due.lane === 'bulk')
  return { lane: due?.lane === 'live' ? 'live' : lane, at: waited ? Math.min(due.at, now) : now }
}

/** The place in the index of a record that is to be looked at by then, besides whatever else it waits for. */
export function lookedAtBy(due: Due | undefined, at: Millis | undefined): Due | undefined {
  if (at === undefined) return due
  return due ? { ...due, at: Math.min(due.at, at) } : { lane: 'verifying', at }
}
