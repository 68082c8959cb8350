import * as v from 'valibot'
import type { JournalEntry } from '../../core/store.ts'
import { UnreadableItem } from '../errors.ts'
import { type Item, keyOf, text, textOf, unreadable } from './attributes.ts'
import { readDocument, recordKey } from './document.ts'
import type { Table } from './table.ts'

const FORMAT = 1
const PARTITION = 'calls'

/** A hundred records mostly send the same few sets of properties: each name and each set is written once. */
const document = v.object({
  kind: v.picklist(['create', 'update', 'merge']),
  at: v.number(),
  names: v.array(v.string()),
  /** Places in `names`. */
  sets: v.array(v.array(v.number())),
  /** A record and the place of its set. */
  records: v.array(v.tuple([recordKey, v.number()])),
})

/** The journal of calls: an item for each HubSpot write that has been announced and not yet settled. */
export class Calls {
  readonly #table: Table

  constructor(table: Table) {
    this.#table = table
  }

  async journal(entry: JournalEntry): Promise<void> {
    await this.#table.put({ ...itemOf(entry.id), call: text(encode(entry)) })
  }

  async forget(id: string): Promise<void> {
    await this.#table.delete({ pk: PARTITION, sk: id })
  }

  /** Strongly consistent: a call that is overlooked would be made twice. */
  async leftovers(): Promise<JournalEntry[]> {
    const entries: JournalEntry[] = []
    let next: Item | undefined
    do {
      const page = await this.#table.query({
        KeyConditionExpression: 'pk = :calls',
        ExpressionAttributeValues: { ':calls': text(PARTITION) },
        ConsistentRead: true,
        ...(next && { ExclusiveStartKey: next }),
      })
      entries.push(...page.items.map(decodeOrKeep))
      next = page.next
    } while (next)
    return entries
  }
}

function itemOf(id: string): Item {
  return keyOf({ pk: PARTITION, sk: id })
}

function encode({ kind, at, records }: JournalEntry): string {
  const names = new Places<string>()
  const sets = new Places<readonly number[]>()
  const encoded = records.map(({ key, properties }) => {
    const set = properties.map(name => names.placeOf(name, name))
    return [key, sets.placeOf(set.join(), set)]
  })
  return JSON.stringify({ format: FORMAT, kind, at, names: names.list, sets: sets.list, records: encoded })
}

/** What a newer version has written is for that one to read; it must not keep anybody from delivering. */
function decodeOrKeep(item: Item): JournalEntry {
  try {
    return decode(item)
  } catch (error) {
    if (!(error instanceof UnreadableItem)) throw error
    return { id: textOf(item, 'sk'), kind: 'update', at: 0, records: [], unreadable: error.message }
  }
}

function decode(item: Item): JournalEntry {
  const { kind, at, names, sets, records } = readDocument(item, 'call', FORMAT, document)
  const entryAt = <T>(list: readonly T[], place: number): T => list[place] ?? unreadable(item, 'its call names nothing')
  return {
    id: textOf(item, 'sk'),
    kind,
    at,
    records: records.map(([key, set]) => ({ key, properties: entryAt(sets, set).map(name => entryAt(names, name)) })),
  }
}

/** Things written once and known by their place. */
class Places<Thing> {
  readonly list: Thing[] = []
  readonly #places = new Map<string, number>()

  placeOf(identity: string, thing: Thing): number {
    const known = this.#places.get(identity)
    if (known !== undefined) return known
    const place = this.list.push(thing) - 1
    this.#places.set(identity, place)
    return place
  }
}
