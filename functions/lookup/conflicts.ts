import { isContactKey } from '../core/keys.ts'
import type { ContactRecord } from '../core/record.ts'
import type { ViewingStore } from '../core/store.ts'
import type { RecordKey } from '../core/types.ts'
import { answer, type HttpAnswer, type HttpRequest } from '../runtime/http.ts'
import { type ConflictView, conflictViewOf } from './conflict-view.ts'
import { collect } from './listing.ts'
import { pageOf } from './paging.ts'

/** `GET /v1/conflicts`: everybody who is in conflict, those first who are looked at next. @throws Refused: 400. */
export async function conflicts(store: ViewingStore, request: HttpRequest): Promise<HttpAnswer> {
  const { chosen, next } = await collect(store, ['conflict'], pageOf(request), record =>
    record.delivered.state === 'conflict' && isContactKey(record.key) ? { kind: 'conflict', record } : undefined,
  )
  const found = await viewsOf(store, chosen)
  return answer(200, { conflicts: found.map(({ view }) => view), next })
}

/**
 * `GET /v1/audit/shared`: everybody of whom vidsync knows that they share a contact with another user, or sit on a further
 * address of one. What HubSpot holds besides is not looked for. @throws Refused: 400.
 */
export async function shared(store: ViewingStore, request: HttpRequest): Promise<HttpAnswer> {
  const { chosen, next } = await collect(store, ['conflict', 'rejected'], pageOf(request), record => {
    // Objects and what belongs to people are in nobody's way.
    const kind = isContactKey(record.key) ? kindOf(record) : undefined
    return kind && { kind, record }
  })
  const found = await viewsOf(store, chosen)
  return answer(200, { shared: found.map(({ kind, view }) => ({ kind, ...view })), next })
}

function kindOf({ delivered }: ContactRecord): 'shares_contact' | 'secondary_email' | undefined {
  const { state, problem, withheld } = delivered
  if (state === 'conflict' && problem?.with !== undefined && problem.vid !== undefined) return 'shares_contact'
  return withheld.get('email')?.code === 'secondary_email' ? 'secondary_email' : undefined
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
