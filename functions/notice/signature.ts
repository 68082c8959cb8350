import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import type { Millis } from '../core/types.ts'
import type { HttpRequest } from '../runtime/http.ts'

/** HubSpot asks that older requests be refused, so that a recorded one cannot be played back. In milliseconds. */
const TOLERANCE: Millis = 5 * 60_000

/** The escapes that HubSpot decodes before it signs; all others stay as they are. */
const DECODED = /%(3A|2F|3F|40|21|24|27|28|29|2A|2C|3B)/gi

/**
 * Whether one of an app's client secrets signed the request, by version 3 of HubSpot's signatures: base64 of the
 * HMAC-SHA256 over method, URI, body and timestamp. Takes the same time whichever secret it was, and whatever the signature
 * shares with the right one.
 * https://developers.hubspot.com/docs/apps/developer-platform/build-apps/authentication/request-validation
 *
 * @param body as it came. @param publicUrl see `uriOf`. @param now by the clock
 */
export function isSignedByHubSpot(
  request: HttpRequest,
  body: Buffer,
  secrets: readonly string[],
  publicUrl: string | undefined,
  now: Millis,
): boolean {
  const signature = request.headers['x-hubspot-signature-v3']
  const timestamp = request.headers['x-hubspot-request-timestamp']
  if (!signature || !timestamp || !/^\d{1,15}$/.test(timestamp)) return false
  if (Math.abs(now - Number(timestamp)) > TOLERANCE) return false

  const before = request.requestContext.http.method + uriOf(request, publicUrl)
  const given = sha256(signature)
  return (
    secrets
      // Anybody can sign with an empty key.
      .filter(secret => secret !== '')
      .map(secret => createHmac('sha256', secret).update(before).update(body).update(timestamp).digest('base64'))
      .map(mine => timingSafeEqual(given, sha256(mine)))
      .includes(true)
  )
}

/**
 * The address to which HubSpot sent the request, as it signs it.
 * @param publicUrl what stands before the path: needed behind a proxy, which API Gateway knows nothing of. By default the
 * domain that API Gateway was reached by. The `Host` header would do as well, but anybody may write into it.
 */
export function uriOf({ rawPath, rawQueryString, requestContext }: HttpRequest, publicUrl?: string): string {
  const { domainName, stage } = requestContext
  const path = rawPath.startsWith(`/${stage}/`) ? rawPath.slice(stage.length + 1) : rawPath
  const query = rawQueryString === '' ? '' : `?${rawQueryString}`
  return (
    (publicUrl || `https://${domainName}`).replace(/\/+$/, '') + `${path}${query}`.replace(DECODED, decodeURIComponent)
  )
}

const sha256 = (value: string): Buffer => createHash('sha256').update(value).digest()
