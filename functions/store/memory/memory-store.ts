import type { LogEntry } from '../../core/call-log.ts'
import type { ObjectType } from '../../core/hubspot-objects.ts'
import { isBelonging, kindOf, ownerOf } from '../../core/keys.ts'
import { workLaneOf } from '../../core/lanes.ts'
import {
  type ContactRecord,
  type Due,
  type Erasure,
  type Folded,
  LANES,
  type Lane,
  notDelivered,
  oldestWork,
  perLane,
} from '../../core/record.ts'
import type { Schema } from '../../core/schema.ts'
import {
  type Claim,
  type ClaimKey,
  comparePlaces,
  type DelivererState,
  type DueCounts,
  firstDeliverer,
  type JournalEntry,
  MOST_WAITERS,
  type ParkedEvent,
  type ParkedItem,
  type Place,
  type Portal,
  placeOf,
  type Settlement,
  type Store,
} from '../../core/store.ts'
import type { BelongingKey, ContactKey, Millis, RecordKey } from '../../core/types.ts'
import type { ItemKind, ItemWrite } from '../item-write.ts'
import { deposed, dueOfDoubt, foldedMeanwhile, otherPortal, overtaken } from '../refusals.ts'
import { spent } from '../spent.ts'
import { DueIndex, type IndexLag } from './due-index.ts'

export interface MemoryStoreOptions {
  /** Hears of every write request that the table would have seen. */
  readonly onWrite?: (write: ItemWrite) => void
  /** Makes the index of due work run behind the records. */
  readonly indexLag?: IndexLag
}

interface Row {
  readonly record: ContactRecord
  /** The deliverer that wrote last. */
  readonly token: number
}

/**
 * The table in memory, for tests, simulations and benchmarks: the same store tests hold it to what `DynamoStore` does.
 * Every operation is one step that nothing interrupts. Records are shared, not copied: they are read-only.
 */
export class MemoryStore implements Store {
  readonly #options: MemoryStoreOptions
  readonly #rows = new Map<RecordKey, Row>()
  readonly #index: DueIndex
  /** By owner, without those that have settled for good. */
  readonly #belongings = new Map<ContactKey, Set<BelongingKey>>()
  readonly #schemas = new Map<ObjectType, Schema>()
  readonly #claims = new Map<ClaimKey, Claim>()
  readonly #journal = new Map<string, JournalEntry>()
  readonly #parked = new Map<string, ParkedEvent>()
  readonly #callLog = new Map<ContactKey, LogEntry[]>()
  #portal: Portal | undefined
  #token = 0
  #state: DelivererState | undefined

  constructor(options: MemoryStoreOptions = {}) {
    this.#options = options
    this.#index = new DueIndex(options.indexLag)
  }

  async readRecords(keys: readonly RecordKey[]): Promise<Map<RecordKey, ContactRecord>> {
    const found = new Map<RecordKey, ContactRecord>()
    for (const key of keys) {
      const row = this.#rows.get(key)
      if (row) found.set(key, row.record)
    }
    return found
  }

  async fold(key: RecordKey, folded: Folded, due: Due | undefined): Promise<void> {
    const row = this.#rows.get(key)
    if ((row?.record.folded.writes ?? 0) !== folded.writes - 1) {
      this.#refuse('record')
      throw foldedMeanwhile(key)
    }
    const { due: before, ...record } = row?.record ?? { key, delivered: notDelivered, verify: 0 }
    this.#write({ ...record, folded }, due ?? before, row?.token ?? 0)
    this.#note(key, true)
  }

  async settle(token: number, settlement: Settlement): Promise<boolean> {
    const { key, delivered, basis } = settlement
    const due = settlement.raiseVerify ? dueOfDoubt(settlement) : settlement.due
    const row = this.#rows.get(key)
    if (!row || row.token > token) {
      this.#refuse('record')
      // A settlement in DynamoDB is tried a second time without the due key.
      if (!settlement.raiseVerify) this.#refuse('record')
      if (row) throw deposed()
      return false
    }
    if (!settlement.raiseVerify && basis.token !== undefined && ![basis.token, token].includes(row.token)) {
      this.#refuse('record')
      this.#refuse('record')
      throw overtaken()
    }
    const { due: before, ...record } = row.record
    const { folded, verify } = record
    if (settlement.raiseVerify) {
      this.#write({ ...record, delivered, verify: verify + 1 }, due, token)
      return true
    }
    const basisStands = folded.version === basis.foldVersion && verify === basis.verify
    if (!basisStands) this.#refuse('record')
    const forGood = basisStands && settlement.expiresAt !== undefined
    const kept = forGood ? { ...record, folded: spent(folded) } : record
    this.#write({ ...kept, delivered }, basisStands ? due : before, token)
    if (forGood) this.#note(key, false)
    return basisStands
  }

  async raiseVerify(key: RecordKey, at: Millis, erased?: Erasure): Promise<boolean> {
    const row = this.#rows.get(key)
    if (!row) {
      this.#refuse('record')
      this.#refuse('record')
      return false
    }
    const { due, ...record } = row.record
    const early = due !== undefined && due.at <= at
    // DynamoDB is first asked as if it were not due.
    if (early) this.#refuse('record')
    const doubted = { ...record, verify: record.verify + 1, ...(erased && { erased }) }
    this.#write(doubted, early ? due : { lane: workLaneOf(kindOf(key), 'live'), at }, row.token)
    return true
  }

  async belongingsOf(owner: ContactKey, lane?: Lane): Promise<readonly BelongingKey[]> {
    const all = [...(this.#belongings.get(owner) ?? [])]
    return lane === undefined ? all : all.filter(key => this.#rows.get(key)?.record.due?.lane === lane)
  }

  async due(lane: Lane, now: Millis, limit: number): Promise<{ key: RecordKey; at: Millis }[]> {
    return this.#index.oldest(lane, limit, now)
  }

  async list(lane: Lane, limit: number, after?: Place): Promise<{ key: RecordKey; at: Millis }[]> {
    return this.#index
      .oldest(lane, Infinity, Infinity)
      .filter(entry => !after || comparePlaces(placeOf(entry), after) > 0)
      .sort((a, b) => comparePlaces(placeOf(a), placeOf(b)))
      .slice(0, limit)
  }

  async countDue(lanes: readonly Lane[] = LANES): Promise<DueCounts> {
    const first = perLane(lane => (lanes.includes(lane) ? this.#index.oldest(lane, 1, Infinity)[0]?.at : undefined))
    return {
      lanes: perLane(lane => (lanes.includes(lane) ? this.#index.size(lane) : 0)),
      first,
      oldestDueAt: oldestWork(first),
    }
  }

  async readClaims(keys: readonly ClaimKey[]): Promise<Map<ClaimKey, Claim>> {
    const found = new Map<ClaimKey, Claim>()
    for (const key of keys) {
      const claim = this.#claims.get(key)
      if (claim) found.set(key, claim)
    }
    return found
  }

  async claim(key: ClaimKey, owner: RecordKey, from?: RecordKey): Promise<Claim> {
    const current = this.#claims.get(key)
    if (current && current.owner !== owner && current.owner !== from) {
      this.#refuse('claim')
      return current
    }
    const claim: Claim = { key, owner }
    this.#claims.set(key, { ...current, ...claim })
    this.#wrote('claim')
    return claim
  }

  async release(key: ClaimKey, owner: RecordKey): Promise<readonly RecordKey[]> {
    const claim = this.#claims.get(key)
    if (claim?.owner !== owner) {
      this.#refuse('claim')
      return []
    }
    this.#claims.delete(key)
    this.#wrote('claim')
    return claim.waiters ?? []
  }

  async wait(key: ClaimKey, waiter: RecordKey): Promise<void> {
    const claim = this.#claims.get(key)
    const waiters = claim?.waiters ?? []
    if (!claim || waiters.length >= MOST_WAITERS) {
      this.#refuse('claim')
      return
    }
    this.#claims.set(key, { ...claim, waiters: [...new Set([...waiters, waiter])] })
    this.#wrote('claim')
  }

  async takeWaiters(key: ClaimKey): Promise<readonly RecordKey[]> {
    const claim = this.#claims.get(key)
    if (!claim?.waiters) {
      this.#refuse('claim')
      return []
    }
    const { waiters, owner } = claim
    this.#claims.set(key, { key, owner })
    this.#wrote('claim')
    return waiters
  }

  async open(): Promise<{ token: number; state: DelivererState }> {
    this.#token++
    this.#wrote('deliverer')
    return { token: this.#token, state: this.#state ?? firstDeliverer }
  }

  async save(token: number, state: DelivererState): Promise<void> {
    if (token !== this.#token) {
      this.#refuse('deliverer')
      throw deposed()
    }
    this.#state = state
    this.#wrote('deliverer')
  }

  async readDeliverer(): Promise<DelivererState | undefined> {
    return this.#token === 0 ? undefined : (this.#state ?? firstDeliverer)
  }

  async journal(entry: JournalEntry): Promise<void> {
    this.#journal.set(entry.id, entry)
    this.#wrote('call')
  }

  async forget(id: string): Promise<void> {
    this.#journal.delete(id)
    this.#wrote('call')
  }

  async leftovers(): Promise<JournalEntry[]> {
    return [...this.#journal.values()].sort((a, b) => (a.id < b.id ? -1 : 1))
  }

  async readPortal(): Promise<Portal | undefined> {
    return this.#portal
  }

  async writePortal(portal: Portal): Promise<void> {
    if (this.#portal && this.#portal.id !== portal.id) {
      this.#refuse('portal')
      throw otherPortal()
    }
    this.#portal = portal
    this.#wrote('portal')
  }

  async readSchemas(types: readonly ObjectType[]): Promise<ReadonlyMap<ObjectType, Schema>> {
    return new Map([...this.#schemas].filter(([type]) => types.includes(type)))
  }

  async writeSchema(type: ObjectType, schema: Schema): Promise<void> {
    this.#schemas.set(type, schema)
    this.#wrote('portal')
  }

  async logCalls(entries: readonly LogEntry[]): Promise<number> {
    for (const entry of entries) {
      this.#callLog.set(
        entry.owner,
        [entry, ...(this.#callLog.get(entry.owner) ?? [])].sort((a, b) => b.at - a.at),
      )
      this.#wrote('log')
    }
    return 0
  }

  async forgetCalls(owner: ContactKey): Promise<void> {
    this.#callLog.delete(owner)
  }

  async readCallLog(owner: ContactKey, limit: number, before = Number.POSITIVE_INFINITY): Promise<LogEntry[]> {
    return (this.#callLog.get(owner) ?? []).filter(({ at }) => at < before).slice(0, limit)
  }

  async park(id: string, parked: ParkedEvent): Promise<void> {
    if (this.#parked.has(id)) {
      this.#refuse('parked')
      return
    }
    this.#parked.set(id, parked)
    this.#wrote('parked')
  }

  async countParked(): Promise<number> {
    return this.#parked.size
  }

  async listParked(limit: number, after = ''): Promise<ParkedItem[]> {
    const ids = [...this.#parked.keys()].filter(id => id > after).sort()
    return ids.slice(0, limit).flatMap(id => this.#parkedItem(id) ?? [])
  }

  async readParked(id: string): Promise<ParkedItem | undefined> {
    return this.#parkedItem(id)
  }

  #parkedItem(id: string): ParkedItem | undefined {
    const parked = this.#parked.get(id)
    return parked && { id, ...parked }
  }

  async unpark(id: string): Promise<void> {
    this.#parked.delete(id)
    this.#wrote('parked')
  }

  #write(record: Omit<ContactRecord, 'due'>, due: Due | undefined, token: number) {
    const before = this.#rows.get(record.key)?.record.due
    this.#rows.set(record.key, { record: { ...record, ...(due && { due }), ...(token > 0 && { token }) }, token })
    const moved = before?.lane !== due?.lane || before?.at !== due?.at
    if (moved) this.#index.put(record.key, due)
    this.#wrote('record', moved ? (before && due ? 2 : 1) : 0)
  }

  #note(key: RecordKey, belongs: boolean): void {
    const owner = ownerOf(key)
    if (owner === undefined || !isBelonging(key)) return
    const belongings = this.#belongings.get(owner) ?? new Set()
    this.#belongings.set(owner, belongings)
    if (belongs) belongings.add(key)
    else belongings.delete(key)
  }

  #wrote(kind: ItemKind, indexWrites: ItemWrite['indexWrites'] = 0): void {
    this.#options.onWrite?.({ kind, refused: false, indexWrites })
  }

  #refuse(kind: ItemKind): void {
    this.#options.onWrite?.({ kind, refused: true, indexWrites: 0 })
  }
}
