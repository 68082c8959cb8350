import type { IdentifyEvent, Stamp } from '../../functions/core/event.ts'
import type { ContactRecord, Folded } from '../../functions/core/record.ts'
import { notDelivered } from '../../functions/core/record.ts'
import type { ContactKey, Json } from '../../functions/core/types.ts'
import { stampOf } from './records.ts'

export const ALEX: ContactKey = 'user#alex'

/** The nth event of a user, one minute after the one before it. */
export function eventOf(
  n: number,
  traits: { readonly [trait: string]: Json },
  change: Partial<IdentifyEvent> = {},
): IdentifyEvent {
  const stamp: Stamp = stampOf(n)
  return {
    type: 'identify',
    key: ALEX,
    messageId: `message-${n}`,
    stamp,
    hash: `hash-${n}`,
    priority: 'live',
    traits,
    ...change,
  }
}

/** What the table holds once something has been folded. */
export function recordOf(folded: Folded, change: Partial<ContactRecord> = {}): ContactRecord {
  return {
    key: ALEX,
    folded,
    delivered: notDelivered,
    verify: 0,
    due: { lane: 'live', at: folded.updatedAt },
    ...change,
  }
}
