import { fingerprint } from '../fingerprint.ts'
import type { Contact } from '../hubspot.ts'
import { isEmptied, primaryEmail, wantedEmail } from '../identity.ts'
import { contactRules } from '../mapping/rules.ts'
import { type Delivered, type Folded, notDelivered, type Withheld } from '../record.ts'
import { canonicalEmail, type Email, type RecordKey, type Vid } from '../types.ts'
import type { BesideContact } from './besides.ts'
import { marksOf, sentAfter } from './guarding.ts'
import { payloadFor } from './payload.ts'
import { SECONDARY_EMAIL } from './troubles.ts'
import { isContact, type Properties, type Work, type World } from './work.ts'

/**
 * The delivery side of a record whose contact has just become known: everything is sent to it.
 * @param keepEmail the contact's primary address may be another person's: ours is held back
 * @param sent marks of what it holds of ours
 */
export function linked(
  work: Work,
  contact: Contact,
  keepEmail = false,
  sent: Delivered['sent'] = new Map(),
): Delivered {
  const { email: _, problem: __, merging: ___, sent: ____, ...kept } = work.delivered
  const email = primaryEmail(contact)
  const withheld = new Map<string, Withheld>()
  if (keepEmail)
    withheld.set('email', { ...SECONDARY_EMAIL, value: fingerprint(wantedEmail(work.record) ?? ''), schema: '' })
  return {
    ...kept,
    vid: contact.vid,
    ...(email === undefined ? {} : { email }),
    version: 0,
    withheld,
    ...(sent.size > 0 ? { sent } : {}),
  }
}

/** The delivery side of a record that is to take in contacts found besides its own: under addresses that it has left. */
export const accompanied = (delivered: Delivered, found: readonly BesideContact[]): Delivered => {
  if (found.length === 0) return delivered
  const besides = found.map(({ contact: { vid }, email }) => ({ vid, email }))
  return {
    ...delivered,
    besides,
    left: besides.reduce((left, { email }) => leaving(email, left), delivered.left ?? []),
  }
}

/** The delivery side of a record whose contact is gone. Doubts about writes under way stay. */
export const unlinked = ({
  verified,
  looks,
  suspects,
  maybeCreated,
  attempts,
  deletion,
  split,
  absorbed,
}: Delivered): Delivered => ({
  ...notDelivered,
  ...(absorbed ? { absorbed } : {}),
  verified,
  looks,
  suspects,
  maybeCreated,
  attempts,
  // What has been carried out is not to be carried out again.
  ...(deletion === undefined ? {} : { deletion }),
  ...(split === undefined ? {} : { split }),
})

/** The delivery side after HubSpot has taken the properties: all that was folded is there, but what was withheld. */
export function taken(work: Work, vid: Vid, properties: Properties, world: World): Delivered {
  const { email: before, ...kept } = work.delivered
  const email = properties.email === undefined ? before : canonicalEmail(properties.email)
  const { withheld } = payloadFor(work, world, { creating: false, email: 'confirmed' })
  const held = kept.withheld.get('email')
  if (held && properties.email === undefined) withheld.set('email', held)
  const left = before === undefined || before === email ? kept.left : leaving(before, kept.left)
  return {
    ...kept,
    vid,
    ...(email ? { email } : {}),
    ...(left ? { left: left.filter(address => address !== email) } : {}),
    version: work.record.folded.version,
    withheld,
    ...sentAfter(work.delivered, marksOf(properties, world.schema, contactRules(world.config))),
  }
}

const MOST_LEFT = 5
/** The addresses that a contact has left, latest first. */
export const leaving = (address: Email, left: readonly Email[] = []): Email[] =>
  [address, ...left.filter(other => other !== address)].slice(0, MOST_LEFT)

/** A lead beside a contact that is a user's: judged by what HubSpot holds there, as if it were the lead's own. */
export const asGuest = (work: Work, contact: Contact): Work => ({ ...work, facts: { ...work.facts, byVid: contact } })

/** The delivery side of a lead whose values have gone to a user's contact: delivered, and not its owner. */
export function contributed(work: Work, vid: Vid, properties: Properties, world: World): Delivered {
  const { byEmail, rival } = work.facts
  const host = [...byEmail.values(), rival].filter(isContact).find(contact => contact.vid === vid)
  const guest = host ? asGuest(work, { ...host, properties: { ...host.properties, ...properties } }) : work
  const { withheld } = payloadFor(guest, world, { creating: false, email: 'confirmed' })
  return { ...work.delivered, version: work.record.folded.version, withheld }
}

/** The delivery side of a user whose deletion has been carried out: a tombstone. */
export const buried = ({ record, delivered }: Work): Delivered => ({
  ...notDelivered,
  version: emptiedVersion(record.folded),
  state: 'deleted',
  problem: { code: 'deleted', message: 'the product has deleted the user' },
  verified: delivered.verified,
  looks: delivered.looks,
  ...(delivered.absorbed ? { absorbed: delivered.absorbed } : {}),
  ...(record.folded.deletion ? { deletion: record.folded.deletion.time } : {}),
})

/**
 * The delivery side of an id that has become another's: a tombstone that names the contact, and the user who takes it
 * over. It backs no claim, but that on an address that was erased for privacy.
 */
export const asideOf = ({ record, delivered }: Work, heir: RecordKey): Delivered => ({
  ...notDelivered,
  version: record.folded.version,
  state: 'deleted',
  ...(delivered.vid === undefined ? {} : { vid: delivered.vid }),
  ...(delivered.sent === undefined ? {} : { sent: delivered.sent }),
  ...(record.erased && delivered.email !== undefined ? { email: delivered.email } : {}),
  ...(delivered.deletion === undefined ? {} : { deletion: delivered.deletion }),
  problem: { code: 'deleted', message: 'the id has become another user’s', with: heir },
  verified: record.verify,
})

/** The delivery side once nothing of these ids is left to take over. */
export const absorbing = (delivered: Delivered, keys: readonly RecordKey[]): Delivered => ({
  ...delivered,
  absorbed: [...new Set([...(delivered.absorbed ?? []), ...keys])],
})

/** What the deletion emptied is done with; values that were given after it are newer, and to be sent. */
const emptiedVersion = (folded: Folded): number =>
  Math.max(
    0,
    ...[...folded.registers.values()].filter(register => isEmptied(register, folded)).map(({ version }) => version),
  )
