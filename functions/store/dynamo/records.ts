import { isBelonging, kindOf } from '../../core/keys.ts'
import { workLaneOf } from '../../core/lanes.ts'
import type { ContactRecord, Due, Erasure, Folded, Lane } from '../../core/record.ts'
import type { Settlement } from '../../core/store.ts'
import type { BelongingKey, ContactKey, Millis, RecordKey } from '../../core/types.ts'
import { deposed, dueOfDoubt, foldedMeanwhile, overtaken } from '../refusals.ts'
import { counterOf, type Item, itemKeyOf, number, RECORD, recordKeyIn, text } from './attributes.ts'
import {
  all,
  dueBy,
  foldVersionIs,
  itemDoesNotExist,
  itemExists,
  noNewerDeliverer,
  noOtherDeliverer,
  notDueBy,
  verifyIs,
  writesAre,
} from './conditions.ts'
import { decodeDelivered, encodeDelivered } from './delivered-document.ts'
import { DUE_KEY, decodeDue, dueKey } from './due-key.ts'
import { decodeErasure, encodeErasure } from './erasure-document.ts'
import { decodeFolded, encodeFolded } from './folded-document.ts'
import type { Table } from './table.ts'

/**
 * Records: contacts, objects, and what belongs to contacts. One item, two writers, disjoint attributes:
 *
 *     fold    writes  version  folded                        ┐ lane  dueAt
 *     settle                           delivered  token      ┘ (shared)
 *     settle with a doubt                                verify
 *     raiseVerify                                        verify  erased
 *     settle for good          folded ✗                  expiresAt
 *
 * so that neither can lose what the other wrote, however their writes fall between each other's reads and writes. Only
 * settling for good takes away what was folded, on condition that nothing has been folded since.
 */
export class Records {
  readonly #table: Table

  constructor(table: Table) {
    this.#table = table
  }

  async read(keys: readonly RecordKey[]): Promise<Map<RecordKey, ContactRecord>> {
    const items = await this.#table.getMany(keys.map(itemKeyOf))
    return new Map(items.map(decode).map(record => [record.key, record]))
  }

  /**
   * A redelivered or raced fold is refused by the counter of writes, and nothing else can refuse it:
   *
   *     record  A ──read writes=4───────────────fold writes=5 ✓
   *     record  B ───────read writes=4─────────────────────────fold writes=5 ✗ StaleWrite: reads again
   *     deliver ───────────────────────settle ✓ (does not touch `writes`)
   *
   * When the answer to a successful write is lost, the SDK's own second attempt is refused in the same way: the ring of
   * the record that is read then shows that the events are in it.
   */
  async fold(key: RecordKey, folded: Folded, due: Due | undefined): Promise<void> {
    const nobodyFolded = folded.writes === 1 ? itemDoesNotExist : writesAre(folded.writes - 1)
    const set = {
      writes: number(folded.writes),
      version: number(folded.version),
      folded: text(encodeFolded(folded)),
      ...(due && dueKey(key, due)),
    }
    // What is folded anew is not to be forgotten.
    const change = { set, ...(folded.writes > 1 && { remove: ['expiresAt'] }) }
    if (!(await this.#table.update(itemKeyOf(key), change, nobodyFolded))) throw foldedMeanwhile(key)
  }

  /**
   * Only settling takes a record out of the index, and only while nobody has added work to it:
   *
   *     record  ──────────────────────fold version 8, due now───────────────────────────────
   *     deliver ──read version 7, call──────────────────────settle on 7 ✗ ── keep the due key ✓ → false
   *
   *     deliver ──read verify 2, call───────────────────────settle on 2 ✗ ── keep the due key ✓ → false
   *     doubt   ──────────────────────verify 3, due soon────────────────────────────────────
   *
   *     deliver, token 5 ──read, call──┄┄┄ stalls ┄┄┄───────settle ✗ ─────── keep the due key ✗ → Deposed
   *     deliver, token 6 ────────────────────────settle ✓───────────────────────────────────
   *
   *     deliver, token 5 ──read 7, call────────────────────────────lands last──settle on 7 ✓ keeps the due key
   *     deliver, token 6 ────────────────read 8 (token 4), call──────────────────────settle on 8 (token 4) ✗ → Overtaken
   */
  async settle(token: number, settlement: Settlement): Promise<boolean> {
    if (settlement.raiseVerify) return this.#settleInDoubt(token, settlement)
    const { key, delivered, basis, due, expiresAt } = settlement
    const set = { delivered: text(encodeDelivered(delivered)), token: number(token) }
    const alone = basis.token === undefined ? noNewerDeliverer(token) : noOtherDeliverer(token, basis.token)
    const nobodyAddedWork = all(foldVersionIs(basis.foldVersion), verifyIs(basis.verify), alone)
    const change = {
      // DynamoDB counts in seconds.
      set: {
        ...set,
        ...(due && dueKey(key, due)),
        ...(expiresAt !== undefined && { expiresAt: number(Math.ceil(expiresAt / 1_000)) }),
      },
      remove: [...(due ? [] : DUE_KEY), ...(expiresAt === undefined ? [] : ['folded'])],
    }
    if (await this.#table.update(itemKeyOf(key), change, nobodyAddedWork)) return true

    if (!(await this.#table.update(itemKeyOf(key), { set }, all(itemExists, alone)))) {
      await this.#refuseIfWritten(key, token)
    }
    return false
  }

  /** A doubt is work: it puts the record into the index whatever else has happened to it. */
  async #settleInDoubt(token: number, settlement: Settlement): Promise<boolean> {
    const { key, delivered } = settlement
    const change = {
      set: {
        delivered: text(encodeDelivered(delivered)),
        token: number(token),
        ...dueKey(key, dueOfDoubt(settlement)),
      },
      add: { verify: 1 },
    }
    if (await this.#table.update(itemKeyOf(key), change, all(itemExists, noNewerDeliverer(token)))) return true
    await this.#refuseIfWritten(key, token)
    return false
  }

  /**
   * A doubt from outside must end in the index, whatever a settlement does at the same moment:
   *
   *     notice  ──verify 3, due now ✓──────────────────────────────────────────
   *     deliver ─────────────────────settle on verify 2 ✗── keep the due key ✓
   *
   *     notice  ──due later, or not at all? ✗─────────────due by now? ✗──────verify 3, due now ✓
   *     deliver ──────────────────────────────settle ✓ ── takes it out
   *
   * That is why the counter never rises without either setting the due key or seeing it in the same write. Each turn
   * means that somebody else has moved it.
   */
  async raiseVerify(key: RecordKey, at: Millis, erased?: Erasure): Promise<boolean> {
    const add = { verify: 1 }
    const set = erased ? { erased: text(encodeErasure(erased)) } : {}
    const dueNow = { set: { ...set, ...dueKey(key, { lane: workLaneOf(kindOf(key), 'live'), at }) }, add }
    for (;;) {
      if (await this.#table.update(itemKeyOf(key), dueNow, all(itemExists, notDueBy(at)))) return true
      if (await this.#table.update(itemKeyOf(key), { set, add }, all(itemExists, dueBy(at)))) return true
      if (!(await this.#table.get(itemKeyOf(key)))) return false
    }
  }

  /** Tells a newer deliverer from a record that somebody has deleted by hand, of which nothing is left to settle. */
  async #refuseIfWritten(key: RecordKey, token: number): Promise<void> {
    const item = await this.#table.get(itemKeyOf(key))
    if (item) throw counterOf(item, 'token') > token ? deposed() : overtaken()
  }

  /** Everything under the person's `pk`, beside their own record. Strongly consistent: a deletion must not miss any. */
  async belongingsOf(owner: ContactKey, lane?: Lane): Promise<BelongingKey[]> {
    const waiting = lane && ' AND begins_with(#lane, :lane)'
    const keys: BelongingKey[] = []
    let next: Item | undefined
    do {
      const page = await this.#table.query({
        KeyConditionExpression: '#pk = :pk',
        FilterExpression: `attribute_not_exists(#expiresAt)${waiting ?? ''}`,
        ProjectionExpression: '#pk, #sk',
        ExpressionAttributeNames: {
          '#pk': 'pk',
          '#sk': 'sk',
          '#expiresAt': 'expiresAt',
          ...(lane && { '#lane': 'lane' }),
        },
        ExpressionAttributeValues: { ':pk': text(owner), ...(lane && { ':lane': text(`${lane}#`) }) },
        ConsistentRead: true,
        ...(next && { ExclusiveStartKey: next }),
      })
      for (const item of page.items) {
        const key = item.sk?.S === RECORD ? undefined : recordKeyIn(item)
        if (key !== undefined && isBelonging(key)) keys.push(key)
      }
      next = page.next
    } while (next)
    return keys
  }
}

/** @throws UnreadableItem */
function decode(item: Item): ContactRecord {
  const due = decodeDue(item)
  const erased = decodeErasure(item)
  return {
    key: recordKeyIn(item),
    folded: decodeFolded(item),
    delivered: decodeDelivered(item),
    verify: counterOf(item, 'verify'),
    ...(erased && { erased }),
    ...(due && { due }),
    ...(item.token && { token: counterOf(item, 'token') }),
  }
}
