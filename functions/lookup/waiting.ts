import { isContactKey, kindOf } from '../core/keys.ts'
import { workLaneOf } from '../core/lanes.ts'
import type { ContactRecord, Lane } from '../core/record.ts'
import type { ViewingStore } from '../core/store.ts'
import type { BelongingKey, ContactKey, Millis } from '../core/types.ts'

/** How much of a user's waits, by kind: for a contact, an object, a list, … that HubSpot does not have yet. */
export type Waiting = Readonly<Partial<Record<Lane, number>>>

/** What waits of a user and of every id that has become theirs. `undefined`: nothing. */
export async function waitingOf(
  store: ViewingStore,
  { key, folded }: ContactRecord,
  asked: ContactKey,
): Promise<Waiting | undefined> {
  const ids = [...new Set([asked, key, ...(folded.absorbs ?? [])])].filter(isContactKey)
  return byKind((await Promise.all(ids.map(id => store.belongingsOf(id, 'waiting')))).flat())
}

/** The most records that are read to find out when they were changed. */
const MOST_READ = 100

/** All that is known of somebody of whom nothing but events, groups, … has been heard: it waits for a contact. */
export async function strangerOf(
  store: ViewingStore,
  key: ContactKey,
): Promise<{ readonly waiting: Waiting; readonly updatedAt: Millis } | undefined> {
  const belongings = await store.belongingsOf(key)
  const waiting = byKind(belongings)
  if (!waiting) return undefined
  const records = await store.readRecords(belongings.slice(0, MOST_READ))
  return { waiting, updatedAt: Math.max(0, ...[...records.values()].map(({ folded }) => folded.updatedAt)) }
}

function byKind(keys: readonly BelongingKey[]): Waiting | undefined {
  const counts: Partial<Record<Lane, number>> = {}
  for (const key of keys) {
    const kind = workLaneOf(kindOf(key), 'live')
    counts[kind] = (counts[kind] ?? 0) + 1
  }
  return keys.length > 0 ? counts : undefined
}
