import { createHmac } from 'node:crypto'

/** The headers with which Standard Webhooks signs a body. */
export function webhookHeaders(given: {
  readonly body: string | Uint8Array
  /** In seconds since 1970. */
  readonly timestamp: number | string
  readonly key?: string | Uint8Array
  readonly id?: string
}): Record<string, string> {
  const { body, timestamp, key = 'plain secret', id = 'msg_1' } = given
  const hmac = createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body)
  return {
    'webhook-id': id,
    'webhook-timestamp': String(timestamp),
    'webhook-signature': `v1,${hmac.digest('base64')}`,
  }
}
