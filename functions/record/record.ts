import { bequestOf, endOf, MOST_ABSORBED, passedOn } from '../core/alias.ts'
import type { Config } from '../core/config.ts'
import { sha256 } from '../core/digest.ts'
import { type AliasEvent, compareStamps, type FoldableEvent, isActivity, type UserEvent } from '../core/event.ts'
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
   * Folds all of one user's events with one write, or with one for each stretch between aliases: into the user's record,
   * or into that of whom the user has become. An event that cannot be folded is parked with its reason.
   * @param current the record as just read
   * @returns whether the user is due now.
   * @throws whatever the table throws: the events are to be delivered again.
   */
  async record(
    events: readonly UserEvent[],
    current: ContactRecord | undefined,
    schema: Schema | undefined,
  ): Promise<boolean> {
    let due = false
    const ofContact = events.filter(event => event.type !== 'group' && !isActivity(event))
    for (const [index, stretch] of stretches(ofContact).entries()) {
      const key = Array.isArray(stretch) ? stretch[0]?.key : stretch.key
      const record = index === 0 || !key ? current : await this.#read(key)
      const isDue = Array.isArray(stretch)
        ? await this.#fold(stretch, record, schema)
        : await this.#alias(stretch, record, schema)
      due ||= isDue
    }
    return due
  }

  async #fold(
    events: readonly FoldableEvent[],
    current: ContactRecord | undefined,
    schema: Schema | undefined,
  ): Promise<boolean> {
    const { store, config, clock, metrics } = this.#deps
    const [first] = events
    if (!first) return false
    let record = current
    let foldable: readonly FoldableEvent[] | undefined
    for (let attempt = 1; ; attempt += 1) {
      const end = record?.folded.aliasOf ? await endOf(store, first.key) : { key: first.key, record }
      if (!end) {
        await this.#parkAll(events, UNENDING)
        return false
      }
      foldable ??= await this.#parkUnfoldable(stillConcerning(events, record), end.record, schema)
      const { folded, due, news } = fold(end.record, foldable, { schema, config, now: clock.now() })
      if (!news) {
        metrics.add('EventsUnchanged', foldable.length)
        // The write whose answer was lost may have been the one that should have woken `deliver`.
        return end.record?.due !== undefined
      }
      try {
        await store.fold(end.key, folded, due)
        metrics.add(due ? 'EventsFolded' : 'EventsUnchanged', foldable.length)
        return due !== undefined && due.at <= clock.now()
      } catch (error) {
        if (!(error instanceof StaleWrite) || attempt === MOST_ATTEMPTS) throw error
        record = await this.#read(first.key)
      }
    }
  }

  /**
   * One id becomes another: the heir gets the values, then the id's own record says whose it is. A crash between the two
   * is repeated harmlessly, and the heir takes no contact of an id whose record does not say so.
   *
   *     previous record ─► end of the user's chain ─► write the heir ─► write the previous record
   *     │                                            │ each only if nobody has written it since it was read: of two ids
   *     └────────────────────────────────────────────┘ that become one another at once, the second finds out
   */
  async #alias(event: AliasEvent, current: ContactRecord | undefined, schema: Schema | undefined): Promise<boolean> {
    const { store, config, clock, log, metrics } = this.#deps
    let record = current
    for (let attempt = 1; ; attempt += 1) {
      const before = record?.folded.aliasOf
      if (before && compareStamps(before.stamp, event.stamp) >= 0) {
        metrics.add('EventsUnchanged', 1)
        return record?.due !== undefined
      }
      const end = await endOf(store, event.into)
      if (!end) {
        await this.#parkAll([event], UNENDING)
        return false
      }
      if (end.path.includes(event.key)) {
        log.info('an alias of two ids that are one already is ignored', { record: fingerprint(event.key) })
        metrics.add('EventsUnchanged', 1)
        return false
      }
      try {
        if (!before) {
          const bequest = bequestOf(record, event)
          const { folded, due } = fold(end.record, [], { schema, config, now: clock.now() }, bequest)
          if ((folded.absorbs?.length ?? 0) > MOST_ABSORBED) {
            await this.#parkAll([event], `more than ${MOST_ABSORBED} ids would become one user`)
            return false
          }
          await store.fold(end.key, folded, due)
        }
        const { folded, due } = passedOn(record, event, end.key, clock.now())
        await store.fold(event.key, folded, due)
        metrics.add('EventsFolded', 1)
        return true
      } catch (error) {
        if (!(error instanceof StaleWrite) || attempt === MOST_ATTEMPTS) throw error
        record = await this.#read(event.key)
      }
    }
  }

  async #read(key: RecordKey): Promise<ContactRecord | undefined> {
    return (await this.#deps.store.readRecords([key])).get(key)
  }

  async #parkAll(events: readonly UserEvent[], reason: string): Promise<void> {
    for (const event of events) await this.park(JSON.stringify(event), reason)
  }

  /** Keeps what nobody can fold where a person can see it. */
  async park(body: string, reason: string): Promise<void> {
    const { store, clock, log, metrics } = this.#deps
    await store.park(sha256(body), { event: body, reason, at: clock.now() })
    metrics.add('EventsParked', 1)
    log.error('an event cannot be folded and was parked', { event: sha256(body).slice(0, 12), reason })
  }

  async #parkUnfoldable(
    events: readonly FoldableEvent[],
    current: ContactRecord | undefined,
    schema: Schema | undefined,
  ): Promise<FoldableEvent[]> {
    const world = { schema, config: this.#deps.config, now: this.#deps.clock.now() }
    const foldable: FoldableEvent[] = []
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

const UNENDING = 'the id has become another that has become another, and so on: too often, or in a circle'

/** The deletion of an id from before it became another's is not the other's. */
const stillConcerning = (events: readonly FoldableEvent[], record: ContactRecord | undefined): FoldableEvent[] => {
  const aliasOf = record?.folded.aliasOf
  return events.filter(({ type, stamp }) => !aliasOf || type !== 'delete' || compareStamps(stamp, aliasOf.stamp) > 0)
}

/** Aliases alone, and what is between them together. */
function stretches(events: readonly (AliasEvent | FoldableEvent)[]): (AliasEvent | FoldableEvent[])[] {
  const all: (AliasEvent | FoldableEvent[])[] = []
  for (const event of events) {
    const last = all.at(-1)
    if (event.type === 'alias') all.push(event)
    else if (Array.isArray(last)) last.push(event)
    else all.push([event])
  }
  return all
}
