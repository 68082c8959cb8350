import { isContactKey } from '../core/keys.ts'
import type { EventQueue, QueuedEvent } from '../core/queue.ts'
import type { ViewingStore } from '../core/store.ts'
import { type ContactKey, type Millis, type UserId, userKey } from '../core/types.ts'
import { answer, type HttpAnswer, type HttpRequest, RETRY_LATER, Refused } from '../runtime/http.ts'
import { userIdIn } from '../runtime/path.ts'
import type { Platform } from '../runtime/platform.ts'
import { isStorable, recordOf } from './record.ts'

export interface RetryDeps extends Pick<Platform, 'clock' | 'random'> {
  readonly store: ViewingStore
  readonly queue: EventQueue
}

/** Time to queue the request. */
const QUEUEING_TIME: Millis = 6_000
const BEFORE = '/v1/users/'
const BEHIND = '/retry'

/** Who is to be looked at again; `undefined` for another path. @throws Refused: 400. */
export const retryBy = ({ rawPath }: HttpRequest): UserId | undefined =>
  rawPath.endsWith(BEHIND) ? userIdIn(rawPath.slice(0, -BEHIND.length), BEFORE) : undefined

/**
 * `POST /v1/users/{userId}/retry`: looks at a user, and at whatever of theirs waits or was refused, now rather than at the
 * next probe: after somebody has put HubSpot right. A value that HubSpot has refused is only sent again once the value or
 * its property is another.
 *
 *     202  queued     404  no such user
 *
 * @throws Refused: 404, 503.
 */
export async function retry(deps: RetryDeps, userId: UserId): Promise<HttpAnswer> {
  const { store, queue, clock, random } = deps
  const asked = userKey(userId)
  const record = await recordOf(store, userId)
  // What belongs to an id that has become another's stays under that id.
  const ids = [asked, ...(record ? [record.key, ...(record.folded.absorbs ?? [])] : [])].filter(isContactKey)
  const known = record !== undefined || (isStorable(asked) && (await store.belongingsOf(asked)).length > 0)
  if (!known) throw new Refused(404, 'No event of this user has been recorded.')

  const events = [...new Set(ids)].map(key => queued(key, random.id()))
  const unconfirmed = await queue.send(events, clock.monotonic() + QUEUEING_TIME)
  if (unconfirmed.length > 0) throw new Refused(503, 'The retry could not be queued: ask again.', RETRY_LATER)
  return answer(202, { retried: userId })
}

const queued = (key: ContactKey, deduplicationId: string): QueuedEvent => ({
  event: { type: 'retry', key },
  deduplicationId,
})
