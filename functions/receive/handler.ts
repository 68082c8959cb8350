import middy from '@middy/core'
import httpHeaderNormalizer from '@middy/http-header-normalizer'
import type { Context } from 'aws-lambda'
import { sha256 } from '../core/digest.ts'
import { readDeletion } from '../core/parse/deletion.ts'
import { LARGEST_EVENT, type Reception } from '../core/parse/event.ts'
import { type ParsedRequest, parseRequest, Unreadable } from '../core/parse/request.ts'
import type { EventQueue } from '../core/queue.ts'
import type { Millis, UserId } from '../core/types.ts'
import { ASK_FOR_KEY, admitOperator, authorize, basicKey, isOneOf, isSigned } from '../runtime/authentication.ts'
import { rawBody, readable, readJson } from '../runtime/body.ts'
import { answer, type HttpAnswer, type HttpRequest, jsonErrors, RETRY_LATER, Refused } from '../runtime/http.ts'
import { deadlineOf, invocation } from '../runtime/invocation.ts'
import type { Platform } from '../runtime/platform.ts'
import { plainBody } from './body.ts'
import { deletedBy, isHealthCheck, routeOf } from './route.ts'

export interface ReceiveDeps extends Platform {
  readonly events: EventQueue
}

/** Time to get the events into the queue: below the 10 s after which SDKs give up on an answer. */
const QUEUEING_TIME: Millis = 8_000

/**
 * Takes events in. `202` means that the queue has confirmed every event counted as accepted; after a `503`, or no answer
 * at all, the sender sends the whole request again: repeated events are recognised.
 */
export const receive = (deps: ReceiveDeps) =>
  middy<HttpRequest, HttpAnswer>()
    .use(invocation(deps))
    .use(jsonErrors(deps))
    .use(httpHeaderNormalizer())
    .handler(async (request: HttpRequest, context?: Context) => {
      if (isHealthCheck(request)) return answer(200, { status: 'ok' })
      const deadline = deadlineOf(deps.clock, QUEUEING_TIME, context)
      const deleted = deletedBy(request)
      if (deleted !== undefined) return await queueDeletion(request, deleted, deadline, deps)
      const receivedAt = deps.clock.now()
      const raw = rawBody(request)
      // Which paths there are is no secret, and whoever took a wrong one has no use for a question about keys.
      const type = routeOf(request)
      const sender = await authenticate(request, raw, deps)
      const plain = plainBody(request, raw)
      if (type !== 'batch' && plain.length > LARGEST_EVENT) throw new Refused(413, CALL_TOO_LARGE)
      const body = readJson(plain)
      const parsed = readableRequest(() => parseRequest(type, body, { receivedAt, ...sender, newId: deps.random.id }))
      return await queue(parsed, deadline, deps)
    })

const CALL_TOO_LARGE = `The call is larger than ${LARGEST_EVENT / 1024} kB: send less at once.`

/** `202`: the deletion is queued; `deliver` carries it out after whatever of the user is under way. */
async function queueDeletion(
  request: HttpRequest,
  userId: UserId,
  deadline: Millis,
  deps: ReceiveDeps,
): Promise<HttpAnswer> {
  await admitOperator(deps, request.headers)
  const deletion = readable(() => readDeletion(userId, deps.clock.now(), deps.random.id))
  const unconfirmed = await deps.events.send([deletion], deadline)
  if (unconfirmed.length > 0) throw new Refused(503, 'The deletion could not be queued: send it again.', RETRY_LATER)
  return answer(202, { deleted: userId })
}

type Sender = Pick<Reception, 'source' | 'requestId'>

/** @returns who sent it, without telling the key. @throws Refused: 401, 503. */
async function authenticate({ headers }: HttpRequest, raw: Buffer, deps: ReceiveDeps): Promise<Sender> {
  const key = basicKey(headers)
  const sender = await authorize<Sender>(deps, ({ writeKeys, signingSecrets }) => {
    if (key !== undefined && isOneOf(key, writeKeys)) return { source: `key:${sha256(key).slice(0, 12)}` }
    const signed = isSigned(headers, raw, signingSecrets, deps.clock.now())
    return signed ? { source: 'signature', requestId: headers['webhook-id'] } : undefined
  })
  if (sender !== undefined) return sender
  throw new Refused(401, UNAUTHORIZED, ASK_FOR_KEY)
}
const UNAUTHORIZED =
  'No valid credentials: send your write key as the user name of HTTP Basic (curl -u KEY:), or a Standard Webhooks signature made with a current secret and clock.'

function readableRequest(parse: () => ParsedRequest): ParsedRequest {
  try {
    return parse()
  } catch (error) {
    if (error instanceof Unreadable) throw new Refused(error.reason === 'too_large' ? 413 : 400, error.message)
    throw error
  }
}

async function queue({ accepted, rejected }: ParsedRequest, deadline: Millis, deps: ReceiveDeps): Promise<HttpAnswer> {
  deps.metrics.add('EventsRejected', rejected.length)
  const [first] = rejected
  if (first) deps.log.warn('events rejected', { events: rejected.length, reason: first.message })
  if (accepted.length === 0 && first)
    throw new Refused(400, rejected.length === 1 ? first.message : `None of the events was valid. ${first.message}`, {
      details: { rejected },
    })

  const unconfirmed = await deps.events.send(accepted, deadline)
  deps.metrics.add('EventsAccepted', accepted.length - unconfirmed.length)
  if (unconfirmed.length === 0) return answer(202, { accepted: accepted.length, rejected })
  deps.metrics.add('QueueRefusals', unconfirmed.length)
  throw new Refused(
    503,
    `${unconfirmed.length} of ${accepted.length} events could not be queued: send the whole request again, repeated events are recognised.`,
    { ...RETRY_LATER, details: { notAccepted: unconfirmed.map(at => accepted[at]?.index), rejected } },
  )
}
