import type { Journal } from './crm/journal.ts'
import type { Keeper, Kind, Kinds } from './kept.ts'

/** A map of which every change can be undone, and survives. */
export class KeptMap<K extends Kind> {
  readonly #kind: K
  readonly #journal: Journal
  readonly #keeper: Keeper
  readonly #values: Map<string, Kinds[K]>

  constructor(kind: K, journal: Journal, keeper: Keeper) {
    this.#kind = kind
    this.#journal = journal
    this.#keeper = keeper
    this.#values = new Map(keeper.kept(kind))
  }

  get size(): number {
    return this.#values.size
  }

  get(key: string): Kinds[K] | undefined {
    return this.#values.get(key)
  }

  has(key: string): boolean {
    return this.#values.has(key)
  }

  /** In the order in which they first came. */
  keys(): Iterable<string> {
    return this.#values.keys()
  }

  values(): Iterable<Kinds[K]> {
    return this.#values.values()
  }

  entries(): Iterable<[string, Kinds[K]]> {
    return this.#values.entries()
  }

  /** @param value undefined: none any more */
  set(key: string, value: Kinds[K] | undefined): void {
    const previous = this.#values.get(key)
    this.#assign(key, value)
    this.#journal.add(() => this.#assign(key, previous))
  }

  #assign(key: string, value: Kinds[K] | undefined): void {
    if (value === undefined) this.#values.delete(key)
    else this.#values.set(key, value)
    this.#keeper.keep(this.#kind, key, value ?? null)
  }
}
