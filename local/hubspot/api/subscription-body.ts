import { addressOf, type Reason, statusOf, type Wish } from '../consent/choose.ts'
import type { SubscriptionDefinition, SubscriptionStatus } from '../consent/subscriptions.ts'
import { invalid } from '../errors.ts'
import type { JsonObject } from '../message.ts'
import type { Portal } from '../portal.ts'
import { type Call, optionalString, requiredString } from './call.ts'

const LEGAL_BASES: readonly string[] = [
  'CONSENT_WITH_NOTICE',
  'LEGITIMATE_INTEREST_CLIENT',
  'LEGITIMATE_INTEREST_OTHER',
  'LEGITIMATE_INTEREST_PQL',
  'NON_GDPR',
  'PERFORMANCE_OF_CONTRACT',
  'PROCESS_AND_STORE',
]
const STATUSES: readonly SubscriptionStatus[] = ['SUBSCRIBED', 'UNSUBSCRIBED', 'NOT_SPECIFIED']

/** A wish as a body has it. @throws HubSpotError 400 */
export function wishOf(portal: Portal, email: string, body: JsonObject): Wish {
  refuseOtherChannels(requiredString(body, 'channel'))
  const wanted = requiredString(body, 'statusState')
  const status = STATUSES.find(known => known === wanted)
  if (!status) throw invalid(`statusState ${wanted} is none of [${STATUSES.join(', ')}]`)
  return {
    email: addressOf(portal, email),
    subscriptionId: requiredString(body, 'subscriptionId'),
    status,
    ...basisOf(body),
  }
}

/** @throws HubSpotError 400 for one that HubSpot does not know */
export function basisOf(body: JsonObject): Pick<Wish, 'legalBasis' | 'legalBasisExplanation'> {
  const legalBasis = optionalString(body, 'legalBasis')
  const legalBasisExplanation = optionalString(body, 'legalBasisExplanation')
  if (legalBasis !== undefined && !LEGAL_BASES.includes(legalBasis)) {
    throw invalid(`legalBasis ${legalBasis} is none of [${LEGAL_BASES.join(', ')}]`)
  }
  return {
    ...(legalBasis === undefined ? {} : { legalBasis }),
    ...(legalBasisExplanation === undefined ? {} : { legalBasisExplanation }),
  }
}

/** `?channel=EMAIL` must be there. @throws HubSpotError 400 */
export function requireChannel({ query }: Call): void {
  refuseOtherChannels(query.get('channel') ?? '')
}

function refuseOtherChannels(channel: string): void {
  if (channel !== 'EMAIL') throw invalid('channel must be EMAIL')
}

/** What an address wants of one kind of email. */
export function showStatus(
  portal: Portal,
  email: string,
  { id, name }: SubscriptionDefinition,
  setStatusSuccessReason?: Reason,
): JsonObject {
  const { subscriptions } = portal
  const choice = subscriptions.choice(email, id)
  return {
    subscriberIdString: email,
    channel: 'EMAIL',
    subscriptionId: Number(id),
    subscriptionName: name,
    status: statusOf(portal, email, id),
    source: choice?.source ?? '',
    timestamp: portal.iso(subscriptions.optedOutAt(email) ?? choice?.at ?? 0),
    businessUnitId: 0,
    ...(choice?.legalBasis === undefined ? {} : { legalBasis: choice.legalBasis }),
    ...(choice?.legalBasisExplanation === undefined ? {} : { legalBasisExplanation: choice.legalBasisExplanation }),
    ...(setStatusSuccessReason ? { setStatusSuccessReason } : {}),
  }
}

export const showStatuses = (portal: Portal, email: string, reason?: Reason): JsonObject[] =>
  portal.subscriptions.definitions().map(definition => showStatus(portal, email, definition, reason))

/** HubSpot's OpenAPI file: nothing for who has not opted out of everything. */
export function showOptOut(portal: Portal, email: string): JsonObject[] {
  const at = portal.subscriptions.optedOutAt(email)
  if (at === undefined) return []
  const wide = { wideStatusType: 'PORTAL_WIDE', status: 'UNSUBSCRIBED', channel: 'EMAIL', businessUnitId: 0 }
  return [{ subscriberIdString: email, ...wide, timestamp: portal.iso(at) }]
}
