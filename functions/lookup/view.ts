import type { ContactRecord, DeliveryState } from '../core/record.ts'
import type { UserId } from '../core/types.ts'

/** A user as `GET /v1/users/{userId}` shows it. */
export interface UserView {
  readonly userId: UserId
  readonly vid: string | null
  readonly status: DeliveryState
  /** What HubSpot is confirmed to hold. */
  readonly email: string | null
  readonly problems: readonly { readonly property: string; readonly code: string; readonly message: string }[]
  readonly updatedAt: string
}

/** `conflict` wins over everything; `rejected` means that nothing could be delivered. */
export function viewOf(userId: UserId, { folded, delivered }: ContactRecord): UserView {
  const problems = new Map<string, { property: string; code: string; message: string }>()
  for (const [property, { code, message }] of delivered.withheld) problems.set(property, { property, code, message })
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
  const waiting = delivered.vid === undefined || folded.version > delivered.version
  return {
    userId,
    vid: delivered.vid ?? null,
    status: settled ? delivered.state : waiting ? 'pending' : 'synced',
    email: delivered.email ?? null,
    problems: [...problems.values()],
    updatedAt: new Date(Math.max(folded.updatedAt, delivered.updatedAt)).toISOString(),
  }
}
