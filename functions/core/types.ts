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

/** The key of one synced record: `user#<user id>` or `lead#<email>`. */
export type RecordKey = `user#${string}` | `lead#${string}`

/** A JSON value. */
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json }

export const userKey = (id: UserId): RecordKey => `user#${id}`
export const leadKey = (email: Email): RecordKey => `lead#${email}`

/** The form in which HubSpot keeps and compares addresses. Whether it is an address at all is for the caller to judge. */
export const canonicalEmail = (address: string): Email => address.trim().toLowerCase() as Email
