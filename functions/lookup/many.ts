import * as v from 'valibot'
import { endOf } from '../core/alias.ts'
import { backs, uniqueIdOf, wantedEmail } from '../core/identity.ts'
import { isContactKey } from '../core/keys.ts'
import { chunk } from '../core/parallel.ts'
import { spelled } from '../core/parse/id.ts'
import type { ContactRecord } from '../core/record.ts'
import type { ClaimKey, ViewingStore } from '../core/store.ts'
import { canonicalEmail, type RecordKey, userKey } from '../core/types.ts'
import { rawBody, readJson } from '../runtime/body.ts'
import { answer, type HttpAnswer, type HttpRequest, Refused } from '../runtime/http.ts'
import { isStorable } from './record.ts'

export const MANY = '/v1/users/lookup'

const MOST = 100
const LARGEST = 400
const texts = v.optional(v.pipe(v.array(v.pipe(v.string(), v.maxLength(1_000))), v.maxLength(LARGEST)), [])
const asked = v.object({
  userIds: v.optional(v.pipe(v.array(v.string()), v.maxLength(MOST)), []),
  vids: texts,
  emails: texts,
})

/** Somebody as an audit needs them. */
interface Known {
  readonly userId?: string
  readonly lead?: string
  /** What their contact's unique property should hold; `null` of a lead. */
  readonly uniqueId: string | null
  readonly vid: string | null
  readonly status: string
  /** The address that the product gives them now. */
  readonly wantedEmail: string | null
}

/**
 * `POST /v1/users/lookup` with up to 100 user ids, 400 vids and 400 emails: who each of them is or belongs to, as far as
 * vidsync knows. Changes nothing. An owner is only who stands behind the claim.
 * @throws Refused: 400.
 */
export async function many(store: ViewingStore, request: HttpRequest): Promise<HttpAnswer> {
  const body = v.safeParse(asked, readJson(rawBody(request)))
  if (!body.success) throw new Refused(400, WRONG)
  const { userIds, vids, emails } = body.output
  const claims = new Map<ClaimKey, string>([
    ...vids.map(vid => [`vid#${vid}` as ClaimKey, vid] as const),
    ...emails.map(email => [`email#${canonicalEmail(email)}` as ClaimKey, email] as const),
  ])
  const [owners, users] = await Promise.all([ownersOf(store, [...claims.keys()]), usersOf(store, userIds)])
  const of = (kind: string) =>
    [...owners].flatMap(([claim, record]) =>
      claim.startsWith(kind) ? [[claims.get(claim) ?? '', knownOf(record)] as const] : [],
    )
  return answer(200, {
    users: users.map(([id, record]) => [id, knownOf(record)]),
    vids: of('vid#'),
    emails: of('email#'),
  })
}

async function ownersOf(store: ViewingStore, keys: readonly ClaimKey[]): Promise<Map<ClaimKey, ContactRecord>> {
  const claims = (await Promise.all(chunk(keys, MOST).map(some => store.readClaims(some)))).flatMap(each => [...each])
  const owners = [...new Set(claims.map(([, { owner }]) => owner))]
  const records = await recordsOf(store, owners)
  const backed = claims.flatMap(([key, { owner }]) => {
    const record = records.get(owner)
    return record && isContactKey(owner) && backs(record, key) ? [[key, record] as const] : []
  })
  return new Map(backed)
}

async function usersOf(store: ViewingStore, userIds: readonly string[]): Promise<[string, ContactRecord][]> {
  const keys = new Map(userIds.map(id => [userKey(spelled(id)), id] as const))
  const records = await recordsOf(store, [...keys.keys()].filter(isStorable))
  const found: [string, ContactRecord][] = []
  for (const [key, id] of keys) {
    const record = records.get(key)
    const end = record?.folded.aliasOf ? (await endOf(store, key))?.record : record
    if (end && end.folded.version > 0) found.push([id, end])
  }
  return found
}

async function recordsOf(store: ViewingStore, keys: readonly RecordKey[]): Promise<Map<RecordKey, ContactRecord>> {
  const all = await Promise.all(chunk(keys, MOST).map(some => store.readRecords(some)))
  return new Map(all.flatMap(each => [...each]))
}

function knownOf(record: ContactRecord): Known {
  const { key, delivered } = record
  const [kind, id] = [key.slice(0, key.indexOf('#')), key.slice(key.indexOf('#') + 1)]
  return {
    ...(kind === 'lead' ? { lead: id } : { userId: id }),
    uniqueId: uniqueIdOf(key) ?? null,
    vid: delivered.vid ?? null,
    status: delivered.state,
    wantedEmail: wantedEmail(record) ?? null,
  }
}

const WRONG = `Send {"userIds": […], "vids": […], "emails": […]}: at most ${MOST} user ids, and ${LARGEST} of each of the others.`
