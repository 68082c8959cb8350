import { chunk } from '../core/parallel.ts'
import type { ContactRecord, Lane } from '../core/record.ts'
import type { RecordKey } from '../core/types.ts'
import type { Session } from './session.ts'

/** Live work first; then what waited for a slow look; bulk work fills up. */
const ORDER: readonly Lane[] = ['live', 'verifying', 'conflict', 'rejected', 'bulk']
/** They are looked at less often: each look costs a query for each shard. */
const SLOW: readonly Lane[] = ['verifying', 'conflict', 'rejected']
const SLOW_LANES_EVERY = 10_000
const BATCH = 100
const GLANCE = 200
/** Rounds with less than a full batch do not follow one another more often: HubSpot's calls are dear. */
const SHORTEST_ROUND = 2_000

/** Chooses the records of each round. */
export class Intake {
  readonly #session: Session
  #slowLanesAt = Number.NEGATIVE_INFINITY
  #lastRound = Number.NEGATIVE_INFINITY

  constructor(session: Session) {
    this.#session = session
  }

  /**
   * The records of the next round, none when nothing is due. A batch that is not full waits while events are still on
   * their way, `fillWait` at most.
   */
  async next(): Promise<ContactRecord[]> {
    const { roundLimit } = this.#session.state
    const keys = await this.#due(roundLimit)
    if (keys.length === 0) return []
    if (keys.length >= roundLimit || !(await this.#waitForMore(keys.length))) return this.#begin(keys)
    return this.#begin(await this.#due(roundLimit))
  }

  /** `true` when there was something to wait for: what is due must be asked again. */
  async #waitForMore(found: number): Promise<boolean> {
    const { clock, events, config } = this.#session.deps
    const begun = clock.monotonic()
    const soonest = found < BATCH ? this.#lastRound + SHORTEST_ROUND : begun
    const latest = begun + config.delivery.fillWait * 1_000
    let waited = false
    while (clock.monotonic() < soonest || (clock.monotonic() < latest && (await events.depth()) > 0)) {
      waited = true
      await clock.sleep(GLANCE)
    }
    return waited
  }

  #begin(keys: readonly RecordKey[]): Promise<ContactRecord[]> {
    this.#lastRound = this.#session.deps.clock.monotonic()
    return this.#read(keys)
  }

  async #due(limit: number): Promise<RecordKey[]> {
    const { store, clock } = this.#session.deps
    const now = clock.now()
    const slow = clock.monotonic() >= this.#slowLanesAt
    if (slow) this.#slowLanesAt = clock.monotonic() + SLOW_LANES_EVERY
    const lanes = await Promise.all(
      ORDER.map(lane => (slow || !SLOW.includes(lane) ? store.due(lane, now, limit) : [])),
    )
    const keys = lanes.flatMap(found => found.map(({ key }) => key))
    return keys.filter(key => !this.#session.skipped.has(key)).slice(0, limit)
  }

  /** The index may be stale; the record decides. */
  async #read(keys: readonly RecordKey[]): Promise<ContactRecord[]> {
    const { store, clock } = this.#session.deps
    const records = await Promise.all(chunk(keys, BATCH).map(some => this.#readSome(some, store)))
    const due = records.flat().filter(({ due }) => due !== undefined && due.at <= clock.now())
    const order = new Map(keys.map((key, index) => [key, index]))
    return due.sort((a, b) => (order.get(a.key) ?? 0) - (order.get(b.key) ?? 0))
  }

  /** A record that cannot be read must not keep its neighbours from being read. */
  async #readSome(keys: readonly RecordKey[], store: Session['deps']['store']): Promise<ContactRecord[]> {
    try {
      return [...(await store.readRecords(keys)).values()]
    } catch (error) {
      if (keys.length > 1) {
        const halves = chunk(keys, Math.ceil(keys.length / 2))
        return (await Promise.all(halves.map(half => this.#readSome(half, store)))).flat()
      }
      for (const key of keys) this.#session.setAside(key, error)
      return []
    }
  }
}
