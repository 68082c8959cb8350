import type { FoldableEvent } from './event.ts'
import type { Due } from './record.ts'
import type { Millis } from './types.ts'

/** Live work stays live, and work keeps its age: the age of the oldest is what an operator watches. */
export function dueAfter(due: Due | undefined, events: readonly Pick<FoldableEvent, 'priority'>[], now: Millis): Due {
  const live = due?.lane === 'live' || events.some(event => event.priority === 'live')
  const waited = due?.lane === 'live' || due?.lane === 'bulk'
  return { lane: live ? 'live' : 'bulk', at: waited ? Math.min(due.at, now) : now }
}

/** The place in the index of a record that is to be looked at by then, besides whatever else it waits for. */
export function lookedAtBy(due: Due | undefined, at: Millis | undefined): Due | undefined {
  if (at === undefined) return due
  return due ? { ...due, at: Math.min(due.at, at) } : { lane: 'verifying', at }
}
