import { createHmac } from 'node:crypto'

/** An event as HubSpot sends it, of contact 101 unless it says otherwise. */
export const webhook = (subscriptionType: string, change: object = {}) => ({
  eventId: 100,
  subscriptionId: 7,
  portalId: 4242,
  appId: 1160452,
  occurredAt: 1_764_590_000_000,
  subscriptionType,
  attemptNumber: 0,
  objectId: 101,
  changeSource: 'CRM_UI',
  sourceId: 'userId:46014',
  ...change,
})

/** The headers with which HubSpot signs a request. */
export function signedHeaders(given: {
  readonly uri: string
  readonly body: string | Uint8Array
  readonly secret?: string
  readonly timestamp?: number
  readonly method?: string
}): Record<string, string> {
  const { uri, body, secret = 'client-secret', timestamp = Date.now(), method = 'POST' } = given
  const hmac = createHmac('sha256', secret).update(`${method}${uri}`).update(body).update(String(timestamp))
  return {
    'content-type': 'application/json',
    'x-hubspot-request-timestamp': String(timestamp),
    'x-hubspot-signature-v3': hmac.digest('base64'),
  }
}
