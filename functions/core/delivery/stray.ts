import type { Contact } from '../hubspot.ts'
import type { RecordKey } from '../types.ts'
import { claimOn, ownershipNow } from './standing.ts'
import { isContact, type Work, type World } from './work.ts'

/** Another user's contact into which values of this record may have gone, and whose it is, as far as claims tell. */
export interface Stray {
  readonly contact: Contact
  readonly owner?: RecordKey
}

/** What has gone astray of a record, if anything may have. */
export const strayOf = (work: Work, world: World): Stray | undefined =>
  strayOfMerged(work, world) ?? (work.record.key.startsWith('lead#') ? strayOfGuest(work, world) : undefined)

/**
 * A person has merged the record's contact into another user's, and the record has been written since, before anybody
 * noticed: HubSpot may have followed the old id, and then the other's values are not theirs any more. It need not have
 * answered, and it does not say whether it followed; so it is taken for done.
 */
function strayOfMerged(work: Work, world: World): Stray | undefined {
  const { record, facts } = work
  const { byVid } = facts
  const written = facts.missing > 0 || record.delivered.suspects.length > 0
  if (!written || !isContact(byVid) || byVid.vid === record.delivered.vid) return undefined
  const ownership = ownershipNow(work, byVid, world)
  if (ownership.whose !== 'another') return undefined
  return { contact: byVid, ...(ownership.owner ? { owner: ownership.owner } : {}) }
}

/**
 * A lead's values have gone to the contact that is a user's, or has become a user's since, and nobody answered: they may land
 * after what the user has said meanwhile.
 *
 *     lead ──city: Bonn──┄┄┄ no answer ┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄► lands last
 *     user ────────────────────────────────city: Rome ✓                        ▲ at the lead's next look: Rome again
 */
function strayOfGuest(work: Work, world: World): Stray | undefined {
  const { record, delivered, facts } = work
  const contact = delivered.vid === undefined ? [...facts.byEmail.values()].find(isContact) : facts.byVid
  if (record.delivered.suspects.length === 0 || !isContact(contact)) return undefined
  const ownership = ownershipNow(work, contact, world)
  const owner = ownership.whose === 'another' ? ownership.owner : undefined
  const host = owner && claimOn(work, `vid#${contact.vid}`, world)?.ownerRecord
  if (!host || !record.delivered.suspects.some(name => host.folded.registers.has(name))) return undefined
  return { contact, owner }
}
