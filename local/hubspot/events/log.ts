import type { Journal } from '../crm/journal.ts'
import type { Keeper } from '../kept.ts'
import { KeptMap } from '../kept-map.ts'
import type { Occurrence } from './occurrence.ts'

/** facts §9: for so long a uuid of an event type is taken. */
const YEAR = 365 * 86_400_000

/** Every event that HubSpot took, in the order in which they came. */
export class EventLog {
  readonly #occurrences: KeptMap<'event'>
  /** When a uuid of an event type last came. */
  readonly #uuids = new Map<string, number>()
  readonly #journal: Journal

  constructor(journal: Journal, keeper: Keeper) {
    this.#journal = journal
    this.#occurrences = new KeptMap('event', journal, keeper)
    for (const { eventName, uuid, receivedAt } of this.#occurrences.values()) {
      if (uuid !== undefined) this.#uuids.set(keyOf(eventName, uuid), receivedAt)
    }
  }

  get size(): number {
    return this.#occurrences.size
  }

  all(): Iterable<Occurrence> {
    return this.#occurrences.values()
  }

  /** Whether an event of this type with this uuid came within a year. */
  isTaken(eventName: string, uuid: string, now: number): boolean {
    const before = this.#uuids.get(keyOf(eventName, uuid))
    return before !== undefined && now - before < YEAR
  }

  add(event: Omit<Occurrence, 'id'>): Occurrence {
    const occurrence = { ...event, id: String(this.#occurrences.size + 1) }
    this.#occurrences.set(occurrence.id, occurrence)
    if (event.uuid !== undefined) {
      const key = keyOf(event.eventName, event.uuid)
      const before = this.#uuids.get(key)
      this.#uuids.set(key, event.receivedAt)
      this.#journal.add(() => {
        if (before === undefined) this.#uuids.delete(key)
        else this.#uuids.set(key, before)
      })
    }
    return occurrence
  }
}

const keyOf = (eventName: string, uuid: string) => `${eventName}\n${uuid}`
