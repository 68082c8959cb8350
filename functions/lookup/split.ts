import { SPLIT_STEPS } from '../core/delivery/splitting.ts'
import { splitEvent } from '../core/parse/splitting.ts'
import { type UserId, userKey } from '../core/types.ts'
import { answer, type HttpAnswer, type HttpRequest, Refused } from '../runtime/http.ts'
import { hasAsPrimary } from './conflict-view.ts'
import { type OrderDeps, order, userBetween } from './ordering.ts'
import { recordOf } from './record.ts'

export interface SplitDeps extends OrderDeps {
  /** Whether HubSpot has a call, in the version spoken to it, that takes a further address off a contact. */
  readonly canDetach: boolean
}

/** Which user is to be split off; `undefined` for another path. @throws Refused: 400. */
export const splitBy = (request: HttpRequest): UserId | undefined => userBetween('/v1/conflicts/', request, '/split')

/**
 * `POST /v1/conflicts/{userId}/split`: takes the user's address off the contact of another user, of which it is a further
 * one, and gives the user a contact of their own. Only ever on request.
 *
 *     202  queued; `deliver` does it, or says under the user's problems why HubSpot did not let it
 *     200  queued, but HubSpot has no call for it in this version: `steps` says what a person does first
 *     404  no such user     409  no such conflict
 *
 * @throws Refused: 404, 409, 503.
 */
export async function split(deps: SplitDeps, userId: UserId): Promise<HttpAnswer> {
  const { store, canDetach, clock, random } = deps
  const record = await recordOf(store, userId)
  if (!record) throw new Refused(404, 'No event of this user has been recorded.')
  const { state, problem } = record.delivered
  if (state !== 'conflict') throw new Refused(409, 'The user is in no conflict: there is nothing to split.')
  if (problem?.vid === undefined || !problem.with?.startsWith('user#')) throw new Refused(409, NOT_SHARED)
  const other = (await store.readRecords([problem.with])).get(problem.with)
  // Another id of the same user: there are not two to split.
  if (other?.folded.aliasOf) throw new Refused(409, NOT_SHARED)
  if (hasAsPrimary(record, other)) throw new Refused(409, PRIMARY)

  const event = splitEvent(userKey(userId), problem.vid, clock.now(), random.id)
  await order(deps, 'split', [event])
  const queued = { split: userId, contact: problem.vid, with: problem.with.slice('user#'.length) }
  return canDetach ? answer(202, queued) : answer(200, { ...queued, steps: SPLIT_STEPS })
}

const NOT_SHARED =
  'No other user has the contact that is in the way, so there is nobody to split from: get /v1/conflicts says what would ' +
  'resolve this conflict.'
const PRIMARY =
  "The address is the primary email of the other user's contact, which a split never touches: change that user's address " +
  'in the product, or delete that user.'
