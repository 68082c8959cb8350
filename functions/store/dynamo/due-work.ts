import { LANES, type Lane, oldestWork, perLane } from '../../core/record.ts'
import { comparePlaces, type DueCounts, type Place, placeOf } from '../../core/store.ts'
import type { Millis, RecordKey } from '../../core/types.ts'
import { type Item, number, numberOf, recordKeyIn, text } from './attributes.ts'
import { partitions } from './due-key.ts'
import type { Table } from './table.ts'

/** The index's name. The stack makes it. */
export const DUE_INDEX = 'due'

/** Pages of 1 MB, about 10,000 entries each, that one partition is counted over: a count above 800,000 is "at least". */
const COUNTED_PAGES = 10
/** Entries of a partition that are listed to be counted: a few KB. */
const LISTED = 50

interface Entry {
  readonly key: RecordKey
  readonly at: Millis
}

interface Shard {
  readonly partition: string
  readonly found: Entry[]
  next: Item | undefined
  exhausted: boolean
}

/** The index of due work: eventually consistent, so that what it says is a hint and the record decides. */
export class DueWork {
  readonly #table: Table

  constructor(table: Table) {
    this.#table = table
  }

  /**
   * Merges the lane's partitions, oldest first. Work spreads evenly over them, so each is first asked for its share and
   * a little; only one whose last entry is still older than the end of the merged list is asked for more.
   */
  async oldest(lane: Lane, now: Millis, limit: number): Promise<Entry[]> {
    const shards = partitions(lane).map((partition): Shard => {
      return { partition, found: [], next: undefined, exhausted: false }
    })
    const share = Math.min(limit, Math.ceil((limit / shards.length) * 1.5) + 8)
    let behind = limit > 0 ? shards : []
    let merged: Entry[] = []
    while (behind.length > 0) {
      await Promise.all(behind.map(shard => this.#readOn(shard, now, share)))
      merged = shards
        .flatMap(shard => shard.found)
        .sort((a, b) => a.at - b.at)
        .slice(0, limit)
      const end = merged.length < limit ? Infinity : (merged.at(-1)?.at ?? Infinity)
      behind = shards.filter(({ exhausted, found }) => !exhausted && (found.at(-1)?.at ?? 0) < end)
    }
    return merged
  }

  /**
   * Each partition is read from the moment of `after` on, until it has given enough, and all entries of the last moment:
   * those of one moment are in no order that could be gone on from.
   */
  async list(lane: Lane, limit: number, after?: Place): Promise<Entry[]> {
    const found = await Promise.all(partitions(lane).map(partition => this.#listPartition(partition, limit, after)))
    return inOrder(found.flat()).slice(0, limit)
  }

  async #listPartition(partition: string, limit: number, after: Place | undefined): Promise<Entry[]> {
    const found: Entry[] = []
    let next: Item | undefined
    do {
      const page = await this.#table.query({
        IndexName: DUE_INDEX,
        KeyConditionExpression: '#lane = :lane AND #dueAt >= :from',
        ExpressionAttributeNames: { '#lane': 'lane', '#dueAt': 'dueAt' },
        ExpressionAttributeValues: { ':lane': text(partition), ':from': number(after?.at ?? 0) },
        Limit: limit + 1,
        ...(next && { ExclusiveStartKey: next }),
      })
      for (const item of page.items) {
        const entry = { key: recordKeyIn(item), at: numberOf(item, 'dueAt') }
        if (!after || comparePlaces(placeOf(entry), after) > 0) found.push(entry)
      }
      next = page.next
    } while (next && !isComplete(found, limit))
    return inOrder(found)
  }

  async count(lanes: readonly Lane[] = LANES): Promise<DueCounts> {
    const counted = new Map(await Promise.all(lanes.map(async lane => [lane, await this.#countLane(lane)] as const)))
    const first = perLane(lane => counted.get(lane)?.first)
    return { lanes: perLane(lane => counted.get(lane)?.count ?? 0), first, oldestDueAt: oldestWork(first) }
  }

  async #readOn(shard: Shard, now: Millis, share: number): Promise<void> {
    const page = await this.#table.query({
      IndexName: DUE_INDEX,
      KeyConditionExpression: '#lane = :lane AND #dueAt <= :now',
      ExpressionAttributeNames: { '#lane': 'lane', '#dueAt': 'dueAt' },
      ExpressionAttributeValues: { ':lane': text(shard.partition), ':now': number(now) },
      Limit: share,
      ...(shard.next && { ExclusiveStartKey: shard.next }),
    })
    for (const item of page.items) shard.found.push({ key: recordKeyIn(item), at: numberOf(item, 'dueAt') })
    shard.next = page.next
    shard.exhausted = page.next === undefined
  }

  async #countLane(lane: Lane): Promise<Tally> {
    const tallies = await Promise.all(partitions(lane).map(partition => this.#countPartition(partition)))
    const moments = tallies.map(({ first }) => first).filter(moment => moment !== undefined)
    return {
      count: tallies.reduce((sum, { count }) => sum + count, 0),
      first: moments.length > 0 ? Math.min(...moments) : undefined,
    }
  }

  /** One request tells the first moment and, mostly, the number; only what is more is counted by further ones. */
  async #countPartition(partition: string): Promise<Tally> {
    const { items, next: rest } = await this.#table.query({ ...entriesOf(partition), Limit: LISTED })
    const [first] = items
    let count = items.length
    let next = rest
    for (let pages = 0; next && pages < COUNTED_PAGES; pages++) {
      const page = await this.#table.query({ ...entriesOf(partition), Select: 'COUNT', ExclusiveStartKey: next })
      count += page.count
      next = page.next
    }
    return { count, first: first && numberOf(first, 'dueAt') }
  }
}

interface Tally {
  readonly count: number
  readonly first: Millis | undefined
}

const inOrder = (entries: readonly Entry[]): Entry[] =>
  [...entries].sort((a, b) => comparePlaces(placeOf(a), placeOf(b)))

/** Whether nothing that was not read yet belongs among the first `limit`. */
const isComplete = (entries: readonly Entry[], limit: number): boolean =>
  (entries[limit - 1]?.at ?? Infinity) < (entries.at(-1)?.at ?? 0)

function entriesOf(partition: string) {
  return {
    IndexName: DUE_INDEX,
    KeyConditionExpression: '#lane = :lane',
    ExpressionAttributeNames: { '#lane': 'lane' },
    ExpressionAttributeValues: { ':lane': text(partition) },
  }
}
