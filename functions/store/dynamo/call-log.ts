import * as v from 'valibot'
import type { LogEntry } from '../../core/call-log.ts'
import { sha256 } from '../../core/digest.ts'
import { isContactKey } from '../../core/keys.ts'
import type { ContactKey, Millis } from '../../core/types.ts'
import { TableUnavailable } from '../errors.ts'
import { type Item, keyOf, number, text, textOf } from './attributes.ts'
import { readDocument, vid } from './document.ts'
import type { Table } from './table.ts'

const FORMAT = 1
/** DynamoDB's limit on a partition key, in bytes; longer owners are hashed. */
const LONGEST_KEY = 2_048
/** Digits of a moment in milliseconds, so that moments sort as texts. */
const DIGITS = 15

const texts = v.record(v.string(), v.string())
const kind = v.picklist(['contact', 'object', 'link', 'lists', 'subscriptions', 'event'])
const document = v.object({
  at: v.number(),
  owner: v.custom<ContactKey>(key => typeof key === 'string' && isContactKey(key)),
  calls: v.array(
    v.object({
      kind,
      subject: v.exactOptional(v.string()),
      exchange: v.exactOptional(
        v.object({
          operation: v.string(),
          method: v.string(),
          path: v.string(),
          status: v.exactOptional(v.number()),
          correlationId: v.exactOptional(v.string()),
          at: v.number(),
          duration: v.number(),
        }),
      ),
      inputs: v.number(),
      causes: v.array(
        v.object({
          event: v.string(),
          time: v.number(),
          receivedAt: v.number(),
          changes: v.record(v.string(), v.number()),
        }),
      ),
      sent: texts,
      answer: v.object({
        kind: v.picklist(['ok', 'rejected', 'throttled', 'account', 'unavailable']),
        vid: v.exactOptional(vid),
        message: v.exactOptional(v.string()),
        properties: v.exactOptional(texts),
      }),
    }),
  ),
  settled: v.array(
    v.object({
      kind,
      state: v.picklist(['pending', 'synced', 'conflict', 'rejected', 'deleted']),
      version: v.number(),
      problems: texts,
    }),
  ),
})

/** What was told to HubSpot of each person, and what it answered: an item for each person and round, forgotten in time. */
export class CallLog {
  readonly #table: Table

  constructor(table: Table) {
    this.#table = table
  }

  async write(entries: readonly LogEntry[], expiresAt: Millis): Promise<number> {
    const seconds = number(Math.ceil(expiresAt / 1_000))
    return this.#table.writeMany(
      entries.map(({ id, ...entry }) => {
        const key = keyOf({ pk: partitionOf(entry.owner), sk: `${momentOf(entry.at)}#${id}` })
        const content = text(JSON.stringify({ format: FORMAT, ...entry }))
        return { PutRequest: { Item: { ...key, entry: content, expiresAt: seconds } } }
      }),
    )
  }

  async forget(owner: ContactKey): Promise<void> {
    let next: Item | undefined
    do {
      const page = await this.#table.query({
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': text(partitionOf(owner)) },
        ProjectionExpression: 'pk, sk',
        ConsistentRead: true,
        ...(next && { ExclusiveStartKey: next }),
      })
      const undone = await this.#table.writeMany(
        page.items.map(({ pk, sk }) => ({ DeleteRequest: { Key: { ...(pk && { pk }), ...(sk && { sk }) } } })),
      )
      if (undone > 0) throw new TableUnavailable('erase what was logged', 'it is throttled')
      next = page.next
    } while (next)
  }

  /** An item that this version cannot read is left out: it is nobody's harm. */
  async read(owner: ContactKey, limit: number, before: Millis = 10 ** DIGITS - 1): Promise<LogEntry[]> {
    const page = await this.#table.query({
      KeyConditionExpression: 'pk = :pk AND sk < :before',
      ExpressionAttributeValues: { ':pk': text(partitionOf(owner)), ':before': text(momentOf(before)) },
      ScanIndexForward: false,
      Limit: limit,
    })
    return page.items.flatMap(item => decoded(item) ?? [])
  }
}

const partitionOf = (owner: ContactKey): string => {
  const plain = `log#${owner}`
  return Buffer.byteLength(plain) <= LONGEST_KEY ? plain : `log#~${sha256(owner)}`
}

const momentOf = (at: Millis): string => String(Math.floor(at)).padStart(DIGITS, '0')

function decoded(item: Item): LogEntry | undefined {
  try {
    const id = textOf(item, 'sk').slice(DIGITS + 1)
    return { id, ...readDocument(item, 'entry', FORMAT, document) }
  } catch {
    return undefined
  }
}
