import {
  type Answer,
  BATCH_LIMIT,
  type BatchResult,
  type Contact,
  type CreateInput,
  type HubSpot,
  type LookUp,
  type UpdateInput,
} from '../core/hubspot.ts'
import { addressesIn } from '../core/identity.ts'
import type { PropertyDefinition } from '../core/schema.ts'
import type { Email, Millis, Vid } from '../core/types.ts'
import type { Clock, Log, Metrics, Secrets } from '../runtime/platform.ts'
import { batchResult, contact, portalId, propertyDefinitions } from './answers.ts'
import { classify, type Reply, unavailable } from './classify.ts'
import type { JsonObject } from './json.ts'
import type { Pace } from './pacing.ts'
import { type Request, Requests } from './requests.ts'
import { type Fetch, send, TIMEOUTS, type Timeouts } from './transport.ts'
import { type ApiVersion, hasSecondaryEmails } from './versions.ts'

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

/**
 * HubSpot over HTTP.
 *
 *     const pace = new Pace(100, clock, state.pace)
 *     const hubspot = new HubSpotClient({ baseUrl, version: apiVersion('v3'), pace, secrets, clock, log, metrics })
 */
export class HubSpotClient implements HubSpot {
  readonly canDetachEmails: boolean
  readonly #options: HubSpotClientOptions
  readonly #requests: Requests
  readonly #timeouts: Timeouts
  /** The token with which the portal has told its id. */
  #identified: string | undefined
  #tokenReplaced = false

  constructor(options: HubSpotClientOptions) {
    this.canDetachEmails = hasSecondaryEmails(options.version)
    this.#options = options
    this.#requests = new Requests(options.baseUrl, options.version)
    this.#timeouts = { ...TIMEOUTS, ...options.timeouts }
  }

  get tokenReplaced(): boolean {
    return this.#tokenReplaced
  }

  async readPortalId(): Promise<Answer<string>> {
    return this.#call(this.#requests.readPortalId(), portalId)
  }

  async readProperties(): Promise<Answer<readonly PropertyDefinition[]>> {
    return this.#call(await this.#requests.readProperties(), propertyDefinitions)
  }

  async createUniqueProperty(name: string, label: string): Promise<Answer<void>> {
    const answer = await this.#act(await this.#requests.createUniqueProperty(name, label))
    return answer.kind === 'rejected' && answer.status === 409 ? done : answer
  }

  async readContacts(
    lookUp: LookUp,
    ids: readonly string[],
    properties: readonly string[],
  ): Promise<Answer<BatchResult>> {
    return this.#batch(ids, async () => this.#requests.readContacts(lookUp, ids, properties))
  }

  async createContacts(inputs: readonly CreateInput[]): Promise<Answer<BatchResult>> {
    return this.#batch(inputs, async () => this.#requests.createContacts(inputs))
  }

  async updateContacts(inputs: readonly UpdateInput[]): Promise<Answer<BatchResult>> {
    return this.#batch(inputs, async () => this.#requests.updateContacts(inputs))
  }

  async mergeContacts(primary: Vid, other: Vid): Promise<Answer<Contact>> {
    return this.#call(await this.#requests.mergeContacts(primary, other), contact)
  }

  async detachEmail(vid: Vid, email: Email): Promise<Answer<void>> {
    const answer = await this.#act(this.#requests.detachEmail(vid, email))
    if (answer.kind !== 'rejected' || answer.status !== 404) return answer
    // No such address, no such contact, or no such endpoint any more: the 404 is the same, the contact tells.
    const read = await this.readContacts({ by: 'vid' }, [vid], ['email', 'hs_additional_emails'])
    if (read.kind !== 'ok') return read
    const [found] = read.value.contacts
    if (found) return addressesIn(found).includes(email) ? answer : done
    return read.value.errors.length > 0 ? { ...answer, errors: read.value.errors } : answer
  }

  async archiveContacts(vids: readonly Vid[]): Promise<Answer<void>> {
    refuseTooMany(vids)
    if (vids.length === 0) return done
    const request = await this.#requests.archiveContacts(vids)
    this.#options.metrics.add('BatchFill', vids.length)
    const answer = await this.#act(request)
    if (answer.kind !== 'rejected') return answer
    const gone = answer.errors.flatMap(({ code, ids }) => (code === 'not_found' ? ids : []))
    const rest = vids.filter(vid => !gone.includes(vid))
    // Whoever is gone already must not keep the others from going.
    return rest.length < vids.length ? this.archiveContacts(rest) : answer
  }

  async eraseContact(vid: Vid): Promise<Answer<void>> {
    return this.#act(await this.#requests.eraseContact(vid))
  }

  /** Makes a call that is answered by yes or no. */
  async #act(request: Request): Promise<Answer<void>> {
    const answer = await this.#call(request, () => true)
    return answer.kind === 'ok' ? { ...answer, value: undefined } : answer
  }

  async #batch(inputs: readonly unknown[], make: () => Promise<Request>): Promise<Answer<BatchResult>> {
    refuseTooMany(inputs)
    // HubSpot takes an empty batch for a mistake, or, worse, for done.
    if (inputs.length === 0) return { kind: 'ok', value: { contacts: [], errors: [] } }
    const request = await make()
    this.#options.metrics.add('BatchFill', inputs.length)
    return this.#call(request, body => batchResult(body, request.sent))
  }

  /** Makes the call, and once more with the new token when HubSpot refuses one that has been replaced meanwhile. */
  async #call<T>(request: Request, read: (body: JsonObject) => T | undefined): Promise<Answer<T>> {
    const token = await this.#token()
    if (token === undefined) return noToken
    const answer = await this.#attempt(request, token, read)
    if (answer.kind !== 'account' || answer.code !== 'unauthorized') return answer
    const renewed = await this.#token({ refresh: true })
    if (renewed === undefined || renewed === token) return answer
    return this.#attempt(request, renewed, read)
  }

  /** A new token may be another portal's, where the same record ids are other people: its portal has to say first who it is. */
  async #attempt<T>(request: Request, token: string, read: (body: JsonObject) => T | undefined): Promise<Answer<T>> {
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

  async #send<T>(request: Request, token: string, read: (body: JsonObject) => T | undefined): Promise<Answer<T>> {
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
    metrics.add('HubSpotCalls', 1)
    metrics.add('HubSpotCallTime', duration)
    if (answer.kind === 'throttled') metrics.add('HubSpotThrottled', 1)
    if (answer.kind === 'unavailable') metrics.add('HubSpotUnavailable', 1)
    if (answer.kind === 'account') {
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

const done: Answer<void> = { kind: 'ok', value: undefined }

function refuseTooMany(inputs: readonly unknown[]): void {
  if (inputs.length > BATCH_LIMIT) throw new RangeError(`A batch holds at most ${BATCH_LIMIT} inputs.`)
}

/** Certain not to have been sent, and nothing is wrong with the account as far as anybody knows: later. */
const noToken: Answer<never> = { kind: 'throttled', message: 'The HubSpot access token could not be read.' }
const replacedToken: Answer<never> = {
  kind: 'throttled',
  message: 'The HubSpot access token has been replaced: before anything else, its portal is asked for its id.',
}

function valued<T>(request: Request, answer: Answer<JsonObject>, read: (body: JsonObject) => T | undefined): Answer<T> {
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
