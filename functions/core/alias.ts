import { dueAfter } from './due.ts'
import { type AliasEvent, compareStamps } from './event.ts'
import { RING_LENGTH } from './fold.ts'
import type { Bequest } from './folding/bequest.ts'
import { isEmptied } from './identity.ts'
import type { ContactRecord, Due, Folded } from './record.ts'
import type { FoldingStore } from './store.ts'
import type { Millis, RecordKey } from './types.ts'

/** How often an id may have become another's that has become another's. */
const MOST_HOPS = 5
/** How many ids one user may have had contacts under. HubSpot merges 250 contacts into one. */
export const MOST_ABSORBED = 50

/** Whom an id means in the end. */
export interface End {
  readonly key: RecordKey
  readonly record: ContactRecord | undefined
  /** Every id on the way, the first and the last included. */
  readonly path: readonly RecordKey[]
}

/**
 * Follows an id through whatever it has become. Strongly consistent: one read for each hop.
 * @returns `undefined` when that does not end: too many hops, or a circle.
 */
export async function endOf(store: Pick<FoldingStore, 'readRecords'>, key: RecordKey): Promise<End | undefined> {
  const path: RecordKey[] = []
  for (let next = key; path.length <= MOST_HOPS; ) {
    path.push(next)
    const record: ContactRecord | undefined = (await store.readRecords([next])).get(next)
    if (!record?.folded.aliasOf) return { key: next, record, path }
    next = record.folded.aliasOf.key
  }
  return undefined
}

/**
 * What the record of a previous id leaves to its heir. An id of which nothing was ever recorded has no contact either:
 * the heir need not know it. A deletion from before the alias concerns the previous id alone.
 */
export function bequestOf(record: ContactRecord | undefined, { key, stamp, priority }: AliasEvent): Bequest {
  const { registers, problems, absorbs = [], deletion } = record?.folded ?? nothing
  const emptied = (name: string): boolean => {
    const register = registers.get(name)
    return register !== undefined && record !== undefined && isEmptied(register, record.folded)
  }
  return {
    registers: new Map([...registers].filter(([name]) => !emptied(name))),
    problems,
    absorbs: record ? [key, ...absorbs] : [],
    ...(deletion && compareStamps(deletion, stamp) > 0 ? { deletion } : {}),
    priority,
  }
}

const nothing: Pick<Folded, 'registers' | 'problems' | 'absorbs' | 'split' | 'deletion'> = {
  registers: new Map(),
  problems: new Map(),
}

/**
 * The record of an id that has become another's: its values have gone to the heir, and none of them stays. Of a deletion
 * that may not have been carried out yet, the names of what it emptied stay.
 */
export function passedOn(
  record: ContactRecord | undefined,
  { hash, stamp, into, priority }: AliasEvent,
  heir: RecordKey,
  now: Millis,
): { readonly folded: Folded; readonly due: Due | undefined } {
  const before = record?.folded
  const emptied = [...(before?.registers ?? [])].filter(([, register]) => before && isEmptied(register, before))
  const { absorbs: _, split: __, deletion, ...kept } = before ?? { ...nothing, writes: 0, version: 0, ring: [] }
  const concerned = deletion && compareStamps(deletion, stamp) < 0
  return {
    folded: {
      ...kept,
      ...(deletion && concerned ? { deletion } : {}),
      writes: kept.writes + 1,
      version: kept.version + 1,
      registers: new Map(concerned ? emptied : []),
      problems: new Map(),
      ring: [...kept.ring.filter(known => known !== hash), hash].slice(-RING_LENGTH),
      aliasOf: { key: into, stamp, heir: before?.aliasOf?.heir ?? heir },
      updatedAt: now,
    },
    // Of an id of which nothing was ever recorded there is nothing to deliver.
    due: record && dueAfter(record.due, priority, now),
  }
}
