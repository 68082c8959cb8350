import type { BatchResult, Contact, InputError } from '../hubspot.ts'
import { addressesIn, primaryEmail } from '../identity.ts'
import type { Email, Vid } from '../types.ts'
import { canonicalEmail } from '../types.ts'
import type { Properties, Work } from './work.ts'

/** Properties that every reading asks for: what identity is judged by, and what links a merged-away id to its survivor. */
export const identityProperties = (uniqueProperty: string): string[] => [
  'email',
  'hs_additional_emails',
  'hs_merged_object_ids',
  'hs_all_contact_vids',
  'createdate',
  uniqueProperty,
]

/** Files what HubSpot found under each address asked for. An address in no contact is free. */
export function learnByEmail(works: readonly Work[], asked: readonly string[], result: BatchResult): void {
  const found = new Map<Email, Contact>()
  for (const contact of result.contacts) for (const address of addressesIn(contact)) found.set(address, contact)
  const addresses = new Set(asked.map(canonicalEmail))
  for (const { record, facts } of works) {
    for (const { value } of record.folded.registers.get('email')?.candidates ?? []) {
      const address = canonicalEmail(String(value))
      if (addresses.has(address)) facts.byEmail.set(address, found.get(address) ?? null)
    }
  }
}

/** Which contact answers for a value of the unique property. */
export function answerForId(id: string, result: BatchResult, uniqueProperty: string): Contact | null {
  return result.contacts.find(contact => contact.properties[uniqueProperty]?.toLowerCase() === id) ?? null
}

/**
 * Which contact answers for a vid: itself, the survivor of a merge, `null` when HubSpot says that it is gone, and
 * `undefined` when the answer does not tell. HubSpot answers for a merged-away id with the survivor's id alone; the
 * survivor lists the ids that went into it.
 */
export function answerForVid(vid: string, result: BatchResult, askedAlone: boolean): Contact | null | undefined {
  const self = result.contacts.find(contact => contact.vid === vid)
  if (self) return self
  if (result.errors.some(error => error.code === 'not_found' && (error.ids.includes(vid) || askedAlone))) return null
  const survivor = result.contacts.find(contact => mergedInto(contact).some(id => id === vid))
  return survivor ?? (askedAlone ? result.contacts[0] : undefined)
}

/** The ids that HubSpot says went into a contact. */
export const mergedInto = ({ properties }: Contact): Vid[] =>
  [properties.hs_merged_object_ids, properties.hs_all_contact_vids].flatMap(ids => (ids ?? '').split(';')).filter(isVid)

/** Whether a contact is, in all that identity is judged by, what it was when it was read before. */
export function isUnchanged(before: Contact, now: Contact, uniqueProperty: string): boolean {
  const identityOf = (contact: Contact) => [
    contact.vid,
    contact.properties[uniqueProperty]?.toLowerCase() || '',
    primaryEmail(contact) ?? '',
    [...new Set(addressesIn(contact))].sort().join(';'),
    [...new Set(mergedInto(contact))].sort().join(';'),
  ]
  return identityOf(before).join('\n') === identityOf(now).join('\n')
}

const isVid = (id: string): id is Vid => /^\d+$/.test(id)

/** One input of a write, and whom it is for. */
export interface Input {
  readonly work: Work
  readonly trace: string
  readonly properties: Properties
  /** Absent in a create. */
  readonly vid?: Vid
  /** The contact is another's. */
  readonly guest?: true
}

/** A batch's answer, input by input. Updates are matched by record id, creates by trace or value; never by position. */
export interface Sorted {
  readonly done: readonly { readonly input: Input; readonly contact: Contact }[]
  readonly refused: readonly { readonly input: Input; readonly error: InputError }[]
  /** In neither list. */
  readonly missing: readonly Input[]
}

export function sortAnswer(inputs: readonly Input[], result: BatchResult, uniqueProperty: string): Sorted {
  const byTrace = new Map(result.contacts.filter(contact => contact.trace).map(contact => [contact.trace, contact]))
  const byVid = new Map(result.contacts.map(contact => [contact.vid, contact]))
  const byId = new Map(
    result.contacts
      .filter(contact => contact.properties[uniqueProperty])
      .map(contact => [contact.properties[uniqueProperty], contact]),
  )
  const byEmail = new Map(
    result.contacts
      .filter(contact => contact.properties.email)
      .map(contact => [contact.properties.email?.toLowerCase(), contact]),
  )
  // An update that is answered with another id went to the survivor of a merge: whose that is has to be read back.
  const contactFor = ({ trace, vid, properties }: Input): Contact | undefined =>
    vid !== undefined
      ? byVid.get(vid)
      : (byTrace.get(trace) ?? byId.get(properties[uniqueProperty] ?? '') ?? byEmail.get(properties.email ?? ''))

  // HubSpot need not say which input an error is about. Of one alone there is no doubt.
  const unnamed = result.errors.find(({ traces, ids }) => traces.length + ids.length === 0)
  const done: { input: Input; contact: Contact }[] = []
  const refused: { input: Input; error: InputError }[] = []
  const missing: Input[] = []
  for (const input of inputs) {
    const contact = contactFor(input)
    const error = contact ? undefined : (errorFor(input, result.errors) ?? (inputs.length === 1 ? unnamed : undefined))
    if (contact) done.push({ input, contact })
    else if (error) refused.push({ input, error })
    else missing.push(input)
  }
  return { done, refused, missing }
}

/** The error that names an input, by its trace or by its record id. */
export const errorFor = (input: Input, errors: readonly InputError[]): InputError | undefined =>
  errors.find(({ traces, ids }) => traces.includes(input.trace) || (input.vid !== undefined && ids.includes(input.vid)))

/** What an error about one input means for its record; the next decision takes it from there. */
export type Consequence = 'decide_again' | 'schema_outdated'

export function learnRefusal(input: Input, error: InputError, uniqueProperty: string): Consequence {
  const { facts } = input.work
  switch (error.code) {
    case 'not_found':
      // Whatever was read of it before in this round is no longer true.
      facts.byVid = null
      facts.byEmail.clear()
      delete facts.byId
      return 'decide_again'
    case 'conflict':
      return learnConflict(input, error, uniqueProperty)
    case 'invalid':
      return learnInvalid(input, error, uniqueProperty)
    case 'duplicate_ids':
    case 'too_many_identities':
    case 'other':
      facts.refusal = { code: 'rejected', message: error.message }
      return 'decide_again'
  }
}

function learnConflict({ work, properties, vid }: Input, error: InputError, uniqueProperty: string): Consequence {
  const { facts } = work
  const aboutId = error.properties.some(({ name }) => name === uniqueProperty)
  const updating = vid !== undefined
  const message = 'another contact in HubSpot has the address or the id'
  // An update without an address, or that clears it, can only have met another contact with our id. Once a round it is
  // looked at; then a person has to.
  if (updating && (aboutId || !properties.email)) {
    if (error.existing !== undefined && properties[uniqueProperty] && facts.namesakeVid === undefined) {
      facts.namesakeVid = error.existing
      return 'decide_again'
    }
    const known = error.existing === undefined ? {} : { vid: error.existing }
    facts.refusal = { code: 'conflict', message, ...known }
  } else if (error.existing !== undefined) {
    facts.rivalVid = error.existing
    facts.rivals += 1
    delete facts.rival
  } else if (updating) {
    facts.refused.set('email', { code: 'conflict', message })
  } else {
    facts.refusal = { code: 'conflict', message }
  }
  return 'decide_again'
}

function learnInvalid({ work, properties }: Input, error: InputError, uniqueProperty: string): Consequence {
  const { facts } = work
  const sent = error.properties.filter(({ name }) => Object.hasOwn(properties, name))
  if (sent.length === 0) {
    facts.refusal = { code: 'rejected', message: error.message }
    return 'decide_again'
  }
  let outdated = false
  for (const { name, code, message } of sent) {
    if (code === 'PROPERTY_DOESNT_EXIST') outdated = true
    if (name !== uniqueProperty) facts.refused.set(name, { code: 'rejected', message })
  }
  return outdated || sent.some(({ name }) => name === uniqueProperty) ? 'schema_outdated' : 'decide_again'
}
