import { fingerprint } from '../fingerprint.ts'
import type { Contact } from '../hubspot.ts'
import { addressesIn, addressesOf, isToBeSplit, wantedEmail } from '../identity.ts'
import type { RecordKey, Vid } from '../types.ts'
import { absorb } from './absorb.ts'
import { emailFor } from './address.ts'
import { adopt } from './adopt.ts'
import { mergedInto } from './answers.ts'
import { gather } from './besides.ts'
import { inDoubt } from './doubt.ts'
import { takeInNamesake } from './namesake.ts'
import { emailObstacle, payloadFor } from './payload.ts'
import { outcomeOf } from './rules.ts'
import { ownershipNow, situationOf } from './standing.ts'
import { DELETED, settleWith, takenBy } from './troubles.ts'
import { MOST_SILENT_READS, type Step, type Work, type World } from './work.ts'

/** Says what to do for a record with a contact: make sure that it is still the user's, and send what is new. */
export function bringUpToDate(work: Work, vid: Vid, world: World): Step {
  const { delivered, facts } = work
  const { byVid } = facts
  if (byVid === undefined && inDoubt(work, world)) {
    // Quarantined, with its doubts: asking on would bring the same.
    if (work.facts.silences >= MOST_SILENT_READS) throw new Error('HubSpot says nothing of the contact')
    return { do: 'read', by: 'vid', ids: [vid] }
  }
  if (byVid === null) return gone(world)
  if (byVid) {
    // Merged away: its survivor's address may be anybody's; only another user's claim or id on it is a conflict.
    const ownership = ownershipNow(work, byVid, world)
    if (ownership.whose === 'another') {
      // The user whose address it is has come: from now on the lead is their guest.
      if (work.record.key.startsWith('lead#')) return { do: 'unlink' }
      if (isToBeSplit(byVid.vid, work.record.folded, delivered)) return splitOff(work, byVid, ownership.owner, world)
      return goesItsOwnWay(work, byVid, world) ? { do: 'unlink' } : settleWith(takenBy(byVid.vid, ownership.owner))
    }
    // Merged away, or merged into by a call that nobody answered for: its values are not what was delivered.
    const merged = delivered.merging !== undefined && mergedInto(byVid).includes(delivered.merging)
    if (byVid.vid !== vid || merged) return adopt(byVid, ownership, addressesOf(work.record), false)
  }
  const absorbing = absorb(work, world)
  if (absorbing.step) return absorbing.step
  const gathering = gather(work, world)
  if (gathering.step) return gathering.step
  const namesake = takeInNamesake(work, world)
  if (namesake) return namesake
  const email = emailFor(work, world)
  if ('step' in email) return email.step
  const { properties, unread } = payloadFor(work, world, { creating: false, email: email.is })
  if (unread && facts.silences < MOST_SILENT_READS) return { do: 'read', by: 'vid', ids: [vid] }
  if (Object.keys(properties).length > 0) return { do: 'update', vid, properties }
  const trouble = absorbing.trouble ?? gathering.trouble
  return trouble ? settleWith(trouble) : { do: 'settle' }
}

/** Merged by hand into another user's contact, and an operator wants the two apart: without the address, anew. */
function splitOff(work: Work, contact: Contact, owner: RecordKey | undefined, world: World): Step {
  const wanted = wantedEmail(work.record)
  if (!wanted || !addressesIn(contact).includes(wanted)) return { do: 'unlink' }
  const outcome = outcomeOf({ ...situationOf(work, contact, wanted, world), holder: 'another' })
  return outcome === 'detach'
    ? { do: 'detach', vid: contact.vid, email: wanted }
    : settleWith(takenBy(contact.vid, owner))
}

/**
 * A person has merged the contact into another user's. The user gets a new one under an address that the other's contact
 * does not have: a new address, or the old one once a person has taken it off there.
 */
function goesItsOwnWay(work: Work, contact: Contact, world: World): boolean {
  const wanted = wantedEmail(work.record)
  if (!wanted || addressesIn(contact).includes(wanted) || emailObstacle(work, world)) return false
  const held = work.delivered.withheld.get('email')
  return wanted !== work.delivered.email || (held?.code === 'secondary_email' && held.value === fingerprint(wanted))
}

/** Deleted by a person: by policy made again. */
function gone({ config }: World): Step {
  return config.policies.deletedInHubSpot === 'recreate' ? { do: 'unlink' } : settleWith(DELETED)
}
