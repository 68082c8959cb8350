import { isContactKey } from '../core/keys.ts'
import type { ContactRecord, Lane } from '../core/record.ts'
import { placeOf, type ViewingStore } from '../core/store.ts'
import type { RecordKey } from '../core/types.ts'
import { answer, type HttpAnswer, type HttpRequest } from '../runtime/http.ts'
import { type ConflictView, conflictViewOf } from './conflict-view.ts'
import { type Cursor, pageOf, written } from './paging.ts'

/** `GET /v1/conflicts`: everybody who is in conflict, those first who are looked at next. @throws Refused: 400. */
export async function conflicts(store: ViewingStore, request: HttpRequest): Promise<HttpAnswer> {
  const { limit, after } = pageOf(request)
  const { found, next } = await collect(store, ['conflict'], limit, after, ({ delivered }) =>
    delivered.state === 'conflict' ? 'conflict' : undefined,
  )
  return answer(200, { conflicts: found.map(({ view }) => view), next })
}

/**
 * `GET /v1/audit/shared`: everybody of whom vidsync knows that they share a contact with another user, or sit on a further
 * address of one. What HubSpot holds besides is not looked for. @throws Refused: 400.
 */
export async function shared(store: ViewingStore, request: HttpRequest): Promise<HttpAnswer> {
  const { limit, after } = pageOf(request)
  const { found, next } = await collect(store, ['conflict', 'rejected'], limit, after, kindOf)
  return answer(200, { shared: found.map(({ kind, view }) => ({ kind, ...view })), next })
}

function kindOf({ delivered }: ContactRecord): 'shares_contact' | 'secondary_email' | undefined {
  const { state, problem, withheld } = delivered
  if (state === 'conflict' && problem?.with !== undefined && problem.vid !== undefined) return 'shares_contact'
  return withheld.get('email')?.code === 'secondary_email' ? 'secondary_email' : undefined
}

/** Entries that one request looks at: where few of a lane are meant, a page may be short and go on all the same. */
const MOST_LOOKED_AT = 500
const CHUNK = 100

/** The index is a hint, and the record decides: whoever has been resolved meanwhile is left out. */
async function collect<Kind extends string>(
  store: ViewingStore,
  lanes: readonly Lane[],
  limit: number,
  after: Cursor | undefined,
  kindOf: (record: ContactRecord) => Kind | undefined,
): Promise<{ found: { kind: Kind; view: ConflictView }[]; next: string | null }> {
  const chosen: { kind: Kind; record: ContactRecord }[] = []
  let cursor = after
  let looked = 0
  for (const lane of lanes.slice(Math.max(0, after ? lanes.indexOf(after.lane) : 0))) {
    for (let more = true; more; ) {
      const behind = cursor?.lane === lane ? cursor.place : undefined
      const entries = await store.list(lane, CHUNK, behind)
      const records = await store.readRecords(entries.map(({ key }) => key))
      for (const entry of entries) {
        if (chosen.length >= limit || looked >= MOST_LOOKED_AT) {
          return { found: await viewsOf(store, chosen), next: cursor ? written(cursor) : null }
        }
        const record = records.get(entry.key)
        // Objects and what belongs to people are in nobody's way.
        const kind = record && isContactKey(record.key) ? kindOf(record) : undefined
        if (record && kind) chosen.push({ kind, record })
        cursor = { lane, place: placeOf(entry) }
        looked += 1
      }
      more = entries.length === CHUNK
    }
  }
  return { found: await viewsOf(store, chosen), next: null }
}

async function viewsOf<Kind>(
  store: ViewingStore,
  chosen: readonly { kind: Kind; record: ContactRecord }[],
): Promise<{ kind: Kind; view: ConflictView }[]> {
  const counterparts = chosen.map(({ record }) => record.delivered.problem?.with).filter(key => key !== undefined)
  const others = await store.readRecords([...new Set<RecordKey>(counterparts)])
  return chosen.map(({ kind, record }) => {
    const { problem } = record.delivered
    return { kind, view: conflictViewOf(record, problem?.with && others.get(problem.with)) }
  })
}
