import { type Answer, BATCH_LIMIT } from '../core/hubspot.ts'
import type { Millis } from '../core/types.ts'
import { tellListener } from '../runtime/listening.ts'
import type { Clock, Log, Metrics, Secrets } from '../runtime/platform.ts'
import { classify, type Reply, unavailable } from './classify.ts'
import { dailyBudgetSpent } from './daily-budget.ts'
import { exchangeOf } from './exchange.ts'
import { type JsonObject, textsOf } from './json.ts'
import type { Pace } from './pacing.ts'
import { Address, type Request } from './requests/request.ts'
import { type Fetch, send, TIMEOUTS, type Timeouts } from './transport.ts'
import { ACCOUNT_DETAILS, type ApiVersion } from './versions.ts'

export interface HubSpotClientOptions {
  /** `https://api.hubapi.com`, or wherever a HubSpot listens. */
  readonly baseUrl: string
  readonly version: ApiVersion
  /** Read at each call; read anew after a 401. */
  readonly secrets: Secrets
  readonly pace: Pace
  readonly clock: Clock
  readonly log: Log
  readonly metrics: Metrics
  readonly fetch?: Fetch
  readonly timeouts?: Partial<Timeouts>
  /** By the monotonic clock: a call that would have to wait longer for its place answers `throttled` at once. */
  deadline?(): Millis
}

/** What an answer's JSON says; `undefined` when it is not what was asked for. */
type Reading<T> = (body: JsonObject) => T | undefined

/** The one way to HubSpot, and whose portal it leads to: token, pace, sending, classification, logs and metrics. */
export class Connection {
  readonly address: Address
  readonly #options: HubSpotClientOptions
  readonly #timeouts: Timeouts
  /** The token with which the portal has told its id. */
  #identified: string | undefined
  #tokenReplaced = false

  constructor(options: HubSpotClientOptions) {
    this.address = new Address(options.baseUrl, options.version)
    this.#options = options
    this.#timeouts = { ...TIMEOUTS, ...options.timeouts }
  }

  get tokenReplaced(): boolean {
    return this.#tokenReplaced
  }

  async readPortalId(): Promise<Answer<string>> {
    const request = this.address.plain({ operation: 'readPortalId', write: false }, 'GET', ACCOUNT_DETAILS)
    return this.call(request, body => textsOf(body.portalId)[0])
  }

  /** Makes a call that is answered by yes or no. */
  async act(request: Request): Promise<Answer<void>> {
    const answer = await this.call(request, () => true)
    return answer.kind === 'ok' ? { ...answer, value: undefined } : answer
  }

  /** Makes a call about many inputs, and none at all about no input: HubSpot takes that for a mistake, or, worse, for done. */
  async batch<T>(
    inputs: readonly unknown[],
    empty: T,
    make: () => Promise<Request> | Request,
    read: (body: JsonObject, request: Request) => T | undefined,
    most = BATCH_LIMIT,
  ): Promise<Answer<T>> {
    refuseTooMany(inputs, most)
    if (inputs.length === 0) return { kind: 'ok', value: empty }
    const request = await make()
    return this.call(request, body => read(body, request))
  }

  /** Makes the call, and once more with the new token when HubSpot refuses one that has been replaced meanwhile. */
  async call<T>(request: Request, read: Reading<T>): Promise<Answer<T>> {
    const token = await this.#token()
    if (token === undefined) return noToken
    const answer = await this.#attempt(request, token, read)
    if (answer.kind !== 'account' || answer.code !== 'unauthorized') return answer
    const renewed = await this.#token({ refresh: true })
    if (renewed === undefined || renewed === token) return answer
    return this.#attempt(request, renewed, read)
  }

  /** A new token may be another portal's, where the same record ids are other people: its portal has to say first who it is. */
  async #attempt<T>(request: Request, token: string, read: Reading<T>): Promise<Answer<T>> {
    const asksForId = request.operation === 'readPortalId'
    this.#tokenReplaced = this.#identified !== undefined && token !== this.#identified
    if (this.#tokenReplaced && !asksForId) return replacedToken
    const answer = await this.#send(request, token, read)
    if (asksForId && answer.kind === 'ok') {
      this.#identified = token
      this.#tokenReplaced = false
    }
    return answer
  }

  async #send<T>(request: Request, token: string, read: Reading<T>): Promise<Answer<T>> {
    const { pace, clock, fetch = globalThis.fetch } = this.#options
    const slot = await pace.slot(this.#options.deadline?.())
    if (!slot) return { kind: 'throttled', message: 'No call is free before the deadline.', retryAfter: pace.delay() }
    const start = clock.monotonic()
    const reply = await send(request, token, fetch, this.#timeouts)
    slot.answered()
    const answer = valued(request, classify(request, reply), read)
    this.#report(request, reply, answer, clock.monotonic() - start)
    return answer
  }

  #report(request: Request, reply: Reply, answer: Answer<unknown>, duration: Millis): void {
    const { log, metrics } = this.#options
    tellListener(exchangeOf(request, reply, answer, this.#options.clock.now() - duration, duration))
    metrics.add('HubSpotCalls', 1)
    metrics.add('HubSpotCallTime', duration)
    const spent = 'status' in reply ? dailyBudgetSpent(reply.headers) : undefined
    if (spent !== undefined) metrics.add('HubSpotDailyBudget', spent)
    if (answer.kind === 'throttled') metrics.add('HubSpotThrottled', 1)
    if (answer.kind === 'unavailable') metrics.add('HubSpotUnavailable', 1)
    // What is forbidden may be one part of HubSpot: whoever asked knows which, and counts it.
    if (answer.kind === 'account' && answer.code !== 'forbidden') {
      metrics.add(answer.code === 'daily_limit' ? 'HubSpotThrottled' : 'HubSpotUnauthorized', 1)
    }
    const fields = {
      operation: request.operation,
      answer: answer.kind,
      ...('status' in reply ? { status: reply.status, correlationId: reply.headers['x-hubspot-correlation-id'] } : {}),
      inputs: request.inputs,
      duration: Math.round(duration),
      ...detailsOf(answer),
    }
    // Whoever asked warns of trouble with the account or with HubSpot as a whole, once for all calls that meet it.
    if (answer.kind === 'rejected') log.warn('HubSpot call', fields)
    else log.info('HubSpot call', fields)
  }

  async #token(options?: { refresh: boolean }): Promise<string | undefined> {
    try {
      return (await this.#options.secrets.read(options)).hubspotAccessToken
    } catch (error) {
      this.#options.log.error('The HubSpot access token could not be read', {
        error: error instanceof Error ? error.name : 'unknown',
      })
      return undefined
    }
  }
}

/** That there was nothing to do. */
export const done: Answer<void> = { kind: 'ok', value: undefined }

/** What is to be made and exists already is made. HubSpot says it by 409, and of some things by words alone. */
export function unlessItExists(answer: Answer<void>): Answer<void> {
  if (answer.kind !== 'rejected') return answer
  return answer.status === 409 || answer.errors.some(({ message }) => EXISTS.test(message)) ? done : answer
}

const EXISTS = /\balready (exists|in use)\b/i

/** @throws RangeError for more inputs than HubSpot takes */
export function refuseTooMany(inputs: readonly unknown[], most = BATCH_LIMIT): void {
  if (inputs.length > most) throw new RangeError(`A batch holds at most ${most} inputs.`)
}

/** Certain not to have been sent, and nothing is wrong with the account as far as anybody knows: later. */
const noToken: Answer<never> = { kind: 'throttled', message: 'The HubSpot access token could not be read.' }
const replacedToken: Answer<never> = {
  kind: 'throttled',
  message: 'The HubSpot access token has been replaced: before anything else, its portal is asked for its id.',
}

function valued<T>(request: Request, answer: Answer<JsonObject>, read: Reading<T>): Answer<T> {
  if (answer.kind !== 'ok') return answer
  const value = read(answer.value)
  return value === undefined
    ? unavailable(request, 'HubSpot answered with JSON that is not what was asked for')
    : { ...answer, value }
}

function detailsOf(answer: Answer<unknown>): { codes?: string[]; reason?: string } {
  if (answer.kind === 'ok') return {}
  if (answer.kind !== 'rejected') return { reason: answer.message }
  return {
    codes: answer.errors.flatMap(({ code, properties }) => [code, ...properties.map(property => property.code)]),
  }
}
