import { sha256 } from '../digest.ts'
import type { SplitEvent } from '../event.ts'
import type { QueuedEvent } from '../queue.ts'
import type { ContactKey, Millis, Vid } from '../types.ts'

/** The event that splits a record off a contact. Each request is one of its own: an operator may ask again. */
export function splitEvent(
  key: ContactKey,
  vid: Vid,
  receivedAt: Millis,
  newId: () => string,
): QueuedEvent<SplitEvent> {
  const messageId = newId()
  const hash = sha256(messageId).slice(0, 12)
  const stamp = { time: receivedAt, receivedAt, index: 0, id: hash }
  return { event: { type: 'split', key, messageId, stamp, hash, priority: 'live', vid }, deduplicationId: messageId }
}
