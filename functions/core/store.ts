import type { CallLogStore, CallLogView } from './call-log.ts'
import { fingerprint } from './fingerprint.ts'
import type { ObjectType } from './hubspot-objects.ts'
import type { ContactRecord, Delivered, Due, Erasure, Folded, Lane, PerLane } from './record.ts'
import type { Schema } from './schema.ts'
import type { BelongingKey, ContactKey, Email, Millis, RecordKey, Vid } from './types.ts'

/**
 * A claim says: this contact (or address, or `id#<HubSpot's type>#<HubSpot's id>` of another object) is this record's. It
 * counts only while its owner's record backs it; who judges that is the planner. The store only compares owners.
 */
export type ClaimKey = `vid#${Vid}` | `email#${Email}` | `id#${string}#${string}`

export interface Claim {
  readonly key: ClaimKey
  readonly owner: RecordKey
  /** Records that cannot be delivered while the claim stands: some of them, as far as anybody noted it. */
  readonly waiters?: readonly RecordKey[]
}

/** The most that may wait on one claim; more find out by their slow probe. */
export const MOST_WAITERS = 25

/** A place in the order of a lane: by `at`, and by `mark` where several wait for the same moment. Tells nobody's name. */
export interface Place {
  readonly at: Millis
  readonly mark: string
}

export const placeOf = ({ key, at }: { readonly key: RecordKey; readonly at: Millis }): Place => ({
  at,
  mark: fingerprint(key),
})

/** Negative when `a` comes before `b`. */
export const comparePlaces = (a: Place, b: Place): number =>
  a.at - b.at || (a.mark < b.mark ? -1 : a.mark > b.mark ? 1 : 0)

/** What a write may have done when nobody answers for it. */
export type WriteKind = 'create' | 'update' | 'merge'

/** A HubSpot write that has been announced and not yet settled. Left over after a crash, it is an ambiguous call. */
export interface JournalEntry {
  readonly id: string
  readonly kind: WriteKind
  /** The records in the call and the properties sent of each. */
  readonly records: readonly { readonly key: RecordKey; readonly properties: readonly string[] }[]
  readonly at: Millis
  /** Why it cannot be read, when another version has written it: then it names no records. */
  readonly unreadable?: string
}

/** A capability of the portal that can fail by itself: the account forbids lists, say, while contacts work. */
export type Capability = 'contacts' | 'objects' | 'links' | 'lists' | 'subscriptions' | 'events'

export interface Pause {
  readonly capability: Capability
  /** A sentence for a person. */
  readonly reason: string
  readonly code: 'throttled' | 'unavailable' | 'unauthorized' | 'forbidden' | 'daily_limit' | 'other_portal'
  readonly until: Millis
  /** How long the pause was, so that the next one can double it. */
  readonly length: Millis
  /** A write met the trouble: that HubSpot can be read does not end it. */
  readonly write?: true
}

/** The most records that one round takes. */
export const MOST_RECORDS = 2_000

/** What one deliverer leaves to the next. */
export interface DelivererState {
  readonly pauses: readonly Pause[]
  /** When each recent call was answered: the pace of the last window. */
  readonly pace: readonly Millis[]
  /** The most records a round may take. Halved after each round that ended in a crash; rises again with success. */
  readonly roundLimit: number
  /** The records of the round under way when `roundLimit` is small: who is to blame after a crash. */
  readonly suspect?: { readonly key: RecordKey; readonly crashes: number }
  /** A round was begun and has not ended. */
  readonly inRound: boolean
}

/** What the very first deliverer finds. */
export const firstDeliverer: DelivererState = { pauses: [], pace: [], roundLimit: MOST_RECORDS, inRound: false }

/** What is known about the HubSpot account. */
export interface Portal {
  readonly id: string
  /** Of its contacts. */
  readonly schema: Schema
}

/** What a settlement rests on. */
export interface Basis {
  readonly foldVersion: number
  readonly verify: number
  readonly token?: number
}

/** The basis of whatever is decided on a record as it was read. */
export const basisOf = ({ folded, verify, token = 0 }: ContactRecord): Basis => ({
  foldVersion: folded.version,
  verify,
  token,
})

/** A settled record: what `deliver` writes after an answer. */
export interface Settlement {
  readonly key: RecordKey
  readonly delivered: Delivered
  /**
   * The fold version and the verify counter on which the settlement rests. The due key changes to `due` only while the
   * record still has both; otherwise somebody has added work, and the due key stays as it is. `token`: the deliverer that
   * had written last; where another one has written since, nothing at all is written.
   */
  readonly basis: Basis
  /** `undefined` takes the record out of the index. */
  readonly due: Due | undefined
  /** Added to the verify counter; such a settlement leaves its `due` whatever the basis. */
  readonly raiseVerify?: boolean
  /**
   * Where the basis stands, nothing of what was folded is kept, and the table forgets the record at this moment, or days
   * later. Until then a repetition is recognised. For events, which never change.
   */
  readonly expiresAt?: Millis
}

export interface ParkedEvent {
  readonly event: unknown
  readonly reason: string
  readonly at: Millis
}

/** A parked event as a person looks at it. */
export interface ParkedItem extends ParkedEvent {
  readonly id: string
}

/** A write refused because somebody else's came first. `key` is personal data: the message names only its kind. */
export class StaleWrite extends Error {
  override readonly name = 'StaleWrite'
  readonly key: string
  constructor(key: string, why: string) {
    super(`${why} (${key.split('#')[0]})`)
    this.key = key
  }
}

/** A delivery write refused because a newer deliverer has touched the record. */
export class Deposed extends Error {
  override readonly name = 'Deposed'
}

/** A delivery write refused because an older deliverer, which should be no more, has written the record since it was read. */
export class Overtaken extends Error {
  override readonly name = 'Overtaken'
}

/** What `record` needs of the table. */
export interface FoldingStore {
  /** Strongly consistent. Missing records are absent from the map. Up to 100 keys are one request. */
  readRecords(keys: readonly RecordKey[]): Promise<Map<RecordKey, ContactRecord>>
  /**
   * Writes what folding owns, and the due key when `due` is given, on condition that `Folded.writes` is still one less
   * than in `folded` (no record yet: `folded.writes` is 1). Creates the record's delivery side as `notDelivered` reads.
   * @throws StaleWrite when somebody else has folded in between.
   */
  fold(key: RecordKey, folded: Folded, due: Due | undefined): Promise<void>
  /** Keeps an event that cannot be folded, with its reason. Parking the same event twice keeps one. */
  park(id: string, parked: ParkedEvent): Promise<void>
  readPortal(): Promise<Portal | undefined>
  /** The properties of other types than contacts, by HubSpot's names of the types. What was never read is absent. */
  readSchemas(types: readonly ObjectType[]): Promise<ReadonlyMap<ObjectType, Schema>>
  /**
   * What belongs to a person, except what has settled with `expiresAt`. Strongly consistent, in no order.
   * @param lane only what waits there
   */
  belongingsOf(owner: ContactKey, lane?: Lane): Promise<readonly BelongingKey[]>
}

/** What `record` needs of the table for what HubSpot tells. */
export interface NoticingStore extends Pick<FoldingStore, 'readPortal'> {
  /** Strongly consistent. */
  readClaims(keys: readonly ClaimKey[]): Promise<Map<ClaimKey, Claim>>
  /**
   * Doubts, from outside of `deliver`, that HubSpot holds what we think: raises the verify counter and puts the record
   * into the index, as live work of its kind and due at `at`, unless it is due at least as early. No settlement that was planned before can
   * take it out again. Writes nothing else but `erased`, when it is given.
   * @returns `false` when there is no such record.
   */
  raiseVerify(key: RecordKey, at: Millis, erased?: Erasure): Promise<boolean>
}

/** What `deliver` needs of the table. All writes to records carry the deliverer's token. */
export interface DeliveryStore
  extends CallLogStore,
    Pick<FoldingStore, 'readRecords' | 'readPortal' | 'readSchemas' | 'belongingsOf'>,
    Pick<NoticingStore, 'raiseVerify' | 'readClaims'> {
  /** Takes the deliverer's item over: raises the token, returns what the last deliverer left. */
  open(): Promise<{ token: number; state: DelivererState }>
  /** @throws Deposed when a newer deliverer has taken over. */
  save(token: number, state: DelivererState): Promise<void>
  /** Keys due at `now` in one lane, oldest first, at most `limit`. Eventually consistent: the record decides. */
  due(lane: Lane, now: Millis, limit: number): Promise<{ key: RecordKey; at: Millis }[]>
  /**
   * Takes a claim that is free, ours already, or `from`'s.
   * @returns the claim as it now stands: the caller's, or that of whoever was faster.
   */
  claim(key: ClaimKey, owner: RecordKey, from?: RecordKey): Promise<Claim>
  /** Gives a claim up, if it is still the owner's. @returns who waited for it. */
  release(key: ClaimKey, owner: RecordKey): Promise<readonly RecordKey[]>
  /** Notes on a claim that a record waits for it. Nothing is noted where there is no such claim, or too many wait. */
  wait(key: ClaimKey, waiter: RecordKey): Promise<void>
  /** Strikes off whoever waits for a claim, which stays. @returns who did. */
  takeWaiters(key: ClaimKey): Promise<readonly RecordKey[]>
  /** @throws Deposed, Overtaken; when the basis is stale, writes all but the due key and returns `false`. */
  settle(token: number, settlement: Settlement): Promise<boolean>
  /** Writes the journal entry before the call. */
  journal(entry: JournalEntry): Promise<void>
  forget(id: string): Promise<void>
  leftovers(): Promise<JournalEntry[]>
  /** @throws StaleWrite when the table belongs to another portal. */
  writePortal(portal: Portal): Promise<void>
  writeSchema(type: ObjectType, schema: Schema): Promise<void>
  countDue(lanes?: readonly Lane[]): Promise<DueCounts>
}

export interface DueCounts {
  /** How many wait in each lane, due or not; 0 for those that were not asked for. */
  readonly lanes: PerLane<number>
  /** The moment of whoever is to be looked at first. */
  readonly first: PerLane<Millis | undefined>
  /** The oldest moment at which work became due. */
  readonly oldestDueAt: Millis | undefined
}

/** What `lookup` and `sweep` need of the table. */
export interface ViewingStore
  extends CallLogView,
    Pick<FoldingStore, 'readRecords' | 'readPortal' | 'belongingsOf'>,
    Pick<NoticingStore, 'readClaims'> {
  /** @param lanes those that are counted; the fewer, the less it costs. All by default. */
  countDue(lanes?: readonly Lane[]): Promise<DueCounts>
  readDeliverer(): Promise<DelivererState | undefined>
  countParked(): Promise<number>
  /** Parked events in the order of their ids. @param after only those behind it */
  listParked(limit: number, after?: string): Promise<ParkedItem[]>
  readParked(id: string): Promise<ParkedItem | undefined>
  /** Lets go of a parked event. It is not an error that it is gone already. */
  unpark(id: string): Promise<void>
  /**
   * Whoever waits in a lane, due or not, in the order of their next probes, from behind `after` on. A record that is looked
   * at meanwhile moves to the back, so that it may be met twice and is not missed. Eventually consistent.
   */
  list(lane: Lane, limit: number, after?: Place): Promise<{ key: RecordKey; at: Millis }[]>
}

export type Store = FoldingStore & NoticingStore & DeliveryStore & ViewingStore & CallLogStore & CallLogView
