import {
  type AttributeValue,
  BatchGetItemCommand,
  BatchWriteItemCommand,
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  type QueryCommandInput,
  UpdateItemCommand,
  type WriteRequest,
} from '@aws-sdk/client-dynamodb'
import { chunk, inParallel } from '../../core/parallel.ts'
import type { Clock } from '../../runtime/platform.ts'
import { TableUnavailable } from '../errors.ts'
import { type Item, type ItemKey, keyOf } from './attributes.ts'
import type { Condition } from './conditions.ts'
import { type Change, expressions } from './expression.ts'
import { ours } from './foreign-errors.ts'

/** DynamoDB's limit of one BatchGetItem. */
const BATCH = 100
/** DynamoDB's limit of one BatchWriteItem. */
const WRITE_BATCH = 25
const WRITES_AT_ONCE = 10
/** Answers without a single item after which a batch is given up. */
const FUTILE_ANSWERS = 8

export interface Page {
  readonly items: readonly Item[]
  readonly count: number
  /** Where the next page begins; absent on the last one. */
  readonly next?: Item
}

/**
 * The edge to DynamoDB: single-item reads and conditional writes. What DynamoDB throws becomes `TableUnavailable` or
 * `TableRefused` here and nowhere else; a condition that does not hold is an answer, not an error.
 */
export class Table {
  readonly #client: DynamoDBClient
  readonly #name: string
  readonly #clock: Pick<Clock, 'sleep'>

  constructor(client: DynamoDBClient, name: string, clock: Pick<Clock, 'sleep'>) {
    this.#client = client
    this.#name = name
    this.#clock = clock
  }

  /** Strongly consistent. */
  async get(key: ItemKey): Promise<Item | undefined> {
    const command = new GetItemCommand({ TableName: this.#name, Key: keyOf(key), ConsistentRead: true })
    return (await ours('read an item', () => this.#client.send(command))).Item
  }

  /** Strongly consistent, in no order; missing items are left out, keys may repeat. */
  async getMany(keys: readonly ItemKey[]): Promise<Item[]> {
    const unique = [...new Map(keys.map(key => [`${key.pk}\n${key.sk}`, key])).values()]
    const batches: ItemKey[][] = []
    for (let start = 0; start < unique.length; start += BATCH) batches.push(unique.slice(start, start + BATCH))
    return (await Promise.all(batches.map(batch => this.#getBatch(batch.map(keyOf))))).flat()
  }

  /** @returns whether the condition held. */
  async put(item: Item, condition?: Condition): Promise<boolean> {
    const command = new PutItemCommand({ TableName: this.#name, Item: item, ...expressions(condition) })
    return (await this.#if('write an item', () => this.#client.send(command))) !== undefined
  }

  /** Changes the named attributes alone. Without a condition that says otherwise, a missing item is created. */
  async update(key: ItemKey, change: Change, condition?: Condition): Promise<boolean> {
    const command = new UpdateItemCommand({
      TableName: this.#name,
      Key: keyOf(key),
      ...expressions(condition, change),
    })
    return (await this.#if('change an item', () => this.#client.send(command))) !== undefined
  }

  /** Changes the named attributes and returns the whole item as it now stands. */
  async updateAndRead(key: ItemKey, change: Change): Promise<Item> {
    const command = new UpdateItemCommand({
      TableName: this.#name,
      Key: keyOf(key),
      ReturnValues: 'ALL_NEW',
      ...expressions(undefined, change),
    })
    return (await ours('change an item', () => this.#client.send(command))).Attributes ?? {}
  }

  /** @returns whether the condition held. */
  async delete(key: ItemKey, condition?: Condition): Promise<boolean> {
    const command = new DeleteItemCommand({ TableName: this.#name, Key: keyOf(key), ...expressions(condition) })
    return (await this.#if('delete an item', () => this.#client.send(command))) !== undefined
  }

  /** Changes the named attributes. @returns what they were before; `undefined` when the condition did not hold. */
  async replace(key: ItemKey, change: Change, condition: Condition): Promise<Item | undefined> {
    const command = new UpdateItemCommand({
      TableName: this.#name,
      Key: keyOf(key),
      ReturnValues: 'UPDATED_OLD',
      ...expressions(condition, change),
    })
    const answer = await this.#if('change an item', () => this.#client.send(command))
    return answer && (answer.Attributes ?? {})
  }

  /** @returns the item that is gone; `undefined` when the condition did not hold. */
  async take(key: ItemKey, condition: Condition): Promise<Item | undefined> {
    const command = new DeleteItemCommand({
      TableName: this.#name,
      Key: keyOf(key),
      ReturnValues: 'ALL_OLD',
      ...expressions(condition),
    })
    const answer = await this.#if('delete an item', () => this.#client.send(command))
    return answer && (answer.Attributes ?? {})
  }

  /** Writes and deletes items that nobody else writes, each for itself. @returns how many DynamoDB left undone */
  async writeMany(requests: readonly WriteRequest[]): Promise<number> {
    let undone = 0
    await inParallel(chunk(requests, WRITE_BATCH), WRITES_AT_ONCE, async batch => {
      const command = new BatchWriteItemCommand({ RequestItems: { [this.#name]: batch } })
      const answer = await ours('write items', () => this.#client.send(command))
      undone += answer.UnprocessedItems?.[this.#name]?.length ?? 0
    })
    return undone
  }

  async query(query: Omit<QueryCommandInput, 'TableName'>): Promise<Page> {
    const command = new QueryCommand({ TableName: this.#name, ...query })
    const answer = await ours('list items', () => this.#client.send(command))
    const page = { items: answer.Items ?? [], count: answer.Count ?? 0 }
    return answer.LastEvaluatedKey ? { ...page, next: answer.LastEvaluatedKey } : page
  }

  /** DynamoDB answers with what fits into 16 MB, or into the capacity of the moment, and names the rest. */
  async #getBatch(keys: Record<string, AttributeValue>[]): Promise<Item[]> {
    const found: Item[] = []
    let wanted = keys
    for (let futile = 0; wanted.length > 0; ) {
      const command = new BatchGetItemCommand({
        RequestItems: { [this.#name]: { Keys: wanted, ConsistentRead: true } },
      })
      const answer = await ours('read items', () => this.#client.send(command))
      found.push(...(answer.Responses?.[this.#name] ?? []))
      const rest = answer.UnprocessedKeys?.[this.#name]?.Keys ?? []
      futile = rest.length < wanted.length ? 0 : futile + 1
      if (futile >= FUTILE_ANSWERS) throw new TableUnavailable('read items', 'it is throttled')
      if (futile > 0) await this.#clock.sleep(Math.min(25 * 2 ** futile, 1_000))
      wanted = rest
    }
    return found
  }

  /** @returns `undefined` when the condition did not hold. */
  async #if<Answer>(operation: string, send: () => Promise<Answer>): Promise<Answer | undefined> {
    return ours(operation, async () => {
      try {
        return await send()
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException) return undefined
        throw error
      }
    })
  }
}
