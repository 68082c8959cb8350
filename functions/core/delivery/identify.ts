import type { Contact } from '../hubspot.ts'
import { addressesIn, addressesOf, type KnownClaim, primaryEmail, uniqueIdOf, wantedEmail } from '../identity.ts'
import type { ContactRecord } from '../record.ts'
import type { Email, RecordKey } from '../types.ts'
import { absorb } from './absorb.ts'
import { readRival, reserve } from './address.ts'
import { adopt } from './adopt.ts'
import { besidesOf } from './besides.ts'
import { followHint } from './hint.ts'
import { emailObstacle, payloadFor } from './payload.ts'
import { outcomeOf } from './rules.ts'
import { claimOn, ownershipNow, situationOf } from './standing.ts'
import { asGuest } from './transitions.ts'
import { idKeptBy, settleWith, takenBy } from './troubles.ts'
import { isContact, type Step, type Work, type World } from './work.ts'

/** Says what to do for a record without a contact: find the one that is the user's, or make one. */
export function identify(work: Work, world: World): Step {
  const { record, delivered, facts } = work
  const id = uniqueIdOf(record.key)
  const obstacle = emailObstacle(work, world)
  // What the user is to have may be no address at all, or one that HubSpot refuses: the older ones still find the contact.
  const wanted = obstacle ? undefined : wantedEmail(record) || undefined
  const addresses = addressesOf(record).filter(address => address === wanted || address !== wantedEmail(record))

  // Whoever was deleted and comes back may have a contact that was kept.
  const returned = delivered.deletion !== undefined
  const maybeCreated = delivered.maybeCreated || returned || record.verify > delivered.verified
  if (maybeCreated && id !== undefined && facts.byId === undefined) return { do: 'read', by: 'id', ids: [id] }
  // What our own call has made needs no further search: whoever has the address instead will be named.
  const made = isContact(facts.byId) && ownershipNow(work, facts.byId, world).whose === 'ours'
  const hinted = made ? undefined : followHint(work, world)
  if (hinted) return hinted
  const unread = made ? [] : addresses.filter(address => !facts.byEmail.has(address))
  if (unread.length > 0) return { do: 'read', by: 'email', ids: unread }
  const rival = readRival(work)
  if (rival) return rival
  const absorbing = isContact(facts.byId) ? {} : absorb(work, world)
  if (absorbing.step) return absorbing.step

  const blocked: Step[] = []
  const found = foundFor(work, addresses, wanted)
  for (const { contact, address } of found) {
    const step = stepTo(work, contact, address, addresses, world)
    if (step.do === 'adopt') return accompanied(work, step, found, world)
    if (step.do !== 'wait' && step.do !== 'settle') return step
    blocked.push(step)
  }
  const inTheWay = [facts.rival, facts.byId, wanted === undefined ? undefined : facts.byEmail.get(wanted)]
  if (blocked[0] && inTheWay.some(isContact)) return blocked[0]
  if (facts.rivalVid !== undefined)
    return settleWith(facts.rival === null ? idKeptBy(facts.rivalVid) : takenBy(facts.rivalVid, undefined))

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

/** A user may have other contacts, which belong to the one that is adopted; unless that may be another person's. */
function accompanied(
  work: Work,
  step: Extract<Step, { do: 'adopt' }>,
  found: ReturnType<typeof foundFor>,
  world: World,
): Step {
  if (step.keepEmail || work.record.key.startsWith('lead#')) return step
  const besides = besidesOf(work, step.contact, found, world)
  return besides.length > 0 ? { ...step, besides } : step
}

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
      return contribute(work, contact, address, owner, world)
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

/** Whether a further address of a user's contact is that of another user, who shares the contact. */
function isThirdOnes(
  address: Email | undefined,
  { key }: ContactRecord,
  claim: KnownClaim | undefined,
  { round }: World,
): boolean {
  const others = [...(claim?.waiting ?? []), ...[...(round?.values() ?? [])].map(({ record }) => record)]
  return others.some(other => other.key.startsWith('user#') && other.key !== key && wantedEmail(other) === address)
}

/** A lead's values go to the contact of the user who has the address, where that user has no values of their own. */
function contribute(
  work: Work,
  contact: Contact,
  address: Email | undefined,
  owner: RecordKey | undefined,
  world: World,
): Step {
  const claim = claimOn(work, `vid#${contact.vid}`, world)
  const user = owner === undefined ? undefined : claim?.ownerRecord
  if (!user || (address !== primaryEmail(contact) && isThirdOnes(address, user, claim, world)))
    return settleWith(takenBy(contact.vid, owner))
  const { properties } = payloadFor(asGuest(work, contact), world, { creating: false, email: 'confirmed' })
  const ours = Object.entries(properties).filter(([name]) => !user.folded.registers.has(name))
  if (ours.length === 0) return { do: 'settle' }
  return { do: 'update', vid: contact.vid, properties: Object.fromEntries(ours), guest: true }
}
