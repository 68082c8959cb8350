import type { UserEvent } from '../core/event.ts'
import { fold } from '../core/fold.ts'
import { kindOf } from '../core/keys.ts'
import type { ContactRecord } from '../core/record.ts'
import { StaleWrite } from '../core/store.ts'
import type { RecordKey } from '../core/types.ts'
import type { Parking, RecordDeps } from './parking.ts'
import type { Part } from './parts.ts'
import type { Schemas } from './schemas.ts'

/**
 * How often another writer may come first before the events are left to a redelivery. A company of which everybody
 * speaks is folded by many invocations at once: each turn one of them gets through.
 */
const MOST_ATTEMPTS = 10
/** The longest wait between two of them, in milliseconds, and the first. */
const LONGEST_WAIT = 1_000
const FIRST_WAIT = 20

export interface Outcome {
  /** Whether `deliver` has something to do now. */
  readonly due: boolean
  /** Events that said something new. */
  readonly changed: readonly UserEvent[]
}

/** Folds what is said of objects and of what belongs to a person. Everything here may be repeated: folding is idempotent. */
export class OtherRecords {
  readonly #deps: RecordDeps
  readonly #schemas: Schemas
  readonly #parking: Parking

  constructor(deps: RecordDeps, schemas: Schemas, parking: Parking) {
    this.#deps = deps
    this.#schemas = schemas
    this.#parking = parking
  }

  /**
   * Folds all that is said of one record with one write. An event that cannot be folded into it is parked with its reason.
   * @param current the record as just read; an event's need not be read: it is written once
   * @throws whatever the table throws: the events are to be delivered again.
   */
  async fold(key: RecordKey, current: ContactRecord | undefined, parts: readonly Part[]): Promise<Outcome> {
    const { store, config, clock, random } = this.#deps
    let record = current
    let foldable: readonly Part[] | undefined
    for (let attempt = 1; ; attempt += 1) {
      foldable ??= await this.#parking.foldable(key, record, relevant(key, record, parts))
      const schema = this.#schemas.of(key)
      const says = relevant(key, record, foldable).map(part => part.says)
      const { folded, due, news } = fold(key, record, says, { schema, config, now: clock.now() })
      // The write whose answer was lost may have been the one that should have woken `deliver`.
      if (!news) return { due: record?.due !== undefined, changed: [] }
      try {
        await store.fold(key, folded, due)
        const changed = due ? foldable.map(({ event }) => event) : []
        return { due: due !== undefined && due.at <= clock.now(), changed }
      } catch (error) {
        if (!(error instanceof StaleWrite) || attempt === MOST_ATTEMPTS) throw error
        // One that was refused meets the same others again, unless they come at different times.
        if (attempt > 1) await clock.sleep(random.number() * Math.min(FIRST_WAIT * 2 ** attempt, LONGEST_WAIT))
        record = (await store.readRecords([key])).get(key)
      }
    }
  }
}

/** An event that is known is known whole, and there is nothing to delete of what is not there. */
function relevant(key: RecordKey, record: ContactRecord | undefined, parts: readonly Part[]) {
  if (!record) return parts.some(({ says }) => says.type === 'says') ? parts : []
  return kindOf(key) === 'event' ? parts.filter(({ says }) => says.type === 'delete') : parts
}
