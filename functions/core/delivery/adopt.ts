import type { Contact } from '../hubspot.ts'
import { type Ownership, primaryEmail } from '../identity.ts'
import type { Email } from '../types.ts'
import type { Step } from './work.ts'

/** Makes a contact the record's own. @param addresses the user's, newest first */
export function adopt(contact: Contact, ownership: Ownership, addresses: readonly Email[], keepEmail: boolean): Step {
  const email = primaryEmail(contact)
  const primary = email !== undefined && addresses.includes(email)
  const from = ownership.whose === 'another' ? undefined : ownership.from
  return { do: 'adopt', contact, primary, keepEmail, ...(from === undefined ? {} : { from }) }
}
