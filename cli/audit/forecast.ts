import { outcomeOf, type Situation } from '../../functions/core/delivery/rules.ts'
import type { Contact } from '../../functions/core/hubspot.ts'
import { addressesIn, primaryEmail, uniqueIdOf } from '../../functions/core/identity.ts'
import { spelled } from '../../functions/core/parse/id.ts'
import { canonicalEmail, userKey } from '../../functions/core/types.ts'
import { type Finding, found } from './finding.ts'
import { type Knowledge, nameOf } from './known.ts'

/** A user as a file has them. */
export interface Candidate {
  readonly userId: string
  readonly email: string | undefined
  readonly vid: string | undefined
}

/** What HubSpot holds for some users: under their vids, their ids and their addresses. */
export interface Holdings {
  readonly byVid: ReadonlyMap<string, Contact>
  readonly byId: ReadonlyMap<string, Contact>
  readonly byEmail: ReadonlyMap<string, Contact>
}

/**
 * What would become of a user, by the rules by which vidsync decides. What other users are about to do is left out.
 * @param given contacts that users further up in the file would get; this one's is added
 */
export function forecast(
  candidate: Candidate,
  holdings: Holdings,
  knowledge: Knowledge,
  uniqueProperty: string,
  given: Map<string, string>,
): Finding {
  const { userId, vid } = candidate
  const email = candidate.email === undefined ? undefined : canonicalEmail(candidate.email)
  const known = knowledge.users.get(userId)
  const uniqueId = uniqueIdOf(userKey(spelled(userId)))
  const byEmail = email === undefined ? undefined : holdings.byEmail.get(email)
  const place = { userId, email: email ?? '' }

  if (known?.vid) {
    given.set(known.vid, userId)
    if (!byEmail || byEmail.vid === known.vid) return found('linked', { ...place, vid: known.vid })
    const owner = ownerOf(byEmail, uniqueId, userId, knowledge, uniqueProperty, given)
    return owner.holder === 'nobody'
      ? found('merge', { ...place, vid: known.vid, detail: `contact ${byEmail.vid} has the address` })
      : found('conflict', { ...place, vid: byEmail.vid, otherUserId: owner.name })
  }

  const byId = uniqueId === undefined ? undefined : holdings.byId.get(uniqueId.toLowerCase())
  const hinted = vid === undefined ? undefined : holdings.byVid.get(vid)
  const contact = byId ?? hinted ?? byEmail
  if (!contact) {
    const gone = vid === undefined ? '' : `HubSpot has no contact ${vid}`
    const key = `email ${email}`
    const first = email === undefined ? undefined : given.get(key)
    if (first !== undefined) return found('conflict', { ...place, otherUserId: first, detail: 'the same address' })
    if (email !== undefined) given.set(key, userId)
    return found('create', { ...place, detail: gone })
  }
  const { holder, name } = ownerOf(contact, uniqueId, userId, knowledge, uniqueProperty, given)
  const as = contact === hinted ? 'hint' : heldAs(contact, email)
  const situation: Situation = {
    user: 'unlinked',
    holder,
    as,
    other: holder === 'another' ? 'keeps' : 'none',
    merge: false,
    detach: false,
  }
  const outcome = outcomeOf(situation)
  const otherEmail = primaryEmail(contact) ?? ''
  if (outcome !== 'adopt' && outcome !== 'adopt_without_email')
    return found('conflict', { ...place, vid: contact.vid, otherUserId: name, otherEmail })
  given.set(contact.vid, userId)
  const detail = outcome === 'adopt' ? '' : 'its primary address stays: yours is a further one of it'
  return found('adopt', { ...place, vid: contact.vid, otherEmail, detail })
}

function heldAs(contact: Contact, email: string | undefined): Situation['as'] {
  if (email === undefined) return 'id'
  if (primaryEmail(contact) === email) return 'primary'
  return addressesIn(contact).some(address => address === email) ? 'secondary' : 'id'
}

function ownerOf(
  contact: Contact,
  uniqueId: string | undefined,
  userId: string,
  { vids }: Knowledge,
  uniqueProperty: string,
  given: ReadonlyMap<string, string>,
): { readonly holder: Situation['holder']; readonly name: string } {
  const first = given.get(contact.vid)
  if (first !== undefined && first !== userId) return { holder: 'another', name: first }
  const owner = vids.get(contact.vid)
  if (owner?.lead !== undefined) return { holder: 'lead', name: nameOf(owner) }
  if (owner && owner.userId !== userId) return { holder: 'another', name: nameOf(owner) }
  const carried = contact.properties[uniqueProperty]?.toLowerCase()
  if (carried && carried !== uniqueId?.toLowerCase()) return { holder: 'another', name: `(carries ${carried})` }
  return { holder: carried || owner ? 'ours' : 'nobody', name: '' }
}
