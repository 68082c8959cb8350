import type { Keeper } from '../kept.ts'
import { KeptMap } from '../kept-map.ts'
import type { Journal } from './journal.ts'
import type { CrmRecord } from './record.ts'

/**
 * The records of one object type, with an index for every way in which HubSpot finds them: id, merged-away id, email
 * (primary or secondary) and unique values. Knows nothing of HubSpot's rules. Every change goes through the journal, so
 * that a batch can be undone.
 */
export class ObjectStore {
  readonly #journal: Journal
  readonly #keeper: Keeper
  readonly #records = new Map<string, CrmRecord>()
  /** Live and archived ids in ascending order: the order of lists. */
  readonly #ids: string[] = []
  readonly #redirects: KeptMap<'redirect'>
  readonly #emails: KeptMap<'email'>
  /** By `property:value`. */
  readonly #unique: KeptMap<'unique'>
  #live = 0

  constructor(journal: Journal, keeper: Keeper) {
    this.#journal = journal
    this.#keeper = keeper
    this.#redirects = new KeptMap('redirect', journal, keeper)
    this.#emails = new KeptMap('email', journal, keeper)
    this.#unique = new KeptMap('unique', journal, keeper)
    for (const [id, kept] of keeper.kept('record')) {
      this.#insertId(id)
      const record = { ...kept, properties: new Map(kept.properties) }
      this.#records.set(id, record)
      this.#live += Number(isLive(record))
    }
  }

  /** Records that are not archived. */
  get size(): number {
    return this.#live
  }

  /** The record of exactly this id, archived or not; not one that it was merged into. */
  get(id: string): CrmRecord | undefined {
    return this.#records.get(id)
  }

  /** Follows merges, however many (facts §5). @returns the id itself where it was never merged away */
  survivorOf(id: string): string {
    let current = id
    for (let next = this.#redirects.get(current); next !== undefined; next = this.#redirects.get(current))
      current = next
    return current
  }

  isMergedAway(id: string): boolean {
    return this.#redirects.has(id)
  }

  /** Whether there is, or was before a merge, a record of this id. */
  isKnown(id: string): boolean {
    return this.#records.has(id) || this.#redirects.has(id)
  }

  byEmail(email: string): string | undefined {
    return this.#emails.get(email)
  }

  byUnique(property: string, key: string): string | undefined {
    return this.#unique.get(`${property}:${key}`)
  }

  /** All live records, oldest id first. */
  *live(): Generator<CrmRecord> {
    for (const id of this.#ids) {
      const record = this.#records.get(id)
      if (record && record.archivedAt === undefined) yield record
    }
  }

  /** @param after an id; @returns at most `limit` records with larger ids */
  page(after: string | undefined, limit: number, archived: boolean): CrmRecord[] {
    const page: CrmRecord[] = []
    for (let at = after === undefined ? 0 : this.#positionAfter(after); at < this.#ids.length; at++) {
      if (page.length === limit) break
      const record = this.#records.get(this.#ids[at] ?? '')
      if (record && (record.archivedAt !== undefined) === archived) page.push(record)
    }
    return page
  }

  /** @returns at most `limit` live records, largest ids first */
  newest(limit: number): CrmRecord[] {
    const found: CrmRecord[] = []
    for (let at = this.#ids.length - 1; at >= 0 && found.length < limit; at--) {
      const record = this.#records.get(this.#ids[at] ?? '')
      if (record && record.archivedAt === undefined) found.push(record)
    }
    return found
  }

  put(record: CrmRecord): void {
    const { id } = record
    const previous = this.#records.get(id)
    if (!previous) this.#insertId(id)
    this.#place(id, record, previous)
    this.#journal.add(() => this.#place(id, previous, record))
  }

  /** Forgets it altogether: merged into another, or erased. */
  remove(id: string): void {
    const previous = this.#records.get(id)
    if (!previous) return
    this.#place(id, undefined, previous)
    this.#journal.add(() => this.#place(id, previous, undefined))
  }

  redirect(from: string, to: string): void {
    this.#redirects.set(from, to)
  }

  /** @param id undefined: nobody's */
  holdEmail(email: string, id: string | undefined): void {
    this.#emails.set(email, id)
  }

  /** @param id undefined: nobody's */
  holdUnique(property: string, key: string, id: string | undefined): void {
    this.#unique.set(`${property}:${key}`, id)
  }

  #place(id: string, record: CrmRecord | undefined, previous: CrmRecord | undefined): void {
    if (record) this.#records.set(id, record)
    else this.#records.delete(id)
    this.#keeper.keep('record', id, record ?? null)
    this.#live += Number(isLive(record)) - Number(isLive(previous))
  }

  #insertId(id: string): void {
    const last = this.#ids.at(-1)
    if (last === undefined || Number(last) < Number(id)) this.#ids.push(id)
    else this.#ids.splice(this.#positionAfter(id), 0, id)
  }

  #positionAfter(id: string): number {
    let low = 0
    let high = this.#ids.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (Number(this.#ids[middle]) <= Number(id)) low = middle + 1
      else high = middle
    }
    return low
  }
}

const isLive = (record: CrmRecord | undefined) => record !== undefined && record.archivedAt === undefined
