import type { Status } from './schemas.ts'
import { counted } from './words.ts'

/** How the whole is doing, in one line. */
export interface Health {
  readonly level: 'good' | 'watch' | 'bad'
  readonly line: string
  /** What to do or to know. */
  readonly more: string
}

/** Due work this old is late: deliveries take seconds, and retries of HubSpot's a few minutes. In seconds. */
const LATE = 300

export function healthOf(status: Status): Health {
  const { due, pauses, oldestDueAgeSeconds, conflicts, rejected, parked } = status
  const stopped = pauses.find(({ capability }) => capability === 'contacts')
  if (stopped) return { level: 'bad', line: 'Deliveries pause', more: stopped.reason }
  if (oldestDueAgeSeconds > LATE) {
    const minutes = counted(Math.round(oldestDueAgeSeconds / 60), 'minute')
    return { level: 'bad', line: 'Deliveries are late', more: `The oldest work has been waiting for ${minutes}.` }
  }
  const [partly] = pauses
  if (partly) return { level: 'watch', line: `Deliveries of ${partly.capability} pause`, more: partly.reason }
  const todo = [
    ...(conflicts > 0 ? [counted(conflicts, 'conflict')] : []),
    ...(rejected > 0 ? [counted(rejected, 'refusal')] : []),
    ...(parked > 0 ? [counted(parked, 'event that could not be read', 'events that could not be read')] : []),
  ]
  const flow =
    due === 0 ? 'HubSpot has everything that it can take.' : `${counted(due, 'change')} on the way to HubSpot.`
  if (todo.length > 0)
    return { level: 'watch', line: 'Deliveries run', more: `${flow} For you to look at: ${todo.join(', ')}.` }
  return { level: 'good', line: 'All is well', more: flow }
}
