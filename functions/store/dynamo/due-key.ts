import { createHash } from 'node:crypto'
import * as v from 'valibot'
import { type Due, LANES, type Lane, type PerLane } from '../../core/record.ts'
import type { RecordKey } from '../../core/types.ts'
import { type Item, number, numberOf, text, textOf, unreadable } from './attributes.ts'

/**
 * One index partition takes 1,000 writes a second, and throttles the whole table above that; looking into a lane costs a
 * request for each. What comes with every event needs many, what comes when somebody joins a company or a list fewer.
 * Never fewer than there once were: entries in the others would not be found again.
 */
const SHARDS: PerLane<number> = {
  live: 8,
  bulk: 8,
  objects: 4,
  links: 4,
  lists: 4,
  subscriptions: 4,
  events: 8,
  waiting: 8,
  verifying: 8,
  conflict: 8,
  rejected: 8,
}

/** The two attributes that put a record into the index of due work. Without them it is not in it. */
export const DUE_KEY = ['lane', 'dueAt'] as const

export function dueKey(key: RecordKey, due: Due): Item {
  const shard = (createHash('sha256').update(key).digest()[0] ?? 0) % SHARDS[due.lane]
  return { lane: text(partition(due.lane, shard)), dueAt: number(due.at) }
}

/** The index partitions of a lane. */
export function partitions(lane: Lane): string[] {
  return Array.from({ length: SHARDS[lane] }, (_, shard) => partition(lane, shard))
}

/** @throws UnreadableItem */
export function decodeDue(item: Item): Due | undefined {
  if (item.lane === undefined) return undefined
  const lane = textOf(item, 'lane').split('#')[0]
  if (!v.is(v.picklist(LANES), lane)) return unreadable(item, 'it waits in a lane that this version does not know')
  return { lane, at: numberOf(item, 'dueAt') }
}

function partition(lane: Lane, shard: number): string {
  return `${lane}#${shard}`
}
