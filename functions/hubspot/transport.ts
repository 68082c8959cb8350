import type { Millis } from '../core/types.ts'
import type { Reply } from './classify.ts'
import { isObject } from './json.ts'
import type { Request } from './requests/request.ts'

export type Fetch = typeof globalThis.fetch

/** How long HubSpot has for a whole answer. */
export interface Timeouts {
  readonly read: Millis
  readonly write: Millis
}

/** Longer than nearly all answers take; both fit into a run of `deliver` together. */
export const TIMEOUTS: Timeouts = { read: 10_000, write: 15_000 }

/** Failures before the first byte of the request was sent: nothing can have been applied. */
const NEVER_SENT = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
])

/** Sends a request once and reads the whole answer. Never throws: what goes wrong is a `failure`. */
export async function send(request: Request, token: string, fetch: Fetch, timeouts: Timeouts): Promise<Reply> {
  const timeout = request.write ? timeouts.write : timeouts.read
  try {
    const response = await fetch(request.url, {
      method: request.method,
      headers: { ...request.headers, Authorization: `Bearer ${token}`, 'User-Agent': 'vidsync' },
      ...(request.body === undefined ? {} : { body: request.body }),
      // A redirect would carry the token and the contacts to wherever it points.
      redirect: 'manual',
      signal: AbortSignal.timeout(timeout),
    })
    const { status, headers } = response
    const body = await response.text()
    return { status, headers: Object.fromEntries(headers), body: status < 400 ? body : withoutToken(body, token) }
  } catch (error) {
    if (error instanceof Error && error.name === 'TimeoutError') {
      return { failure: `HubSpot gave no answer within ${timeout / 1_000} s`, neverSent: false }
    }
    const code = codeOf(error)
    return { failure: `HubSpot could not be reached (${code})`, neverSent: NEVER_SENT.has(code) }
  }
}

/** A shorter one is no real token, and may well be a word. */
const SHORTEST_TOKEN = 12

/** What is in the words of a refusal ends in logs and in the status; whoever refuses a token may quote it. */
const withoutToken = (words: string, token: string): string =>
  token.length < SHORTEST_TOKEN ? words : words.replaceAll(token, '…')

/** The code alone: the message may hold the URL. */
function codeOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined
  // Node tries every address of a host and wraps what went wrong with each.
  const causes = cause instanceof AggregateError ? cause.errors : [cause]
  const codes = causes.map(one => (isObject(one) && typeof one.code === 'string' ? one.code : 'network error'))
  return codes.find(code => !NEVER_SENT.has(code)) ?? codes[0] ?? 'network error'
}
