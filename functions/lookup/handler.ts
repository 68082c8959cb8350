import middy from '@middy/core'
import httpHeaderNormalizer from '@middy/http-header-normalizer'
import { forbiddenLanes, setAside } from '../core/forbidden.ts'
import type { QueueDepth } from '../core/queue.ts'
import { type Lane, WORK_LANES } from '../core/record.ts'
import type { ViewingStore } from '../core/store.ts'
import { type UserId, userKey } from '../core/types.ts'
import { admitOperator } from '../runtime/authentication.ts'
import { answer, type HttpAnswer, type HttpRequest, jsonErrors, Refused } from '../runtime/http.ts'
import { invocation } from '../runtime/invocation.ts'
import { userIdIn } from '../runtime/path.ts'
import type { Platform } from '../runtime/platform.ts'
import { conflicts, shared } from './conflicts.ts'
import { type ConsoleDeps, forConsole } from './console.ts'
import { cors } from './cors.ts'
import { GATE, gate } from './gate.ts'
import { MANY, many } from './many.ts'
import { isPage, page } from './pages.ts'
import { isParked, parked } from './parked.ts'
import { problems } from './problems.ts'
import { isStorable, recordOf, userIdOf } from './record.ts'
import { retry, retryBy } from './retry.ts'
import { search } from './search.ts'
import { type SplitDeps, split, splitBy } from './split.ts'
import { strangerView, viewOf } from './view.ts'
import { strangerOf, waitingOf } from './waiting.ts'

export interface LookupDeps extends Platform, SplitDeps {
  readonly store: ViewingStore
  readonly events: QueueDepth
  /** Those in which anything can wait: `lanesOf(config)`. */
  readonly lanes: readonly Lane[]
  /** Whose pages may ask the front-end gate; `*`: anybody's. */
  readonly origins: readonly string[]
  /** What the console shows besides; absent: there is none. */
  readonly console?: ConsoleDeps
}

/**
 * Answers operators what HubSpot holds of a user, and how the whole is doing; and pages, at the gate, by which email
 * their user may be named. Reads the table; never calls HubSpot. What operators order is queued, as
 * events are; parked events alone are let go of here.
 */
export const lookup = (deps: LookupDeps) =>
  middy<HttpRequest, HttpAnswer>()
    .use(invocation(deps))
    .use(cors(GATE, deps.origins))
    .use(jsonErrors(deps))
    .use(httpHeaderNormalizer())
    .handler((request: HttpRequest) => {
      if (request.rawPath.startsWith(GATE)) return gate(deps, request)
      return deps.console && isPage(request) ? page(deps.console.pages, request) : answerOperator(deps, request)
    })

const NOTHING_HERE =
  'There is nothing at this path: get /v1/users/{userId}, /v1/status, /v1/conflicts, /v1/problems, /v1/parked or /v1/audit/shared, ' +
  'or post to /v1/conflicts/{userId}/split or /v1/users/{userId}/retry.'

/** @throws Refused: 400, 401, 404, 405, 409, 503. */
async function answerOperator(deps: LookupDeps, request: HttpRequest): Promise<HttpAnswer> {
  await admitOperator(deps, request.headers)
  const { method } = request.requestContext.http
  const splitting = splitBy(request)
  if (splitting !== undefined) {
    if (method === 'POST') return split(deps, splitting)
    throw new Refused(405, 'Only POST is possible here.', { headers: { allow: 'POST' } })
  }
  if (isParked(request)) return parked(deps, request)
  if (request.rawPath === MANY && method === 'POST') return many(deps.store, request)
  const retried = retryBy(request)
  if (retried !== undefined && method === 'POST') return retry(deps, retried)
  if (method !== 'GET') throw new Refused(405, 'Only GET is possible here.', { headers: { allow: 'GET' } })
  if (request.rawPath === '/v1/status') return asksForQueue(request) ? queue(deps) : status(deps)
  if (request.rawPath === '/v1/conflicts') return conflicts(deps.store, request)
  if (request.rawPath === '/v1/problems') return problems(deps.store, request)
  if (request.rawPath === '/v1/search') return search(deps.store, request)
  const shown = deps.console && forConsole({ ...deps, ...deps.console }, request)
  if (shown) return shown
  if (request.rawPath === '/v1/audit/shared') return shared(deps.store, request)
  const userId = userIdIn(request.rawPath, '/v1/users/')
  if (userId === undefined) throw new Refused(404, NOTHING_HERE)
  return user(deps, userId)
}

async function user({ store, lanes }: LookupDeps, userId: UserId): Promise<HttpAnswer> {
  const [record, portal] = await Promise.all([recordOf(store, userId), store.readPortal()])
  const key = userKey(userId)
  const mayWait = lanes.includes('waiting') && isStorable(key)
  if (record) {
    const waiting = mayWait ? await waitingOf(store, record, key) : undefined
    return answer(200, viewOf(userIdOf(record.key), record, portal?.schema, waiting))
  }
  const stranger = mayWait ? await strangerOf(store, key) : undefined
  if (!stranger) throw new Refused(404, 'No event of this user has been recorded; events just sent take a moment.')
  return answer(200, strangerView(userId, stranger.waiting, stranger.updatedAt))
}

/** `GET /v1/status?only=queue`: what whoever sends much asks every second, and counts nothing in the table. */
const asksForQueue = ({ rawQueryString }: HttpRequest): boolean =>
  new URLSearchParams(rawQueryString).get('only') === 'queue'
const queue = async ({ events }: LookupDeps): Promise<HttpAnswer> => answer(200, { queued: await events.depth() })

/** How long the first call after a pause may take, with the time in which the deliverer is woken. In milliseconds. */
const LONGEST_CALL = 60_000

async function status({ store, events, clock, lanes }: LookupDeps): Promise<HttpAnswer> {
  const [found, depth, deliverer, parked] = await Promise.all([
    store.countDue(lanes),
    events.depth(),
    store.readDeliverer(),
    store.countParked(),
  ])
  const now = clock.now()
  const counts = setAside(found, forbiddenLanes(deliverer?.pauses ?? [], now))
  const { live, bulk, waiting, verifying, conflict, rejected } = counts.lanes
  const others = WORK_LANES.filter(lane => lane !== 'live' && lane !== 'bulk' && lanes.includes(lane))
  const dueByKind = { contacts: live + bulk, ...Object.fromEntries(others.map(lane => [lane, counts.lanes[lane]])) }
  const due = Object.values(dueByKind).reduce((sum, count) => sum + count, depth)
  // A pause that is over is still told while the call after it has no answer: it may begin anew.
  const over = due + verifying > 0 || counts !== found ? now - LONGEST_CALL : now
  const pauses = (deliverer?.pauses ?? []).filter(({ until }) => until > over)
  return answer(200, {
    due,
    dueByKind,
    waiting,
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
