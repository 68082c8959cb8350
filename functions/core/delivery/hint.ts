import { addressesOf, isToBeSplit, uniqueIdOf } from '../identity.ts'
import { adopt } from './adopt.ts'
import { outcomeOf } from './rules.ts'
import { ownershipNow, situationOf } from './standing.ts'
import { settleWith, takenBy } from './troubles.ts'
import { MOST_SILENT_READS, type Step, type Trouble, type Work, type World } from './work.ts'

/**
 * Where the product says which contact is the user's: reads that one before anything is written, and makes it theirs, unless
 * it is another's. `undefined`: nobody has said so, or HubSpot has no such contact; then the user's addresses find it.
 */
export function followHint(work: Work, world: World): Step | undefined {
  const { record, delivered, facts } = work
  const vid = record.folded.hint?.vid
  if (vid === undefined || uniqueIdOf(record.key) === undefined) return undefined
  const contact = facts.otherContacts.get(vid)
  if (contact === undefined) {
    // Quarantined: asking on would bring the same.
    if (facts.silences >= MOST_SILENT_READS) throw new Error('HubSpot says nothing of a contact that the product knows')
    return { do: 'read', by: 'other', ids: [vid] }
  }
  if (contact === null) {
    // Whoever only wants two joined does not ask for a contact without a name or an address.
    return record.folded.registers.size === 0 ? settleWith(NO_SUCH_CONTACT) : undefined
  }
  if (isToBeSplit(contact.vid, record.folded, delivered)) return undefined
  const ownership = ownershipNow(work, contact, world)
  const situation = { ...situationOf(work, contact, undefined, world), as: 'hint' as const }
  if (outcomeOf(situation) === 'adopt') return adopt(contact, ownership, addressesOf(record), false)
  return settleWith(takenBy(contact.vid, ownership.whose === 'another' ? ownership.owner : undefined))
}

const NO_SUCH_CONTACT: Trouble = {
  code: 'rejected',
  message: 'HubSpot has no contact with the id that the product has given, and nothing else is known of the user',
}
