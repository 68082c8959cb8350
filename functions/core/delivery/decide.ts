import type { Contact } from '../hubspot.ts'
import { addressesIn, addressesOf, backs, ownershipOf, primaryEmail, uniqueIdOf, wantedEmail } from '../identity.ts'
import type { Problem } from '../record.ts'
import type { Email, RecordKey, Vid } from '../types.ts'
import { emailObstacle, payloadFor } from './payload.ts'
import type { Step, Trouble, Work, World } from './work.ts'

/**
 * Says what to do next for one record, from what is known about it. Called again after every answer, until it says
 * `settle`. Pure, and it remembers nothing: after a crash the same decisions follow from the table and from HubSpot.
 *
 *     vid unknown ─► read by every address kept (and by id, if a create may have happened)
 *       │  ours or nobody's ─► adopt: claim the vid, write it into the record ─► vid known
 *       │  another's ────────► conflict
 *       └─ nothing ──────────► reserve the address ─► create ─► vid known
 *
 *     vid known ─► in doubt? read it back
 *       │  gone ─────────────► unknown again, or deleted (policy)
 *       │  merged away ──────► adopt the survivor, or conflict
 *       ├─ new address ──────► reserve it, or conflict (all else is still sent)
 *       ├─ anything to send ─► update
 *       └─ nothing ──────────► settle
 */
export function decide(work: Work, world: World): Step {
  if (work.facts.refusal) return { do: 'settle', trouble: work.facts.refusal }
  if (work.delivered.state === 'deleted') return settleWith(work.delivered.problem ?? DELETED)
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

// ── vid unknown ──────────────────────────────────────────────────────────────────────────────────────────────────────

function identify(work: Work, world: World): Step {
  const { record, delivered, facts } = work
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

  // What HubSpot just named as holding our values, what carries our id, what has our addresses, newest first.
  const found = [facts.rival, facts.byId, ...addresses.map(address => facts.byEmail.get(address))].filter(isContact)
  let another: Step | undefined
  for (const contact of found) {
    const ownership = ownershipIn(work, contact, world)
    if (ownership.whose !== 'another') return adopt(contact, ownership.from, addresses)
    another ??= settleWith(takenBy(contact.vid, ownership.owner))
  }
  const inTheWay = [facts.rival, facts.byId, wanted === undefined ? undefined : facts.byEmail.get(wanted)]
  if (another && inTheWay.some(isContact)) return another
  if (facts.rivalVid !== undefined) return settleWith(takenBy(facts.rivalVid, undefined))

  if (wanted !== undefined) {
    const reservation = reserve(work, wanted)
    if (reservation) return 'do' in reservation ? reservation : settleWith(reservation)
  }
  if (id === undefined && wanted === undefined) {
    return settleWith(obstacle ?? { code: 'rejected', message: 'a lead without an address cannot become a contact' })
  }
  return { do: 'create', properties: payloadFor(work, world, { creating: true, email: obstacle ?? 'send' }).properties }
}

const isContact = (contact: Contact | null | undefined): contact is Contact => contact !== null && contact !== undefined

function adopt(contact: Contact, from: RecordKey | undefined, addresses: readonly Email[]): Step {
  const email = primaryEmail(contact)
  const primary = email !== undefined && addresses.includes(email)
  return { do: 'adopt', contact, primary, ...(from === undefined ? {} : { from }) }
}

// ── vid known ────────────────────────────────────────────────────────────────────────────────────────────────────────

function bringUpToDate(work: Work, vid: Vid, world: World): Step {
  const { byVid } = work.facts
  if (byVid === undefined && inDoubt(work, world)) return { do: 'read', by: 'vid', ids: [vid] }
  if (byVid === null) return gone(world)
  if (byVid) {
    // Merged away: its survivor's address may be anybody's; only another user's claim or id on it is a conflict.
    const ownership = ownershipIn(work, byVid, world)
    if (ownership.whose === 'another') return settleWith(takenBy(byVid.vid, ownership.owner))
    if (byVid.vid !== vid) return adopt(byVid, ownership.from, addressesOf(work.record))
  }
  const email = emailFor(work, world)
  if ('step' in email) return email.step
  const { properties } = payloadFor(work, world, { creating: false, email: email.is })
  return Object.keys(properties).length > 0 ? { do: 'update', vid, properties } : { do: 'settle' }
}

const DELETED: Trouble = {
  code: 'deleted',
  message: 'the contact was deleted in HubSpot, and the policy is to leave it so',
}

/** Deleted by a person, or erased. */
const gone = ({ config }: World): Step =>
  config.policies.deletedInHubSpot === 'recreate' ? { do: 'unlink' } : settleWith(DELETED)

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
  if (isContact(facts.byVid) && primaryEmail(facts.byVid) !== wanted && addressesIn(facts.byVid).includes(wanted)) {
    return { is: { code: 'secondary_email', message: 'the address is a secondary email of the contact in HubSpot' } }
  }
  const rival = readRival(work)
  if (rival) return { step: rival }
  if (facts.rivalVid !== undefined) {
    const ownership = isContact(facts.rival) ? ownershipIn(work, facts.rival, world) : undefined
    return { is: takenBy(facts.rivalVid, ownership?.whose === 'another' ? ownership.owner : undefined) }
  }
  const reservation = reserve(work, wanted)
  if (!reservation) return { is: 'send' }
  return 'do' in reservation ? { step: reservation } : { is: reservation }
}

// ── claims and conflicts ─────────────────────────────────────────────────────────────────────────────────────────────

const ownershipIn = (work: Work, contact: Contact, { config }: World) =>
  ownershipOf(contact, work.record.key, work.facts.claims.get(`vid#${contact.vid}`), config.contacts.uniqueProperty)

const readRival = ({ facts }: Work): Step | undefined =>
  facts.rivalVid !== undefined && facts.rival === undefined
    ? { do: 'read', by: 'rival', ids: [facts.rivalVid] }
    : undefined

/** An address is reserved before it is sent: two users can never be on their way to one address. Nothing: it is ours. */
function reserve({ record, facts }: Work, email: Email): Step | Trouble | undefined {
  if (facts.reserved.has(email)) return undefined
  const claim = facts.claims.get(`email#${email}`)
  if (!claim || claim.owner === record.key) return { do: 'reserve', email }
  if (!backs(claim.ownerRecord, claim.key)) return { do: 'reserve', email, from: claim.owner }
  return { code: 'conflict', message: 'another user has the address', with: claim.owner }
}

const settleWith = (trouble: Trouble): Step => ({ do: 'settle', trouble })

function takenBy(vid: Vid, owner: RecordKey | undefined): Trouble {
  if (owner) return { code: 'conflict', message: 'the contact belongs to another user', vid, with: owner }
  return { code: 'conflict', message: 'another contact in HubSpot has the address or the id', vid }
}
