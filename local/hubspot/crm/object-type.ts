/** What differs between contacts, companies and custom objects. */
export interface ObjectType {
  /** In paths: `contacts`. */
  readonly name: string
  /** `0-1`: accepted in paths, too. */
  readonly typeId: string
  /** In messages: `CONTACT`. */
  readonly legacyName: string
  /** In messages: `Contact`. */
  readonly label: string
  /** What is returned when no property is asked for. */
  readonly defaultProperties: readonly string[]
  /** Whether `email`, with secondary addresses, identifies records (facts §4). */
  readonly hasEmails: boolean
}

export const CONTACTS: ObjectType = {
  name: 'contacts',
  typeId: '0-1',
  legacyName: 'CONTACT',
  label: 'Contact',
  defaultProperties: ['createdate', 'email', 'firstname', 'hs_object_id', 'lastmodifieddate', 'lastname'],
  hasEmails: true,
}
