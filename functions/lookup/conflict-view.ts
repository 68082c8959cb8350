import { ID_KEPT } from '../core/delivery/troubles.ts'
import { wantedEmail } from '../core/identity.ts'
import { masked } from '../core/masking.ts'
import type { ContactRecord } from '../core/record.ts'
import type { RecordKey } from '../core/types.ts'

/** Who is meant: a user by id, a lead by masked address. */
export type Party = { readonly userId: string } | { readonly lead: string }

/** A record that another one, or a contact of nobody's, keeps from being delivered as it should. */
export type ConflictView = Party & {
  readonly state: string
  /** The user's own contact; `null` while there is none. */
  readonly vid: string | null
  /** The address that the user should have, masked. */
  readonly email: string | null
  /** Who stands in the way, and the contact that is there; `null` when nothing is known of either. */
  readonly with: ((Party | { readonly userId: null }) & { readonly vid: string | null }) | null
  readonly since: string | null
  readonly reason: string
  /** Whether `POST /v1/conflicts/{userId}/split` could end it. */
  readonly canSplit: boolean
  /** What would resolve it, in a sentence. */
  readonly resolves: string
  readonly nextProbe: string | null
}

/** @param other the record of whoever stands in the way, where that is known */
export function conflictViewOf(record: ContactRecord, other: ContactRecord | undefined): ConflictView {
  const { delivered, due } = record
  const { problem, conflictSince } = delivered
  const address = wantedEmail(record) || delivered.email
  const counterpart = problem?.with === undefined ? { userId: null } : partyOf(problem.with)
  return {
    ...partyOf(record.key),
    state: delivered.state,
    vid: delivered.vid ?? null,
    email: address ? masked(address) : null,
    with:
      problem?.with === undefined && problem?.vid === undefined ? null : { ...counterpart, vid: problem.vid ?? null },
    since: conflictSince === undefined ? null : new Date(conflictSince).toISOString(),
    reason: problem?.message ?? delivered.withheld.get('email')?.message ?? '',
    canSplit: delivered.state === 'conflict' && isShared(record) && mayBeSplit(record, other),
    resolves: resolutionOf(record, other),
    nextProbe: due ? new Date(due.at).toISOString() : null,
  }
}

/** A user's contact is in the way. */
const isShared = ({ delivered: { problem } }: ContactRecord): boolean =>
  problem?.vid !== undefined && problem.with?.startsWith('user#') === true

/** There are two users, and the address is a further one of the other's contact. */
const mayBeSplit = (record: ContactRecord, other: ContactRecord | undefined): boolean =>
  other?.folded.aliasOf === undefined && !hasAsPrimary(record, other)

/** Whether the other user's contact has the address as its primary one, as far as is confirmed. */
export const hasAsPrimary = (record: ContactRecord, other: ContactRecord | undefined): boolean =>
  other?.delivered.email !== undefined && other.delivered.email === wantedEmail(record)

function resolutionOf(record: ContactRecord, other: ContactRecord | undefined): string {
  const { problem, withheld, state } = record.delivered
  if (state !== 'conflict' && withheld.get('email')?.code === 'secondary_email') return SECONDARY
  if (problem?.message === ID_KEPT) return KEPT
  if (problem?.with === undefined) return problem?.vid === undefined ? UNKNOWN : NOBODYS
  if (other?.folded.aliasOf) return ALIASED
  const whose = nameOf(problem.with)
  if (problem.vid === undefined)
    return `It resolves as soon as ${whose} gets another address, or is deleted and the contact with them.`
  if (hasAsPrimary(record, other))
    return `${whose} has this address: it resolves as soon as that address changes in the product, or ${whose} is deleted and the contact with them.`
  return (
    `The contact is that of ${whose}, and has this address besides its own: ask for a split, or remove the address ` +
    "from the contact's additional emails in HubSpot. It also resolves when that user is deleted and the contact with them."
  )
}

const UNKNOWN =
  'Look for the contact in HubSpot that has this address, and change or merge it; the next probe finds out.'
const KEPT =
  'In HubSpot, restore the contact from the recycle bin, where it stays for 90 days, or have it deleted for good; the next ' +
  'probe finds out.'
const NOBODYS =
  "The contact belongs to nobody that vidsync knows, or carries another user's id: in HubSpot, merge it into this " +
  "user's contact, or take the address and the id off it; the next probe finds out."
const ALIASED =
  "The contact was made for an id that has become this user's: in HubSpot, merge it into this user's contact; the next " +
  'probe finds out.'
const SECONDARY =
  "The contact has the address besides another primary one: if it is this user's contact, make the address its primary " +
  'email in HubSpot; the next probe finds out.'

/** Whose a contact's record is. */
export const partyOf = (key: RecordKey): Party =>
  key.startsWith('lead#') ? { lead: masked(key.slice('lead#'.length)) } : { userId: key.slice('user#'.length) }

function nameOf(key: RecordKey): string {
  const party = partyOf(key)
  return 'lead' in party ? `the lead ${party.lead}` : `user ${party.userId}`
}
