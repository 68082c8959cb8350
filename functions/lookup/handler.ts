import middy from '@middy/core'
import httpHeaderNormalizer from '@middy/http-header-normalizer'
import type { QueueDepth } from '../core/queue.ts'
import type { ViewingStore } from '../core/store.ts'
import { type UserId, userKey } from '../core/types.ts'
import { authorize, basicKey, isOneOf } from '../runtime/authentication.ts'
import { answer, type HttpAnswer, type HttpRequest, jsonErrors, Refused } from '../runtime/http.ts'
import { invocation } from '../runtime/invocation.ts'
import type { Platform } from '../runtime/platform.ts'
import { viewOf } from './view.ts'

export interface LookupDeps extends Platform {
  readonly store: ViewingStore
  readonly events: QueueDepth
}

const UNAUTHORIZED =
  'No valid credentials: send "Authorization: Basic base64(adminKey + \\":\\")" with the admin key. The write key only posts events.'

/** Answers what HubSpot holds of a user, and how the whole is doing. Reads the table; never calls HubSpot. */
export const lookup = (deps: LookupDeps) =>
  middy<HttpRequest, HttpAnswer>()
    .use(invocation(deps))
    .use(jsonErrors(deps))
    .use(httpHeaderNormalizer())
    .handler(async (request: HttpRequest) => {
      const key = basicKey(request.headers)
      const admitted = await authorize(deps.secrets, ({ adminKeys }) => isOneOf(key, adminKeys) || undefined)
      if (!admitted) throw new Refused(401, UNAUTHORIZED, { headers: { 'www-authenticate': 'Basic realm="vidsync"' } })
      if (request.requestContext.http.method !== 'GET')
        throw new Refused(405, 'Only GET is possible here.', { headers: { allow: 'GET' } })
      return request.rawPath === '/v1/status' ? status(deps) : user(deps, userIdIn(request.rawPath))
    })

/** The path as it came: an id may hold `/`, `%2F` or an emoji. @throws Refused: 400, 404. */
function userIdIn(rawPath: string): UserId {
  const [, encoded] = /^\/v1\/users\/(.+)$/s.exec(rawPath) ?? []
  if (encoded === undefined)
    throw new Refused(404, 'There is nothing at this path: get /v1/users/{userId} or /v1/status.')
  try {
    return decodeURIComponent(encoded) as UserId
  } catch {
    throw new Refused(400, 'The user id in the path is not URL-encoded UTF-8: encode it with encodeURIComponent.')
  }
}

async function user({ store }: LookupDeps, userId: UserId): Promise<HttpAnswer> {
  const key = userKey(userId)
  const record = Buffer.byteLength(key) <= LONGEST_KEY ? (await store.readRecords([key])).get(key) : undefined
  if (!record) throw new Refused(404, 'No event of this user has been recorded; events just sent take a moment.')
  return answer(200, viewOf(userId, record))
}
/** DynamoDB's limit on a partition key, in bytes. */
const LONGEST_KEY = 2_048

async function status({ store, events, clock }: LookupDeps): Promise<HttpAnswer> {
  const [counts, depth, deliverer, parked] = await Promise.all([
    store.countDue(),
    events.depth(),
    store.readDeliverer(),
    store.countParked(),
  ])
  const now = clock.now()
  const { live, bulk, verifying, conflict, rejected } = counts.lanes
  const pauses = (deliverer?.pauses ?? []).filter(({ until }) => until > now)
  return answer(200, {
    due: live + bulk + depth,
    verifying,
    conflicts: conflict,
    rejected,
    parked,
    oldestDueAgeSeconds:
      counts.oldestDueAt === undefined ? 0 : Math.max(0, Math.round((now - counts.oldestDueAt) / 1_000)),
    pauses: pauses.map(({ capability, reason, until }) => ({
      capability,
      reason,
      until: new Date(until).toISOString(),
    })),
  })
}
