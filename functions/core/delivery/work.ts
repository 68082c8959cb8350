import type { Config } from '../config.ts'
import type { Contact } from '../hubspot.ts'
import type { KnownClaim } from '../identity.ts'
import type { ContactRecord, Delivered, Problem } from '../record.ts'
import type { Schema } from '../schema.ts'
import type { ClaimKey } from '../store.ts'
import type { Email, Millis, RecordKey, Vid } from '../types.ts'
import type { BesideContact } from './besides.ts'

/** What every decision of a round rests on. */
export interface World {
  readonly schema: Schema
  readonly config: Config
  readonly now: Millis
  /** Everybody in this round, as far as they have come: users who swap addresses look at one another. */
  readonly round?: ReadonlyMap<RecordKey, Work>
  /** Whether HubSpot can take a further address off a contact. */
  readonly canDetach?: boolean
}

/**
 * One record in one round: the record as read, what its delivery side has become, and what has been learnt about it
 * since. Deciding is a function of this and of the `World` alone.
 */
export interface Work {
  readonly record: ContactRecord
  /** The delivery side as it will be settled. */
  delivered: Delivered
  readonly facts: Facts
}

/** What HubSpot and the table answered about one record in this round. */
export interface Facts {
  /** For each address asked for: the contact that HubSpot finds under it, primary or secondary, or `null`. */
  readonly byEmail: Map<Email, Contact | null>
  /** What HubSpot finds under our unique property. */
  byId?: Contact | null
  /** What HubSpot answers for the record's vid: the contact, its survivor, or `null` when it was deleted. */
  byVid?: Contact | null
  /** The record that, HubSpot says, already has a value we sent; then what HubSpot answers for it. */
  rivalVid?: Vid
  rival?: Contact | null
  /** Another contact that, HubSpot says, carries the user's id. */
  namesakeVid?: Vid
  /** Claims met on the way, with the records of their owners. */
  readonly claims: Map<ClaimKey, KnownClaim>
  /** The records of ids that have become the user's, as they are now. */
  readonly absorbed: Map<RecordKey, ContactRecord | undefined>
  /** What HubSpot answers for contacts that are to become part of the user's. */
  readonly otherContacts: Map<Vid, Contact | null>
  /** Addresses that are ours to send. */
  readonly reserved: Set<Email>
  /** Properties that HubSpot refused in this round, with its reason. */
  readonly refused: Map<string, Problem>
  /** How often HubSpot has named a rival. */
  rivals: number
  /** HubSpot refused to merge, or to take the address off the other contact: a person has to. */
  stuck?: string
  /** HubSpot refused the record as a whole. */
  refusal?: Problem
  /** HubSpot answered a question about the record's vid, and said nothing of it, so many times. */
  silences: number
  /** The input was in neither list of the answer, so many times. */
  missing: number
}

/** So often HubSpot may leave a question about a vid open in one round. */
export const MOST_SILENT_READS = 2

/** Somebody has asked, and HubSpot has it. */
export const isContact = (contact: Contact | null | undefined): contact is Contact =>
  contact !== null && contact !== undefined

export const newWork = (record: ContactRecord): Work => ({
  record,
  delivered: record.delivered,
  facts: {
    byEmail: new Map(),
    claims: new Map(),
    absorbed: new Map(),
    otherContacts: new Map(),
    reserved: new Set(),
    refused: new Map(),
    rivals: 0,
    silences: 0,
    missing: 0,
  },
})

/** Something has been done about the contact that was in the way: whatever still is will be named again. */
export function forgetRival(facts: Facts): void {
  delete facts.rivalVid
  delete facts.rival
}

/** What to do next for one record. */
export type Step =
  | { readonly do: 'read'; readonly by: 'vid' | 'rival' | 'other' | 'email' | 'id'; readonly ids: readonly string[] }
  /** Read the records of ids that have become the user's. */
  | { readonly do: 'meet'; readonly keys: readonly RecordKey[] }
  /** Nothing of these is left to take over. */
  | { readonly do: 'absorbed'; readonly keys: readonly RecordKey[] }
  /**
   * Take the claim on a contact, then write its vid into the record. `primary`: its primary email is the user's.
   * `keepEmail`: what it has is somebody else's, perhaps. `absorbs`: it was the contact of this id of the user's.
   * `besides`: contacts that are to become part of it.
   */
  | {
      readonly do: 'adopt'
      readonly contact: Contact
      readonly primary: boolean
      readonly keepEmail: boolean
      readonly from?: RecordKey
      readonly absorbs?: RecordKey
      readonly besides?: readonly BesideContact[]
    }
  /** Take the claim on the other contact, then merge it into the record's own. */
  | {
      readonly do: 'merge'
      readonly vid: Vid
      readonly contact: Contact
      readonly from?: RecordKey
      readonly absorbs?: RecordKey
    }
  /** Take an address off a contact whose user has left it. */
  | { readonly do: 'detach'; readonly vid: Vid; readonly email: Email }
  /** Somebody else in this round has to move first. */
  | { readonly do: 'wait'; readonly trouble: Trouble }
  /** The contact is gone: forget its vid and begin again. */
  | { readonly do: 'unlink' }
  /** Take the claim on an address before sending it. */
  | { readonly do: 'reserve'; readonly email: Email; readonly from?: RecordKey }
  | { readonly do: 'create'; readonly properties: Properties }
  /** `guest`: the contact is another's, and the record does not become its owner. */
  | { readonly do: 'update'; readonly vid: Vid; readonly properties: Properties; readonly guest?: true }
  /** The user is deleted: do to the contact what the policy says. */
  | {
      readonly do: 'remove'
      readonly vid: Vid
      readonly how: 'clear' | 'archive' | 'erase'
      readonly properties: Properties
      /** The contact is that of this id of the user's. */
      readonly absorbs?: RecordKey
    }
  /** The id has become another's: leave its contact to that user. */
  | { readonly do: 'stand_aside'; readonly heir: RecordKey }
  /** What is under way must be known first. */
  | { readonly do: 'later'; readonly at: Millis }
  /** The user's deletion has been carried out. */
  | { readonly do: 'bury' }
  /** Nothing more can be done now; `trouble` says what stands in the way of the record as a whole. */
  | { readonly do: 'settle'; readonly trouble?: Trouble }

export type Properties = Readonly<Record<string, string>>

/** A problem of a record as a whole, with the user and the contact that stand in its way. */
export type Trouble = NonNullable<Delivered['problem']>
