import type { Priority, Stamp } from './event.ts'
import type { Email, Millis, RecordKey, Vid } from './types.ts'

/** A value that a property was given, and when. The value is a scalar: what a HubSpot property can hold. */
export interface Candidate {
  readonly value: Scalar
  readonly stamp: Stamp
}

export type Scalar = string | number | boolean

/**
 * A last-writer-wins register: `candidates[0]` is the newest value. Older candidates are kept only where nobody can say
 * yet which of them HubSpot will take: before the portal's schema is known, for a property that the portal lacks, and for
 * the email of a user without a vid.
 */
export interface Register {
  readonly candidates: readonly [Candidate, ...Candidate[]]
  /** The fold version at which the newest value last changed. */
  readonly version: number
}

/** Why a value is not in HubSpot, in words for a person. Never contains the value itself. */
export interface Problem {
  readonly code: ProblemCode
  readonly message: string
}

export type ProblemCode =
  /** The portal has no such property. */
  | 'unknown_property'
  /** HubSpot calculates the property or forbids writing it. */
  | 'read_only'
  /** The value does not fit the property's type. */
  | 'invalid_value'
  /** HubSpot refused the value. */
  | 'rejected'
  /** The value is held back because another user owns the contact or the address. */
  | 'conflict'
  /** The address is a secondary email of the contact. */
  | 'secondary_email'
  /** Somebody has changed the value in HubSpot, and the setting is to keep it. */
  | 'edited'
  /** HubSpot has a later stage already. */
  | 'backward'
  /** The record holds as many properties, or as many bytes, as a record may. */
  | 'too_large'
  /** The contact was deleted in HubSpot and the policy is to leave it so. */
  | 'deleted'
  /** HubSpot does not have yet what the record needs: the contact, the object, the list, … */
  | 'waiting'
  /** Somebody has changed the value in HubSpot, and such edits are kept. */
  | 'edited'
  /** Handling the record failed; it is tried again, alone and slowly. */
  | 'internal'

/** Written by `record` alone. */
export interface Folded {
  /** Counts every write of this side: the condition under which the next one may happen. */
  readonly writes: number
  /** Rises by one with every write that changes a value. */
  readonly version: number
  readonly registers: ReadonlyMap<string, Register>
  /** The moment as of which the user is deleted: values of before are gone. */
  readonly deletion?: Stamp
  /** An operator wants the user split off this contact, which is another user's. It stands until it is carried out. */
  readonly split?: Split
  /** The contact that HubSpot has for the user, as the product says. Read before it is believed, and only while there is none. */
  readonly hint?: Hint
  /** Set when the id has become another's: everything that is folded under it goes there. */
  readonly aliasOf?: AliasOf
  /** Ids that have become this one, newest first: their contacts are the user's own. */
  readonly absorbs?: readonly RecordKey[]
  /** Hashes of the last 16 events folded, newest last: a redelivery folds to nothing. */
  readonly ring: readonly string[]
  /** Of an event's record: what has happened. It never changes. Absent once HubSpot has it. */
  readonly occurrence?: Occurrence
  /** What could not be folded, by property. The stamp tells whether a newer value has cured it. */
  readonly problems: ReadonlyMap<string, Problem & { readonly stamp: Stamp }>
  readonly updatedAt: Millis
}

/** What has happened, as HubSpot is to be told; its properties are registers. */
export interface Occurrence {
  /** Of the event in HubSpot, without `pe<HubID>_`. */
  readonly name: string
  readonly at: Millis
  /** HubSpot takes only the first occurrence with the same one. */
  readonly uuid: string
  /** The tracking code's token of the visitor. */
  readonly utk?: string
}

/** The product's word for whose contact one is, and when it was given. */
export interface Hint {
  readonly vid: Vid
  readonly stamp: Stamp
}

/** An operator's request, and the contact from which the user's address may be taken. */
export interface Split {
  readonly vid: Vid
  readonly stamp: Stamp
}

/** Into which user an id has gone. */
export interface AliasOf {
  /** Whose the id's later events are. It may have become another's itself: then they are that one's. */
  readonly key: RecordKey
  /** Of the event that said so; the newest one stands. */
  readonly stamp: Stamp
  /** Who has got the values, and is to get the contact: whoever was named first. */
  readonly heir: RecordKey
}

/** A property whose newest value is not in HubSpot although `delivered` covers its version. */
export interface Withheld extends Problem {
  /** `fingerprint(value)`: a value that HubSpot refused is not sent again until the value or the schema changes. */
  readonly value: string
  /** The schema's revision under which it was refused. */
  readonly schema: string
}

export type DeliveryState = 'pending' | 'synced' | 'conflict' | 'rejected' | 'deleted'

/** Written by `deliver` alone. */
export interface Delivered {
  /** Every register of at most this version is in HubSpot, except what `withheld` names. */
  readonly version: number
  readonly state: DeliveryState
  /** HubSpot's id of the contact, or of the object; of what belongs to a person, the contact for which it was told last. */
  readonly vid?: Vid
  /** The primary email that HubSpot is confirmed to hold; of subscriptions, the address for which they were told last. */
  readonly email?: Email
  /** Of a link that leads to one object of several: HubSpot's id of the one to which the contact was joined last. */
  readonly linked?: string
  /** Fingerprints of the values that HubSpot has confirmed last, of properties whose edits in HubSpot are kept. */
  readonly sent?: ReadonlyMap<string, string>
  /** The primary email that HubSpot was read to hold where somebody there has changed it; `''`: none. */
  readonly edited?: Email | ''
  readonly withheld: ReadonlyMap<string, Withheld>
  /** What concerns the user as a whole; `property` problems are in `withheld` and `Folded.problems`. */
  readonly problem?: Problem & { readonly with?: RecordKey; readonly vid?: Vid }
  /** The `time` of the deletion that has been carried out in HubSpot. */
  readonly deletion?: Millis
  /** The `time` of the split that has been carried out, or was no longer needed. */
  readonly split?: Millis
  /** Since when the record has been in `conflict`. */
  readonly conflictSince?: Millis
  /** Addresses that the user has left, newest first: HubSpot may keep them with the contact, in others' way. */
  readonly left?: readonly Email[]
  /** Those of `Folded.absorbs` whose contacts are the record's own by now, or who had none. */
  readonly absorbed?: readonly RecordKey[]
  /** Contacts that HubSpot has for the user under addresses of before: to become part of `vid`. */
  readonly besides?: readonly Beside[]
  /** The contact that is being merged into the record's own: claimed, and its fate unknown until HubSpot is read. */
  readonly merging?: Vid
  /** The verify counter up to which HubSpot has been read back. */
  readonly verified: number
  /** Moments at which HubSpot must be read back because an unanswered write may still land. Ascending. */
  readonly looks: readonly Millis[]
  /** Properties of writes whose fate is unknown: compared with HubSpot at each look. */
  readonly suspects: readonly string[]
  /** Set when a create may have happened without our learning its vid: the user is looked up by id as well. */
  readonly maybeCreated: boolean
  /** Rounds without progress: slows the next probe, from an hour doubling to a day. */
  readonly attempts: number
  readonly updatedAt: Millis
}

/** A contact besides the user's own, and the address of theirs that was its primary email when it was found. */
export interface Beside {
  readonly vid: Vid
  readonly email: Email
}

/** The delivery side of a record that has never been delivered. */
export const notDelivered: Delivered = {
  version: 0,
  state: 'pending',
  withheld: new Map(),
  verified: 0,
  looks: [],
  suspects: [],
  maybeCreated: false,
  attempts: 0,
  updatedAt: 0,
}

/**
 * Where a record waits. `live` and `bulk` are due work of contacts, `objects` to `events` that of other kinds: one lane
 * for each part of HubSpot that can fail by itself. The others wait for a slow look; `waiting`: for a contact or an
 * object that HubSpot does not have yet.
 */
export type Lane = WorkLane | 'waiting' | 'verifying' | 'conflict' | 'rejected'
export type WorkLane = Priority | 'objects' | 'links' | 'lists' | 'subscriptions' | 'events'
export const WORK_LANES = ['live', 'bulk', 'objects', 'links', 'lists', 'subscriptions', 'events'] as const
export const LANES: readonly Lane[] = [...WORK_LANES, 'waiting', 'verifying', 'conflict', 'rejected']

/** One of something for every lane. */
export type PerLane<Each> = Readonly<Record<Lane, Each>>

export const perLane = <Each>(each: (lane: Lane) => Each): PerLane<Each> => ({
  live: each('live'),
  bulk: each('bulk'),
  objects: each('objects'),
  links: each('links'),
  lists: each('lists'),
  subscriptions: each('subscriptions'),
  events: each('events'),
  waiting: each('waiting'),
  verifying: each('verifying'),
  conflict: each('conflict'),
  rejected: each('rejected'),
})

/** The earliest moment in the lanes of due work. */
export function oldestWork(first: PerLane<Millis | undefined>): Millis | undefined {
  const moments = WORK_LANES.map(lane => first[lane]).filter(moment => moment !== undefined)
  return moments.length > 0 ? Math.min(...moments) : undefined
}

/** A record's place in the index of due work. Absent when HubSpot holds everything. */
export interface Due {
  readonly lane: Lane
  /** When to look at it. */
  readonly at: Millis
}

/** HubSpot's word that a contact was deleted for privacy. */
export interface Erasure {
  readonly vid: Vid
  /** By HubSpot's clock. */
  readonly at: Millis
}

/** Everything known about one synced thing: a user (or lead), an object, something that belongs to a user. */
export interface ContactRecord {
  readonly key: RecordKey
  readonly folded: Folded
  readonly delivered: Delivered
  /** Raised by whoever doubts that HubSpot holds what we think; settled when it equals `delivered.verified`. */
  readonly verify: number
  /**
   * The latest contact of this record that HubSpot says was erased for privacy, which it may say late: the contact may have
   * been made again by then. Never cleared: an address that was erased is never to be sent again.
   */
  readonly erased?: Erasure
  readonly due?: Due
  /** The deliverer that had written last when the record was read. Absent: none had. */
  readonly token?: number
}
