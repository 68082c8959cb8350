import type { Answer } from '../api/call.ts'
import type { HubSpotError } from '../errors.ts'
import { JSON_TYPE, type JsonObject, type SimulatorResponse } from '../message.ts'
import type { Portal } from '../portal.ts'
import { type LimitPolicy, limitBody, type RateLimiter } from './limits.ts'

/** Dresses answers in HubSpot's headers (facts §3.9, §8). */
export class Answerer {
  readonly #portal: Portal
  readonly #limiter: RateLimiter

  constructor(portal: Portal, limiter: RateLimiter) {
    this.#portal = portal
    this.#limiter = limiter
  }

  /** @param token whose limits the headers show; none: no such headers */
  success(answer: Answer, token?: string): SimulatorResponse {
    return this.#dress(answer.status, answer.body, token, this.#portal.random.uuid())
  }

  error(error: HubSpotError, token?: string, headers: Readonly<Record<string, string>> = {}): SimulatorResponse {
    const correlationId = this.#portal.random.uuid()
    return this.#dress(error.status, error.body(correlationId), token, correlationId, headers)
  }

  /** facts §8: 429; no rate-limit headers for search. */
  limited(policy: LimitPolicy, token?: string): SimulatorResponse {
    const { random, switches } = this.#portal
    const correlationId = random.uuid()
    const body = limitBody(policy, switches, { correlationId, requestId: random.uuid() })
    const seconds = switches.retryAfterOn429
    const headers = seconds === undefined ? {} : { 'retry-after': String(seconds) }
    return this.#dress(429, body, policy === 'SECONDLY' ? undefined : token, correlationId, headers)
  }

  #dress(
    status: number,
    body: JsonObject | undefined,
    token: string | undefined,
    correlationId: string,
    headers: Readonly<Record<string, string>> = {},
  ): SimulatorResponse {
    return {
      status,
      headers: {
        ...(body ? { 'content-type': JSON_TYPE } : {}),
        'x-hubspot-correlation-id': correlationId,
        ...(token === undefined ? {} : this.#limiter.headers(token)),
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
