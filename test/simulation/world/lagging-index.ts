import type { Millis } from '../../../functions/core/types.ts'
import type { Item } from './conditions.ts'

interface Change {
  readonly id: string
  readonly item: Item | undefined
  readonly visibleAt: Millis
}

const KEYS = ['pk', 'sk', 'lane', 'dueAt'] as const

/** The index `due`, keys only. It may run behind the items; the changes of one item never overtake each other. */
export class LaggingIndex {
  readonly #now: () => Millis
  readonly #lag: (() => Millis) | undefined
  readonly #lanes = new Map<string, Map<string, Item>>()
  readonly #lastChange = new Map<string, Millis>()
  #pending: Change[] = []

  constructor(now: () => Millis, lag?: () => Millis) {
    this.#now = now
    this.#lag = lag
  }

  put(id: string, item: Item | undefined, before: Item | undefined): void {
    if (item?.lane === before?.lane && item?.dueAt === before?.dueAt) return
    const entry =
      item?.lane && item.dueAt ? Object.fromEntries(KEYS.map(name => [name, item[name] ?? { S: '' }])) : undefined
    const visibleAt = Math.max(this.#now() + (this.#lag?.() ?? 0), this.#lastChange.get(id) ?? 0)
    if (visibleAt <= this.#now()) {
      this.#catchUp()
      this.#apply(id, entry)
      return
    }
    this.#lastChange.set(id, visibleAt)
    this.#pending.push({ id, item: entry, visibleAt })
  }

  of(lane: string): Item[] {
    this.#catchUp()
    return [...(this.#lanes.get(lane)?.values() ?? [])]
  }

  #catchUp(): void {
    if (this.#pending.length === 0) return
    const now = this.#now()
    const due = this.#pending.filter(({ visibleAt }) => visibleAt <= now).sort((a, b) => a.visibleAt - b.visibleAt)
    if (due.length === 0) return
    this.#pending = this.#pending.filter(({ visibleAt }) => visibleAt > now)
    for (const { id, item } of due) this.#apply(id, item)
  }

  #apply(id: string, item: Item | undefined): void {
    for (const lane of this.#lanes.values()) lane.delete(id)
    const name = item?.lane?.S
    if (!item || name === undefined) return
    const lane = this.#lanes.get(name) ?? new Map<string, Item>()
    this.#lanes.set(name, lane.set(id, item))
  }
}
