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

export interface WriteEntry extends Change, Origin {}

/** What was done to a portal beside writing records. */
export type Deed =
  /** An event was taken; `id` is its own. */
  | { readonly kind: 'event'; readonly id: string; readonly eventName: string; readonly recordId?: string }
  /** Two records are associated by exactly these types from now on; by none: no longer. */
  | {
      readonly kind: 'associate'
      readonly from: RecordKey
      readonly to: RecordKey
      readonly associationTypeIds: readonly number[]
      readonly previous: readonly number[]
    }
  | { readonly kind: 'join' | 'leave'; readonly listId: string; readonly recordId: string }
  /** `subscriptionId` absent: of everything at once. */
  | {
      readonly kind: 'subscription'
      readonly email: string
      readonly subscriptionId?: string
      readonly status: string
      readonly previous: string
    }

export interface RecordKey {
  readonly typeId: string
  readonly id: string
}

interface Origin {
  /** Of the call that brought it; 0: no call, somebody in HubSpot. */
  readonly call: number
  readonly source: Source
  readonly receivedAt: number
  /** Later than received when it landed late. */
  readonly appliedAt: number
}

export type DeedEntry = Deed & Origin

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
  /** Whatever else was changed through the API: events taken, associations, members of lists, subscriptions. */
  readonly deeds: number
  readonly byRoute: Readonly<Record<string, { readonly calls: number; readonly inputs: number }>>
  /** Status → calls; `none`: no answer. */
  readonly byStatus: Readonly<Record<string, number>>
}

/** What happened, for tests to judge. `keep` bounds the entries of each kind; counts go on. */
export class Ledger {
  readonly #keep: number
  #writes: WriteEntry[] = []
  #deeds: DeedEntry[] = []
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

  /** Oldest first. */
  get deeds(): readonly DeedEntry[] {
    return this.#deeds
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

  /** What one call, or one person, did. */
  add(notes: { readonly changes: readonly Change[]; readonly deeds: readonly Deed[] }, origin: Origin): void {
    for (const change of notes.changes) this.#addWrite({ ...change, ...origin })
    for (const deed of notes.deeds) this.#addDeed({ ...deed, ...origin })
  }

  #addWrite(entry: WriteEntry): void {
    if (entry.source === 'api') this.#counts.writes += 1
    this.#writes = this.#bounded(this.#writes, entry)
    for (const listener of this.#listeners) listener(entry)
  }

  #addDeed(entry: DeedEntry): void {
    if (entry.source === 'api') this.#counts.deeds += 1
    this.#deeds = this.#bounded(this.#deeds, entry)
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
    this.#deeds = []
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
    deeds: 0,
    byRoute: new Map<string, { calls: number; inputs: number }>(),
    byStatus: new Map<string, number>(),
  }
}
