/** A value as JSON has it. */
export type Value = string | number | boolean | null | readonly Value[] | Values
export interface Values {
  readonly [name: string]: Value | undefined
}

/** What every call may have. */
interface Said {
  /**
   * Names this one event, such as a UUID: of two with the same id, time and content the second counts as a repetition. Give
   * it, and `timestamp`, wherever something may be sent twice.
   */
  readonly messageId?: string
  /** When it happened: ISO 8601, or milliseconds since 1970. By default, when it arrives. */
  readonly timestamp?: string | number
  readonly context?: Context
}

export interface Context extends Values {
  /** Of calls other than identify: what is known of the person, their `email` where there is no `userId`. */
  readonly traits?: Values
  readonly vidsync?: {
    /** `bulk` lets live events overtake: for the import of existing users. */
    readonly priority?: 'live' | 'bulk'
  }
}

/** A user by the id that the product has for them; otherwise, a lead by the email among the traits. */
type Who = { readonly userId: string | number } | { readonly userId?: undefined; readonly anonymousId?: string }

/** Who a user is: `POST /v1/identify`. `null` and `''` clear what HubSpot holds; what is left out stays. */
export type IdentifyCall = Said & Who & { readonly type?: 'identify'; readonly traits?: Values }

/** What a user has done: `POST /v1/track`. */
export type TrackCall = Said & Who & { readonly type?: 'track'; readonly event: string; readonly properties?: Values }

/** To what a user belongs, and what is known of that: `POST /v1/group`. */
export type GroupCall = Said &
  Who & { readonly type?: 'group'; readonly groupId: string | number; readonly traits?: Values }

/** What a user has looked at: `POST /v1/page`, `POST /v1/screen`. */
export type PageCall = Said & Who & { readonly type?: 'page'; readonly name?: string; readonly properties?: Values }
export type ScreenCall = Said & Who & { readonly type?: 'screen'; readonly name?: string; readonly properties?: Values }

/** The user who was `previousId` is `userId` now: `POST /v1/alias`. */
export interface AliasCall extends Said {
  readonly type?: 'alias'
  readonly previousId: string | number
  readonly userId: string | number
}

/** Any of them, in a batch: there each says which it is. */
export type BatchedCall = { [Type in keyof Calls]: Calls[Type] & { readonly type: Type } }[keyof Calls]

/** The calls by their names, which stand behind `/v1/`. */
export interface Calls {
  readonly identify: IdentifyCall
  readonly track: TrackCall
  readonly group: GroupCall
  readonly page: PageCall
  readonly screen: ScreenCall
  readonly alias: AliasCall
}

/** Up to 10,000 calls at once: `POST /v1/batch`. */
export interface Batch {
  readonly batch: readonly BatchedCall[]
  /** When the request was made, by the sender's clock: a wrong one is corrected by it. */
  readonly sentAt?: string | number
  readonly context?: Context
}

/** What a `202` says. Whatever is not accepted is named by its place in the batch. */
export interface Accepted {
  readonly accepted: number
  readonly rejected: readonly { readonly index: number; readonly message: string }[]
}
