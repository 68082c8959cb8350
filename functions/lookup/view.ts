import { propertyOf } from '../core/mapping/choice.ts'
import type { ContactRecord, DeliveryState } from '../core/record.ts'
import type { Schema } from '../core/schema.ts'
import type { Millis, UserId } from '../core/types.ts'
import { madeSince, NO_SUCH_PROPERTY, unknownIn } from '../core/unknown.ts'
import type { Waiting } from './waiting.ts'

/** A user as `GET /v1/users/{userId}` shows it. */
export interface UserView {
  readonly userId: UserId
  readonly vid: string | null
  readonly status: DeliveryState
  /** What HubSpot is confirmed to hold. */
  readonly email: string | null
  readonly problems: readonly { readonly property: string; readonly code: string; readonly message: string }[]
  readonly updatedAt: string
  /** How many events, links, lists, … of the user wait for something that HubSpot does not have yet. Absent: none. */
  readonly waiting?: Waiting
}

const MADE_SINCE = "HubSpot has this contact property by now; the value follows with the user's next event"

/**
 * `conflict` wins over everything; `rejected` means that nothing could be delivered. Which properties HubSpot lacks is
 * judged anew, by its properties as last read: what was so at the last delivery may be so no more.
 */
export function viewOf(
  userId: UserId,
  { folded, delivered }: ContactRecord,
  schema?: Schema,
  belongings?: Waiting,
): UserView {
  const problems = new Map<string, { property: string; code: string; message: string }>()
  const { code: lacking, message: instruction } = NO_SUCH_PROPERTY
  for (const [property, { code, message }] of delivered.withheld)
    if (!schema || code !== lacking) problems.set(property, { property, code, message })
  const lacked = schema ? unknownIn(folded, schema) : []
  for (const property of lacked) problems.set(property, { property, code: lacking, message: instruction })
  const made = schema ? madeSince(folded, delivered, schema) : []
  for (const property of made) problems.set(property, { property, code: lacking, message: MADE_SINCE })
  for (const [property, { code, message }] of folded.problems) problems.set(property, { property, code, message })
  const { problem } = delivered
  if (problem) {
    const { code, message, vid } = problem
    const other = problem.with?.startsWith('user#') ? ` (user ${problem.with.slice('user#'.length)})` : ''
    const contact = vid ? ` (contact ${vid})` : ''
    const property = delivered.withheld.get('email')?.code === code ? 'email' : ''
    problems.set(property, { property, code, message: `${message}${other}${contact}` })
  }
  const settled = delivered.state === 'conflict' || delivered.state === 'rejected' || delivered.state === 'deleted'
  // Not the place in the index: a user who is only looked at again is there, too.
  const news = [...folded.registers].filter(([, { version }]) => version > delivered.version)
  const nothingToSend = news.length > 0 && news.every(([property]) => lacked.includes(propertyOf(property)))
  const waiting = delivered.vid === undefined || (folded.version > delivered.version && !nothingToSend)
  return {
    userId,
    vid: delivered.vid ?? null,
    status: settled ? delivered.state : waiting ? 'pending' : 'synced',
    email: (delivered.edited ?? delivered.email) || null,
    problems: [...problems.values()],
    updatedAt: new Date(Math.max(folded.updatedAt, delivered.updatedAt)).toISOString(),
    ...(belongings ? { waiting: belongings } : {}),
  }
}

/** A user of whom nothing has been heard but events, groups, …: all of it waits for a contact. */
export const strangerView = (userId: UserId, waiting: Waiting, updatedAt: Millis): UserView => ({
  userId,
  vid: null,
  status: 'pending',
  email: null,
  problems: [],
  updatedAt: new Date(updatedAt).toISOString(),
  waiting,
})
