import { addressOf, choose, optOut, requireSubscription, statusOf, type Wish } from '../consent/choose.ts'
import type { JsonObject } from '../message.ts'
import { type Answer, bodyOf, type Call, requiredString } from './call.ts'
import { type Route, routesOf } from './route.ts'
import { BATCH_SUBSCRIPTION_ROUTES } from './subscription-batches.ts'
import { basisOf, requireChannel, showOptOut, showStatus, showStatuses, wishOf } from './subscription-body.ts'

const preferences = routesOf('communication-preferences')
const READ = { scopes: ['communication_preferences.read', 'communication_preferences.read_write'] }
const WRITE = { scopes: ['communication_preferences.write', 'communication_preferences.read_write'] }

export const SUBSCRIPTION_ROUTES: readonly Route[] = [
  ...BATCH_SUBSCRIPTION_ROUTES,
  preferences('GET', 'definitions', READ, listDefinitions),
  preferences('GET', 'statuses/{email}', READ, getStatuses),
  preferences('POST', 'statuses/{email}', WRITE, setStatus),
  preferences('GET', 'statuses/{email}/unsubscribe-all', READ, getOptOut),
  preferences('POST', 'statuses/{email}/unsubscribe-all', WRITE, unsubscribeAll),
  preferences('GET', 'status/email/{email}', READ, getStatusesBriefly),
  preferences('POST', 'subscribe', WRITE, call => setBriefly(call, 'SUBSCRIBED')),
  preferences('POST', 'unsubscribe', WRITE, call => setBriefly(call, 'UNSUBSCRIBED')),
  preferences('POST', 'resubscribe', WRITE, call => setBriefly(call, 'SUBSCRIBED', 'resubscribe')),
]

function listDefinitions(call: Call): Answer {
  const results = call.portal.subscriptions.definitions().map(definition => ({
    ...definition,
    updatedAt: definition.createdAt,
    isDefault: false,
    isInternal: false,
    communicationMethod: 'Email',
    purpose: 'Marketing',
    businessUnitId: 0,
  }))
  return inOrder(call, results)
}

/** facts §14: by address, whether or not a contact has it. */
function getStatuses(call: Call, raw: string): Answer {
  requireChannel(call)
  return inOrder(call, showStatuses(call.portal, addressOf(call.portal, raw)))
}

function setStatus(call: Call, raw: string): Answer {
  const { portal } = call
  const wish = wishOf(portal, raw, bodyOf(call))
  const reason = portal.journal.attempt(() => choose(portal, wish, 'API'))
  return inOrder(call, [showStatus(portal, wish.email, requireSubscription(portal, wish.subscriptionId), reason)])
}

function getOptOut(call: Call, raw: string): Answer {
  requireChannel(call)
  return inOrder(call, showOptOut(call.portal, addressOf(call.portal, raw)))
}

/** With `?verbose=true`, what that did to each kind of email. */
function unsubscribeAll(call: Call, raw: string): Answer {
  requireChannel(call)
  const { portal } = call
  const email = addressOf(portal, raw)
  optOut(portal, email)
  const verbose = call.query.get('verbose') === 'true'
  return inOrder(call, verbose ? showStatuses(portal, email, 'UNSUBSCRIBE_FROM_ALL_OCCURRED') : [])
}

/** The shapes of v3, which 2026-09 has, too. */
function getStatusesBriefly({ portal }: Call, raw: string): Answer {
  const email = addressOf(portal, raw)
  const subscriptionStatuses = portal.subscriptions.definitions().map(({ id }) => showBriefly({ portal }, email, id))
  return { status: 200, body: { recipient: email, subscriptionStatuses } }
}

function setBriefly(call: Call, status: Wish['status'], manner?: 'resubscribe'): Answer {
  const { portal } = call
  const body = bodyOf(call)
  const email = addressOf(portal, requiredString(body, 'emailAddress'))
  const subscriptionId = requiredString(body, 'subscriptionId')
  const wish = { email, subscriptionId, status, ...basisOf(body) }
  portal.journal.attempt(() => choose(portal, wish, 'API', manner))
  return { status: 200, body: showBriefly(call, email, subscriptionId) }
}

function showBriefly({ portal }: Pick<Call, 'portal'>, email: string, id: string): JsonObject {
  const { name, description } = requireSubscription(portal, id)
  const wide = portal.subscriptions.optedOutAt(email) !== undefined
  return {
    id,
    name,
    description,
    status: statusOf(portal, email, id) === 'SUBSCRIBED' ? 'SUBSCRIBED' : 'NOT_SUBSCRIBED',
    sourceOfStatus: wide ? 'PORTAL_WIDE_STATUS' : 'SUBSCRIPTION_STATUS',
  }
}

/** The envelope of a batch, though it is none. */
function inOrder({ portal }: Call, results: readonly JsonObject[]): Answer {
  const now = portal.iso(portal.clock.now())
  return { status: 200, body: { status: 'COMPLETE', results, startedAt: now, completedAt: now } }
}
