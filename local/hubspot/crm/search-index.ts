import type { CrmRecord } from './record.ts'

interface Outdated {
  readonly id: string
  /** As search still sees it; undefined: not at all. */
  readonly record: CrmRecord | undefined
  readonly until: number
}

/** facts §7: search sees a record as it was some time ago. Holds only what was changed within that time. */
export class SearchIndex {
  readonly #outdated = new Map<string, Outdated[]>()
  #queue: Outdated[] = []
  #head = 0

  /** @param previous the record before a write; undefined when it was made by it */
  changed(id: string, previous: CrmRecord | undefined, now: number, lag: number): void {
    this.#settle(now)
    if (lag <= 0) return
    const outdated = { id, record: previous, until: now + lag }
    this.#queue.push(outdated)
    const entries = this.#outdated.get(id)
    if (entries) entries.push(outdated)
    else this.#outdated.set(id, [outdated])
  }

  /** What search sees in place of `current`. */
  seen(id: string, current: CrmRecord | undefined, now: number): CrmRecord | undefined {
    const outdated = this.#outdated.get(id)?.find(entry => entry.until > now)
    return outdated ? outdated.record : current
  }

  /** Ids that search may see differently than they are. */
  recentlyChanged(now: number): string[] {
    this.#settle(now)
    return [...this.#outdated.keys()]
  }

  #settle(now: number): void {
    for (let next = this.#queue[this.#head]; next !== undefined && next.until <= now; next = this.#queue[this.#head]) {
      this.#head += 1
      const entries = this.#outdated.get(next.id)
      entries?.shift()
      if (entries?.length === 0) this.#outdated.delete(next.id)
    }
    if (this.#head > 1_000) {
      this.#queue = this.#queue.slice(this.#head)
      this.#head = 0
    }
  }
}
