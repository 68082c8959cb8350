import type { ContactKey, Json, Millis, Vid } from './types.ts'

/**
 * The moment to which a value belongs. `receive` freezes it, so that every later stage, however often it runs and in
 * whatever order, ranks two values alike. Compared field by field, in the order in which they stand here.
 */
export interface Stamp {
  /** When the product says it happened, corrected for a wrong clock and never later than `receivedAt`. */
  readonly time: Millis
  /** When the request reached `receive`. */
  readonly receivedAt: Millis
  /** The event's place in its request. */
  readonly index: number
  /** The first 12 characters of the base64url SHA-256 of the message id. */
  readonly id: string
}

/** Live work goes out before bulk work (backfills). */
export type Priority = 'live' | 'bulk'

/** What everything that is said of a user has. */
interface Said {
  readonly key: ContactKey
  readonly messageId: string
  readonly stamp: Stamp
  /** Identifies the event among redeliveries: 12 characters of the base64url SHA-256 of source, message id and canonical body. */
  readonly hash: string
  readonly priority: Priority
}

/** An accepted identify call: what `receive` puts on the events queue and `record` folds. */
export interface IdentifyEvent extends Said {
  readonly type: 'identify'
  /** Trait names and values as the product sent them; `null` and `''` clear a property. */
  readonly traits: JsonObject
  /** What the sender's library says of the circumstances, without the traits; absent where it says nothing. */
  readonly context?: JsonObject
}

/** An accepted track, page or screen call: something that the user has done. */
export interface ActivityEvent extends Said {
  readonly type: 'track' | 'page' | 'screen'
  /** What was done, such as `Order Completed`; the name of the page or the screen. */
  readonly name: string
  readonly properties: JsonObject
  readonly context?: JsonObject
}

/** An accepted group call: the user belongs to a company, a team, an account. */
export interface GroupEvent extends Said {
  readonly type: 'group'
  readonly groupId: string
  readonly traits: JsonObject
  readonly context?: JsonObject
}

/** The product's word that a user is to be deleted. Values of earlier events go; what happens in HubSpot is a policy. */
export interface DeleteEvent extends Said {
  readonly type: 'delete'
}

/** An operator's word that a user is to be split off a contact that is another user's: their address is taken off it. */
export interface SplitEvent extends Said {
  readonly type: 'split'
  /** The contact for which it was asked, and no other. */
  readonly vid: Vid
}

/** The product's word that a user whom it called `key` is the one whom it calls `into`: two ids become one. */
export interface AliasEvent extends Said {
  readonly type: 'alias'
  /** The previous id's. */
  readonly key: ContactKey
  readonly into: ContactKey
}

type JsonObject = { readonly [name: string]: Json }

/** What products and operators say of a user. */
export type UserEvent = IdentifyEvent | ActivityEvent | GroupEvent | DeleteEvent | SplitEvent | AliasEvent
/** What is folded into the record of the user, or of whom the user has become. */
export type FoldableEvent = IdentifyEvent | DeleteEvent | SplitEvent

/**
 * HubSpot's word that something has happened to a contact: what `notice` puts on the events queue. It comes late, twice,
 * in any order or not at all, so it carries no values: whoever owns the contact reads HubSpot back.
 */
export interface NoticeEvent {
  readonly type: 'notice'
  readonly vid: Vid
  /** The HubSpot account in which it happened: an app may be installed in several. */
  readonly portal: string
  /** Set when the contact was deleted for privacy: when, by HubSpot's clock. */
  readonly erasedAt?: Millis
}

/**
 * An operator's word that whatever of a user waits, is in conflict or was refused is to be looked at now rather than at its
 * next probe. Carries no values.
 */
export interface RetryEvent {
  readonly type: 'retry'
  readonly key: ContactKey
}

export type Event = UserEvent | NoticeEvent | RetryEvent

/** Events of one group are handled in order, one at a time: those of one record, or notices of one contact. */
export const groupOf = (event: Event): string => (event.type === 'notice' ? `vid#${event.vid}` : event.key)

/** Negative when `a` is older than `b`, positive when newer, 0 when they are the same moment of the same message. */
export function compareStamps(a: Stamp, b: Stamp): number {
  return a.time - b.time || a.receivedAt - b.receivedAt || a.index - b.index || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)
}

export const isActivity = (event: Event): event is ActivityEvent =>
  event.type === 'track' || event.type === 'page' || event.type === 'screen'
