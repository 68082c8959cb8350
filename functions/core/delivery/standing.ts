import type { Contact } from '../hubspot.ts'
import {
  addressesIn,
  backs,
  isToBeSplit,
  type KnownClaim,
  type Ownership,
  ownershipOf,
  primaryEmail,
  uniqueIdOf,
  wantedEmail,
} from '../identity.ts'
import type { ContactRecord } from '../record.ts'
import type { ClaimKey } from '../store.ts'
import type { Email, RecordKey } from '../types.ts'
import { mergedInto } from './answers.ts'
import type { Other, Situation } from './rules.ts'
import type { Work, World } from './work.ts'

/** A claim as it stands now: the owner may have come further in this very round than the table knows. */
export function claimOn(work: Work, key: ClaimKey, world: World): KnownClaim | undefined {
  const claim = work.facts.claims.get(key)
  return claim && { ...claim, ownerRecord: recordNow(claim.owner, claim.ownerRecord, world) }
}

export function recordNow(
  key: RecordKey,
  read: ContactRecord | undefined,
  { round }: World,
): ContactRecord | undefined {
  const live = round?.get(key)
  return live ? { ...live.record, delivered: live.delivered } : read
}

/** Whose a contact is, as things stand now. */
export function ownershipNow(work: Work, contact: Contact, world: World): Ownership {
  const { key, folded } = work.record
  const claim = claimOn(work, `vid#${contact.vid}`, world)
  const ownership = ownershipOf(contact, key, claim, world.config.contacts.uniqueProperty, folded.absorbs)
  if (ownership.whose === 'ours' || ownership.whose === 'absorbed') return ownership
  if (ownership.whose === 'another' && ownership.owner !== undefined) return ownership
  const owner = ownership.whose === 'another' ? carriedOwner(work, contact, world) : mergedOwner(work, contact, world)
  return owner === undefined ? ownership : { whose: 'another', owner }
}

/** The user whose id a contact carries, and whose own one was merged into it: nobody has claimed it under its new vid. */
function carriedOwner(work: Work, contact: Contact, world: World): RecordKey | undefined {
  const carried = contact.properties[world.config.contacts.uniqueProperty]?.toLowerCase()
  const claims = mergedInto(contact).map(vid => claimOn(work, `vid#${vid}`, world))
  return claims.find(claim => claim && uniqueIdOf(claim.owner) === carried && isBacked(claim))?.owner
}

/** The user whose contact was merged into one that is no user's yet, and who has not noticed. */
function mergedOwner(work: Work, contact: Contact, world: World): RecordKey | undefined {
  const merged = mergedInto(contact)
  // Our own contact is in it, or it is ours by now: whoever of several comes first has it.
  if ([contact.vid, ...merged].some(vid => vid === work.delivered.vid)) return undefined
  const claims = merged.map(vid => claimOn(work, `vid#${vid}`, world))
  return claims.find(claim => claim?.owner.startsWith('user#') && claim.owner !== work.record.key && isBacked(claim))
    ?.owner
}

/** Whether the owner of an address's claim stands behind it now. */
export const isBacked = (claim: KnownClaim): boolean => backs(claim.ownerRecord, claim.key)

/** A contact that holds what the user needs, as the rules look at it. */
export function situationOf(work: Work, contact: Contact, address: Email | undefined, world: World): Situation {
  const ownership = ownershipNow(work, contact, world)
  const self = contact.vid === work.delivered.vid
  const as = heldAs(contact, address)
  return {
    user: userOf(work),
    holder: self ? 'self' : ownership.whose,
    as,
    other: ownership.whose === 'another' ? otherIn(work, contact, ownership.owner, as, address, world) : 'none',
    merge: work.facts.stuck === undefined && mayMerge(work, contact, ownership, world),
    detach: work.facts.stuck === undefined && world.canDetach === true,
  }
}

/** An address that another record has claimed and HubSpot may not know of yet. */
export const situationOfClaim = (work: Work, claim: KnownClaim, address: Email, world: World): Situation => ({
  user: userOf(work),
  holder: 'another',
  as: 'claim',
  other: otherOf(work, claim.owner, 'claim', address, world),
  merge: false,
  detach: false,
})

function userOf({ record, delivered }: Work): Situation['user'] {
  if (record.key.startsWith('lead#')) return 'lead'
  return delivered.vid === undefined ? 'unlinked' : 'linked'
}

function heldAs(contact: Contact, address: Email | undefined): Situation['as'] {
  if (address === undefined) return 'id'
  if (primaryEmail(contact) === address) return 'primary'
  return addressesIn(contact).includes(address) ? 'secondary' : 'id'
}

/** The same for a contact, on which an operator may have something to say. */
function otherIn(
  work: Work,
  contact: Contact,
  owner: RecordKey | undefined,
  as: Situation['as'],
  address: Email | undefined,
  world: World,
): Other {
  const other = otherOf(work, owner, as, address, world)
  if (other !== 'keeps' || as !== 'secondary' || !isToBeSplit(contact.vid, work.record.folded, work.delivered))
    return other
  // Not what the other user is about to make their primary one.
  const theirs = claimOn(work, `vid#${contact.vid}`, world)?.ownerRecord
  return theirs && wantedEmail(theirs) === address ? 'keeps' : 'split'
}

/** What the owner of an address is about to do with it. One that nobody knows, or that does not move, keeps it. */
function otherOf(
  work: Work,
  owner: RecordKey | undefined,
  as: Situation['as'],
  address: Email | undefined,
  world: World,
): Other {
  const read = [...work.facts.claims.values()].find(claim => claim.owner === owner)?.ownerRecord
  const other = owner && recordNow(owner, read, world)
  const theirs = other && (isBeingRemoved(other, world) ? '' : wantedEmail(other))
  if (!other || address === undefined || theirs === undefined || theirs === address) return 'keeps'
  // Never an address that was not theirs once: it may be there since a person merged two contacts.
  if (as === 'secondary') return other.delivered.left?.includes(address) ? 'has_left' : 'keeps'
  if (other.delivered.email === address && beginsCircle(work, other, world)) return 'our_turn'
  // Left already, as far as anybody knows; but a write of theirs may still land.
  if (other.delivered.email !== address && other.delivered.looks.some(at => at > world.now)) return 'in_doubt'
  const moves = world.round?.has(other.key) || other.due?.lane === 'live' || other.due?.lane === 'bulk'
  return moves ? 'leaves' : 'keeps'
}

/** Deleted by the product, and the contact's address is about to go with it. */
const isBeingRemoved = ({ folded, delivered }: ContactRecord, { config }: World): boolean =>
  folded.deletion !== undefined && folded.deletion.time !== delivered.deletion && config.policies.deletedUser !== 'keep'

/**
 * Whether users want one another's addresses in a circle, and it is for this one to begin: the one whose key is the
 * smallest, so that all of them agree, in this round and after a crash.
 *
 *     a wants y ──► b has y, wants z ──► c has z, wants x ──► a has x
 */
function beginsCircle({ record, delivered, facts }: Work, next: ContactRecord, world: World): boolean {
  const holders = new Map<Email, ContactRecord>()
  for (const { ownerRecord } of facts.claims.values()) {
    if (ownerRecord?.delivered.email) holders.set(ownerRecord.delivered.email, ownerRecord)
  }
  for (const work of world.round?.values() ?? []) {
    if (work.delivered.email) holders.set(work.delivered.email, { ...work.record, delivered: work.delivered })
  }
  let other: ContactRecord | undefined = next
  for (let steps = 0; other && steps <= holders.size; steps += 1) {
    if (other.key === record.key) return true
    // Somebody smaller is in the way: if this is a circle, it is for them to begin.
    if (other.key < record.key || delivered.email === undefined) return false
    const theirs = wantedEmail(other)
    other = theirs ? holders.get(theirs) : undefined
  }
  return false
}

/** What the policy says of merging a contact into the user's. Our own, and a lead's, always may be. */
function mayMerge(work: Work, contact: Contact, ownership: Ownership, { config }: World): boolean {
  if (ownership.whose === 'another') return false
  if (ownership.whose === 'absorbed') return config.policies.aliasedContact === 'merge'
  if (ownership.whose !== 'nobody') return true
  const policy = config.policies.contactWithNewEmail
  return policy === 'merge-young' ? isYoung(work, contact, { config }) : policy === 'merge'
}

/** Whether a contact was made around the user's last change of address. */
export function isYoung({ record }: Work, contact: Contact, { config }: Pick<World, 'config'>): boolean {
  const changed = record.folded.registers.get('email')?.candidates[0].stamp.time ?? 0
  const made = Date.parse(contact.properties.createdate ?? '')
  return Math.abs(made - changed) <= config.delivery.youngContact * 1_000
}
