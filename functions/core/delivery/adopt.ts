import type { Contact } from '../hubspot.ts'
import { type Ownership, primaryEmail } from '../identity.ts'
import type { Email } from '../types.ts'
import type { Step } from './work.ts'

/** Makes a contact the record's own. @param addresses the user's, newest first */
export function adopt(contact: Contact, ownership: Ownership, addresses: readonly Email[], keepEmail: boolean): Step {
  const email = primaryEmail(contact)
  return adoption(contact, ownership, { primary: email !== undefined && addresses.includes(email), keepEmail })
}

/** The step, where it is known whose the primary address is. */
export function adoption(
  contact: Contact,
  ownership: Ownership,
  how: { readonly primary: boolean; readonly keepEmail: boolean },
): Extract<Step, { do: 'adopt' }> {
  const from = ownership.whose === 'another' ? undefined : ownership.from
  return { do: 'adopt', contact, ...how, ...(from === undefined ? {} : { from }) }
}
