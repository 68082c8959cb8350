import type { MiddlewareObj, Request } from '@middy/core'
import type { HttpAnswer, HttpRequest } from '../runtime/http.ts'

/**
 * Lets pages of other origins read the answers under `prefix`, refusals included. Never with credentials: a cookie of
 * the API's own host says nothing here.
 * @param origins whose pages may; `*`: anybody's.
 */
export function cors(prefix: string, origins: readonly string[]): MiddlewareObj<HttpRequest, HttpAnswer> {
  const add = ({ event, response }: Request<HttpRequest, HttpAnswer>): void => {
    if (response && event.rawPath.startsWith(prefix))
      response.headers = { ...response.headers, ...allowed(event.headers.origin, origins) }
  }
  return { after: add, onError: add }
}

function allowed(origin: string | undefined, origins: readonly string[]): Record<string, string> {
  if (origins.includes('*')) return { 'access-control-allow-origin': '*' }
  const known = origin !== undefined && origins.includes(origin)
  // What is answered depends on who asks: a cache between must not mix them up.
  return { vary: 'origin', ...(known && { 'access-control-allow-origin': origin }) }
}
