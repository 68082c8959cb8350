/** Who made a change. */
export type Source = 'api' | 'ui' | 'form' | 'tracking' | 'seed'

/** What one write did to one record. */
export interface Change {
  /** `0-1`: a contact. */
  readonly objectTypeId: string
  /** The record's id. */
  readonly vid: string
  readonly kind: 'create' | 'update' | 'merge' | 'archive' | 'restore' | 'erase' | 'secondary-email'
  /** As HubSpot keeps them: '' where cleared. */
  readonly properties: Readonly<Record<string, string>>
  /** The same properties before: '' where they had no value. */
  readonly previous: Readonly<Record<string, string>>
  /** Of a merge: the ids that lead to `vid` from now on. */
  readonly mergedVids?: readonly string[]
}

export interface WriteEntry extends Change {
  /** Of the call that brought it; 0: no call, somebody in HubSpot. */
  readonly call: number
  readonly source: Source
  readonly receivedAt: number
  /** Later than received when the write landed late. */
  readonly appliedAt: number
}

export interface CallEntry {
  /** 1, 2, … in the order in which requests came. */
  readonly id: number
  readonly method: string
  readonly path: string
  /** Without ids: `POST contacts/batch/read`. */
  readonly route: string
  /** undefined: no answer was given (yet). */
  readonly status: number | undefined
  /** Of the request's body. */
  readonly bytes: number
  readonly inputs: number
  readonly traces: readonly string[]
  readonly receivedAt: number
  readonly answeredAt: number | undefined
  /** The kind of the fault that struck it. */
  readonly fault?: string
}

/** Totals that never grow with the number of calls. */
export interface CallCounts {
  readonly calls: number
  /** Inputs of all batches. */
  readonly inputs: number
  /** Records changed through the API. */
  readonly writes: number
  readonly byRoute: Readonly<Record<string, { readonly calls: number; readonly inputs: number }>>
  /** Status → calls; `none`: no answer. */
  readonly byStatus: Readonly<Record<string, number>>
}

/** What happened, for tests to judge. `keep` bounds the entries of each kind; counts go on. */
export class Ledger {
  readonly #keep: number
  #writes: WriteEntry[] = []
  #calls: CallEntry[] = []
  #counts = emptyCounts()
  readonly #listeners = new Set<(entry: WriteEntry) => void>()

  /** @param keep entries of each kind that are kept: 0 none, Infinity all */
  constructor(keep: number) {
    this.#keep = keep
  }

  /** Oldest first. */
  get writes(): readonly WriteEntry[] {
    return this.#writes
  }

  /** Oldest first; a call is listed when it was answered, or will certainly not be. */
  get calls(): readonly CallEntry[] {
    return this.#calls
  }

  get counts(): CallCounts {
    return {
      ...this.#counts,
      byRoute: Object.fromEntries([...this.#counts.byRoute].map(([route, counts]) => [route, { ...counts }])),
      byStatus: Object.fromEntries(this.#counts.byStatus),
    }
  }

  /** Called after every write, in order. @returns ends it */
  onWrite(listener: (entry: WriteEntry) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  addWrite(entry: WriteEntry): void {
    if (entry.source === 'api') this.#counts.writes += 1
    this.#writes = this.#bounded(this.#writes, entry)
    for (const listener of this.#listeners) listener(entry)
  }

  addCall(entry: CallEntry): void {
    const counts = this.#counts
    counts.calls += 1
    counts.inputs += entry.inputs
    const route = counts.byRoute.get(entry.route) ?? { calls: 0, inputs: 0 }
    route.calls += 1
    route.inputs += entry.inputs
    counts.byRoute.set(entry.route, route)
    const status = String(entry.status ?? 'none')
    counts.byStatus.set(status, (counts.byStatus.get(status) ?? 0) + 1)
    this.#calls = this.#bounded(this.#calls, entry)
  }

  /** Forgets entries and counts. */
  clear(): void {
    this.#writes = []
    this.#calls = []
    this.#counts = emptyCounts()
  }

  #bounded<T>(entries: T[], entry: T): T[] {
    if (this.#keep === 0) return entries
    entries.push(entry)
    // Cut seldom, so that adding stays cheap.
    return entries.length > 2 * this.#keep ? entries.slice(-this.#keep) : entries
  }
}

function emptyCounts() {
  return {
    calls: 0,
    inputs: 0,
    writes: 0,
    byRoute: new Map<string, { calls: number; inputs: number }>(),
    byStatus: new Map<string, number>(),
  }
}
