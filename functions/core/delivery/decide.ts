import { fingerprint } from '../fingerprint.ts'
import type { Contact } from '../hubspot.ts'
import {
  addressesIn,
  addressesOf,
  isToBeSplit,
  type Ownership,
  primaryEmail,
  uniqueIdOf,
  wantedEmail,
} from '../identity.ts'
import type { Problem } from '../record.ts'
import type { Email, RecordKey, Vid } from '../types.ts'
import { absorb, emptiedBy, removeAbsorbed, standAside } from './absorb.ts'
import { mergedInto } from './answers.ts'
import { emailObstacle, payloadFor } from './payload.ts'
import { outcomeOf } from './rules.ts'
import { claimOn, isBacked, ownershipNow, situationOf, situationOfClaim } from './standing.ts'
import type { Step, Trouble, Work, World } from './work.ts'

/**
 * Says what to do next for one record, from what is known about it. Called again after every answer, until it says
 * `settle`. Pure, and it remembers nothing: after a crash the same decisions follow from the table and from HubSpot.
 *
 *     vid unknown ─► read by every address kept (and by id, if a create may have happened)
 *       │  somebody's ───────► the rules of identity: adopt, wait, detach, conflict
 *       └─ nothing ──────────► reserve the address ─► create ─► vid known
 *
 *     vid known ─► in doubt? read it back
 *       │  gone ─────────────► unknown again, or deleted (policy)
 *       │  merged away ──────► adopt the survivor, or conflict
 *       ├─ new address ──────► reserve it ─► send it; where somebody has it, the rules: merge, wait, clear, detach,
 *       │                      conflict (all else is still sent)
 *       ├─ anything to send ─► update
 *       └─ nothing ──────────► settle
 */
export function decide(work: Work, world: World): Step {
  if (work.facts.refusal) return { do: 'settle', trouble: work.facts.refusal }
  const { deletion } = work.record.folded
  if (deletion && deletion.time !== work.delivered.deletion) return remove(work, world)
  const { aliasOf } = work.record.folded
  if (aliasOf) return standAside(work, aliasOf, world)
  if (work.delivered.state === 'deleted' && !isRevived(work)) {
    // An id that became the user's before the deletion may be heard of after it.
    return removeAbsorbed(work, world) ?? settleWith(work.delivered.problem ?? DELETED)
  }
  return work.delivered.vid === undefined ? identify(work, world) : bringUpToDate(work, work.delivered.vid, world)
}

/** Whether HubSpot must be read back before anything is believed about the record. */
export function inDoubt({ record, delivered, facts }: Work, { now }: World): boolean {
  return (
    record.verify > delivered.verified ||
    delivered.looks.some(at => at <= now) ||
    delivered.state === 'conflict' ||
    delivered.withheld.get('email')?.code === 'secondary_email' ||
    facts.missing > 0
  )
}

// ── deleted by the product ───────────────────────────────────────────────────────────────────────────────────────────

/** A value that was given after the deletion makes the user anew. */
const isRevived = ({ record: { folded }, delivered }: Work): boolean =>
  delivered.deletion !== undefined &&
  [...folded.registers.values()].some(({ candidates: [newest] }) => newest.value !== '')

/**
 * Carried out when everything of the user that was under way is known, and on what HubSpot then answers for the vid: never
 * on a contact that has become another user's.
 */
function remove(work: Work, world: World): Step {
  const { record, delivered, facts } = work
  const id = uniqueIdOf(record.key)
  if (delivered.vid === undefined) {
    const maybeCreated = delivered.maybeCreated || record.verify > delivered.verified
    if (maybeCreated && id !== undefined && facts.byId === undefined) return { do: 'read', by: 'id', ids: [id] }
  } else if (facts.byVid === undefined) {
    return { do: 'read', by: 'vid', ids: [delivered.vid] }
  }
  const look = delivered.looks.find(at => at > world.now)
  if (look !== undefined) return { do: 'later', at: look }
  const others = removeAbsorbed(work, world)
  if (others) return others
  const contact = delivered.vid === undefined ? facts.byId : facts.byVid
  const how = world.config.policies.deletedUser
  const mine = isContact(contact) && ['ours', 'absorbed'].includes(ownershipNow(work, contact, world).whose)
  if (!mine || how === 'keep') return { do: 'bury' }
  return { do: 'remove', vid: contact.vid, how, properties: emptiedBy(work, world) }
}

// ── vid unknown ──────────────────────────────────────────────────────────────────────────────────────────────────────

function identify(work: Work, world: World): Step {
  const { record, delivered, facts } = work
  // The word of it may come when the contact has been found gone already. Whoever was deleted since begins anew.
  if (record.erased && delivered.deletion === undefined) return settleWith(ERASED)
  const id = uniqueIdOf(record.key)
  const obstacle = emailObstacle(work, world)
  // What the user is to have may be no address at all, or one that HubSpot refuses: the older ones still find the contact.
  const wanted = obstacle ? undefined : wantedEmail(record) || undefined
  const addresses = addressesOf(record).filter(address => address === wanted || address !== wantedEmail(record))

  const unread = addresses.filter(address => !facts.byEmail.has(address))
  if (unread.length > 0) return { do: 'read', by: 'email', ids: unread }
  const maybeCreated = delivered.maybeCreated || record.verify > delivered.verified
  if (maybeCreated && id !== undefined && facts.byId === undefined) return { do: 'read', by: 'id', ids: [id] }
  const rival = readRival(work)
  if (rival) return rival
  const absorbing = isContact(facts.byId) ? {} : absorb(work, world)
  if (absorbing.step) return absorbing.step

  const blocked: Step[] = []
  for (const { contact, address } of foundFor(work, addresses, wanted)) {
    const step = stepTo(work, contact, address, addresses, world)
    if (step.do !== 'wait' && step.do !== 'settle') return step
    blocked.push(step)
  }
  const inTheWay = [facts.rival, facts.byId, wanted === undefined ? undefined : facts.byEmail.get(wanted)]
  if (blocked[0] && inTheWay.some(isContact)) return blocked[0]
  if (facts.rivalVid !== undefined) return settleWith(takenBy(facts.rivalVid, undefined))

  if (wanted !== undefined) {
    const reservation = reserve(work, wanted, world)
    if ('step' in reservation) return reservation.step
    if (reservation.is !== 'send') return settleWith(reservation.is)
  }
  if (id === undefined && wanted === undefined) {
    return settleWith(obstacle ?? { code: 'rejected', message: 'a lead without an address cannot become a contact' })
  }
  return { do: 'create', properties: payloadFor(work, world, { creating: true, email: obstacle ?? 'send' }).properties }
}

const isContact = (contact: Contact | null | undefined): contact is Contact => contact !== null && contact !== undefined

/** What HubSpot just named as holding our values, what carries our id, what has our addresses, newest first. */
function foundFor({ facts }: Work, addresses: readonly Email[], wanted: Email | undefined) {
  const named = [facts.rival, facts.byId].filter(isContact).map(contact => ({
    contact,
    address: addresses.find(address => addressesIn(contact).includes(address)) ?? wanted,
  }))
  const addressed = addresses.flatMap(address => {
    const contact = facts.byEmail.get(address)
    return isContact(contact) ? [{ contact, address }] : []
  })
  return [...named, ...addressed]
}

/** What the rules make of a contact that has what an unlinked record needs. */
function stepTo(
  work: Work,
  contact: Contact,
  address: Email | undefined,
  addresses: readonly Email[],
  world: World,
): Step {
  const ownership = ownershipNow(work, contact, world)
  const owner = ownership.whose === 'another' ? ownership.owner : undefined
  const outcome = outcomeOf(situationOf(work, contact, address, world))
  switch (outcome) {
    case 'adopt':
    case 'adopt_without_email':
      return adopt(contact, ownership, addresses, outcome === 'adopt_without_email')
    case 'contribute':
      return contribute(work, contact, owner, world)
    case 'detach':
      return address === undefined
        ? settleWith(takenBy(contact.vid, owner))
        : { do: 'detach', vid: contact.vid, email: address }
    case 'wait':
      return { do: 'wait', trouble: takenBy(contact.vid, owner) }
    case 'send':
    case 'merge':
    case 'clear':
    case 'conflict':
      return settleWith(takenBy(contact.vid, owner))
  }
}

function adopt(contact: Contact, ownership: Ownership, addresses: readonly Email[], keepEmail: boolean): Step {
  const email = primaryEmail(contact)
  const primary = email !== undefined && addresses.includes(email)
  const from = ownership.whose === 'another' ? undefined : ownership.from
  return { do: 'adopt', contact, primary, keepEmail, ...(from === undefined ? {} : { from }) }
}

/** A lead's values go to the contact of the user who has the address, where that user has no values of their own. */
function contribute(work: Work, contact: Contact, owner: RecordKey | undefined, world: World): Step {
  const user = owner === undefined ? undefined : claimOn(work, `vid#${contact.vid}`, world)?.ownerRecord
  if (!user) return settleWith(takenBy(contact.vid, owner))
  const { properties } = payloadFor(work, world, { creating: false, email: 'confirmed' })
  const ours = Object.entries(properties).filter(([name]) => !user.folded.registers.has(name))
  if (ours.length === 0) return { do: 'settle' }
  return { do: 'update', vid: contact.vid, properties: Object.fromEntries(ours), guest: true }
}

// ── vid known ────────────────────────────────────────────────────────────────────────────────────────────────────────

function bringUpToDate(work: Work, vid: Vid, world: World): Step {
  const { delivered, facts } = work
  const { byVid } = facts
  if (byVid === undefined && inDoubt(work, world)) {
    // Set aside, with its doubts: asking on would bring the same.
    if (work.facts.silences >= MOST_SILENCES) throw new Error('HubSpot says nothing of the contact')
    return { do: 'read', by: 'vid', ids: [vid] }
  }
  if (byVid === null) return gone(work, vid, world)
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
  const email = emailFor(work, world)
  if ('step' in email) return email.step
  const { properties } = payloadFor(work, world, { creating: false, email: email.is })
  if (Object.keys(properties).length > 0) return { do: 'update', vid, properties }
  return absorbing.trouble ? settleWith(absorbing.trouble) : { do: 'settle' }
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

const DELETED: Trouble = {
  code: 'deleted',
  message: 'the contact was deleted in HubSpot, and the policy is to leave it so',
}
const ERASED: Trouble = {
  code: 'deleted',
  message: 'the contact was erased in HubSpot for privacy; nothing of this user is sent again',
}

/** Deleted by a person, by policy made again; or erased for privacy, never made again. */
function gone({ record }: Work, vid: Vid, { config }: World): Step {
  if (record.erased?.vid === vid) return settleWith(ERASED)
  return config.policies.deletedInHubSpot === 'recreate' ? { do: 'unlink' } : settleWith(DELETED)
}

/** What an update does with the address: something must happen first, or it is sent, left alone, or held back. */
export function emailFor(
  work: Work,
  world: World,
): { readonly step: Step } | { readonly is: 'send' | 'confirmed' | Problem | Trouble } {
  const { record, delivered, facts } = work
  const wanted = wantedEmail(record)
  const suspect = delivered.suspects.includes('email') && isContact(facts.byVid)
  const held = (suspect && facts.byVid ? primaryEmail(facts.byVid) : delivered.email) ?? ''
  if (wanted === undefined || wanted === held) return { is: 'confirmed' }
  const obstacle = emailObstacle(work, world)
  if (obstacle) return { is: obstacle }
  if (wanted === '') return { is: 'send' }
  if (isContact(facts.byVid) && isSomebodyElses(work, facts.byVid, wanted)) {
    return { is: { code: 'secondary_email', message: 'the address is a secondary email of the contact in HubSpot' } }
  }
  const rival = readRival(work)
  if (rival) return { step: rival }
  const blocked = facts.rivalVid === undefined ? undefined : pastRival(work, facts.rivalVid, wanted, world)
  return blocked ?? reserve(work, wanted, world)
}

/** The contact was adopted under a further address of its: the primary one may be another person's. */
const isSomebodyElses = ({ delivered }: Work, contact: Contact, wanted: Email): boolean =>
  delivered.withheld.get('email')?.code === 'secondary_email' &&
  primaryEmail(contact) !== wanted &&
  addressesIn(contact).includes(wanted)

/** So often HubSpot may leave a question about a vid open in one round. */
const MOST_SILENCES = 2

/** So often HubSpot may name a rival in one round: each time something has been done about the last one. */
const MOST_RIVALS = 4

/** HubSpot has refused the address since a contact has it. `undefined`: it has it no more, try again. */
function pastRival(work: Work, vid: Vid, wanted: Email, world: World): ReturnType<typeof emailFor> | undefined {
  const { delivered, facts } = work
  const { rival } = facts
  if (!isContact(rival) || delivered.vid === undefined || facts.rivals > MOST_RIVALS)
    return { is: takenBy(vid, undefined) }
  const ownership = ownershipNow(work, rival, world)
  const owner = ownership.whose === 'another' ? ownership.owner : undefined
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
const clear = (work: Work, vid: Vid, world: World): Step => ({
  do: 'update',
  vid,
  properties: { ...payloadFor(work, world, { creating: false, email: 'confirmed' }).properties, email: '' },
})

// ── claims and conflicts ─────────────────────────────────────────────────────────────────────────────────────────────

const readRival = ({ facts }: Work): Step | undefined =>
  facts.rivalVid !== undefined && facts.rival === undefined
    ? { do: 'read', by: 'rival', ids: [facts.rivalVid] }
    : undefined

/** An address is reserved before it is sent: two users can never be on their way to one address. */
function reserve(work: Work, email: Email, world: World): { readonly step: Step } | { readonly is: 'send' | Trouble } {
  const { record, facts, delivered } = work
  if (facts.reserved.has(email)) return { is: 'send' }
  const claim = claimOn(work, `email#${email}`, world)
  if (!claim || claim.owner === record.key) return { step: { do: 'reserve', email } }
  const lead = claim.owner.startsWith('lead#') && !record.key.startsWith('lead#')
  if (lead || !isBacked(claim)) return { step: { do: 'reserve', email, from: claim.owner } }

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

const settleWith = (trouble: Trouble): Step => ({ do: 'settle', trouble })

function takenBy(vid: Vid, owner: RecordKey | undefined): Trouble {
  if (owner) return { code: 'conflict', message: 'the contact belongs to another user', vid, with: owner }
  return { code: 'conflict', message: 'another contact in HubSpot has the address or the id', vid }
}
