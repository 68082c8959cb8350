import type { EventDefinition, EventSketch } from '../events/definition.ts'
import type { Occurrence } from '../events/occurrence.ts'
import type { Hands } from './hands.ts'

/** An event as people in HubSpot see it. */
export interface SeenEvent extends Omit<Occurrence, 'recordId'> {
  /** `order_completed` */
  readonly name: string
  /** Whose it is now, merges since then followed; undefined: nobody's. */
  readonly recordId: string | undefined
  /** Whose it was when it came. */
  readonly firstRecordId: string | undefined
}

/** The custom events of a portal. Nothing here counts as an API call. */
export class EventsView {
  readonly #hands: Hands

  constructor(hands: Hands) {
    this.#hands = hands
  }

  /** A kind of event that the portal's people defined. @throws HubSpotError like the API */
  define(sketch: EventSketch): EventDefinition {
    return this.#hands.change('seed', () => this.#hands.portal.eventDefinitions.create(sketch))
  }

  definitions(): EventDefinition[] {
    return this.#hands.portal.eventDefinitions.list()
  }

  /** Of all kinds. */
  get count(): number {
    return this.#hands.portal.eventLog.size
  }

  /** In the order in which they came. @param name with or without the portal's prefix; absent: of all kinds */
  all(name?: string): SeenEvent[] {
    return [...this.#seen(name)]
  }

  /** On the timeline of a record, those of the records that were merged into it included. */
  of(recordId: string, name?: string): SeenEvent[] {
    return [...this.#seen(name, recordId)]
  }

  *#seen(name: string | undefined, wanted?: string): Generator<SeenEvent> {
    const { eventLog, portalId } = this.#hands.portal
    const prefix = `pe${portalId}_`
    const eventName = name === undefined || name.startsWith(prefix) ? name : `${prefix}${name}`
    for (const event of eventLog.all()) {
      if (eventName !== undefined && event.eventName !== eventName) continue
      const recordId = this.#recordNow(event.typeId, event.recordId)
      if (wanted !== undefined && recordId !== this.#recordNow(event.typeId, wanted)) continue
      yield { ...event, name: event.eventName.slice(prefix.length), recordId, firstRecordId: event.recordId }
    }
  }

  #recordNow(typeId: string, id: string | undefined): string | undefined {
    return id === undefined ? undefined : this.#hands.portal.space(typeId).store.survivorOf(id)
  }
}
