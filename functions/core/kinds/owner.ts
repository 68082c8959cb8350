import type { ContactRecord } from '../record.ts'
import type { Millis } from '../types.ts'
import type { Owner } from './task.ts'

const NOT_YET = 'the user has no contact in HubSpot yet; it is told when there is one'

/**
 * What a belonging's owner is to HubSpot. A contact that another user has, too, is nobody to tell anything of: it might be
 * the other's.
 * @param record of whom the owner has become; `undefined`: nothing was ever recorded of the person
 */
export function standingOf(record: ContactRecord | undefined, now: Millis): Owner {
  if (!record) return { is: 'unknown', why: NOT_YET, absent: true }
  const { key, delivered, folded, due } = record
  const deletionOpen = folded.deletion !== undefined && folded.deletion.time !== delivered.deletion
  if (deletionOpen) return { is: 'unknown', why: 'the user is being deleted' }
  if (delivered.state === 'deleted') return { is: 'gone', ...(folded.deletion ? { since: folded.deletion.time } : {}) }
  if (delivered.vid === undefined) return { is: 'unknown', why: whyNot(record), absent: true }
  if (isShared(record))
    return { is: 'unknown', why: 'the user shares a contact with another user; it is told when they are apart' }
  const busy = due?.lane === 'live' && due.at <= now
  return { is: 'known', key, vid: delivered.vid, record, busy }
}

/**
 * As of when the owner's deletion has voided what was said of them, whenever it was written down: what comes under another
 * id of theirs, while they are being deleted, is not there yet when the deletion looks for it.
 */
export function deletedAt(owner: Owner): Millis | undefined {
  if (owner.is === 'known') return owner.record.folded.deletion?.time
  return owner.is === 'gone' ? owner.since : undefined
}

/** An address that another has is no doubt about the contact itself. */
const isShared = ({ delivered: { state, problem, withheld } }: ContactRecord): boolean =>
  state === 'conflict' && problem?.vid !== undefined && withheld.get('email')?.code !== 'conflict'

const whyNot = ({ delivered: { state } }: ContactRecord): string =>
  state === 'conflict' || state === 'rejected'
    ? 'the user has no contact in HubSpot: see what is in the way of theirs'
    : NOT_YET
