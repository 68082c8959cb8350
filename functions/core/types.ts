declare const brand: unique symbol
type Brand<T, Name extends string> = T & { readonly [brand]: Name }

/** A product's own id of a user, exactly as the product spells it: case, white space and Unicode form are significant. */
export type UserId = Brand<string, 'UserId'>

/** HubSpot's record id of a contact (`hs_object_id`, historically *vid*). Digits, kept as a string: ids exceed 2^39. */
export type Vid = Brand<string, 'Vid'>

/** An email address in the form in which HubSpot stores it: trimmed and lower-cased. */
export type Email = Brand<string, 'Email'>

/**
 * Milliseconds: a length of time, or a moment. Moments count from 1970-01-01T00:00:00Z, unless it is said that they are by
 * the monotonic clock.
 */
export type Millis = number

/** A person's record: `user#<user id>` or `lead#<email>`. */
export type ContactKey = `user#${string}` | `lead#${string}`

/** A company's, a deal's, …: `object#<name in sync.config.ts>#<token of the product's id>`. See `keys.ts`. */
export type ObjectKey = `object#${string}#${string}`

/**
 * What belongs to a person and can only be told to HubSpot once their contact is known. Everything that belongs to one
 * person is found under their key, which the key ends in:
 *
 *     event#<hash>@user#42              one behavioural event
 *     link#companies#<token>@user#42    an association of the contact with an object, and its labels
 *     lists@user#42                     the lists that the contact is to be in
 *     subscriptions@user#42             what the person has subscribed to
 */
export type BelongingKey =
  | `event#${string}@${ContactKey}`
  | `link#${string}#${string}@${ContactKey}`
  | `lists@${ContactKey}`
  | `subscriptions@${ContactKey}`

/** The key of one synced record. */
export type RecordKey = ContactKey | ObjectKey | BelongingKey

/** A JSON value. */
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json }

export const userKey = (id: UserId): ContactKey => `user#${id}`
export const leadKey = (email: Email): ContactKey => `lead#${email}`

/** The form in which HubSpot keeps and compares addresses. Whether it is an address at all is for the caller to judge. */
export const canonicalEmail = (address: string): Email => address.trim().toLowerCase() as Email
