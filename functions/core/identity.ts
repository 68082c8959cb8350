import { createHash } from 'node:crypto'
import { compareStamps } from './event.ts'
import { fingerprint } from './fingerprint.ts'
import type { Contact } from './hubspot.ts'
import type { ContactRecord, Delivered, Folded, Register } from './record.ts'
import type { Claim, ClaimKey } from './store.ts'
import { canonicalEmail, type Email, type RecordKey, type Vid } from './types.ts'

/** Longer ids are hashed: HubSpot's limit on unique values is not documented. */
const LONGEST_PLAIN_ID = 100

/**
 * The value of the unique property for a user: the id itself where HubSpot cannot confuse it with another, otherwise
 * `~` and an escape in which different ids stay different although HubSpot may compare without regard to case.
 * Leads have none: their address is all that identifies them.
 */
export function uniqueIdOf(key: RecordKey): string | undefined {
  if (!key.startsWith('user#')) return undefined
  const id = key.slice('user#'.length)
  if (id.length <= LONGEST_PLAIN_ID && /^[!-@[-}][!-@[-~]*$/.test(id)) return id
  const escaped = [...new TextEncoder().encode(id)]
    .map(byte => (isPlain(byte) ? String.fromCharCode(byte) : `=${byte.toString(16).padStart(2, '0')}`))
    .join('')
  if (escaped.length < LONGEST_PLAIN_ID) return `~${escaped}`
  return `~~${createHash('sha256').update(id).digest('hex')}`
}

/** Lower-case letters, digits and `-`, `.`, `_`, `@`. */
const isPlain = (byte: number): boolean =>
  (byte >= 0x61 && byte <= 0x7a) || (byte >= 0x30 && byte <= 0x39) || [0x2d, 0x2e, 0x5f, 0x40].includes(byte)

/** The addresses that a record may be known by, newest first. An empty address is the wish to have none. */
export function addressesOf(record: ContactRecord): Email[] {
  const candidates = record.folded.registers.get('email')?.candidates ?? []
  return candidates.map(({ value }) => canonicalEmail(String(value))).filter(address => address !== '')
}

/** The address that the product gives the user now; `''` when it took the address away, `undefined` when it never gave one. */
export function wantedEmail({ folded }: ContactRecord): Email | undefined {
  const register = folded.registers.get('email')
  return register && !isEmptied(register, folded) ? canonicalEmail(String(register.candidates[0].value)) : undefined
}

/** Whether a value was given after the deletion that was carried out last: it makes the user anew. */
export const isRevived = ({ folded, delivered }: Pick<ContactRecord, 'folded' | 'delivered'>): boolean =>
  delivered.deletion !== undefined &&
  [...folded.registers.values()].some(({ candidates: [newest] }) => newest.value !== '')

/** Whether the user's deletion has emptied a register, and nothing has been given since. */
export const isEmptied = ({ candidates: [newest] }: Register, { deletion }: Folded): boolean =>
  deletion !== undefined && newest.value === '' && compareStamps(newest.stamp, deletion) === 0

/**
 * Whether a record stands behind a claim of its own. A claim that is not backed is free to take: its owner has moved
 * on, was deleted, or crashed before it got anywhere. While a write of the owner may still land, all of its claims hold.
 */
export function backs(record: ContactRecord | undefined, claim: ClaimKey): boolean {
  if (!record) return false
  // The address of somebody who was erased for privacy is nobody's to send again. Whoever comes back is as any other user.
  if (record.delivered.state === 'deleted' && !isRevived(record))
    return record.erased !== undefined && claim === `email#${record.delivered.email}`
  const { vid, email, looks, merging } = record.delivered
  if (claim.startsWith('vid#')) return claim === `vid#${vid}` || claim === `vid#${merging}`
  if (looks.length > 0 || record.verify > record.delivered.verified) return true
  if (email !== undefined && claim === `email#${email}`) return true
  const wanted = wantedEmail(record)
  if (wanted === undefined || claim !== `email#${wanted}`) return false
  const withheld = record.delivered.withheld.get('email')
  return withheld?.code !== 'rejected' || withheld.value !== fingerprint(wanted)
}

/**
 * The claims that a record stood behind before a round, and does not stand behind, or not in the same way, after it:
 * whoever waits for one of them has something to look at.
 */
export function freedBy(before: ContactRecord, after: Delivered): ClaimKey[] {
  const { vid, merging, email, left = [], looks } = before.delivered
  const contacts = [vid, merging].filter(id => id !== undefined).map((id): ClaimKey => `vid#${id}`)
  const addresses = [email, ...left, wantedEmail(before)].flatMap((address): ClaimKey[] =>
    address ? [`email#${address}`] : [],
  )
  const now = { ...before, delivered: after }
  const freed = [...contacts, ...addresses].filter(claim => backs(before, claim) && !backs(now, claim))
  // The contact stays, but an address of its is another's to have now.
  const settled = looks.length > 0 && after.looks.length === 0 && left.length > 0
  if (vid !== undefined && (email !== after.email || settled)) freed.push(`vid#${vid}`)
  return [...new Set(freed)]
}

/** The claim of another record that keeps this one in conflict. What nobody has claimed comes free unnoticed. */
export function awaited(before: ContactRecord, { state, problem }: Delivered): ClaimKey | undefined {
  if (state !== 'conflict' || problem?.with === undefined) return undefined
  if (problem.vid !== undefined) return `vid#${problem.vid}`
  const wanted = wantedEmail(before)
  return wanted ? `email#${wanted}` : undefined
}

/** Whether an operator has asked to split the user off this contact, and it has not been done yet. */
export const isToBeSplit = (vid: Vid, { split }: Folded, delivered: Delivered): boolean =>
  split?.vid === vid && split.stamp.time > (delivered.split ?? Number.NEGATIVE_INFINITY)

/** A claim as the planner needs it: with the record that should back it. */
export interface KnownClaim extends Claim {
  readonly ownerRecord: ContactRecord | undefined
  /** Those who wait for it, where a lead has met it. */
  readonly waiting?: readonly ContactRecord[]
}

/**
 * Whose a contact of HubSpot is. `from`: the owner of a claim that nobody backs any more. `absorbed`: it was made for an
 * id that has become the user's.
 */
export type Ownership =
  | { readonly whose: 'ours' | 'absorbed' | 'nobody'; readonly from?: RecordKey }
  | { readonly whose: 'lead'; readonly from: RecordKey }
  | { readonly whose: 'another'; readonly owner?: RecordKey }

/**
 * Judges by the claim on the contact's vid and by the user id that the contact carries; never by its email.
 * @param absorbs ids that have become the user's
 */
export function ownershipOf(
  contact: Contact,
  key: RecordKey,
  claim: KnownClaim | undefined,
  uniqueProperty: string,
  absorbs: readonly RecordKey[] = [],
): Ownership {
  const from = claim && claim.owner !== key ? { from: claim.owner } : {}
  const carried = contact.properties[uniqueProperty]?.toLowerCase()
  if (claim && claim.owner !== key && backs(claim.ownerRecord, claim.key)) {
    const lead = claim.owner.startsWith('lead#') && !key.startsWith('lead#')
    const claimable = !carried || carried === uniqueIdOf(key)
    return lead && claimable ? { whose: 'lead', from: claim.owner } : { whose: 'another', owner: claim.owner }
  }
  if (carried && carried === uniqueIdOf(key)) return { whose: 'ours', ...from }
  if (carried && absorbs.some(absorbed => uniqueIdOf(absorbed) === carried)) return { whose: 'absorbed', ...from }
  if (carried) return { whose: 'another' }
  if (claim && absorbs.includes(claim.owner)) return { whose: 'absorbed', ...from }
  return claim?.owner === key ? { whose: 'ours' } : { whose: 'nobody', ...from }
}

/** The primary email that HubSpot holds for a contact. */
export const primaryEmail = (contact: Contact): Email | undefined => {
  const address = canonicalEmail(contact.properties.email ?? '')
  return address === '' ? undefined : address
}

/** Every address under which HubSpot finds a contact, the primary one first. */
export const addressesIn = (contact: Contact): Email[] =>
  [contact.properties.email ?? '', ...(contact.properties.hs_additional_emails ?? '').split(';')]
    .map(canonicalEmail)
    .filter(address => address !== '')
