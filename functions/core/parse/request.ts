import type { QueuedEvent } from '../queue.ts'
import type { Json } from '../types.ts'
import type { RequestType } from './calls.ts'
import { type Reception, readEvent, type SentEvent } from './event.ts'
import { isObject, readObject } from './json.ts'
import { readPriority } from './priority.ts'
import { Rejected } from './rejected.ts'
import { readTime } from './time.ts'

/** What becomes of a request: every event is in one of the lists, under its place in the request. */
export interface ParsedRequest {
  readonly accepted: readonly AcceptedEvent[]
  readonly rejected: readonly RejectedEvent[]
}

interface AcceptedEvent extends QueuedEvent<SentEvent> {
  readonly index: number
}

interface RejectedEvent {
  readonly index: number
  /** For the sender: what is wrong, and what to send instead. */
  readonly message: string
}

/** As many events as can be queued while a sender waits for the answer. */
export const LARGEST_BATCH = 10_000

/** A request of which no part can be read. The message says what to send instead. */
export class Unreadable extends Error {
  override readonly name = 'Unreadable'
  readonly reason: 'malformed' | 'too_large'
  constructor(message: string, reason: 'malformed' | 'too_large' = 'malformed') {
    super(message)
    this.reason = reason
  }
}

const CALL_EXAMPLE = 'send {"userId": "…", "traits": {…}}.'
const BATCH_EXAMPLE = 'send {"batch": [{"type": "identify", "userId": "…", "traits": {…}}]}.'

/** Reads the body of a call, or of a batch of them. @throws Unreadable */
export function parseRequest(type: RequestType, body: Json, reception: Omit<Reception, 'priority'>): ParsedRequest {
  if (type !== 'batch') {
    if (!isObject(body)) throw new Unreadable(`The body must be a JSON object: ${CALL_EXAMPLE}`)
    return parseEach([body], (call, index) => readEvent(type, call, index, reception))
  }
  if (!isObject(body) || !Array.isArray(body.batch))
    throw new Unreadable(`The body must be a JSON object with a list of events: ${BATCH_EXAMPLE}`)
  if (body.batch.length === 0) throw new Unreadable(`The batch is empty: ${BATCH_EXAMPLE}`)
  if (body.batch.length > LARGEST_BATCH)
    throw new Unreadable(`The batch has more than ${LARGEST_BATCH} events: send them in several requests.`, 'too_large')
  const shared = { ...reception, sentAt: readTime(body.sentAt), priority: sharedPriority(body.context) }
  return parseEach(body.batch, (call, index) => readEvent(undefined, call, index, shared))
}

function sharedPriority(context: Json | undefined) {
  try {
    return readPriority(readObject('context', context))
  } catch (error) {
    if (error instanceof Rejected) throw new Unreadable(`Of the batch: ${error.message}`)
    throw error
  }
}

function parseEach(calls: readonly Json[], read: (call: Json, index: number) => QueuedEvent<SentEvent>): ParsedRequest {
  const accepted: AcceptedEvent[] = []
  const rejected: RejectedEvent[] = []
  for (const [index, call] of calls.entries()) {
    try {
      accepted.push({ ...read(call, index), index })
    } catch (error) {
      if (!(error instanceof Rejected)) throw error
      rejected.push({ index, message: error.message })
    }
  }
  return { accepted, rejected }
}
