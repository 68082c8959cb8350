import { endOf } from '../core/alias.ts'
import { compareStamps, type DeleteEvent, type Stamp, type UserEvent } from '../core/event.ts'
import { outlives } from '../core/folding/deletion.ts'
import { isContactKey, kindOf } from '../core/keys.ts'
import { inParallel } from '../core/parallel.ts'
import type { ContactRecord } from '../core/record.ts'
import type { BelongingKey, ContactKey, RecordKey } from '../core/types.ts'
import { OtherRecords, type Outcome } from './others.ts'
import { Parking, type RecordDeps } from './parking.ts'
import { type Part, type Parts, partsOf } from './parts.ts'
import { concernsHeir, Persons } from './persons.ts'
import { Schemas } from './schemas.ts'

/** Table requests of one user under way at once. */
const TABLE_REQUESTS = 10

type Read = (key: RecordKey) => Promise<ContactRecord | undefined>

/**
 * Folds what events say into the records of which they say it.
 *
 *     identify ─► their contact ┐
 *     track    ─► an event      ├─► objects, links, lists, subscriptions
 *     group    ─────────────────┘
 *     delete   ─► their contact, and all that belongs to it
 */
export class Recorder {
  readonly schemas: Schemas
  readonly parking: Parking
  readonly #deps: RecordDeps
  readonly #persons: Persons
  readonly #others: OtherRecords

  constructor(deps: RecordDeps) {
    this.#deps = deps
    this.schemas = new Schemas(deps)
    this.parking = new Parking(deps, this.schemas)
    this.#persons = new Persons(deps, this.schemas, this.parking)
    this.#others = new OtherRecords(deps, this.schemas, this.parking)
  }

  /** What a user's events say. Of what nobody can make anything, that is parked. @throws whatever the table throws */
  async hear(events: readonly UserEvent[]): Promise<Parts> {
    const parts = partsOf(events, this.#deps.config)
    if (parts.unjudged > 0)
      this.#deps.log.warn('the filter of sync.config.ts fails; what it cannot judge is kept', {
        events: parts.unjudged,
      })
    for (const { event, reason } of parts.unfit) await this.parking.parkAll([{ event }], reason)
    return parts
  }

  /**
   * Folds what a user's events say of them, and of what belongs to them.
   * @param read a record of those that `keysOf` names
   * @throws whatever the table throws: all of the user's events are to be delivered again.
   */
  async record(key: ContactKey, { person, belongings }: Parts, read: Read): Promise<Outcome> {
    const current = await read(key)
    let due = await this.#persons.fold(key, person, current)
    const deletions = person.flatMap(each => ('says' in each && each.says.type === 'delete' ? [each] : []))
    if (belongings.size === 0 && deletions.length === 0) return { due, changed: [] }

    const moved = deletions.length > 0 || person.some(each => !('says' in each))
    const { store, config } = this.#deps
    const owner = moved ? (await store.readRecords([key])).get(key) : current
    const deletion = await this.#deletionOf(key, owner, deletions)
    const folded = new Map<BelongingKey, readonly Part[]>()
    for (const [belonging, parts] of belongings) {
      const counting = parts.filter(({ says }) => outlives(says.stamp, deletion, config))
      if (counting.length > 0) folded.set(belonging, counting)
    }
    for (const [belonging, parts] of await this.#deletedWith(key, owner, deletions)) {
      folded.set(belonging, [...(folded.get(belonging) ?? []), ...parts])
    }
    const changed: UserEvent[] = []
    const records = deletions.length > 0 ? await store.readRecords([...folded.keys()]) : undefined
    await inParallel([...folded], TABLE_REQUESTS, async ([belonging, parts]) => {
      const isNew = kindOf(belonging) === 'event'
      const known = records ? records.get(belonging) : isNew ? undefined : await read(belonging)
      const outcome = await this.#others.fold(belonging, known, parts)
      due ||= outcome.due
      changed.push(...outcome.changed)
    })
    return { due, changed }
  }

  /** Folds what all users of a batch say of one object. @throws as `record` does */
  async recordObject(key: RecordKey, parts: readonly Part[], read: Read): Promise<Outcome> {
    return this.#others.fold(key, await read(key), parts)
  }

  /** As of when an id's belongings count no more: when it was deleted itself, or whom it has become. */
  async #deletionOf(key: ContactKey, owner: ContactRecord | undefined, deletions: readonly Part[]) {
    const end = owner?.folded.aliasOf ? await endOf(this.#deps.store, key) : undefined
    const stamps = [owner?.folded.deletion, end?.record?.folded.deletion, ...deletions.map(({ says }) => says.stamp)]
    return stamps.reduce(later, undefined)
  }

  /** Everything that goes with a deleted user: what belongs to them, and to every id that has become theirs. */
  async #deletedWith(key: ContactKey, owner: ContactRecord | undefined, deletions: readonly Part[]) {
    const { store } = this.#deps
    const deleted = new Map<BelongingKey, Part[]>()
    for (const part of deletions) {
      if (part.says.type !== 'delete') continue
      for (const id of await this.#idsOf(key, owner, part.says)) {
        for (const belonging of await store.belongingsOf(id)) {
          deleted.set(belonging, [...(deleted.get(belonging) ?? []), part])
        }
      }
    }
    return deleted
  }

  async #idsOf(key: ContactKey, owner: ContactRecord | undefined, deletion: DeleteEvent): Promise<Set<ContactKey>> {
    if (!concernsHeir(deletion, owner)) return new Set([key])
    const end = await endOf(this.#deps.store, key)
    return new Set([key, ...(end?.path ?? []), ...(end?.record?.folded.absorbs ?? [])].filter(isContactKey))
  }
}

/** The records that are read before a user's events are folded. An event's is written without having been read. */
export const keysOf = (user: ContactKey, { belongings, objects }: Parts): RecordKey[] => [
  user,
  ...[...belongings.keys()].filter(key => kindOf(key) !== 'event'),
  ...objects.keys(),
]

const later = (a: Stamp | undefined, b: Stamp | undefined): Stamp | undefined =>
  !a || (b && compareStamps(b, a) > 0) ? b : a
