import { isContactKey } from '../core/keys.ts'
import type { QueuedEvent } from '../core/queue.ts'
import { type ContactKey, type UserId, userKey } from '../core/types.ts'
import { answer, type HttpAnswer, type HttpRequest, Refused } from '../runtime/http.ts'
import { type OrderDeps, order, userBetween } from './ordering.ts'
import { isStorable, recordOf } from './record.ts'

/** Who is to be looked at again; `undefined` for another path. @throws Refused: 400. */
export const retryBy = (request: HttpRequest): UserId | undefined => userBetween('/v1/users/', request, '/retry')

/**
 * `POST /v1/users/{userId}/retry`: looks at a user, and at whatever of theirs waits or was refused, now rather than at the
 * next probe: after somebody has put HubSpot right. A value that HubSpot has refused is only sent again once the value or
 * its property is another.
 *
 *     202  queued     404  no such user
 *
 * @throws Refused: 404, 503.
 */
export async function retry(deps: OrderDeps, userId: UserId): Promise<HttpAnswer> {
  const { store, random } = deps
  const asked = userKey(userId)
  const record = await recordOf(store, userId)
  // What belongs to an id that has become another's stays under that id.
  const ids = [asked, ...(record ? [record.key, ...(record.folded.absorbs ?? [])] : [])].filter(isContactKey)
  const known = record !== undefined || (isStorable(asked) && (await store.belongingsOf(asked)).length > 0)
  if (!known) throw new Refused(404, 'No event of this user has been recorded.')

  const events = [...new Set(ids)].map(key => queued(key, random.id()))
  await order(deps, 'retry', events)
  return answer(202, { retried: userId })
}

const queued = (key: ContactKey, deduplicationId: string): QueuedEvent => ({
  event: { type: 'retry', key },
  deduplicationId,
})
