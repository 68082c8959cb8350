import * as v from 'valibot'
import type { Api } from '../api.ts'
import { EXIT, Failed } from '../command.ts'

const known = v.object({
  userId: v.optional(v.string()),
  lead: v.optional(v.string()),
  uniqueId: v.nullable(v.string()),
  vid: v.nullable(v.string()),
  status: v.string(),
  wantedEmail: v.nullable(v.string()),
})
const named = v.array(v.tuple([v.string(), known]))
const schema = v.object({ users: named, vids: named, emails: named })

/** Somebody whom vidsync knows. */
export type Known = v.InferOutput<typeof known>

/** What vidsync knows of some users, contacts and addresses. */
export interface Knowledge {
  readonly users: ReadonlyMap<string, Known>
  readonly vids: ReadonlyMap<string, Known>
  readonly emails: ReadonlyMap<string, Known>
}

/** As many as the API takes. */
const MOST = { userIds: 100, vids: 400, emails: 400 }

/** Asks vidsync, in as many requests as it takes. @throws Failed */
export async function ask(
  api: Api,
  { userIds = [], vids = [], emails = [] }: { userIds?: string[]; vids?: string[]; emails?: string[] },
): Promise<Knowledge> {
  const knowledge = {
    users: new Map<string, Known>(),
    vids: new Map<string, Known>(),
    emails: new Map<string, Known>(),
  }
  for (let page = 0; ; page += 1) {
    const some = (all: readonly string[], most: number) => all.slice(page * most, (page + 1) * most)
    const body = {
      userIds: some(userIds, MOST.userIds),
      vids: some(vids, MOST.vids),
      emails: some(emails, MOST.emails),
    }
    if (page > 0 && Object.values(body).every(each => each.length === 0)) return knowledge
    const answer = await api.post('/v1/users/lookup', schema, body)
    if (!answer)
      throw new Failed(EXIT.unreachable, `${api.url} is an older vidsync: audit needs POST /v1/users/lookup.`)
    for (const [id, each] of answer.users) knowledge.users.set(id, each)
    for (const [vid, each] of answer.vids) knowledge.vids.set(vid, each)
    for (const [email, each] of answer.emails) knowledge.emails.set(email, each)
  }
}

export const nameOf = ({ userId, lead }: Known): string => userId ?? `lead ${lead ?? ''}`
