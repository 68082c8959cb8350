import type { Contact } from '../hubspot.ts'
import type { RecordKey } from '../types.ts'
import { ownershipNow } from './standing.ts'
import { isContact, type Work, type World } from './work.ts'

/** Another user's contact into which values of this record may have gone, and whose it is, as far as claims tell. */
export interface Stray {
  readonly contact: Contact
  readonly owner?: RecordKey
}

/**
 * A person has merged the record's contact into another user's, and the record has been written since, before anybody
 * noticed: HubSpot may have followed the old id, and then the other's values are not theirs any more. It need not have
 * answered, and it does not say whether it followed; so it is taken for done.
 */
export function strayOf(work: Work, world: World): Stray | undefined {
  const { record, facts } = work
  const { byVid } = facts
  const written = facts.missing > 0 || record.delivered.suspects.length > 0
  if (!written || !isContact(byVid) || byVid.vid === record.delivered.vid) return undefined
  const ownership = ownershipNow(work, byVid, world)
  if (ownership.whose !== 'another') return undefined
  return { contact: byVid, ...(ownership.owner ? { owner: ownership.owner } : {}) }
}
