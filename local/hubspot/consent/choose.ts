import { parseEmail } from '../crm/values.ts'
import { HubSpotError, invalid } from '../errors.ts'
import type { Portal } from '../portal.ts'
import type { Choice, SubscriptionDefinition, SubscriptionStatus } from './subscriptions.ts'

/** Why a status is what it is after it was set, in the words of HubSpot's OpenAPI file. */
export type Reason =
  | 'NO_STATUS_CHANGE'
  | 'REQUESTED_CHANGE_OCCURRED'
  | 'RESUBSCRIBE_OCCURRED'
  | 'UNSUBSCRIBE_FROM_ALL_OCCURRED'

/** A choice that somebody sends for an address. */
export interface Wish {
  readonly email: string
  readonly subscriptionId: string
  readonly status: SubscriptionStatus
  readonly legalBasis?: string
  readonly legalBasisExplanation?: string
}

/** @returns lower-cased. @throws HubSpotError 400 */
export function addressOf(portal: Portal, raw: string): string {
  const email = parseEmail(raw.trim(), portal.switches)
  if (typeof email !== 'string') throw invalid(email.message)
  return email
}

/** What counts: an address that has opted out of everything wants nothing. */
export function statusOf(portal: Portal, email: string, subscriptionId: string): SubscriptionStatus {
  const { subscriptions } = portal
  if (subscriptions.optedOutAt(email) !== undefined) return 'UNSUBSCRIBED'
  return subscriptions.choice(email, subscriptionId)?.status ?? 'NOT_SPECIFIED'
}

/** @throws HubSpotError 404 */
export function requireSubscription(portal: Portal, id: string): SubscriptionDefinition {
  const definition = portal.subscriptions.definition(id)
  if (definition) return definition
  throw new HubSpotError(404, { message: `Subscription ID ${id} does not exist.`, category: 'OBJECT_NOT_FOUND' })
}

/**
 * Sets what an address has chosen (facts §14).
 * @param manner `resubscribe`: for people who asked for it again. The API as such refuses, by switch.
 * @throws HubSpotError 400 for who has opted out, and for a portal under the GDPR without a legal basis
 */
export function choose(portal: Portal, wish: Wish, source: string, manner?: 'resubscribe'): Reason {
  const { subscriptions, switches } = portal
  const { email, subscriptionId, status, legalBasis, legalBasisExplanation } = wish
  requireSubscription(portal, subscriptionId)
  if (switches.gdpr && status === 'SUBSCRIBED' && !(legalBasis && legalBasisExplanation)) {
    throw invalid('Some required fields were not set: [legalBasis, legalBasisExplanation]')
  }
  const previous = statusOf(portal, email, subscriptionId)
  if (previous === status) return 'NO_STATUS_CHANGE'
  const returns = previous === 'UNSUBSCRIBED'
  if (returns && manner !== 'resubscribe' && switches.resubscribe === 'rejected') {
    throw invalid(
      `You cannot subscribe an unsubscribed address. ${email} has opted out of subscription ${subscriptionId}.`,
    )
  }
  // Whoever comes back to one kind of email has not opted out of everything any more, but of all others.
  if (subscriptions.optedOutAt(email) !== undefined) {
    for (const { id } of subscriptions.definitions()) put(portal, email, id, { status: 'UNSUBSCRIBED', source })
    subscriptions.setOptedOut(email, undefined)
  }
  put(portal, email, subscriptionId, {
    status,
    source,
    ...(legalBasis === undefined ? {} : { legalBasis }),
    ...(legalBasisExplanation === undefined ? {} : { legalBasisExplanation }),
  })
  portal.noteDeed({ kind: 'subscription', email, subscriptionId, status, previous })
  return returns ? 'RESUBSCRIBE_OCCURRED' : 'REQUESTED_CHANGE_OCCURRED'
}

/** Of all kinds of email, those of the future included. Doing it again is nothing. */
export function optOut(portal: Portal, email: string): void {
  if (portal.subscriptions.optedOutAt(email) !== undefined) return
  portal.subscriptions.setOptedOut(email, portal.clock.now())
  portal.noteDeed({ kind: 'subscription', email, status: 'UNSUBSCRIBED', previous: 'NOT_SPECIFIED' })
}

function put(portal: Portal, email: string, id: string, choice: Omit<Choice, 'at'>): void {
  portal.subscriptions.choose(email, id, { ...choice, at: portal.clock.now() })
}
