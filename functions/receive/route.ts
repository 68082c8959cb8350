import { isRequestType, type RequestType } from '../core/parse/calls.ts'
import type { UserId } from '../core/types.ts'
import { type HttpRequest, Refused } from '../runtime/http.ts'
import { userIdIn } from '../runtime/path.ts'

/** What a request is posted as. @throws Refused: 404, 405. */
export function routeOf({ rawPath, requestContext }: HttpRequest): RequestType {
  const name = rawPath.startsWith('/v1/') ? rawPath.slice('/v1/'.length) : ''
  if (!isRequestType(name)) throw new Refused(404, 'There is nothing at this path: post to /v1/identify or /v1/batch.')
  if (requestContext.http.method !== 'POST')
    throw new Refused(405, `/v1/${name} only takes POST.`, { headers: { allow: 'POST' } })
  return name
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
