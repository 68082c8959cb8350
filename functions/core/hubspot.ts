import type { PropertyDefinition } from './schema.ts'
import type { Email, Millis, Vid } from './types.ts'

/**
 * HubSpot as the rest of the system sees it. The adapter classifies every answer once, here; nobody else looks at a
 * status code, a header or a message.
 *
 *     definite: the request was carried out, or certainly was not      ambiguous: nobody knows
 *     ├── ok           2xx, per-input errors inside                    └── unavailable (of a write): timeout, network,
 *     ├── rejected     400, 404, 409, 414: this request, as it is           5xx, HTML, unparsable. May still land.
 *     ├── throttled    429, 423, 477: later
 *     └── account      401, 403, daily limit: a person must act, or midnight must come
 */
export type Answer<T> =
  | { readonly kind: 'ok'; readonly value: T; readonly correlationId?: string }
  | {
      readonly kind: 'rejected'
      readonly errors: readonly InputError[]
      readonly status: number
      readonly correlationId?: string
    }
  | { readonly kind: 'throttled'; readonly message: string; readonly retryAfter?: Millis }
  | { readonly kind: 'account'; readonly code: 'unauthorized' | 'forbidden' | 'daily_limit'; readonly message: string }
  /** `neverSent`: no connection came about, so that a write certainly was not applied either. */
  | { readonly kind: 'unavailable'; readonly message: string; readonly neverSent?: true }

/** An error that HubSpot reports of one input, or of a whole request. */
export interface InputError {
  /** The inputs concerned, by trace id; empty when HubSpot named none. */
  readonly traces: readonly string[]
  /** The inputs concerned, by record id or by the id asked for; empty when HubSpot named none. */
  readonly ids: readonly string[]
  readonly code: InputErrorCode
  /** HubSpot's own words with values removed: safe to keep and to show. */
  readonly message: string
  /** Every property that HubSpot finds fault with. */
  readonly properties: readonly { readonly name: string; readonly code: string; readonly message: string }[]
  /** The record that already has the value (`Existing ID: N`, `N already has that value`). */
  readonly existing?: Vid
}

export type InputErrorCode = 'not_found' | 'conflict' | 'invalid' | 'duplicate_ids' | 'too_many_identities' | 'other'

export interface Contact {
  readonly vid: Vid
  readonly properties: Readonly<Record<string, string | null>>
  /** The trace id of the input that produced it, when HubSpot echoes it. */
  readonly trace?: string
}

export interface BatchResult {
  /** In no particular order; inputs may be missing from both lists. */
  readonly contacts: readonly Contact[]
  readonly errors: readonly InputError[]
}

export interface CreateInput {
  readonly trace: string
  readonly properties: Readonly<Record<string, string>>
}

export interface UpdateInput extends CreateInput {
  readonly vid: Vid
}

/** What to read contacts by: their record id, their email (primary or secondary) or our unique property. */
export type LookUp =
  | { readonly by: 'vid' }
  | { readonly by: 'email' }
  | { readonly by: 'property'; readonly name: string }

/** HubSpot's limit on the inputs of one batch call of contacts, reading or writing. */
export const BATCH_LIMIT = 100

/** At most `BATCH_LIMIT` inputs a call, no input twice. Never throws for what HubSpot or the network does. */
export interface HubSpot {
  /** `GET /account-info/v3/details`: the portal's id. */
  readPortalId(): Promise<Answer<string>>
  /**
   * The token is another one than that with which the portal's id was last read. All other calls answer `throttled`, unsent,
   * until it is read again.
   */
  readonly tokenReplaced?: boolean
  readProperties(): Promise<Answer<readonly PropertyDefinition[]>>
  /** Creates a single-line text property with unique values. That it exists already is `ok`. */
  createUniqueProperty(name: string, label: string): Promise<Answer<void>>
  /** Contacts that do not exist, are archived or merged away may be missing from the answer or reported `not_found`. */
  readContacts(lookUp: LookUp, ids: readonly string[], properties: readonly string[]): Promise<Answer<BatchResult>>
  createContacts(inputs: readonly CreateInput[]): Promise<Answer<BatchResult>>
  updateContacts(inputs: readonly UpdateInput[]): Promise<Answer<BatchResult>>
  /**
   * Merges `other` into `primary`, whose values win. It cannot be undone.
   *
   * `ok` holds the survivor: its vid is a new one or `primary`'s, as the portal is set, and both old vids lead to it. With
   * which properties it comes is HubSpot's choice. `rejected`: `not_found` when one of the two is not there (HubSpot does
   * not say which, so `ids` names both), `too_many_identities` after 250 merges, `invalid` (so it is believed) when both are one
   * already. An `unavailable` merge may have happened: read both back before trying again.
   */
  mergeContacts(primary: Vid, other: Vid): Promise<Answer<Contact>>
  /**
   * Whether `detachEmail` may be called: HubSpot has an endpoint for it in `v3` alone, and only until September 2027.
   */
  readonly canDetachEmails: boolean
  /**
   * Takes a secondary address away from a contact, so that another may have it. That the contact does not have it (any
   * more) is `ok`. `rejected`: `not_found` when there is no such contact, `invalid` for its primary address, `other` when
   * HubSpot has the endpoint no longer. `account` may mean this old endpoint alone: a token that is good for everything
   * else may lack its scope.
   * @throws Error unless `canDetachEmails`
   */
  detachEmail(vid: Vid, email: Email): Promise<Answer<void>>
  /**
   * Moves contacts to HubSpot's recycle bin for 90 days; a person can restore them there. Those that are gone already are
   * no error. A vid that was merged away may leave the survivor where it is.
   */
  archiveContacts(vids: readonly Vid[]): Promise<Answer<void>>
  /**
   * Erases a contact for privacy, in HubSpot's own time (up to 30 days), and for ever; its addresses may be refused from
   * then on. By vid and never by email: an address that HubSpot does not find it would block for all time.
   *
   * A vid that HubSpot does not know is `ok` (204) or `rejected` with `not_found` (404): which of them is not established,
   * so neither proves that there was a contact. One that was merged away erases the survivor: read it just before.
   */
  eraseContact(vid: Vid): Promise<Answer<void>>
}
