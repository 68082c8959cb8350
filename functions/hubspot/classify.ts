import type { Answer } from '../core/hubspot.ts'
import type { Millis } from '../core/types.ts'
import { inputError } from './errors.ts'
import { isObject, type JsonObject, objectOf, objectsOf, parsed, textOf, textsOf } from './json.ts'
import { withoutValues } from './redaction.ts'

/** What came back for a request. Header names are in lower case. */
export type Reply =
  | { readonly status: number; readonly headers: Readonly<Record<string, string>>; readonly body: string }
  | { readonly failure: string; readonly neverSent: boolean }

/** What the classification needs to know of a request. */
export interface Asked {
  /** Without a definite answer, a write may or may not have been applied. */
  readonly write: boolean
  /** Everything in the request that HubSpot might quote: values of properties, ids. Asked for only after an error. */
  sent(): readonly string[]
  /** The ids that it is about as a whole. HubSpot's 404 names nobody, but speaks of them. */
  readonly about?: readonly string[]
  /** What its inputs are known by where HubSpot has no field for that: an error is of those that it mentions. */
  readonly names?: readonly string[]
}

type Meaning = 'ok' | 'unauthorized' | 'forbidden' | 'rejected' | 'limited' | 'busy' | 'unavailable'

/** What each status means, and whether that is certain although the body is not HubSpot's JSON. */
const MEANINGS: Readonly<Record<number, readonly [Meaning, 'certain'?]>> = {
  // There is no body to come: all is said.
  204: ['ok', 'certain'],
  401: ['unauthorized', 'certain'],
  403: ['forbidden'],
  408: ['unavailable'],
  413: ['rejected', 'certain'],
  414: ['rejected', 'certain'],
  423: ['busy', 'certain'],
  429: ['limited', 'certain'],
  477: ['busy', 'certain'],
}

/** HubSpot asks to wait at least this long after 423 (https://developers.hubspot.com/docs/api/error-handling). */
const LOCKED: Millis = 2_000

/** What an answer means. `ok` holds HubSpot's JSON as it came. */
export function classify(asked: Asked, reply: Reply): Answer<JsonObject> {
  if ('failure' in reply) return unavailable(asked, reply.failure, reply.neverSent)
  const { status, headers } = reply
  const json = /\bjson\b/i.test(headers['content-type'] ?? '') ? parsed(reply.body) : undefined
  const [meaning, certain] = MEANINGS[status] ?? meaningOf(status)
  if (meaning === 'unavailable') return unavailable(asked, `HubSpot answered ${status}`)
  if (!isObject(json) && !certain) return unavailable(asked, `HubSpot answered ${status} without JSON`)
  const body = objectOf(json)
  const correlationId = headers['x-hubspot-correlation-id'] ?? textOf(body.correlationId)
  const correlated = correlationId === undefined ? {} : { correlationId }
  const words = () => withoutValues(textOf(body.message) ?? `HubSpot answered ${status}`, asked.sent())
  switch (meaning) {
    case 'ok':
      return { kind: 'ok', value: body, ...correlated }
    case 'rejected':
      return { kind: 'rejected', status, errors: [inputError(body, asked.sent(), status, asked)], ...correlated }
    case 'unauthorized':
      return { kind: 'account', code: 'unauthorized', message: words() }
    case 'forbidden':
      return { kind: 'account', code: 'forbidden', message: [words(), ...missingScopes(body)].join(' ') }
    case 'limited':
      if (isDaily(body)) return { kind: 'account', code: 'daily_limit', message: words() }
      return { kind: 'throttled', message: words(), ...retryAfter(headers) }
    case 'busy':
      return {
        kind: 'throttled',
        message: words(),
        ...(status === 423 ? { retryAfter: LOCKED } : {}),
        ...retryAfter(headers),
      }
  }
}

function meaningOf(status: number): readonly [Meaning] {
  if (status >= 200 && status < 300) return ['ok']
  if (status >= 400 && status < 500) return ['rejected']
  return ['unavailable']
}

/** Nobody knows what became of the request, or nothing did: see `Answer`. */
export function unavailable(asked: Pick<Asked, 'write'>, what: string, neverSent = false): Answer<never> {
  if (neverSent) return { kind: 'unavailable', message: `${what}. The request was never sent.`, neverSent: true }
  return { kind: 'unavailable', message: asked.write ? `${what}. The write may still have been applied.` : `${what}.` }
}

function isDaily(body: JsonObject): boolean {
  return body.policyName === 'DAILY' || /daily limit/i.test(textOf(body.message) ?? '')
}

/** Where HubSpot's APIs name the scopes that a token lacks. */
const SCOPES = ['requiredGranularScopes', 'requiredScopes', 'missingScopes']

function missingScopes(body: JsonObject): string[] {
  const scopes = [body, ...objectsOf(body.errors)].flatMap(({ context }) =>
    SCOPES.flatMap(field => textsOf(objectOf(context)[field])),
  )
  return scopes.length > 0 ? [`Missing scopes: ${[...new Set(scopes)].join(', ')}.`] : []
}

/** Seconds or a date, which is compared with the answer's own date: our clock may be off. */
function retryAfter(headers: Readonly<Record<string, string>>): { retryAfter?: Millis } {
  const text = headers['retry-after']?.trim() ?? ''
  if (/^\d+(\.\d+)?$/.test(text)) return { retryAfter: Math.round(Number(text) * 1_000) }
  const wait = Date.parse(text) - Date.parse(headers.date ?? '')
  return wait > 0 ? { retryAfter: wait } : {}
}
