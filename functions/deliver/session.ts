import type { Exchange } from '../core/call-log.ts'
import type { Config } from '../core/config.ts'
import { isPersistent, type Obstacle, obstacleIn, pauseFor, resume, stoppedBy } from '../core/delivery/pause.ts'
import type { Work } from '../core/delivery/work.ts'
import { fingerprint } from '../core/fingerprint.ts'
import type { Answer, HubSpot } from '../core/hubspot.ts'
import type { HubSpotObjects } from '../core/hubspot-objects.ts'
import { kindOf } from '../core/keys.ts'
import { workLaneOf } from '../core/lanes.ts'
import type { QueueDepth } from '../core/queue.ts'
import type { ContactRecord, Delivered } from '../core/record.ts'
import {
  basisOf,
  type Capability,
  type ClaimKey,
  type DelivererState,
  type DeliveryStore,
  Deposed,
  Overtaken,
  type Pause,
  type Settlement,
} from '../core/store.ts'
import type { Millis, RecordKey } from '../core/types.ts'
import { listening } from '../runtime/listening.ts'
import type { Clock, Log, Metrics, Random } from '../runtime/platform.ts'
import { doubtBelongings } from './belongings.ts'
import { CallLog } from './call-log.ts'

/** How many more calls HubSpot's limit allows, and when. */
export interface Pacing {
  /** Calls in 10 s. */
  readonly limit: number
  /** How long until a call may start when so many others go first; 0: now. */
  delay(ahead?: number): Millis
  state(): Millis[]
  restore(answers: readonly Millis[]): void
}

export interface DeliverDeps {
  readonly store: DeliveryStore
  readonly hubspot: HubSpot
  /** HubSpot beyond its contacts. */
  readonly objects: HubSpotObjects
  readonly pace: Pacing
  readonly events: QueueDepth
  readonly config: Config
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  readonly metrics: Metrics
}

/** Leave to make one call. */
export interface Turn {
  call<T>(kind: 'read' | 'write', make: () => Promise<Answer<T>>): Promise<Answer<T>>
}

/** One invocation of `deliver`: its token, its time, and what stands in its way. */
export class Session {
  readonly deps: DeliverDeps
  readonly token: number
  /** Hears of everything, and is in nobody's way. */
  readonly callLog: CallLog
  /** By the monotonic clock: no call starts later. */
  readonly deadline: Millis
  state: DelivererState
  /** The portal's properties are not what we think: read them again before the next round. */
  portalOutdated = false
  /** They have been read again in this invocation: what HubSpot says now is final. */
  portalRenewed = false
  /** Trouble has been met and no call has succeeded since: calls go out one at a time. */
  probing: boolean
  /** HubSpot has answered a write in this invocation. */
  writing = false

  #deposed = false
  /** Turns that have been given and not been taken. */
  #promised = 0
  readonly #begun: DelivererState

  constructor(deps: DeliverDeps, token: number, state: DelivererState, deadline: Millis) {
    this.deps = deps
    this.token = token
    this.callLog = new CallLog(deps, token)
    this.state = state
    this.#begun = state
    this.deadline = deadline
    this.probing = state.pauses.some(({ capability }) => capability === 'contacts')
    deps.pace.restore(state.pace)
  }

  /** A write met trouble and none has succeeded since: one record tries whether HubSpot can be written again. */
  get probingWrites(): boolean {
    return this.state.pauses.some(({ capability, write }) => capability === 'contacts' && write === true)
  }

  /**
   * It has been tried, and still cannot. Then as little as possible is asked: one record. Before that, the records of the
   * call that met the trouble are read back together: mostly only its answer was lost, and nothing need be written.
   */
  get outage(): boolean {
    return this.probingWrites && this.state.pauses.some(pause => pause.capability === 'contacts' && isPersistent(pause))
  }

  /** Of contacts, which stops everything: trouble with the account or with HubSpot as a whole shows there. */
  get pause(): Pause | undefined {
    return this.pauseOf('contacts')
  }

  pauseOf(capability: Capability): Pause | undefined {
    const now = this.deps.clock.now()
    return this.state.pauses.find(pause => pause.capability === capability && pause.until > now)
  }

  /** Trouble with a part of HubSpot has been met there and no call of it has succeeded since: one call tries alone. */
  probes(capability: Capability): boolean {
    return this.probing || this.state.pauses.some(pause => pause.capability === capability)
  }

  /** Whether the next deliverer has to know anything that the table does not say yet. */
  get changed(): boolean {
    return this.state !== this.#begun
  }

  /**
   * Waits until HubSpot's limit lets another call start. Whoever has a turn takes it: announces the call, then makes it.
   * @param capability the part of HubSpot that is called: where it fails, only that part pauses
   * @returns `undefined` when paused, deposed or out of time; what is undone stays due.
   */
  async turn(capability: Capability = 'contacts'): Promise<Turn | undefined> {
    const { clock, pace } = this.deps
    for (;;) {
      const delay = pace.delay(this.#promised)
      if (!this.#open(delay, capability)) return undefined
      if (delay <= 0) break
      await clock.sleep(Math.ceil(delay))
    }
    this.#promised += 1
    return {
      call: async (kind, make) => {
        this.#promised -= 1
        const exchanges: Exchange[] = []
        const answer = await listening(exchange => exchanges.push(exchange), make)
        this.callLog.heard(answer, exchanges)
        this.#heed(capability, kind, answer)
        return answer
      },
    }
  }

  /** Whether a call could be made now or after waiting for HubSpot's limit. */
  get open(): boolean {
    return this.isOpenFor('contacts')
  }

  isOpenFor(capability: Capability): boolean {
    return this.#open(this.deps.pace.delay(this.#promised), capability)
  }

  #open(delay: Millis, capability: Capability): boolean {
    if (this.#deposed || this.pause || this.pauseOf(capability)) return false
    return this.deps.clock.monotonic() + delay < this.deadline
  }

  /** Takes notice of what an answer says about the portal. */
  #heed(capability: Capability, kind: 'read' | 'write', answer: Answer<unknown>): void {
    const obstacle = obstacleIn(answer)
    if (obstacle) {
      const stopped = stoppedBy(obstacle, capability)
      // Of the others, whatever is repeated may be: nothing is read back, and a success of any kind ends the trouble.
      this.stop(kind === 'write' && capability === 'contacts' ? { ...obstacle, write: true } : obstacle, stopped)
      return
    }
    if (kind === 'write') this.writing = true
    // Whatever part of HubSpot answers, the account is in order; but only a contact's write shows that those work.
    const others = capability === 'contacts' ? kind : 'read'
    this.#resumed(resume(resume(this.state.pauses, capability, kind), 'contacts', others))
  }

  #resumed(pauses: Pause[]): void {
    if (pauses.length < this.state.pauses.length) this.state = { ...this.state, pauses }
    this.probing = pauses.some(({ capability }) => capability === 'contacts')
  }

  /** Reading back has shown that a write nobody answered for was carried out: HubSpot does take writes. */
  writesLand(): void {
    this.#resumed(resume(this.state.pauses, 'contacts', 'write'))
  }

  stop(obstacle: Obstacle, capability: Capability = 'contacts'): void {
    const { clock, log, metrics } = this.deps
    const pauses = pauseFor(this.state.pauses, capability, obstacle, clock.now())
    if (capability === 'contacts') this.probing = true
    if (
      pauses.length === this.state.pauses.length &&
      pauses.every((pause, index) => pause === this.state.pauses[index])
    )
      return
    this.state = { ...this.state, pauses }
    // An account without custom events, say, is no outage, however long it lasts: nobody need be called for it.
    const ofOne = obstacle.code === 'forbidden' && capability !== 'contacts'
    if (obstacle.code === 'forbidden') metrics.add(ofOne ? 'HubSpotForbids' : 'HubSpotUnauthorized', 1)
    if (!ofOne) metrics.add('DeliveriesPaused', 1)
    log.warn('deliveries pause', {
      of: capability,
      code: obstacle.code,
      reason: obstacle.reason,
      seconds: Math.ceil(((this.pauseOf(capability)?.until ?? 0) - clock.now()) / 1_000),
    })
  }

  /** Records that could not be written: left alone for the rest of this invocation. They are still due. */
  readonly skipped = new Set<RecordKey>()

  /** @param what could not be done with the record, for the log */
  skip(key: RecordKey, what: string, error: unknown): void {
    this.skipped.add(key)
    const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
    this.deps.log.error(`a record could not be ${what}`, { record: fingerprint(key), error: reason })
  }

  /** Writes the delivery side of a record that is not finished: its place in the index stays. */
  async link({ record, delivered }: Work): Promise<void> {
    await this.settle({ key: record.key, delivered, basis: basisOf(record), due: record.due })
  }

  async settle(settlement: Settlement): Promise<boolean> {
    const { key, delivered } = settlement
    const before = this.#contacts.get(key)
    if (before && isGone(before, delivered)) this.callLog.erase(key)
    if (before) {
      await doubtBelongings(this.deps, before, delivered)
      this.#contacts.set(key, { ...before, delivered })
    }
    try {
      const settled = await this.#asDeliverer(() => this.deps.store.settle(this.token, settlement))
      this.written.set(settlement.key, settlement.delivered)
      this.callLog.settled(key, delivered)
      return settled
    } catch (error) {
      if (!(error instanceof Overtaken)) throw error
      this.deps.log.warn('two deliverers have written one record; it is sent again', {
        record: fingerprint(settlement.key),
      })
      await this.sendAgain(settlement.key)
      return false
    }
  }

  /** Doubts a record that nobody in this round decides on any more: it is read back, and everything is sent again. */
  async sendAgain(key: RecordKey): Promise<void> {
    const { store, clock } = this.deps
    const record = (await store.readRecords([key])).get(key)
    if (!record) return
    const delivered = { ...record.delivered, version: 0 }
    const due = { lane: workLaneOf(kindOf(key), 'live'), at: clock.now() }
    await this.settle({ key, delivered, basis: basisOf(record), due, raiseVerify: true })
  }

  /** The contacts' records of the round as they are written, for the changes that others have to hear of. */
  readonly #contacts = new Map<RecordKey, ContactRecord>()

  begin(contacts: readonly ContactRecord[]): void {
    this.#contacts.clear()
    for (const record of contacts) this.#contacts.set(record.key, record)
  }

  /** What this round has written of records, and whom the claims that it has given up kept waiting. */
  readonly written = new Map<RecordKey, Delivered>()
  readonly released = new Map<ClaimKey, readonly RecordKey[]>()

  /** Gives a claim up. */
  async release(key: ClaimKey, owner: RecordKey): Promise<void> {
    this.released.set(key, await this.deps.store.release(key, owner))
  }

  /** Writes down what the next deliverer needs. @throws Deposed when there is a newer one. */
  async save(change: Partial<DelivererState>): Promise<void> {
    this.state = { ...this.state, ...change, pace: this.deps.pace.state() }
    await this.#asDeliverer(() => this.deps.store.save(this.token, this.state))
  }

  /** A deposed deliverer makes no further call. */
  async #asDeliverer<T>(write: () => Promise<T>): Promise<T> {
    try {
      return await write()
    } catch (error) {
      if (error instanceof Deposed) this.#deposed = true
      throw error
    }
  }
}

/** The user's deletion has been carried out, or HubSpot has told that the contact was erased for privacy. */
const isGone = ({ delivered, erased, verify }: ContactRecord, after: Delivered): boolean =>
  after.deletion !== delivered.deletion || (erased !== undefined && verify > delivered.verified)

/** Settles; a record that cannot be settled costs only itself. @throws Deposed */
export async function settleOne(session: Session, key: RecordKey, settlement: () => Settlement): Promise<boolean> {
  try {
    await session.settle(settlement())
    return true
  } catch (error) {
    if (error instanceof Deposed) throw error
    session.skip(key, 'settled', error)
    return false
  }
}
