import type { Contact } from '../hubspot.ts'
import { primaryEmail } from '../identity.ts'
import type { Beside } from '../record.ts'
import type { Email } from '../types.ts'
import { outcomeOf } from './rules.ts'
import { claimOn, isBacked, isYoung, ownershipNow, situationOf } from './standing.ts'
import { isContact, MOST_SILENT_READS, type Step, type Trouble, type Work, type World } from './work.ts'

/**
 * A user whom we have never delivered may have two contacts in HubSpot: one under an address of before, one that a browser
 * has made under the new one. The newest is adopted; the others are written down with it, so that a crash forgets none, and
 * then merged into it, by the same policy as when the browser was faster than an email change.
 *
 *     alex@old ──── contact 1 ◄─┐ besides: merged into 2, or reported
 *     alex@new ──── contact 2 ◄─┴ adopted
 */

/** A contact that is to become part of the user's. */
export interface BesideContact {
  readonly contact: Contact
  readonly email: Email
}

/** Those among the contacts found for a user that are as much theirs as the one that is adopted. */
export function besidesOf(
  work: Work,
  adopted: Contact,
  found: readonly { readonly contact: Contact; readonly address: Email | undefined }[],
  world: World,
): BesideContact[] {
  const besides = new Map<string, BesideContact>()
  for (const { contact, address } of found) {
    if (contact.vid === adopted.vid || address === undefined || primaryEmail(contact) !== address) continue
    if (isOpen(ownershipNow(work, contact, world).whose)) besides.set(contact.vid, { contact, email: address })
  }
  return [...besides.values()]
}

/** What the user's contact is to take in. `trouble`: what has to be reported when all else is done. */
export function gather(work: Work, world: World): { readonly step?: Step; readonly trouble?: Trouble } {
  const { delivered, facts } = work
  let trouble: Trouble | undefined
  for (const beside of stillBeside(work, world)) {
    const contact = facts.otherContacts.get(beside.vid)
    if (delivered.vid === undefined || contact === null) continue
    if (contact === undefined) {
      // Quarantined: asking on would bring the same.
      if (facts.silences >= MOST_SILENT_READS) throw new Error('HubSpot says nothing of a contact besides')
      return { step: { do: 'read', by: 'other', ids: [beside.vid] } }
    }
    // It is the young one of the two that the browser has made, and that may be the user's by now.
    const young = world.config.policies.contactWithNewEmail === 'merge-young' && facts.stuck === undefined
    if (young && facts.byVid === undefined) return { step: { do: 'read', by: 'vid', ids: [delivered.vid] } }
    const ours = young && isContact(facts.byVid) && isYoung(work, facts.byVid, world)
    const situation = situationOf(work, contact, beside.email, world)
    if (outcomeOf({ ...situation, merge: situation.merge || ours }) === 'merge') {
      // Somebody else may be on their way to the address, and the contact theirs: known before what cannot be undone.
      if (!facts.reserved.has(beside.email)) return { step: reservation(work, beside.email, world) }
      const ownership = ownershipNow(work, contact, world)
      const from = ownership.whose === 'another' ? undefined : ownership.from
      return { step: { do: 'merge', vid: delivered.vid, contact, ...(from === undefined ? {} : { from }) } }
    }
    trouble ??= { code: 'conflict', message: TWO_CONTACTS, vid: contact.vid }
  }
  return trouble ? { trouble } : {}
}

const TWO_CONTACTS = 'the user has another contact, under an address of before; merge the two in HubSpot'

/** Those that are there still, and whose nobody else's, as far as anybody has looked. */
export const stillBeside = (work: Work, world: World): readonly Beside[] =>
  (work.delivered.besides ?? []).filter(({ vid, email }) => {
    const contact = work.facts.otherContacts.get(vid)
    if (contact === undefined) return true
    // Gone, or merged, or a person has given it another address: then who knows whose it is.
    if (contact === null || contact.vid === work.delivered.vid || primaryEmail(contact) !== email) return false
    return isOpen(ownershipNow(work, contact, world).whose) && !isAnothers(work, email, world)
  })

/** Whether a user who has the address by now, or is about to get it, stands behind the claim on it. */
function isAnothers(work: Work, address: Email, world: World): boolean {
  const claim = claimOn(work, `email#${address}`, world)
  return claim !== undefined && claim.owner !== work.record.key && claim.owner.startsWith('user#') && isBacked(claim)
}

function reservation(work: Work, email: Email, world: World): Step {
  const owner = claimOn(work, `email#${email}`, world)?.owner
  return { do: 'reserve', email, ...(owner === undefined || owner === work.record.key ? {} : { from: owner }) }
}

const isOpen = (whose: ReturnType<typeof ownershipNow>['whose']): boolean =>
  whose === 'nobody' || whose === 'lead' || whose === 'ours'
