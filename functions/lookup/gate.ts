import type { ViewingStore } from '../core/store.ts'
import { authorize, isUserHash } from '../runtime/authentication.ts'
import { answer, type HttpAnswer, type HttpRequest, Refused } from '../runtime/http.ts'
import { userIdIn } from '../runtime/path.ts'
import type { Platform } from '../runtime/platform.ts'
import { passableFor } from './passable.ts'
import { recordOf } from './record.ts'

export interface GateDeps extends Pick<Platform, 'secrets' | 'log'> {
  readonly store: ViewingStore
}

/** What stands before the user id in the gate's path. */
export const GATE = '/v1/identity/'

const NOT_CONFIGURED =
  'No page can be answered yet: put a secret of yours into the list "identitySecrets" of the secret document ' +
  '(locally: IDENTITY_SECRET), and send X-User-Hash, which your server makes with it; see docs/front-end.md.'
const WRONG_HASH =
  'X-User-Hash is not the hash of this user id: send the hexadecimal HMAC-SHA256 of the user id, made on your server ' +
  'with one of the identitySecrets; see docs/front-end.md.'

/** For two hours, which is as long as browsers believe it, a page asks without asking whether it may. */
const PREFLIGHT = {
  'access-control-allow-methods': 'GET',
  'access-control-allow-headers': 'x-user-hash',
  'access-control-max-age': '7200',
}

/**
 * `GET /v1/identity/{userId}`, asked by pages: which email may be passed to HubSpot's tracking code right now. Whoever
 * asks proves by `X-User-Hash` that the product's server has let this user in. Nothing is read before that, so that
 * a wrong hash is answered alike, and as fast, for users who are known and who are not.
 * @throws Refused: 400, 401, 404, 405, 503.
 */
export async function gate(deps: GateDeps, request: HttpRequest): Promise<HttpAnswer> {
  const { method } = request.requestContext.http
  if (method === 'OPTIONS') return { statusCode: 204, headers: PREFLIGHT }
  if (method !== 'GET')
    throw new Refused(405, 'Only GET and OPTIONS are possible here.', { headers: { allow: 'GET, OPTIONS' } })
  const userId = userIdIn(request.rawPath, GATE)
  if (userId === undefined) throw new Refused(404, 'There is nothing at this path: get /v1/identity/{userId}.')

  const hash = request.headers['x-user-hash']
  const admitted = await authorize(
    deps,
    ({ identitySecrets }) => isUserHash(userId, hash, identitySecrets) || undefined,
  )
  if (!admitted) {
    const { identitySecrets } = await deps.secrets.read()
    throw new Refused(401, identitySecrets.length === 0 ? NOT_CONFIGURED : WRONG_HASH, { headers: NEVER_KEPT })
  }
  return answer(200, passableFor(await recordOf(deps.store, userId)), NEVER_KEPT)
}

const NEVER_KEPT = { 'cache-control': 'no-store' }
