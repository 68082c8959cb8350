import { type Due, type Lane, perLane } from '../../core/record.ts'
import type { Millis, RecordKey } from '../../core/types.ts'
import type { Clock } from '../../runtime/platform.ts'
import { type Moment, Timeline } from './timeline.ts'

/** How far the index runs behind the records, as DynamoDB's indexes do. Asked once for every change. */
export interface IndexLag {
  readonly clock: Pick<Clock, 'now'>
  length(): Millis
}

interface Change {
  readonly key: RecordKey
  readonly due: Due | undefined
  readonly visibleAt: Millis
}

/** The index of due work. Its entries may lag behind the records; the changes of one record never overtake each other. */
export class DueIndex {
  readonly #lag: IndexLag | undefined
  readonly #places = new Map<RecordKey, Due>()
  readonly #lanes = perLane(() => new Timeline())
  #pending: Change[] = []
  readonly #lastChange = new Map<RecordKey, Millis>()

  constructor(lag?: IndexLag) {
    this.#lag = lag
  }

  put(key: RecordKey, due: Due | undefined): void {
    if (!this.#lag) {
      this.#apply(key, due)
      return
    }
    const visibleAt = Math.max(this.#lag.clock.now() + this.#lag.length(), this.#lastChange.get(key) ?? 0)
    this.#lastChange.set(key, visibleAt)
    this.#pending.push({ key, due, visibleAt })
  }

  oldest(lane: Lane, limit: number, until: Millis): Moment[] {
    this.#catchUp()
    return this.#lanes[lane].oldest(limit, until)
  }

  size(lane: Lane): number {
    this.#catchUp()
    return this.#lanes[lane].size
  }

  #catchUp(): void {
    if (!this.#lag || this.#pending.length === 0) return
    const now = this.#lag.clock.now()
    const waiting: Change[] = []
    for (const change of this.#pending) {
      if (change.visibleAt > now) {
        waiting.push(change)
        continue
      }
      this.#apply(change.key, change.due)
      if (this.#lastChange.get(change.key) === change.visibleAt) this.#lastChange.delete(change.key)
    }
    this.#pending = waiting
  }

  #apply(key: RecordKey, due: Due | undefined): void {
    const before = this.#places.get(key)
    if (before) this.#lanes[before.lane].remove({ key, at: before.at })
    if (due) {
      this.#lanes[due.lane].add({ key, at: due.at })
      this.#places.set(key, due)
    } else this.#places.delete(key)
  }
}
