import * as v from 'valibot'
import { type DelivererState, firstDeliverer } from '../../core/store.ts'
import type { Millis } from '../../core/types.ts'
import { deposed } from '../refusals.ts'
import { type Item, numberOf, text } from './attributes.ts'
import { stillDeliverer } from './conditions.ts'
import { readDocument, recordKey } from './document.ts'
import type { Table } from './table.ts'

const FORMAT = 1
const KEY = { pk: 'deliverer', sk: 'deliverer' }

const document = v.object({
  pauses: v.array(
    v.object({
      capability: v.picklist(['contacts', 'objects', 'links', 'lists', 'subscriptions', 'events']),
      reason: v.string(),
      code: v.picklist(['throttled', 'unavailable', 'unauthorized', 'forbidden', 'daily_limit', 'other_portal']),
      until: v.number(),
      length: v.number(),
      write: v.exactOptional(v.literal(true)),
    }),
  ),
  /** The first moment, then how long after its forerunner each other one was: a window holds up to 190. */
  pace: v.array(v.number()),
  roundLimit: v.number(),
  suspect: v.exactOptional(v.object({ key: recordKey, crashes: v.number() })),
  inRound: v.boolean(),
})

/** The one item that says who delivers, and what one deliverer leaves to the next. */
export class Deliverer {
  readonly #table: Table

  constructor(table: Table) {
    this.#table = table
  }

  /** Whoever opens last holds the highest token; every write with an older one is refused from then on. */
  async open(): Promise<{ token: number; state: DelivererState }> {
    const item = await this.#table.updateAndRead(KEY, { add: { token: 1 } })
    return { token: numberOf(item, 'token'), state: decode(item) }
  }

  async save(token: number, state: DelivererState): Promise<void> {
    const { pace, ...rest } = state
    const intervals = pace.map((moment, place) => moment - (pace[place - 1] ?? 0))
    const set = { state: text(JSON.stringify({ format: FORMAT, ...rest, pace: intervals })) }
    if (!(await this.#table.update(KEY, { set }, stillDeliverer(token)))) throw deposed()
  }

  async read(): Promise<DelivererState | undefined> {
    const item = await this.#table.get(KEY)
    return item && decode(item)
  }
}

function decode(item: Item): DelivererState {
  if (item.state === undefined) return firstDeliverer
  const { pace, ...rest } = readDocument(item, 'state', FORMAT, document)
  const moments: Millis[] = []
  for (const interval of pace) moments.push((moments.at(-1) ?? 0) + interval)
  return { ...rest, pace: moments }
}
