import type { PropertyDefinition } from './schema.ts'
import type { Millis, Vid } from './types.ts'

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

/** At most 100 inputs a call, no input twice. Never throws for what HubSpot or the network does. */
export interface HubSpot {
  /** `GET /account-info/v3/details`: the portal's id. */
  readPortalId(): Promise<Answer<string>>
  readProperties(): Promise<Answer<readonly PropertyDefinition[]>>
  /** Creates a single-line text property with unique values. That it exists already is `ok`. */
  createUniqueProperty(name: string, label: string): Promise<Answer<void>>
  /** Contacts that do not exist, are archived or merged away may be missing from the answer or reported `not_found`. */
  readContacts(lookUp: LookUp, ids: readonly string[], properties: readonly string[]): Promise<Answer<BatchResult>>
  createContacts(inputs: readonly CreateInput[]): Promise<Answer<BatchResult>>
  updateContacts(inputs: readonly UpdateInput[]): Promise<Answer<BatchResult>>
}
