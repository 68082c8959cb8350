/** Something that an audit has found. What does not apply is empty. */
export interface Finding {
  readonly kind: Kind
  readonly userId: string
  readonly vid: string
  readonly otherUserId: string
  readonly email: string
  readonly otherEmail: string
  readonly detail: string
}
export type Kind = Trouble | Forecast

/** What is wrong between vidsync and HubSpot. */
type Trouble = 'repeat_vid' | 'secondary_email' | 'unowned' | 'email_differs' | 'id_differs'
/** What would become of a user in a file. */
type Forecast = 'linked' | 'adopt' | 'create' | 'merge' | 'conflict' | 'bad_row'

/** The kinds of which a person should know, and what each means. */
export const MEANINGS: Readonly<Record<Kind, string>> = {
  repeat_vid: 'users who share a contact: HubSpot has merged theirs',
  secondary_email: 'users whose address is a further one of a contact',
  unowned: 'contacts that carry a user id, and that no user of vidsync owns',
  email_differs: 'contacts whose address is another than the product’s',
  id_differs: 'contacts that carry another user id than their owner’s',
  linked: 'have their contact already',
  adopt: 'would get a contact that is there',
  create: 'would get a new contact',
  merge: 'have a contact, and another one has their address: policy contactWithNewEmail',
  conflict: 'would be in conflict: the contact is another user’s',
  bad_row: 'cannot be read',
}

export const TROUBLES: readonly Kind[] = [
  'repeat_vid',
  'secondary_email',
  'unowned',
  'email_differs',
  'id_differs',
  'conflict',
  'bad_row',
]

export const found = (kind: Kind, given: Partial<Omit<Finding, 'kind'>>): Finding => ({
  kind,
  userId: '',
  vid: '',
  otherUserId: '',
  email: '',
  otherEmail: '',
  detail: '',
  ...given,
})
