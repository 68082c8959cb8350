import { isRequestType, type RequestType } from '../core/parse/calls.ts'
import type { UserId } from '../core/types.ts'
import { type HttpRequest, Refused } from '../runtime/http.ts'
import { userIdIn } from '../runtime/path.ts'

/** What other functions answer, and by which methods: whoever comes with another one ends up here. */
const ELSEWHERE: readonly (readonly [path: RegExp, methods: readonly string[]])[] = [
  [/^\/v1\/users\/./, ['GET', 'DELETE']],
  [/^\/v1\/(status|conflicts|audit\/shared)$/, ['GET']],
  [/^\/v1\/conflicts\/.+\/split$/, ['POST']],
  [/^\/v1\/identity\/./, ['GET']],
  [/^\/hubspot\/webhooks$/, ['POST']],
]

const NOTHING_HERE =
  'There is nothing at this path: post events to /v1/identify or /v1/batch, and look at /v1/users/{userId} and /v1/status.'

/** What a request is posted as. @throws Refused: 404, 405. */
export function routeOf({ rawPath, requestContext }: HttpRequest): RequestType {
  const { method } = requestContext.http
  const name = rawPath.startsWith('/v1/') ? rawPath.slice('/v1/'.length) : ''
  if (isRequestType(name)) {
    if (method === 'POST') return name
    throw new Refused(405, `/v1/${name} only takes POST.`, { headers: { allow: 'POST' } })
  }
  if (/^\/v1\/users\/?$/.test(rawPath))
    throw new Refused(404, 'There is nothing at this path without a user id: send /v1/users/{userId}.')
  const possible = ELSEWHERE.find(([path]) => path.test(rawPath))?.[1] ?? []
  if (possible.length === 0 || possible.includes(method)) throw new Refused(404, NOTHING_HERE)
  throw new Refused(405, `Only ${possible.join(' and ')} can be done here.`, {
    headers: { allow: possible.join(', ') },
  })
}

/** Which user a request deletes; `undefined` when it does not delete. @throws Refused: 400. */
export function deletedBy({ rawPath, requestContext }: HttpRequest): UserId | undefined {
  return requestContext.http.method === 'DELETE' ? userIdIn(rawPath, '/v1/users/') : undefined
}

/** Whether a request only asks if this is alive. @throws Refused: 405. */
export function isHealthCheck({ rawPath, requestContext }: HttpRequest): boolean {
  if (rawPath !== '/healthz') return false
  if (requestContext.http.method === 'GET' || requestContext.http.method === 'HEAD') return true
  throw new Refused(405, '/healthz only takes GET.', { headers: { allow: 'GET, HEAD' } })
}
