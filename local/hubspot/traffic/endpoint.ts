import { invalidJson } from '../api/call.ts'
import { type Place, placeOf } from '../api/paths.ts'
import { type Match, matchRoute } from '../api/routes.ts'
import { HubSpotError, missingScopes, notAuthenticated, notInPlan } from '../errors.ts'
import type { Ledger } from '../ledger.ts'
import { ConnectionLost, isObject, type SimulatorRequest, type SimulatorResponse, splitUrl } from '../message.ts'
import type { Portal } from '../portal.ts'
import { type Answerer, gatewayPage } from './answers.ts'
import type { Fault, FaultList } from './faults.ts'
import type { RateLimiter } from './limits.ts'
import { spoil, struckBefore } from './strike.ts'

export interface EndpointParts {
  readonly portal: Portal
  readonly ledger: Ledger
  readonly faults: FaultList
  readonly limiter: RateLimiter
  readonly answers: Answerer
  readonly tokens: ReadonlySet<string>
  /** Milliseconds that a call takes. */
  readonly latency: () => number
}

/** A request, understood as far as it can be without judging it. */
export interface Incoming {
  readonly id: number
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly text: string
  /** undefined: none; `broken`: not JSON. */
  readonly body: { readonly value: unknown } | 'broken' | undefined
  readonly contentType: string
  readonly token: string | undefined
  readonly place: Place | undefined
  readonly match: Match | 'wrong-method' | undefined
  readonly receivedAt: number
}

/**
 * The way of a request:
 *
 *     arrives ─ fault "before"? ─ token, limits, scopes ─ half of the latency ─ carried out ─ fault "after"? ─ answered
 *                    │                                                           ▲
 *                    └ late: the answer is lost now, carried out later ──────────┘
 */
export class Endpoint {
  readonly #parts: EndpointParts
  #lastId = 0

  constructor(parts: EndpointParts) {
    this.#parts = parts
  }

  /** @throws ConnectionLost */
  async handle(request: SimulatorRequest, signal?: AbortSignal): Promise<SimulatorResponse> {
    const incoming = this.#understand(request)
    const fault = this.#parts.faults.strike(incoming.method, request.url, incoming.text)
    let response: SimulatorResponse | 'never'
    try {
      response = await this.#answer(incoming, fault)
    } catch (error) {
      if (error instanceof ConnectionLost) this.#record(incoming, undefined, fault)
      throw error
    }
    this.#record(incoming, response === 'never' ? undefined : response.status, fault)
    return response === 'never' ? untilAborted(signal) : response
  }

  async #answer(incoming: Incoming, fault: Fault | undefined): Promise<SimulatorResponse | 'never'> {
    const { portal, latency, answers } = this.#parts
    const half = latency() / 2
    const early = fault && struckBefore(fault, answers)
    if (early) {
      await this.#pass(2 * half)
      return early
    }
    const refused = this.#refuse(incoming)
    await this.#pass(half)
    if (refused) {
      await this.#pass(half)
      return refused
    }
    if (fault?.kind === 'late') {
      void portal.clock.sleep(fault.after).then(() => this.#perform(incoming))
      if (fault.answer === 'hang') return 'never'
      if (fault.answer === 'error') return gatewayPage(504)
      throw new ConnectionLost('closed')
    }
    const response = this.#perform(incoming)
    await this.#pass(fault?.kind === 'latency' ? half + fault.for : half)
    return fault ? spoil(fault, response, answers) : response
  }

  #pass(milliseconds: number): Promise<void> | undefined {
    return milliseconds > 0 ? this.#parts.portal.clock.sleep(milliseconds) : undefined
  }

  /** Token, limits, scopes. */
  #refuse({ token, match }: Incoming): SimulatorResponse | undefined {
    const { tokens, limiter, portal, answers } = this.#parts
    if (token === undefined || !tokens.has(token)) return answers.error(notAuthenticated())
    const caller = callerOf(token, match)
    const exceeded = limiter.admit(token, caller.budget)
    if (exceeded) return answers.limited(exceeded, caller)
    if (typeof match !== 'object') return undefined
    const { route, segments } = match
    const lacks = (scope: string) => portal.switches.missingScopes.includes(scope)
    const lacking = route.scopes(segments, portal).filter(scopes => scopes.length > 0 && scopes.every(lacks))
    if (lacking.length > 0) return answers.error(missingScopes(lacking.flat()), caller)
    const tooSmall = route.enterprise && portal.switches.plan !== 'enterprise'
    return tooSmall ? answers.error(notInPlan(), caller) : undefined
  }

  /** Carries it out, here and now. */
  #perform(incoming: Incoming): SimulatorResponse {
    const { portal, answers } = this.#parts
    const { place, match, query, body, token } = incoming
    const caller = token === undefined ? undefined : callerOf(token, match)
    try {
      if (match === 'wrong-method') throw new HubSpotError(405, { message: `${incoming.method} is not allowed here` })
      if (!place || !match) throw new HubSpotError(404, { message: 'resource not found' })
      if (body !== undefined && !incoming.contentType.includes('json')) {
        throw new HubSpotError(415, { message: `Unsupported media type: ${incoming.contentType || 'none'}` })
      }
      if (body === 'broken') throw invalidJson('Unexpected character: the body is not JSON')
      const call = { portal, version: place.version, query, body: body?.value }
      const answer = match.route.answer(call, match.segments)
      return answers.success(answer, caller)
    } catch (error) {
      if (error instanceof HubSpotError) return answers.error(error, caller)
      throw error
    } finally {
      this.#commit(incoming)
    }
  }

  #commit({ id, receivedAt }: Incoming): void {
    const { portal, ledger } = this.#parts
    ledger.add(portal.takeNotes(), { call: id, source: 'api', receivedAt, appliedAt: portal.clock.now() })
  }

  #understand(request: SimulatorRequest): Incoming {
    this.#lastId += 1
    const { path, query } = splitUrl(request.url)
    const method = request.method.toUpperCase()
    const text = request.body ?? ''
    const place = placeOf(path)
    return {
      id: this.#lastId,
      method,
      path,
      query,
      text,
      body: text === '' ? undefined : parse(text),
      contentType: request.headers['content-type'] ?? '',
      token: /^Bearer (\S+)$/i.exec(request.headers.authorization ?? '')?.[1],
      place,
      match: place && matchRoute(method, place),
      receivedAt: this.#parts.portal.clock.now(),
    }
  }

  #record(incoming: Incoming, status: number | undefined, fault: Fault | undefined): void {
    const { portal, ledger } = this.#parts
    const { id, method, path, match, text, body, receivedAt } = incoming
    const { inputs, traces } = inputsOf(body)
    ledger.addCall({
      id,
      method,
      path,
      route: typeof match === 'object' ? match.name : `${method} (no such endpoint)`,
      status,
      bytes: Buffer.byteLength(text),
      inputs,
      traces,
      receivedAt,
      answeredAt: status === undefined ? undefined : portal.clock.now(),
      ...(fault ? { fault: fault.kind } : {}),
    })
  }
}

/** What no endpoint answers counts like any other call. */
const callerOf = (token: string, match: Incoming['match']) => ({
  token,
  budget: typeof match === 'object' ? match.route.budget : 'calls',
})

function inputsOf(body: Incoming['body']): { inputs: number; traces: string[] } {
  const inputs = typeof body === 'object' ? listIn(body.value) : []
  const traces = inputs.flatMap(input =>
    isObject(input) && typeof input.objectWriteTraceId === 'string' ? [input.objectWriteTraceId] : [],
  )
  return { inputs: inputs.length, traces }
}

/** Of a batch, or of a change of a list's members. */
function listIn(body: unknown): readonly unknown[] {
  if (Array.isArray(body)) return body
  if (!isObject(body)) return []
  const { inputs, recordIdsToAdd, recordIdsToRemove } = body
  return [inputs, recordIdsToAdd, recordIdsToRemove].flatMap(list => (Array.isArray(list) ? list : []))
}

function parse(text: string): { value: unknown } | 'broken' {
  try {
    return { value: JSON.parse(text) }
  } catch {
    return 'broken'
  }
}

function untilAborted(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_, reject) => {
    const abort = () => reject(new ConnectionLost('closed'))
    if (signal?.aborted) abort()
    signal?.addEventListener('abort', abort, { once: true })
  })
}
