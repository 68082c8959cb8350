import { mergedInto } from '../../functions/core/delivery/answers.ts'
import type { Contact } from '../../functions/core/hubspot.ts'
import { addressesIn, primaryEmail } from '../../functions/core/identity.ts'
import { type Finding, found } from './finding.ts'
import { type Knowledge, type Known, nameOf } from './known.ts'

/** What vidsync must be asked to judge some contacts: who owns them, what was merged into them, and their addresses. */
export const questionsAbout = (contacts: readonly Contact[]): { vids: string[]; emails: string[] } => ({
  vids: [...new Set(contacts.flatMap(contact => [contact.vid, ...mergedInto(contact)]))],
  emails: [...new Set(contacts.flatMap(addressesIn))],
})

/** What is wrong with contacts, as HubSpot holds them and as vidsync knows their users. */
export const findingsIn = (
  contacts: readonly Contact[],
  knowledge: Knowledge,
  uniqueProperty: string,
): readonly Finding[] => contacts.flatMap(contact => findingsOf(contact, knowledge, uniqueProperty))

function findingsOf(contact: Contact, { vids, emails }: Knowledge, uniqueProperty: string): Finding[] {
  const { vid, properties } = contact
  const findings: Finding[] = []
  const carried = properties[uniqueProperty] || undefined
  const owners = [...new Set([vid, ...mergedInto(contact)])].flatMap(each => vids.get(each) ?? [])
  const [owner, ...others] = [...new Map(owners.map(each => [nameOf(each), each])).values()]
  const primary = primaryEmail(contact)
  if (!owner) {
    if (carried !== undefined)
      findings.push(found('unowned', { vid, email: primary ?? '', detail: `carries ${uniqueProperty} ${carried}` }))
  } else {
    const userId = nameOf(owner)
    for (const other of others) findings.push(found('repeat_vid', { userId, vid, otherUserId: nameOf(other) }))
    if (carried !== undefined && owner.uniqueId !== null && carried.toLowerCase() !== owner.uniqueId.toLowerCase())
      findings.push(found('id_differs', { userId, vid, detail: `carries ${uniqueProperty} ${carried}` }))
    findings.push(...addressFindings(owner, contact, primary))
  }
  // Whoever's address is a further one of a contact that is not theirs.
  for (const address of addressesIn(contact)) {
    const holder = emails.get(address)
    if (!holder || address === primary || (owner && nameOf(holder) === nameOf(owner))) continue
    findings.push(
      found('secondary_email', {
        userId: nameOf(holder),
        vid,
        otherUserId: owner ? nameOf(owner) : '',
        email: address,
        otherEmail: primary ?? '',
      }),
    )
  }
  return findings
}

function addressFindings(owner: Known, contact: Contact, primary: string | undefined): Finding[] {
  const { wantedEmail } = owner
  if (wantedEmail === null || wantedEmail === (primary ?? '')) return []
  const isFurther = addressesIn(contact).some(address => address === wantedEmail)
  const given = { userId: nameOf(owner), vid: contact.vid, email: wantedEmail, otherEmail: primary ?? '' }
  return [found(isFurther ? 'secondary_email' : 'email_differs', given)]
}
