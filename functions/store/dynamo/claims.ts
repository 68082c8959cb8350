import { isRecordKey } from '../../core/keys.ts'
import { type Claim, type ClaimKey, MOST_WAITERS } from '../../core/store.ts'
import type { RecordKey } from '../../core/types.ts'
import { type Item, type ItemKey, recordKeyOf, text, textOf, unreadable } from './attributes.ts'
import {
  all,
  any,
  fewerWaitersThan,
  itemDoesNotExist,
  itemExists,
  ownerIsMe,
  ownerIsNamed,
  somebodyWaits,
} from './conditions.ts'
import type { Table } from './table.ts'

/** Claims on vids, email addresses and HubSpot's other objects: one item each, which names its owner, and who waits until it comes free. */
export class Claims {
  readonly #table: Table

  constructor(table: Table) {
    this.#table = table
  }

  async read(keys: readonly ClaimKey[]): Promise<Map<ClaimKey, Claim>> {
    const claims = (await this.#table.getMany(keys.map(itemOf))).map(decode)
    return new Map(claims.map(claim => [claim.key, claim]))
  }

  /**
   * A claim is taken over from the one owner whom the caller has judged, never from whoever owns it by now:
   *
   *     u2 ──read: u1 owns, does not back it──────────────────claim from u1 ✗ → u3's claim
   *     u3 ───────────read: u1 owns, does not back it──claim from u1 ✓
   */
  async claim(key: ClaimKey, owner: RecordKey, from?: RecordKey): Promise<Claim> {
    const free = any(itemDoesNotExist, ownerIsMe(owner))
    const takeable = from === undefined ? free : any(free, ownerIsNamed(from))
    // Whoever waits goes on waiting, for another owner.
    const change = { set: { owner: text(owner) } }
    // A claim that is released between the refusal and the look at it is free again: each turn means that its owner moved.
    for (;;) {
      if (await this.#table.update(itemOf(key), change, takeable)) return { key, owner }
      const found = await this.#table.get(itemOf(key))
      if (found) return decode(found)
    }
  }

  async release(key: ClaimKey, owner: RecordKey): Promise<RecordKey[]> {
    return waitersOf(await this.#table.take(itemOf(key), ownerIsMe(owner)))
  }

  async wait(key: ClaimKey, waiter: RecordKey): Promise<void> {
    const add = { waiters: { SS: [waiter] } }
    await this.#table.update(itemOf(key), { add }, all(itemExists, fewerWaitersThan(MOST_WAITERS)))
  }

  async takeWaiters(key: ClaimKey): Promise<RecordKey[]> {
    return waitersOf(await this.#table.replace(itemOf(key), { remove: ['waiters'] }, somebodyWaits))
  }
}

function itemOf(key: ClaimKey): ItemKey {
  return { pk: key, sk: 'claim' }
}

function decode(item: Item): Claim {
  const key = textOf(item, 'pk')
  if (!isClaimKey(key)) return unreadable(item, 'it claims neither a vid, nor an email, nor an object')
  const waiters = waitersOf(item)
  return { key, owner: recordKeyOf(item, 'owner'), ...(waiters.length > 0 && { waiters }) }
}

const waitersOf = (item: Item | undefined): RecordKey[] => (item?.waiters?.SS ?? []).filter(isRecordKey)

function isClaimKey(key: string): key is ClaimKey {
  return /^(vid#\d+|email#.+|id#[^#]+#.+)$/s.test(key)
}
