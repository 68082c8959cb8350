import { LANES, type Lane } from '../core/record.ts'
import type { Place } from '../core/store.ts'
import { type HttpRequest, Refused } from '../runtime/http.ts'

const MOST = 100
const USUAL = 50

/** Where a page begins: behind a place in one of the lanes. */
export interface Cursor {
  readonly lane: Lane
  readonly place: Place
}

/** A page of so many, from behind a place on. */
export interface PageAsked {
  readonly limit: number
  readonly after: Cursor | undefined
}

/** What a request for a page asks for. @throws Refused: 400. */
export function pageOf({ rawQueryString }: HttpRequest): PageAsked {
  const query = new URLSearchParams(rawQueryString)
  const [limit, after] = [query.get('limit'), query.get('after')]
  if (limit !== null && !/^[1-9]\d{0,2}$/.test(limit)) throw new Refused(400, WRONG_LIMIT)
  const asked = limit === null ? USUAL : Number(limit)
  if (asked > MOST) throw new Refused(400, WRONG_LIMIT)
  return { limit: asked, after: after ? read(after) : undefined }
}

/** A cursor as the next request gives it back. Holds no key: a lead's is an address. */
export const written = ({ lane, place }: Cursor): string =>
  Buffer.from(`${lane} ${place.at} ${place.mark}`).toString('base64url')

function read(after: string): Cursor {
  const [, name, at, mark] = /^([a-z]+) (\d{1,16}) ([\w-]+)$/.exec(Buffer.from(after, 'base64url').toString()) ?? []
  const lane = LANES.find(each => each === name)
  if (lane === undefined || at === undefined || mark === undefined) throw new Refused(400, WRONG_CURSOR)
  return { lane, place: { at: Number(at), mark } }
}

const WRONG_LIMIT = `"limit" must be a number from 1 to ${MOST}.`
const WRONG_CURSOR = '"after" must be the "next" of the page before, or be left out.'
