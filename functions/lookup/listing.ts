import type { ContactRecord, Lane } from '../core/record.ts'
import { placeOf, type ViewingStore } from '../core/store.ts'
import { type Cursor, type PageAsked, written } from './paging.ts'

/** Entries that one request looks at: where few of a lane are meant, a page may be short and go on all the same. */
const MOST_LOOKED_AT = 500
const CHUNK = 100

/**
 * A page of what waits in some lanes, one lane after the other. The index is a hint, and the record decides: whoever has
 * been resolved meanwhile is left out.
 * @param choose `undefined` leaves a record out
 * @returns `next`: where the next page begins; `null` on the last one
 */
export async function collect<Chosen>(
  store: ViewingStore,
  lanes: readonly Lane[],
  { limit, after }: PageAsked,
  choose: (record: ContactRecord, lane: Lane) => Chosen | undefined,
): Promise<{ chosen: Chosen[]; next: string | null }> {
  const chosen: Chosen[] = []
  let cursor: Cursor | undefined = after
  let looked = 0
  for (const lane of lanes.slice(Math.max(0, after ? lanes.indexOf(after.lane) : 0))) {
    for (let more = true; more; ) {
      const behind = cursor?.lane === lane ? cursor.place : undefined
      const entries = await store.list(lane, CHUNK, behind)
      const records = await store.readRecords(entries.map(({ key }) => key))
      for (const entry of entries) {
        if (chosen.length >= limit || looked >= MOST_LOOKED_AT) {
          return { chosen, next: cursor ? written(cursor) : null }
        }
        const record = records.get(entry.key)
        const found = record && choose(record, lane)
        if (found !== undefined) chosen.push(found)
        cursor = { lane, place: placeOf(entry) }
        looked += 1
      }
      more = entries.length === CHUNK
    }
  }
  return { chosen, next: null }
}
