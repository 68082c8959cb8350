import type { Contact } from '../hubspot.ts'
import { addressesIn, primaryEmail, wantedEmail } from '../identity.ts'
import type { Problem } from '../record.ts'
import type { Email, Vid } from '../types.ts'
import { emailObstacle, payloadFor } from './payload.ts'
import { outcomeOf } from './rules.ts'
import { claimOn, isBacked, ownershipNow, situationOf, situationOfClaim } from './standing.ts'
import { SECONDARY_EMAIL, takenBy } from './troubles.ts'
import { isContact, MOST_SILENT_READS, type Step, type Trouble, type Work, type World } from './work.ts'

/** What an update does with the address: something must happen first, or it is sent, left alone, or held back. */
export function emailFor(
  work: Work,
  world: World,
): { readonly step: Step } | { readonly is: 'send' | 'confirmed' | Problem | Trouble } {
  const { record, delivered, facts } = work
  const wanted = wantedEmail(record)
  const suspect = delivered.suspects.includes('email') && isContact(facts.byVid)
  const held = (suspect && facts.byVid ? primaryEmail(facts.byVid) : delivered.email) ?? ''
  if (wanted === undefined || (wanted === held && !isUnknown(work))) return { is: 'confirmed' }
  const obstacle = emailObstacle(work, world)
  if (obstacle) return { is: obstacle }
  if (wanted === '') return { is: 'send' }
  if (isContact(facts.byVid) && isSomebodyElses(work, facts.byVid, wanted)) {
    return { is: SECONDARY_EMAIL }
  }
  const rival = readRival(work)
  if (rival) return { step: rival }
  const blocked = facts.rivalVid === undefined ? undefined : pastRival(work, facts.rivalVid, wanted, world)
  return blocked ?? reserve(work, wanted, world)
}

/** A contact that has taken another one in may have its address, and nothing has been sent to it since. */
const isUnknown = ({ delivered, facts }: Work): boolean =>
  delivered.version === 0 && delivered.email === undefined && !isContact(facts.byVid)

/** The contact was adopted under a further address of its: the primary one may be another person's. */
const isSomebodyElses = ({ delivered }: Work, contact: Contact, wanted: Email): boolean =>
  delivered.withheld.get('email')?.code === 'secondary_email' &&
  primaryEmail(contact) !== wanted &&
  addressesIn(contact).includes(wanted)

/** So often HubSpot may name a rival in one round: each time something has been done about the last one. */
const MOST_RIVALS = 4

/** HubSpot has refused the address since a contact has it. `undefined`: it has it no more, try again. */
function pastRival(work: Work, vid: Vid, wanted: Email, world: World): ReturnType<typeof emailFor> | undefined {
  const { delivered, facts } = work
  const { rival } = facts
  if (!isContact(rival) || delivered.vid === undefined) return { is: takenBy(vid, undefined) }
  const ownership = ownershipNow(work, rival, world)
  const owner = ownership.whose === 'another' ? ownership.owner : undefined
  if (facts.rivals > MOST_RIVALS) return { is: takenBy(vid, owner) }
  const mover = owner === undefined ? undefined : world.round?.get(owner)
  const moved = primaryEmail(rival) === wanted && mover !== undefined && mover.delivered.email !== wanted
  if (moved || !addressesIn(rival).includes(wanted)) return undefined

  switch (outcomeOf(situationOf(work, rival, wanted, world))) {
    case 'merge': {
      const from = ownership.whose === 'another' ? undefined : ownership.from
      return { step: { do: 'merge', vid: delivered.vid, contact: rival, ...(from === undefined ? {} : { from }) } }
    }
    case 'detach':
      return { step: { do: 'detach', vid, email: wanted } }
    case 'wait':
      return { step: { do: 'wait', trouble: takenBy(vid, owner) } }
    case 'clear':
      return { step: clear(work, delivered.vid, world) }
    case 'send':
      return { is: 'send' }
    case 'adopt':
    case 'adopt_without_email':
    case 'contribute':
    case 'conflict':
      return { is: takenBy(vid, owner) }
  }
}

/** Everything but the address goes out; the address is given up, so that the others in the circle can move. */
function clear(work: Work, vid: Vid, world: World): Step {
  const { properties, unread } = payloadFor(work, world, { creating: false, email: 'confirmed' })
  if (unread && work.facts.silences < MOST_SILENT_READS) return { do: 'read', by: 'vid', ids: [vid] }
  return { do: 'update', vid, properties: { ...properties, email: '' } }
}

/** Who has the address has been named, and not been read yet. */
export const readRival = ({ facts }: Work): Step | undefined =>
  facts.rivalVid !== undefined && facts.rival === undefined
    ? { do: 'read', by: 'rival', ids: [facts.rivalVid] }
    : undefined

/** An address is reserved before it is sent: two users can never be on their way to one address. */
export function reserve(
  work: Work,
  email: Email,
  world: World,
): { readonly step: Step } | { readonly is: 'send' | Trouble } {
  const { record, facts, delivered } = work
  if (facts.reserved.has(email)) return { is: 'send' }
  const claim = claimOn(work, `email#${email}`, world)
  if (!claim || claim.owner === record.key) return { step: { do: 'reserve', email } }
  const lead = claim.owner.startsWith('lead#') && !record.key.startsWith('lead#')
  // What was erased for privacy is nobody's to send again, whoever had it.
  const free = lead && claim.ownerRecord?.erased === undefined
  if (free || !isBacked(claim)) return { step: { do: 'reserve', email, from: claim.owner } }

  const trouble: Trouble = { code: 'conflict', message: 'another user has the address', with: claim.owner }
  switch (outcomeOf(situationOfClaim(work, claim, email, world))) {
    case 'wait':
      return { step: { do: 'wait', trouble } }
    case 'clear':
      return delivered.vid === undefined ? { is: trouble } : { step: clear(work, delivered.vid, world) }
    default:
      return { is: trouble }
  }
}
