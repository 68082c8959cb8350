import {
  type AttributeValue,
  BatchGetItemCommand,
  BatchWriteItemCommand,
  ConditionalCheckFailedException,
  DeleteItemCommand,
  DynamoDBServiceException,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  type QueryCommandInput,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb'
import type { Millis } from '../../../functions/core/types.ts'
import { compare, holds, type Item, type Placeholders } from './conditions.ts'
import { LaggingIndex } from './lagging-index.ts'
import { updated } from './updates.ts'

const LARGEST_ITEM = 400 * 1024
const LARGEST_PAGE = 1024 * 1024
const LONGEST_KEY = 2048
const LARGEST_BATCH = 100
const LARGEST_WRITE_BATCH = 25

export interface MemoryTableOptions {
  /** How long after a write the index shows it; asked for every write that changes the index. */
  readonly indexLag?: () => Millis
  readonly now?: () => Millis
  /** For how long after a write those may still see what was before who do not ask for a consistent read. */
  readonly staleness?: Millis
  /** Hears of every item that is written, with what it was before. */
  readonly onWrite?: (after: Item | undefined, before: Item | undefined) => void
}

/**
 * One table of DynamoDB with the keys `pk` and `sk` and the index `due` (`lane`, `dueAt`), in memory and without a wire:
 * conditional writes of single items, strongly consistent reads, an index that runs behind. Held to what dynalite and
 * DynamoDB Local do by the tests of the store.
 */
export class MemoryTable {
  readonly #partitions = new Map<string, Map<string, Item>>()
  readonly #index: LaggingIndex
  /** What items were before they were last written. */
  readonly #earlier = new Map<string, { readonly item: Item | undefined; readonly until: Millis }>()
  readonly #options: MemoryTableOptions

  constructor(options: MemoryTableOptions = {}) {
    this.#options = options
    this.#index = new LaggingIndex(options.now ?? (() => 0), options.indexLag)
  }

  /** Every item, for judges: no request of the functions goes this way. */
  *items(): Generator<Item> {
    for (const partition of this.#partitions.values()) yield* partition.values()
  }

  /** Carries a command out. @throws what the SDK throws */
  perform(command: unknown): object {
    if (command instanceof QueryCommand) return this.#query(command.input)
    if (command instanceof UpdateItemCommand) {
      const { Key, UpdateExpression = '', ConditionExpression, ReturnValues } = command.input
      const given = placeholders(command.input)
      const before = this.#checked(Key, ConditionExpression, given)
      const after = updated({ ...Key, ...before }, UpdateExpression, given)
      this.#write(after, before)
      if (ReturnValues === 'ALL_NEW') return { Attributes: after }
      if (ReturnValues === 'UPDATED_OLD') return { Attributes: changedOf(before ?? {}, after) }
      return {}
    }
    if (command instanceof GetItemCommand) {
      const item = this.#seen(command.input.Key, command.input.ConsistentRead)
      return item ? { Item: item } : {}
    }
    if (command instanceof BatchGetItemCommand) return this.#batch(command.input.RequestItems ?? {})
    if (command instanceof PutItemCommand) {
      const { Item: item = {}, ConditionExpression } = command.input
      const before = this.#checked(item, ConditionExpression, placeholders(command.input))
      this.#write(item, before)
      return {}
    }
    if (command instanceof DeleteItemCommand) {
      const { Key, ConditionExpression, ReturnValues } = command.input
      const before = this.#checked(Key, ConditionExpression, placeholders(command.input))
      if (before) this.#remove(before)
      return ReturnValues === 'ALL_OLD' && before ? { Attributes: before } : {}
    }
    if (command instanceof BatchWriteItemCommand) {
      const requests = Object.values(command.input.RequestItems ?? {}).flat()
      if (requests.length > LARGEST_WRITE_BATCH) throw invalid('Too many items requested for the BatchWriteItem call')
      for (const { PutRequest, DeleteRequest } of requests) {
        const item = PutRequest?.Item ?? DeleteRequest?.Key
        const before = this.#checked(item, undefined, placeholders({}))
        if (PutRequest?.Item) this.#write(PutRequest.Item, before)
        else if (before) this.#remove(before)
      }
      return { UnprocessedItems: {} }
    }
    throw new Error('The table in memory does not know this command')
  }

  /** @returns the item as it is. @throws ConditionalCheckFailedException */
  #checked(key: Item | undefined, condition: string | undefined, given: Placeholders): Item | undefined {
    const item = this.#item(key)
    if (condition !== undefined && !holds(condition, item ?? {}, given)) {
      throw new ConditionalCheckFailedException({ message: 'The conditional request failed', $metadata: {} })
    }
    return item
  }

  #item(key: Item | undefined): Item | undefined {
    const [pk, sk] = keyOf(key ?? {})
    return this.#partitions.get(pk)?.get(sk)
  }

  /** What a read sees: without being asked for the latest, DynamoDB may answer with what was there before. */
  #seen(key: Item | undefined, consistent = false): Item | undefined {
    const earlier = consistent ? undefined : this.#earlier.get(keyOf(key ?? {}).join('\n'))
    return earlier && this.#now() < earlier.until ? earlier.item : this.#item(key)
  }

  #now(): Millis {
    return this.#options.now?.() ?? 0
  }

  #remember(place: string, item: Item | undefined): void {
    const { staleness = 0 } = this.#options
    if (staleness > 0) this.#earlier.set(place, { item, until: this.#now() + staleness })
  }

  #write(item: Item, before: Item | undefined): void {
    if (sizeOf(item) > LARGEST_ITEM) throw invalid('Item size has exceeded the maximum allowed size')
    const [pk, sk] = keyOf(item)
    this.#remember(`${pk}\n${sk}`, before)
    const partition = this.#partitions.get(pk) ?? new Map<string, Item>()
    this.#partitions.set(pk, partition.set(sk, item))
    this.#index.put(`${pk}\n${sk}`, item, before)
    this.#options.onWrite?.(item, before)
  }

  #remove(before: Item): void {
    const [pk, sk] = keyOf(before)
    this.#remember(`${pk}\n${sk}`, before)
    this.#partitions.get(pk)?.delete(sk)
    this.#index.put(`${pk}\n${sk}`, undefined, before)
    this.#options.onWrite?.(undefined, before)
  }

  #batch(requests: Readonly<Record<string, Batch>>): object {
    const responses = Object.entries(requests).map(([table, { Keys = [], ConsistentRead }]) => {
      const unique = new Set(Keys.map(key => keyOf(key).join('\n')))
      if (Keys.length > LARGEST_BATCH) throw invalid('Too many items requested for the BatchGetItem call')
      if (unique.size < Keys.length) throw invalid('Provided list of item keys contains duplicates')
      return [table, Keys.map(key => this.#seen(key, ConsistentRead)).filter(item => item !== undefined)]
    })
    return { Responses: Object.fromEntries(responses), UnprocessedKeys: {} }
  }

  #partition(pk: string, consistent?: boolean): Item[] {
    const items = [...(this.#partitions.get(pk)?.values() ?? [])]
    return items.map(item => this.#seen(item, consistent)).filter(item => item !== undefined)
  }

  #query(input: QueryCommandInput): object {
    const { IndexName, KeyConditionExpression = '', Limit, ExclusiveStartKey: start } = input
    const given = placeholders(input)
    const sortKey = IndexName === undefined ? 'sk' : 'dueAt'
    const [first = ''] = Object.values(given.values).flatMap(({ S }) => S ?? [])
    const candidates = IndexName === undefined ? this.#partition(first, input.ConsistentRead) : this.#index.of(first)
    if (candidates.length === 0) return { Items: [], Count: 0, ScannedCount: 0 }
    const backwards = input.ScanIndexForward === false
    const found = candidates
      .filter(item => holds(KeyConditionExpression, item, given))
      .sort((a, b) => (backwards ? -1 : 1) * order(a, b, sortKey))
      .filter(item => !start || (backwards ? -1 : 1) * order(item, start, sortKey) > 0)
    const page: Item[] = []
    let bytes = 0
    for (const item of found) {
      if (page.length === Limit || bytes > LARGEST_PAGE) break
      page.push(item)
      bytes += sizeOf(item)
    }
    const last = page.at(-1)
    // Whoever reads a full page is told to go on, though nothing may be left.
    const more = last !== undefined && (page.length < found.length || page.length === Limit)
    const { FilterExpression: filter } = input
    const kept = filter === undefined ? page : page.filter(item => holds(filter, item, given))
    const keys = IndexName === undefined ? ['pk', 'sk'] : ['pk', 'sk', 'lane', 'dueAt']
    return {
      Count: kept.length,
      ScannedCount: page.length,
      ...(input.Select === 'COUNT' ? {} : { Items: kept }),
      ...(more ? { LastEvaluatedKey: only(last, keys) } : {}),
    }
  }
}

interface Batch {
  readonly Keys?: readonly Item[] | undefined
  readonly ConsistentRead?: boolean | undefined
}

function placeholders(input: {
  readonly ExpressionAttributeNames?: Record<string, string> | undefined
  readonly ExpressionAttributeValues?: Record<string, AttributeValue> | undefined
}): Placeholders {
  return { names: input.ExpressionAttributeNames ?? {}, values: input.ExpressionAttributeValues ?? {} }
}

/** @throws DynamoDBServiceException for a key that DynamoDB does not take */
function keyOf(item: Item): readonly [pk: string, sk: string] {
  const [pk = '', sk = ''] = [item.pk?.S, item.sk?.S]
  if (pk === '' || sk === '') throw invalid('One or more parameter values were invalid: an empty key')
  if (Buffer.byteLength(pk) > LONGEST_KEY || Buffer.byteLength(sk) > LONGEST_KEY / 2) {
    throw invalid('One or more parameter values were invalid: Size of hashkey has exceeded the maximum size limit')
  }
  return [pk, sk]
}

/** Entries of one moment are in an order of DynamoDB's own. */
const order = (a: Item, b: Item, sortKey: string): number =>
  compare(a[sortKey], b[sortKey]) || compare(a.pk, b.pk) || compare(a.sk, b.sk)

const only = (item: Item, names: readonly string[]): Item =>
  Object.fromEntries(names.flatMap(name => (item[name] ? [[name, item[name]]] : [])))

const changedOf = (before: Item, after: Item): Item =>
  Object.fromEntries(Object.entries(before).filter(([name, value]) => after[name] !== value))

function sizeOf(item: Item): number {
  let size = 0
  for (const [name, { S, N, B, SS }] of Object.entries(item)) {
    // Only what may be too large is worth the exact count.
    const text = S === undefined ? 0 : S.length > 10_000 ? Buffer.byteLength(S) : S.length
    size += name.length + text + (N?.length ?? 0) + (B?.length ?? 0) + (SS?.join('').length ?? 0)
  }
  return size
}

const invalid = (message: string): DynamoDBServiceException =>
  new DynamoDBServiceException({ name: 'ValidationException', $fault: 'client', message, $metadata: {} })
