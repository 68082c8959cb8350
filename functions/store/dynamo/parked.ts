import type { ParkedEvent, ParkedItem } from '../../core/store.ts'
import { type Item, keyOf, number, numberOf, text, textOf } from './attributes.ts'
import { itemDoesNotExist } from './conditions.ts'
import type { Table } from './table.ts'

const PARTITION = 'parked'
/** Leaves room for the rest of an item, of which DynamoDB takes 400 KB. */
const LARGEST = 350_000
/** Pages of 1 MB over which parked events are counted: anything above zero asks for a person. */
const COUNTED_PAGES = 10

/** They may be about people, whom nobody finds here to delete: after a year nobody looks at them any more. */
const KEPT = 365 * 86_400

/** Events that cannot be folded, kept for a person to look at. */
export class Parked {
  readonly #table: Table

  constructor(table: Table) {
    this.#table = table
  }

  /** Keeps the event as JSON text, cut off at 350 KB with a note of it. */
  async park(id: string, { event, reason, at }: ParkedEvent): Promise<void> {
    const json = Buffer.from(JSON.stringify(event) ?? 'null')
    await this.#table.put(
      {
        ...keyOf({ pk: PARTITION, sk: id }),
        reason: text(reason),
        parkedAt: number(at),
        expiresAt: number(Math.ceil(at / 1_000) + KEPT),
        event: text(json.subarray(0, LARGEST).toString()),
        ...(json.length > LARGEST && { note: text(`cut off at ${LARGEST} of ${json.length} bytes`) }),
      },
      itemDoesNotExist,
    )
  }

  async list(limit: number, after = ' '): Promise<ParkedItem[]> {
    const page = await this.#table.query({
      KeyConditionExpression: 'pk = :parked AND sk > :after',
      ExpressionAttributeValues: { ':parked': text(PARTITION), ':after': text(after) },
      Limit: limit,
    })
    return page.items.map(decode)
  }

  async read(id: string): Promise<ParkedItem | undefined> {
    const item = await this.#table.get({ pk: PARTITION, sk: id })
    return item && decode(item)
  }

  async remove(id: string): Promise<void> {
    await this.#table.delete({ pk: PARTITION, sk: id })
  }

  /** Counts over at most 10 MB of them. */
  async count(): Promise<number> {
    let count = 0
    let next: Item | undefined
    for (let pages = 0; pages < COUNTED_PAGES; pages++) {
      const page = await this.#table.query({
        KeyConditionExpression: 'pk = :parked',
        ExpressionAttributeValues: { ':parked': text(PARTITION) },
        Select: 'COUNT',
        ...(next && { ExclusiveStartKey: next }),
      })
      count += page.count
      next = page.next
      if (!next) break
    }
    return count
  }
}

/** One that was cut off is a text that is no JSON any more. */
function decode(item: Item): ParkedItem {
  const json = textOf(item, 'event')
  return { id: textOf(item, 'sk'), reason: textOf(item, 'reason'), at: numberOf(item, 'parkedAt'), event: parsed(json) }
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    return json
  }
}
