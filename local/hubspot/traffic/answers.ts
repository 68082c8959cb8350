import type { Answer } from '../api/call.ts'
import type { HubSpotError } from '../errors.ts'
import { JSON_TYPE, type JsonObject, type SimulatorResponse } from '../message.ts'
import type { Portal } from '../portal.ts'
import { type Budget, type LimitPolicy, limitBody, type RateLimiter } from './limits.ts'

/** Whose limits, and which, the headers of an answer show; undefined: none. */
export type Caller = { readonly token: string; readonly budget: Budget } | undefined

/** Dresses answers in HubSpot's headers (facts §3.9, §8). */
export class Answerer {
  readonly #portal: Portal
  readonly #limiter: RateLimiter

  constructor(portal: Portal, limiter: RateLimiter) {
    this.#portal = portal
    this.#limiter = limiter
  }

  success(answer: Answer, caller?: Caller): SimulatorResponse {
    return this.#dress(answer.status, answer.body, caller, this.#portal.random.uuid())
  }

  error(error: HubSpotError, caller?: Caller, headers: Readonly<Record<string, string>> = {}): SimulatorResponse {
    const correlationId = this.#portal.random.uuid()
    return this.#dress(error.status, error.body(correlationId), caller, correlationId, headers)
  }

  /** facts §8: 429 */
  limited(policy: LimitPolicy, caller?: Caller): SimulatorResponse {
    const { random, switches } = this.#portal
    const correlationId = random.uuid()
    const body = limitBody(policy, switches, { correlationId, requestId: random.uuid() })
    const seconds = switches.retryAfterOn429
    const headers = seconds === undefined ? {} : { 'retry-after': String(seconds) }
    return this.#dress(429, body, caller, correlationId, headers)
  }

  #dress(
    status: number,
    body: JsonObject | undefined,
    caller: Caller,
    correlationId: string,
    headers: Readonly<Record<string, string>> = {},
  ): SimulatorResponse {
    return {
      status,
      headers: {
        ...(body ? { 'content-type': JSON_TYPE } : {}),
        'x-hubspot-correlation-id': correlationId,
        ...(caller ? this.#limiter.headers(caller.token, caller.budget) : {}),
        ...headers,
      },
      body: body ? JSON.stringify(body) : '',
    }
  }
}

const REASONS: Readonly<Record<number, string>> = {
  500: 'Internal Server Error',
  502: 'Bad Gateway',
  503: 'Service Temporarily Unavailable',
  504: 'Gateway Time-out',
  521: 'Web server is down',
  522: 'Connection timed out',
  523: 'Origin is unreachable',
  524: 'A timeout occurred',
}

/** What stands before HubSpot's servers speaks HTML. */
export function gatewayPage(status: number): SimulatorResponse {
  const title = `${status} ${REASONS[status] ?? 'Error'}`
  return {
    status,
    headers: { 'content-type': 'text/html; charset=UTF-8' },
    body:
      `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title}</h1></center>\r\n` +
      '<hr><center>cloudflare</center>\r\n</body>\r\n</html>\r\n',
  }
}
