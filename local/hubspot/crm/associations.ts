import type { Keeper } from '../kept.ts'
import { KeptMap } from '../kept-map.ts'
import type { RecordKey } from '../ledger.ts'
import type { AssociationTypes } from './association-types.ts'
import type { Journal } from './journal.ts'

/** Which records are associated with which, and how: each pair from both sides. Knows nothing of HubSpot's rules. */
export class Associations {
  readonly types: AssociationTypes
  readonly #journal: Journal
  /** `0-1/551>0-2/77` → ids of association types. */
  readonly #pairs: KeptMap<'association'>
  /** Record → the records that it is associated with. */
  readonly #partners = new Map<string, Map<string, RecordKey>>()

  constructor(types: AssociationTypes, journal: Journal, keeper: Keeper) {
    this.types = types
    this.#journal = journal
    this.#pairs = new KeptMap('association', journal, keeper)
    for (const key of this.#pairs.keys()) {
      const [from = '', to = ''] = key.split('>')
      this.#partnersOf(from).set(to, recordOf(to))
    }
  }

  /** Ids of the types that hold from `from` to `to`; none: not associated. */
  between(from: RecordKey, to: RecordKey): readonly number[] {
    return this.#pairs.get(pairOf(from, to)) ?? []
  }

  /** The records that one is associated with. @param toTypeId absent: of all types */
  partners(from: RecordKey, toTypeId?: string): RecordKey[] {
    const all = [...(this.#partners.get(keyOf(from))?.values() ?? [])]
    return toTypeId === undefined ? all : all.filter(({ typeId }) => typeId === toTypeId)
  }

  /** @param typeIds from the side of `from`; none: no longer associated */
  set(from: RecordKey, to: RecordKey, typeIds: readonly number[]): void {
    const known = this.types.between(from.typeId, to.typeId)
    const inverse = typeIds.map(id => known.find(({ typeId }) => typeId === id)?.inverseTypeId ?? id)
    this.#setSide(from, to, typeIds)
    this.#setSide(to, from, inverse)
  }

  #setSide(from: RecordKey, to: RecordKey, typeIds: readonly number[]): void {
    const sorted = [...new Set(typeIds)].sort((a, b) => a - b)
    const had = this.between(from, to).length > 0
    this.#pairs.set(pairOf(from, to), sorted.length > 0 ? sorted : undefined)
    if (had === sorted.length > 0) return
    this.#link(from, to, !had)
    this.#journal.add(() => this.#link(from, to, had))
  }

  #link(from: RecordKey, to: RecordKey, linked: boolean): void {
    const partners = this.#partnersOf(keyOf(from))
    if (linked) partners.set(keyOf(to), to)
    else partners.delete(keyOf(to))
  }

  #partnersOf(key: string): Map<string, RecordKey> {
    const partners = this.#partners.get(key) ?? new Map<string, RecordKey>()
    this.#partners.set(key, partners)
    return partners
  }
}

const keyOf = ({ typeId, id }: RecordKey) => `${typeId}/${id}`
const pairOf = (from: RecordKey, to: RecordKey) => `${keyOf(from)}>${keyOf(to)}`

function recordOf(key: string): RecordKey {
  const [typeId = '', id = ''] = key.split('/')
  return { typeId, id }
}
