import { createHash, createHmac } from 'node:crypto'

/**
 * The headers with which HubSpot signs a webhook (facts §12): version 3, and version 1 for those who still look at it.
 * @param timestamp milliseconds since 1970
 */
export function signatures(clientSecret: string, url: string, body: string, timestamp: number): Record<string, string> {
  const signed = `POST${withoutEscapes(url)}${body}${timestamp}`
  return {
    'x-hubspot-signature': createHash('sha256').update(`${clientSecret}${body}`).digest('hex'),
    'x-hubspot-signature-version': 'v1',
    'x-hubspot-signature-v3': createHmac('sha256', clientSecret).update(signed).digest('base64'),
    'x-hubspot-request-timestamp': String(timestamp),
  }
}

/** The characters that HubSpot decodes in the address before it signs. */
const DECODED = new Set(":/?@!$'()*,;")

const withoutEscapes = (url: string): string =>
  url.replace(/%[0-7][0-9a-f]/gi, escaped => {
    const character = String.fromCharCode(Number.parseInt(escaped.slice(1), 16))
    return DECODED.has(character) ? character : escaped
  })
