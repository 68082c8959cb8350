import { sha256 } from '../digest.ts'
import type { DeleteEvent } from '../event.ts'
import type { QueuedEvent } from '../queue.ts'
import { type Millis, type UserId, userKey } from '../types.ts'
import { readUserId } from './id.ts'

/** The event that deletes a user as of now. @throws Rejected for an id that no user can have. */
export function readDeletion(userId: UserId, receivedAt: Millis, newId: () => string): QueuedEvent<DeleteEvent> {
  const id = readUserId('The user id', userId) ?? userId
  const messageId = newId()
  const stamp = { time: receivedAt, receivedAt, index: 0, id: sha256(messageId).slice(0, 12) }
  const hash = sha256(messageId).slice(0, 12)
  const key = userKey(id)
  return { event: { type: 'delete', key, messageId, stamp, hash, priority: 'live' }, deduplicationId: messageId }
}
