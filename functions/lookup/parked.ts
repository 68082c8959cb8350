import { sha256 } from '../core/digest.ts'
import { isContactKey } from '../core/keys.ts'
import { readQueuedEvent } from '../core/parse/queued-event.ts'
import type { ParkedItem, ViewingStore } from '../core/store.ts'
import { answer, type HttpAnswer, type HttpRequest, Refused } from '../runtime/http.ts'
import { type Party, partyOf } from './conflict-view.ts'
import { type OrderDeps, order } from './ordering.ts'

/** A parked event without what it says: that is for its reader alone. */
type ParkedView = Partial<Party> & {
  readonly id: string
  readonly at: string
  readonly reason: string
  readonly type: string | null
  readonly bytes: number
  /** Whether this version can read it by now. */
  readonly readable: boolean
}

const PARKED = '/v1/parked'
/** Of one page: each may hold 350 KB. */
const PAGE = 20

export const isParked = ({ rawPath }: HttpRequest): boolean => rawPath === PARKED || rawPath.startsWith(`${PARKED}/`)

/**
 * Events that could not be folded, and what may become of them.
 *
 *     GET  /v1/parked?after=…           those there are
 *     POST /v1/parked/{id}/replay       202  queued again, as if it had just been accepted     409  still not readable
 *     POST /v1/parked/{id}/discard      200  gone for good
 *
 * @throws Refused: 404, 405, 409, 503.
 */
export async function parked(deps: OrderDeps, request: HttpRequest): Promise<HttpAnswer> {
  const { method } = request.requestContext.http
  if (request.rawPath === PARKED && method === 'GET') return list(deps.store, request)
  const [, id = '', deed = ''] = /^\/v1\/parked\/([\w-]{1,100})\/(replay|discard)$/.exec(request.rawPath) ?? []
  if (deed === '')
    throw new Refused(404, 'Get /v1/parked, or post to /v1/parked/{id}/replay or /v1/parked/{id}/discard.')
  if (method !== 'POST') throw new Refused(405, 'Only POST is possible here.', { headers: { allow: 'POST' } })
  const item = await deps.store.readParked(id)
  if (!item) throw new Refused(404, 'There is no such parked event: it has been replayed or discarded.')
  if (deed === 'replay') return replay(deps, item)
  await deps.store.unpark(id)
  return answer(200, { discarded: id })
}

async function list(store: ViewingStore, { rawQueryString }: HttpRequest): Promise<HttpAnswer> {
  const after = new URLSearchParams(rawQueryString).get('after') ?? undefined
  const items = await store.listParked(PAGE, after)
  return answer(200, { parked: items.map(viewOf), next: items.length === PAGE ? (items.at(-1)?.id ?? null) : null })
}

/** Queued first: what is queued twice is folded once, and what is let go of first could be lost. */
async function replay(deps: OrderDeps, item: ParkedItem): Promise<HttpAnswer> {
  const event = eventIn(item)
  if (!event) throw new Refused(409, `This version cannot read the event either: ${item.reason}. Deploy one that can.`)
  const queued = { event, deduplicationId: sha256(`${item.id} ${deps.random.id()}`) }
  await order(deps, 'event', [queued])
  await deps.store.unpark(item.id)
  return answer(202, { replayed: item.id })
}

const bodyOf = ({ event }: ParkedItem): string => (typeof event === 'string' ? event : JSON.stringify(event))

function eventIn(item: ParkedItem) {
  try {
    return readQueuedEvent(bodyOf(item))
  } catch {
    return undefined
  }
}

function viewOf(item: ParkedItem): ParkedView {
  const { id, at, reason } = item
  const event = eventIn(item)
  const key = event && 'key' in event && isContactKey(event.key) ? event.key : undefined
  return {
    id,
    ...(key && partyOf(key)),
    at: new Date(at).toISOString(),
    reason,
    type: event?.type ?? null,
    bytes: Buffer.byteLength(bodyOf(item)),
    readable: event !== undefined,
  }
}
