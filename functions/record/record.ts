import type { Config } from '../core/config.ts'
import { sha256 } from '../core/digest.ts'
import type { UserEvent } from '../core/event.ts'
import { fingerprint } from '../core/fingerprint.ts'
import { fold } from '../core/fold.ts'
import type { ContactRecord } from '../core/record.ts'
import type { Schema } from '../core/schema.ts'
import { type FoldingStore, StaleWrite } from '../core/store.ts'
import type { RecordKey } from '../core/types.ts'
import type { Clock, Log, Metrics } from '../runtime/platform.ts'

export interface RecordDeps {
  readonly store: FoldingStore
  readonly config: Config
  readonly clock: Clock
  readonly log: Log
  readonly metrics: Metrics
}

/** How often another writer may come first before the events are left to a redelivery. */
const MOST_ATTEMPTS = 4
/** How long the portal's properties are believed without looking at the table again. */
const SCHEMA_AGE = 30_000

/** Folds events into their users' records. Everything here may be repeated: folding is idempotent. */
export class Recorder {
  readonly #deps: RecordDeps
  #schema: Schema | undefined
  #schemaReadAt = Number.NEGATIVE_INFINITY

  constructor(deps: RecordDeps) {
    this.#deps = deps
  }

  /** The portal's properties as `deliver` last read them; `undefined` before it has. */
  async schema(): Promise<Schema | undefined> {
    const { clock, store } = this.#deps
    if (!this.#schema || clock.monotonic() - this.#schemaReadAt > SCHEMA_AGE) {
      this.#schema = (await store.readPortal())?.schema
      this.#schemaReadAt = clock.monotonic()
    }
    return this.#schema
  }

  /**
   * Folds all of one user's events with one write. An event that cannot be folded is parked with its reason.
   * @param current the record as just read
   * @returns whether the user is due now.
   * @throws whatever the table throws: the events are to be delivered again.
   */
  async record(
    events: readonly UserEvent[],
    current: ContactRecord | undefined,
    schema: Schema | undefined,
  ): Promise<boolean> {
    const { store, config, clock, metrics } = this.#deps
    const foldable = await this.#parkUnfoldable(events, current, schema)
    const [first] = foldable
    if (!first) return false
    let record = current
    for (let attempt = 1; ; attempt += 1) {
      const { folded, due, news } = fold(record, foldable, { schema, config, now: clock.now() })
      if (!news) {
        metrics.add('EventsUnchanged', foldable.length)
        // The write whose answer was lost may have been the one that should have woken `deliver`.
        return record?.due !== undefined
      }
      try {
        await store.fold(first.key, folded, due)
        metrics.add(due ? 'EventsFolded' : 'EventsUnchanged', foldable.length)
        return due !== undefined && due.at <= clock.now()
      } catch (error) {
        if (!(error instanceof StaleWrite) || attempt === MOST_ATTEMPTS) throw error
        record = (await store.readRecords([first.key])).get(first.key)
      }
    }
  }

  /** Keeps what nobody can fold where a person can see it. */
  async park(body: string, reason: string): Promise<void> {
    const { store, clock, log, metrics } = this.#deps
    await store.park(sha256(body), { event: body, reason, at: clock.now() })
    metrics.add('EventsParked', 1)
    log.error('an event cannot be folded and was parked', { event: sha256(body).slice(0, 12), reason })
  }

  async #parkUnfoldable(
    events: readonly UserEvent[],
    current: ContactRecord | undefined,
    schema: Schema | undefined,
  ): Promise<UserEvent[]> {
    const world = { schema, config: this.#deps.config, now: this.#deps.clock.now() }
    const foldable: UserEvent[] = []
    for (const event of events) {
      try {
        fold(current, [event], world)
        foldable.push(event)
      } catch (error) {
        await this.park(JSON.stringify(event), `folding failed: ${error instanceof Error ? error.name : 'unknown'}`)
      }
    }
    return foldable
  }
}

/** A record's key as logs may show it. */
export const loggable = (key: RecordKey): string => fingerprint(key)
