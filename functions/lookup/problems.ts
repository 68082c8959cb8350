import { type Kind, kindOf, objectNameOf, ownerOf } from '../core/keys.ts'
import type { ContactRecord, Lane, Problem } from '../core/record.ts'
import type { ViewingStore } from '../core/store.ts'
import { answer, type HttpAnswer, type HttpRequest } from '../runtime/http.ts'
import { type Party, partyOf } from './conflict-view.ts'
import { collect } from './listing.ts'
import { pageOf } from './paging.ts'

/** Something that HubSpot has not taken, or that waits for something that HubSpot does not have. */
export type ProblemView = Partial<Party> & {
  /** Of which kind the record is: `contact`, `object`, `link`, `lists`, `subscriptions`, `event`. */
  readonly kind: Kind
  readonly state: 'rejected' | 'waiting'
  /** Of objects and links: their name in `sync.config.ts`. */
  readonly object?: string
  /** Of an event: its name in HubSpot, without `pe<HubID>_`. */
  readonly event?: string
  readonly problems: readonly { readonly property: string; readonly code: string; readonly message: string }[]
  readonly nextProbe: string | null
}

/**
 * `GET /v1/problems`: everything that HubSpot has refused, then everything that waits for something that it does not have;
 * what is looked at next comes first. Conflicts have a list of their own. @throws Refused: 400.
 */
export async function problems(store: ViewingStore, request: HttpRequest): Promise<HttpAnswer> {
  const { chosen, next } = await collect(store, ['rejected', 'waiting'], pageOf(request), problemViewOf)
  return answer(200, { problems: chosen, next })
}

function problemViewOf(record: ContactRecord, lane: Lane): ProblemView | undefined {
  const { key, folded, delivered, due } = record
  // Resolved meanwhile, or moved: the index runs behind.
  if (due?.lane !== lane || (lane !== 'rejected' && lane !== 'waiting')) return undefined
  const told = new Map<string, Problem>([...delivered.withheld, ...folded.problems])
  const { problem } = delivered
  if (problem && ![...told.values()].some(({ message }) => message === problem.message)) told.set('', problem)
  const kind = kindOf(key)
  const owner = kind === 'contact' ? key : ownerOf(key)
  const occurrence = folded.occurrence?.name
  return {
    ...(owner === undefined ? {} : partyOf(owner)),
    kind,
    state: lane,
    ...(kind === 'object' || kind === 'link' ? { object: objectNameOf(key) } : {}),
    ...(occurrence === undefined ? {} : { event: occurrence }),
    problems: [...told].map(([property, { code, message }]) => ({ property, code, message })),
    nextProbe: new Date(due.at).toISOString(),
  }
}
