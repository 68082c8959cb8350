import type { EventQueue, QueuedEvent } from '../core/queue.ts'
import type { ViewingStore } from '../core/store.ts'
import type { Millis, UserId } from '../core/types.ts'
import { type HttpRequest, RETRY_LATER, Refused } from '../runtime/http.ts'
import { userIdIn } from '../runtime/path.ts'
import type { Platform } from '../runtime/platform.ts'

/** What carrying out an operator's order needs: it is queued, as events are. */
export interface OrderDeps extends Pick<Platform, 'clock' | 'random'> {
  readonly store: ViewingStore
  readonly queue: EventQueue
}

/** Time to queue an order. */
const QUEUEING_TIME: Millis = 6_000

/** @param what is ordered, for the one who has to ask again @throws Refused: 503. */
export async function order(
  { queue, clock }: Pick<OrderDeps, 'queue' | 'clock'>,
  what: string,
  events: readonly QueuedEvent[],
): Promise<void> {
  const unconfirmed = await queue.send(events, clock.monotonic() + QUEUEING_TIME)
  if (unconfirmed.length > 0) throw new Refused(503, `The ${what} could not be queued: ask again.`, RETRY_LATER)
}

/** Of whom a path speaks between its beginning and its end; `undefined` for another path. @throws Refused: 400. */
export const userBetween = (begin: string, { rawPath }: HttpRequest, end: string): UserId | undefined =>
  rawPath.endsWith(end) ? userIdIn(rawPath.slice(0, -end.length), begin) : undefined
