import { createHmac, randomUUID } from 'node:crypto'

export interface Signing {
  /** One of the secret's `signingSecrets`: `whsec_` and base64, or any other text as it is. */
  readonly secret: string
  /** The very bytes that are sent. */
  readonly body: string | Uint8Array
  /** Names the request. Give the same when it is sent again: its events then count once. By default a new one. */
  readonly id?: string
  /** When it is sent: within five minutes of the receiver's clock. By default now. */
  readonly at?: Date
}

/**
 * The headers that sign a request by the Standard Webhooks scheme: instead of a write key.
 *
 * @example
 * const body = JSON.stringify({ userId: 'u1', traits: { plan: 'pro' } })
 * const headers = { 'content-type': 'application/json', ...signedHeaders({ secret, body }) }
 * await fetch(`${url}/v1/identify`, { method: 'POST', headers, body })
 *
 * @see https://www.standardwebhooks.com
 */
export function signedHeaders({ secret, body, id = randomUUID(), at = new Date() }: Signing): Record<string, string> {
  const key = secret.startsWith('whsec_') ? Buffer.from(secret.slice('whsec_'.length), 'base64') : secret
  const timestamp = Math.floor(at.getTime() / 1000)
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest('base64')
  return { 'webhook-id': id, 'webhook-timestamp': String(timestamp), 'webhook-signature': `v1,${signature}` }
}
