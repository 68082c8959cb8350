import middy from '@middy/core'
import httpHeaderNormalizer from '@middy/http-header-normalizer'
import type { Context } from 'aws-lambda'
import { readWebhooks } from '../core/parse/webhooks.ts'
import type { EventQueue } from '../core/queue.ts'
import type { Millis } from '../core/types.ts'
import { authorize } from '../runtime/authentication.ts'
import { rawBody, readable, readJson } from '../runtime/body.ts'
import { answer, type HttpAnswer, type HttpRequest, jsonErrors, RETRY_LATER, Refused } from '../runtime/http.ts'
import { deadlineOf, invocation } from '../runtime/invocation.ts'
import type { Platform } from '../runtime/platform.ts'
import { isSignedByHubSpot } from './signature.ts'

export interface NoticeDeps extends Platform {
  readonly events: EventQueue
  /** The property that carries the product's user id. */
  readonly uniqueProperty: string
  /** What stands before the path of the address that HubSpot was given; by default API Gateway's domain. */
  readonly publicUrl?: string | undefined
}

/** HubSpot waits for five seconds, the way and a cold start included. */
const ANSWERED_WITHIN: Millis = 3_500
/** A hundred events are 40 kB. In bytes. */
const LARGEST_BODY = 1024 * 1024

/**
 * Takes HubSpot's own webhooks: which contacts were merged, deleted, restored or given another address. They come
 * unordered, doubled and late, and some of them never; so nothing of them is kept but whom to look at. A 2xx means that
 * the queue has every notice; anything else makes HubSpot send them again, for a day.
 */
export const notice = (deps: NoticeDeps) =>
  middy<HttpRequest, HttpAnswer>()
    .use(invocation(deps))
    .use(jsonErrors(deps))
    .use(httpHeaderNormalizer())
    .handler(async (request: HttpRequest, context?: Context) => {
      const deadline = deadlineOf(deps.clock, ANSWERED_WITHIN, context)
      const raw = rawBody(request)
      if (raw.length > LARGEST_BODY)
        throw new Refused(413, 'The body is larger than 1 MB: HubSpot sends 40 kB at most.')
      await authenticate(request, raw, deps)
      if (request.requestContext.http.method !== 'POST')
        throw new Refused(405, 'Webhooks are posted.', { headers: { allow: 'POST' } })

      const notices = readable(() => readWebhooks(readJson(raw), deps.uniqueProperty))
      const unconfirmed = await deps.events.send(notices, deadline)
      if (unconfirmed.length > 0)
        throw new Refused(503, 'The events could not be queued: send all of them again.', RETRY_LATER)
      return answer(202, { accepted: notices.length })
    })

/** @throws Refused: 401, 503. */
async function authenticate(request: HttpRequest, raw: Buffer, deps: NoticeDeps): Promise<void> {
  const { clock, log, publicUrl } = deps
  let configured = false
  const signed = await authorize(deps, ({ webhookSecrets }) => {
    configured = webhookSecrets.length > 0
    return isSignedByHubSpot(request, raw, webhookSecrets, publicUrl, clock.now()) || undefined
  })
  if (signed) return
  log.warn(configured ? NOT_SIGNED : NOT_CONFIGURED, { publicUrl: publicUrl || 'that of API Gateway' })
  throw new Refused(401, UNAUTHORIZED)
}

const UNAUTHORIZED =
  "No valid signature: HubSpot signs its webhooks with the app's client secret (X-HubSpot-Signature-v3), not longer than five minutes ago."
const NOT_SIGNED =
  "A webhook was refused: its signature does not fit. If HubSpot sent it, compare webhookSecrets with the app's client secret, and publicUrl with the target URL in the app's settings"
const NOT_CONFIGURED =
  'A webhook was refused because no client secret is known: put the client secret of the HubSpot app into webhookSecrets of the secret (locally: HUBSPOT_CLIENT_SECRET), or end its subscriptions'
