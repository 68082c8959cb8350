import { bequestOf, endOf, MOST_ABSORBED, passedOn } from '../core/alias.ts'
import { type AliasEvent, compareStamps, type DeleteEvent } from '../core/event.ts'
import { fingerprint } from '../core/fingerprint.ts'
import { fold } from '../core/fold.ts'
import { lanesOf } from '../core/lanes.ts'
import { inParallel } from '../core/parallel.ts'
import type { ContactRecord } from '../core/record.ts'
import { StaleWrite } from '../core/store.ts'
import type { ContactKey, RecordKey } from '../core/types.ts'
import type { Parking, RecordDeps } from './parking.ts'
import type { Part } from './parts.ts'
import type { Schemas } from './schemas.ts'

/** How often another writer may come first before the events are left to a redelivery. */
const MOST_ATTEMPTS = 4
/** Table requests of one user under way at once. */
const TABLE_REQUESTS = 10

/** Folds events into their users' own records. Everything here may be repeated: folding is idempotent. */
export class Persons {
  readonly #deps: RecordDeps
  readonly #schemas: Schemas
  readonly #parking: Parking

  constructor(deps: RecordDeps, schemas: Schemas, parking: Parking) {
    this.#deps = deps
    this.#schemas = schemas
    this.#parking = parking
  }

  /**
   * Folds all of one user's events with one write, or with one for each stretch between aliases: into the user's record,
   * or into that of whom the user has become. An event that cannot be folded is parked with its reason.
   * @param current the record as just read
   * @returns whether the user is due now.
   * @throws whatever the table throws: the events are to be delivered again.
   */
  async fold(key: ContactKey, said: readonly (Part | AliasEvent)[], current: ContactRecord | undefined) {
    let due = false
    for (const [index, stretch] of stretches(said).entries()) {
      const record = index === 0 ? current : await this.#read(key)
      const isDue = Array.isArray(stretch) ? await this.#fold(key, stretch, record) : await this.#alias(stretch, record)
      due ||= isDue
    }
    return due
  }

  async #fold(key: ContactKey, parts: readonly Part[], current: ContactRecord | undefined): Promise<boolean> {
    const { store, config, clock, metrics } = this.#deps
    let record = current
    let foldable: readonly Part[] | undefined
    for (let attempt = 1; ; attempt += 1) {
      const end = record?.folded.aliasOf ? await endOf(store, key) : { key, record }
      if (!end) {
        await this.#parking.parkAll(parts, UNENDING)
        return false
      }
      foldable ??= await this.#parking.foldable(end.key, end.record, stillConcerning(parts, record))
      const says = foldable.map(part => part.says)
      const world = { schema: this.#schemas.of(key), config, now: clock.now() }
      const { folded, due, news } = fold(end.key, end.record, says, world)
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
        record = await this.#read(key)
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
  async #alias(event: AliasEvent, current: ContactRecord | undefined): Promise<boolean> {
    const { store, config, clock, log, metrics } = this.#deps
    let record = current
    for (let attempt = 1; ; attempt += 1) {
      const before = record?.folded.aliasOf
      if (before && compareStamps(before.stamp, event.stamp) >= 0) {
        metrics.add('EventsUnchanged', 1)
        const woken = await this.#wakeBelongings(event.key)
        return woken || record?.due !== undefined
      }
      const end = await endOf(store, event.into)
      if (!end) {
        await this.#parking.parkAll([{ event }], UNENDING)
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
          const world = { schema: this.#schemas.of(end.key), config, now: clock.now() }
          const { folded, due } = fold(end.key, end.record, [], world, bequest)
          if ((folded.absorbs?.length ?? 0) > MOST_ABSORBED) {
            await this.#parking.parkAll([{ event }], `more than ${MOST_ABSORBED} ids would become one user`)
            return false
          }
          await store.fold(end.key, folded, due)
        }
        const { folded, due } = passedOn(record, event, end.key, clock.now())
        await store.fold(event.key, folded, due)
        await this.#wakeBelongings(event.key)
        metrics.add('EventsFolded', 1)
        return true
      } catch (error) {
        if (!(error instanceof StaleWrite) || attempt === MOST_ATTEMPTS) throw error
        record = await this.#read(event.key)
      }
    }
  }

  /** What has waited for a contact of an id that has become another's has that one's now. Twice does no harm. */
  async #wakeBelongings(key: ContactKey): Promise<boolean> {
    const { store, config, clock } = this.#deps
    if (!lanesOf(config).includes('waiting')) return false
    const waiting = await store.belongingsOf(key, 'waiting')
    await inParallel(waiting, TABLE_REQUESTS, async belonging => {
      await store.raiseVerify(belonging, clock.now())
    })
    return waiting.length > 0
  }

  async #read(key: RecordKey): Promise<ContactRecord | undefined> {
    return (await this.#deps.store.readRecords([key])).get(key)
  }
}

const UNENDING = 'the id has become another that has become another, and so on: too often, or in a circle'

/** The deletion of an id from before it became another's is not the other's. */
const stillConcerning = (parts: readonly Part[], record: ContactRecord | undefined): Part[] =>
  parts.filter(({ says }) => says.type !== 'delete' || concernsHeir(says, record))

/** Whether the deletion of an id is that of whom it has become, if it has become anybody. */
export const concernsHeir = ({ stamp }: DeleteEvent, record: ContactRecord | undefined): boolean => {
  const aliasOf = record?.folded.aliasOf
  return !aliasOf || compareStamps(stamp, aliasOf.stamp) > 0
}

/** Aliases alone, and what is between them together. */
function stretches(said: readonly (Part | AliasEvent)[]): (AliasEvent | Part[])[] {
  const all: (AliasEvent | Part[])[] = []
  for (const each of said) {
    const last = all.at(-1)
    if (!('says' in each)) all.push(each)
    else if (Array.isArray(last)) last.push(each)
    else all.push([each])
  }
  return all
}
