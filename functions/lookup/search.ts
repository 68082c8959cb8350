import { endOf } from '../core/alias.ts'
import { isContactKey } from '../core/keys.ts'
import { masked } from '../core/masking.ts'
import { spelled } from '../core/parse/id.ts'
import type { ContactRecord } from '../core/record.ts'
import type { ClaimKey, ViewingStore } from '../core/store.ts'
import { type ContactKey, canonicalEmail, leadKey, type RecordKey, type Vid } from '../core/types.ts'
import { answer, type HttpAnswer, type HttpRequest, Refused } from '../runtime/http.ts'
import { type Party, partyOf } from './conflict-view.ts'
import { isStorable, recordOf } from './record.ts'
import { viewOf } from './view.ts'

/** Somebody whom a search has found, and what has led to them. */
export type Found = Party & {
  readonly by: 'id' | 'vid' | 'email'
  readonly vid: string | null
  readonly status: string
  /** Masked. */
  readonly email: string | null
}

/** Longer texts are nobody's id, address or vid worth typing. */
const LONGEST = 2_000
const NOTHING_ASKED = 'Say whom to look for: GET /v1/search?q= and a user id, a vid or an email, URL-encoded.'

/**
 * `GET /v1/search?q=…`: whoever has this user id, owns the contact of this vid, or has this address, as far as vidsync knows.
 * Reads by key alone, so that a million users make it no slower. @throws Refused: 400.
 */
export async function search(store: ViewingStore, { rawQueryString }: HttpRequest): Promise<HttpAnswer> {
  const asked = (new URLSearchParams(rawQueryString).get('q') ?? '').trim()
  if (asked === '' || asked.length > LONGEST) throw new Refused(400, NOTHING_ASKED)
  const [byId, byVid, byEmail] = await Promise.all([
    recordOf(store, spelled(asked)),
    isVid(asked) ? ownersOf(store, `vid#${asked}`) : [],
    asked.includes('@') ? ownersOf(store, `email#${canonicalEmail(asked)}`, leadKey(canonicalEmail(asked))) : [],
  ])
  const found = new Map<RecordKey, Found>()
  const add = (by: Found['by'], records: readonly ContactRecord[]): void => {
    for (const record of records) if (!found.has(record.key)) found.set(record.key, foundOf(by, record))
  }
  add('id', byId ? [byId] : [])
  add('vid', byVid)
  add('email', byEmail)
  return answer(200, { found: [...found.values()] })
}

const isVid = (text: string): text is Vid => /^\d{1,20}$/.test(text)

/** Whoever has claimed this, and the record of `also`, if there is one. */
async function ownersOf(store: ViewingStore, claim: ClaimKey, also?: ContactKey): Promise<ContactRecord[]> {
  if (Buffer.byteLength(claim) > 1_500) return []
  const owner = (await store.readClaims([claim])).get(claim)?.owner
  const keys = [owner, also].filter(key => key !== undefined && isContactKey(key) && isStorable(key))
  const ends = await Promise.all(keys.map(async key => (key && isContactKey(key) ? endOf(store, key) : undefined)))
  return ends.flatMap(end => end?.record ?? []).filter(({ folded }) => folded.version > 0)
}

function foundOf(by: Found['by'], record: ContactRecord): Found {
  const { vid, status, email } = viewOf(spelled(record.key), record)
  return { ...partyOf(record.key), by, vid, status, email: email && masked(email) }
}
