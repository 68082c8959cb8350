import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import type { LogEntry } from '../../core/call-log.ts'
import type { ObjectType } from '../../core/hubspot-objects.ts'
import type { ContactRecord, Due, Erasure, Folded, Lane } from '../../core/record.ts'
import type { Schema } from '../../core/schema.ts'
import type {
  Claim,
  ClaimKey,
  DelivererState,
  DueCounts,
  JournalEntry,
  ParkedEvent,
  ParkedItem,
  Place,
  Portal,
  Settlement,
  Store,
} from '../../core/store.ts'
import type { BelongingKey, ContactKey, Millis, RecordKey } from '../../core/types.ts'
import type { Clock } from '../../runtime/platform.ts'
import { CallLog } from './call-log.ts'
import { Calls } from './calls.ts'
import { Claims } from './claims.ts'
import { Deliverer } from './deliverer.ts'
import { DueWork } from './due-work.ts'
import { Parked } from './parked.ts'
import { Portals } from './portals.ts'
import { Records } from './records.ts'
import { Table } from './table.ts'

/**
 * The table in DynamoDB. One file for each kind of item; here they are one `Store`.
 *
 * Besides what the port names, every operation throws `TableUnavailable` (try again later), `TableRefused` (nobody need
 * try again) and, when it reads, `UnreadableItem`.
 *
 * @example new DynamoStore(dynamoClient(), required(environment, 'TABLE_NAME'), platform.clock)
 */
export class DynamoStore implements Store {
  readonly #records: Records
  readonly #dueWork: DueWork
  readonly #claims: Claims
  readonly #deliverer: Deliverer
  readonly #calls: Calls
  readonly #portals: Portals
  readonly #parked: Parked
  readonly #callLog: CallLog

  constructor(client: DynamoDBClient, tableName: string, clock: Pick<Clock, 'sleep'>) {
    const table = new Table(client, tableName, clock)
    this.#records = new Records(table)
    this.#dueWork = new DueWork(table)
    this.#claims = new Claims(table)
    this.#deliverer = new Deliverer(table)
    this.#calls = new Calls(table)
    this.#portals = new Portals(table)
    this.#parked = new Parked(table)
    this.#callLog = new CallLog(table)
  }

  readRecords(keys: readonly RecordKey[]): Promise<Map<RecordKey, ContactRecord>> {
    return this.#records.read(keys)
  }
  fold(key: RecordKey, folded: Folded, due: Due | undefined): Promise<void> {
    return this.#records.fold(key, folded, due)
  }
  settle(token: number, settlement: Settlement): Promise<boolean> {
    return this.#records.settle(token, settlement)
  }
  raiseVerify(key: RecordKey, at: Millis, erased?: Erasure): Promise<boolean> {
    return this.#records.raiseVerify(key, at, erased)
  }
  belongingsOf(owner: ContactKey, lane?: Lane): Promise<readonly BelongingKey[]> {
    return this.#records.belongingsOf(owner, lane)
  }

  due(lane: Lane, now: Millis, limit: number): Promise<{ key: RecordKey; at: Millis }[]> {
    return this.#dueWork.oldest(lane, now, limit)
  }
  list(lane: Lane, limit: number, after?: Place): Promise<{ key: RecordKey; at: Millis }[]> {
    return this.#dueWork.list(lane, limit, after)
  }
  countDue(lanes?: readonly Lane[]): Promise<DueCounts> {
    return this.#dueWork.count(lanes)
  }

  readClaims(keys: readonly ClaimKey[]): Promise<Map<ClaimKey, Claim>> {
    return this.#claims.read(keys)
  }
  claim(key: ClaimKey, owner: RecordKey, from?: RecordKey): Promise<Claim> {
    return this.#claims.claim(key, owner, from)
  }
  release(key: ClaimKey, owner: RecordKey): Promise<readonly RecordKey[]> {
    return this.#claims.release(key, owner)
  }
  wait(key: ClaimKey, waiter: RecordKey): Promise<void> {
    return this.#claims.wait(key, waiter)
  }
  takeWaiters(key: ClaimKey): Promise<readonly RecordKey[]> {
    return this.#claims.takeWaiters(key)
  }

  open(): Promise<{ token: number; state: DelivererState }> {
    return this.#deliverer.open()
  }
  save(token: number, state: DelivererState): Promise<void> {
    return this.#deliverer.save(token, state)
  }
  readDeliverer(): Promise<DelivererState | undefined> {
    return this.#deliverer.read()
  }

  journal(entry: JournalEntry): Promise<void> {
    return this.#calls.journal(entry)
  }
  forget(id: string): Promise<void> {
    return this.#calls.forget(id)
  }
  leftovers(): Promise<JournalEntry[]> {
    return this.#calls.leftovers()
  }

  readPortal(): Promise<Portal | undefined> {
    return this.#portals.read()
  }
  writePortal(portal: Portal): Promise<void> {
    return this.#portals.write(portal)
  }
  readSchemas(types: readonly ObjectType[]): Promise<ReadonlyMap<ObjectType, Schema>> {
    return this.#portals.readSchemas(types)
  }
  writeSchema(type: ObjectType, schema: Schema): Promise<void> {
    return this.#portals.writeSchema(type, schema)
  }

  logCalls(entries: readonly LogEntry[], expiresAt: Millis): Promise<number> {
    return this.#callLog.write(entries, expiresAt)
  }
  forgetCalls(owner: ContactKey): Promise<void> {
    return this.#callLog.forget(owner)
  }
  readCallLog(owner: ContactKey, limit: number, before?: Millis): Promise<LogEntry[]> {
    return this.#callLog.read(owner, limit, before)
  }

  park(id: string, parked: ParkedEvent): Promise<void> {
    return this.#parked.park(id, parked)
  }
  countParked(): Promise<number> {
    return this.#parked.count()
  }
  listParked(limit: number, after?: string): Promise<ParkedItem[]> {
    return this.#parked.list(limit, after)
  }
  readParked(id: string): Promise<ParkedItem | undefined> {
    return this.#parked.read(id)
  }
  unpark(id: string): Promise<void> {
    return this.#parked.remove(id)
  }
}
