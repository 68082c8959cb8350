import type { SQSRecord } from 'aws-lambda'
import type { Config, ConfigInput } from '../../functions/core/config.ts'
import { defineConfig } from '../../functions/core/config.ts'
import type { Priority, UserEvent } from '../../functions/core/event.ts'
import type { CallType } from '../../functions/core/parse/calls.ts'
import { readDeletion } from '../../functions/core/parse/deletion.ts'
import { parseRequest } from '../../functions/core/parse/request.ts'
import { splitEvent } from '../../functions/core/parse/splitting.ts'
import { type ContactRecord, LANES, type Lane, WORK_LANES } from '../../functions/core/record.ts'
import type { Pause, Store } from '../../functions/core/store.ts'
import type { Json, Millis, RecordKey, UserId, Vid } from '../../functions/core/types.ts'
import type { Delivery } from '../../functions/deliver/deliver.ts'
import type { ApiVersion } from '../../functions/hubspot/versions.ts'
import { record } from '../../functions/record/handler.ts'
import type { Random } from '../../functions/runtime/platform.ts'
import { MemoryStore, type MemoryStoreOptions } from '../../functions/store/memory/memory-store.ts'
import { createHubSpot, type HubSpotOptions, type HubSpotSimulator, type Switches } from '../../local/hubspot/index.ts'
import { createRandom } from '../../local/hubspot/random.ts'
import { INVOCATION, Process } from './delivering-process.ts'
import { lambdaContext, sqsRecord } from './lambda-invocation.ts'
import { testSecrets } from './platform.ts'
import { Recorder } from './recorder.ts'
import { VirtualClock } from './virtual-clock.ts'

export interface PipelineOptions {
  readonly switches?: Partial<Switches>
  readonly config?: ConfigInput
  readonly hubspot?: Omit<HubSpotOptions, 'clock' | 'seed' | 'switches' | 'tokens'>
  /** Calls in 10 seconds that `deliver` allows itself. */
  readonly pace?: number
  readonly version?: ApiVersion
  readonly seed?: number
  /** How far the index of due work runs behind the records. */
  readonly indexLag?: () => Millis
  readonly store?: MemoryStoreOptions
  /** A portal, and its clock, that another pipeline has used before; without `hubspot` only the clock. */
  readonly portal?: { readonly clock: VirtualClock; readonly hubspot?: HubSpotSimulator }
  /** A table that another pipeline has filled. */
  readonly table?: Store
}

type Traits = { readonly [trait: string]: Json }

export interface EventOptions {
  readonly priority?: Priority
  /** When it happened, in milliseconds of the past. */
  readonly ago?: Millis
}

/** What is posted as what. */
export type Called = readonly [type: CallType, body: { readonly [name: string]: Json }]

const SWEEP = 60_000
const DUE: readonly Lane[] = [...WORK_LANES, 'verifying']

/**
 * `record` and `deliver` as they are, over the table in memory and the HubSpot simulator, on one virtual clock: a day
 * passes in a moment, and a run can be repeated.
 *
 *     const p = pipeline()
 *     await p.identify('u1', { email: 'alex@example.com' })
 *     await p.deliver()
 *     p.hubspot.contactByEmail('alex@example.com')
 */
export class Pipeline {
  readonly clock: VirtualClock
  readonly hubspot: HubSpotSimulator
  readonly store: Store
  readonly config: Config
  readonly recorder = new Recorder()
  /** Events that are still in the queue, as far as `deliver` can tell. */
  eventsQueued = 0
  /** The process that delivers; another one after each crash. */
  process: Process

  readonly options: PipelineOptions
  readonly #random: Random
  readonly #record: ReturnType<typeof record>
  #messages = 0

  constructor(options: PipelineOptions = {}) {
    const { seed = 1, switches = {}, config = {}, indexLag } = options
    this.options = options
    this.clock = options.portal?.clock ?? new VirtualClock()
    const { clock, recorder } = this
    const tokens = [testSecrets.hubspotAccessToken]
    this.hubspot =
      options.portal?.hubspot ?? createHubSpot({ latency: 100, ...options.hubspot, clock, seed, switches, tokens })
    this.config = defineConfig(config)
    this.store =
      options.table ??
      new MemoryStore({ ...options.store, ...(indexLag ? { indexLag: { clock, length: indexLag } } : {}) })
    this.#random = seededRandom(seed)
    const wakeUps = { wake: async () => undefined, wakeRegardless: async () => undefined }
    this.#record = record({
      store: this.store,
      config: this.config,
      clock,
      random: this.#random,
      log: recorder,
      metrics: recorder,
      wakeUps,
    })
    this.process = this.newProcess()
  }

  /** A process of `deliver`, besides those that there are. */
  newProcess(): Process {
    return new Process(this, this.#random)
  }

  // ── what products do ───────────────────────────────────────────────────────────────────────────────────────────────

  /** A product identifies a user, or, without an id, a lead; the event reaches the table. */
  async identify(userId: string | undefined, traits: Traits, options: EventOptions = {}): Promise<void> {
    await this.identifyAll([[userId, traits]], options)
  }

  /** The same for many, in SQS batches of 10. */
  async identifyAll(calls: readonly (readonly [string | undefined, Traits])[], options: EventOptions = {}) {
    const messages: SQSRecord[] = []
    for (const [userId, traits] of calls) {
      // Two events of the same millisecond have no order that a test could rely on.
      await this.clock.advance(1)
      messages.push(this.#message(userId, traits, options))
    }
    for (let start = 0; start < messages.length; start += 10) {
      await this.clock.run(this.#fold(messages.slice(start, start + 10)))
    }
  }

  /** A user does something; the event reaches the table. */
  async track(userId: string, event: string, properties: Traits = {}, options: EventOptions = {}): Promise<void> {
    await this.callAll([['track', { userId, event, properties: { ...properties } }]], options)
  }

  /** A user belongs to a company, a team, an account; the event reaches the table. */
  async group(userId: string, groupId: string, traits: Traits = {}, options: EventOptions = {}): Promise<void> {
    await this.callAll([['group', { userId, groupId, traits: { ...traits } }]], options)
  }

  /** Calls of any kind, in SQS batches of 10. */
  async callAll(calls: readonly Called[], options: EventOptions = {}): Promise<void> {
    const messages: SQSRecord[] = []
    for (const call of calls) {
      await this.clock.advance(1)
      messages.push(this.#callMessage(call, options))
    }
    for (let start = 0; start < messages.length; start += 10) {
      await this.clock.run(this.#fold(messages.slice(start, start + 10)))
    }
  }

  /** The same while something else is going on, which lets time pass. */
  async identifyMeanwhile(userId: string, traits: Traits): Promise<void> {
    await this.clock.sleep(1)
    await this.#fold([this.#message(userId, traits, {})])
  }

  /** A product calls a user by another id from now on; the event reaches the table. */
  async alias(previousId: string, userId: string, { ago = 0 }: EventOptions = {}): Promise<void> {
    await this.clock.advance(1)
    await this.clock.run(this.#fold([this.#aliasMessage(previousId, userId, ago)]))
  }

  /** Several at the very same moment, in invocations of their own; the queue delivers again what was not folded. */
  async aliasAtOnce(...aliases: readonly (readonly [previousId: string, userId: string])[]): Promise<void> {
    await this.clock.advance(1)
    const messages = aliases.map(([previous, user]) => this.#aliasMessage(previous, user, 0))
    const outcomes = await this.clock.run(Promise.allSettled(messages.map(message => this.#fold([message]))))
    const again = messages.filter((_, index) => outcomes[index]?.status === 'rejected')
    for (const message of again) await this.clock.run(this.#fold([message]))
  }

  #aliasMessage(previousId: string, userId: string, ago: Millis): SQSRecord {
    this.#messages += 1
    const receivedAt = this.clock.now()
    const call = { previousId, userId, messageId: `message-${this.#messages}`, timestamp: new Date(receivedAt - ago) }
    const body = JSON.parse(JSON.stringify(call))
    const { accepted, rejected } = parseRequest('alias', body, { receivedAt, source: 'test', newId: this.#random.id })
    const [event] = accepted
    if (!event) throw new Error(rejected[0]?.message ?? 'the alias was not accepted')
    return this.#queued(event.event)
  }

  /** A product deletes a user; the request reaches the table. */
  async delete(userId: string): Promise<void> {
    await this.clock.advance(1)
    const { event } = readDeletion(userId as UserId, this.clock.now(), this.#random.id)
    await this.clock.run(this.#fold([this.#queued(event)]))
  }

  /** The same while something else is going on, which lets time pass. */
  async deleteMeanwhile(userId: string): Promise<void> {
    await this.clock.sleep(1)
    const { event } = readDeletion(userId as UserId, this.clock.now(), this.#random.id)
    await this.#fold([this.#queued(event)])
  }

  /** An operator wants a user split off a contact; the request reaches the table. */
  async split(userId: string, vid: Vid): Promise<void> {
    await this.clock.advance(1)
    const { event } = splitEvent(`user#${userId}`, vid, this.clock.now(), this.#random.id)
    await this.clock.run(this.#fold([this.#queued(event)]))
  }

  /** @throws Error when `record` leaves a message in the queue */
  async #fold(messages: SQSRecord[]): Promise<void> {
    const { batchItemFailures = [] } = (await this.#record({ Records: messages }, lambdaContext)) ?? {}
    if (batchItemFailures.length > 0) throw new Error(`${batchItemFailures.length} messages were not folded`)
  }

  #message(userId: string | undefined, traits: Traits, options: EventOptions): SQSRecord {
    return this.#callMessage(
      ['identify', { ...(userId === undefined ? {} : { userId }), traits: { ...traits } }],
      options,
    )
  }

  #callMessage([type, said]: Called, { priority = 'live', ago = 0 }: EventOptions): SQSRecord {
    this.#messages += 1
    const receivedAt = this.clock.now()
    const call = {
      messageId: `message-${this.#messages}`,
      timestamp: new Date(receivedAt - ago).toISOString(),
      ...(priority === 'bulk' ? { context: { vidsync: { priority } } } : {}),
      ...said,
    }
    const { accepted, rejected } = parseRequest(type, call, { receivedAt, source: 'test', newId: this.#random.id })
    const [event] = accepted
    if (!event) throw new Error(rejected[0]?.message ?? 'the event was not accepted')
    return this.#queued(event.event)
  }

  #queued(event: UserEvent): SQSRecord {
    this.#messages += 1
    return sqsRecord(`sqs-${this.#messages}`, event, this.clock.now())
  }

  // ── deliver ────────────────────────────────────────────────────────────────────────────────────────────────────────

  /**
   * One invocation of `deliver`.
   * @param seconds after which no call may start
   * @throws Crash when the process was made to crash; the next delivery is a new process's
   */
  async deliver(seconds = INVOCATION): Promise<Delivery> {
    return this.clock.run(this.process.deliver(seconds))
  }

  /** The process ends and another one begins: what was kept in memory is gone. */
  restart(): Process {
    this.process = this.newProcess()
    return this.process
  }

  /**
   * Delivers, as often as `deliver` itself and the sweep ask for it, until nothing is due any more and no write is left
   * that may still land. Conflicts, refusals, and what waits for something that HubSpot lacks, may stay.
   * @throws Error when that does not come about within so many minutes
   */
  async untilQuiet(minutes = 30): Promise<void> {
    const end = this.clock.monotonic() + minutes * 60_000
    while (this.clock.monotonic() <= end) {
      const delivery = await this.deliver()
      if (delivery !== 'nothing_due') await this.clock.advance(delivery.again * 1_000)
      else if ((await this.waiting(DUE)) === 0 && (await this.store.leftovers()).length === 0) return
      else await this.clock.advance(SWEEP)
    }
    throw new Error(`still not quiet after ${minutes} minutes: ${JSON.stringify(await this.store.countDue())}`)
  }

  /** Records in these lanes, due or not. */
  async waiting(lanes: readonly Lane[] = LANES): Promise<number> {
    const counts = (await this.store.countDue()).lanes
    return lanes.reduce((sum, lane) => sum + counts[lane], 0)
  }

  // ── what everybody may look at ─────────────────────────────────────────────────────────────────────────────────────

  /** @throws Error when there is no such user */
  async user(userId: string): Promise<ContactRecord> {
    return this.#read(`user#${userId}`)
  }

  async lead(email: string): Promise<ContactRecord> {
    return this.#read(`lead#${email}`)
  }

  /** @throws Error when there is no such record */
  async record(key: RecordKey): Promise<ContactRecord> {
    return this.#read(key)
  }

  async #read(key: RecordKey): Promise<ContactRecord> {
    const found = (await this.store.readRecords([key])).get(key)
    if (!found) throw new Error(`there is no ${key}`)
    return found
  }

  /** The contacts that carry a user's id. */
  contactsOf(userId: string) {
    return this.hubspot.contacts().filter(({ properties }) => properties.internal_user_id === userId)
  }

  /** The one contact of a user, as HubSpot shows it. @throws Error unless there is exactly one */
  contactOf(userId: string) {
    const contacts = this.contactsOf(userId)
    const [contact] = contacts
    if (!contact || contacts.length > 1) throw new Error(`${userId} has ${contacts.length} contacts`)
    return contact
  }

  /** Routes of the calls so far, oldest first: `POST contacts/batch/create`. */
  get routes(): string[] {
    return this.hubspot.ledger.calls.map(({ route }) => route)
  }

  /** Counts calls from here on. @returns how many there were since */
  countCalls(): () => number {
    const before = this.hubspot.calls.calls
    return () => this.hubspot.calls.calls - before
  }

  async pause(): Promise<Pause | undefined> {
    return (await this.store.readDeliverer())?.pauses[0]
  }
}

export const pipeline = (options: PipelineOptions = {}): Pipeline => new Pipeline(options)

function seededRandom(seed: number): Random {
  const random = createRandom(seed + 1_000)
  return { number: () => random.number(), id: () => random.uuid().replaceAll('-', '').slice(0, 16) }
}
