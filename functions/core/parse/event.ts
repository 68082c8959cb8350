import { sha256 } from '../digest.ts'
import type { ActivityEvent, AliasEvent, GroupEvent, IdentifyEvent, Priority, Stamp } from '../event.ts'
import type { QueuedEvent } from '../queue.ts'
import type { Json, Millis } from '../types.ts'
import { readActivity } from './activity.ts'
import { readAlias } from './alias.ts'
import { type CallType, isCall } from './calls.ts'
import { readGroup } from './group.ts'
import { readId } from './id.ts'
import { readIdentify } from './identify.ts'
import { canonicalJson, isObject, type JsonObject } from './json.ts'
import { Rejected } from './rejected.ts'
import { eventTime, readTime } from './time.ts'

/** In bytes of JSON. */
export const LARGEST_EVENT = 256 * 1024

/** What is known of an event besides its own words. */
export interface Reception {
  readonly receivedAt: Millis
  /** Who sent it: the same for all requests made with one write key. Never the key itself. */
  readonly source: string
  /** An id that nobody else has. */
  readonly newId: () => string
  /** What the sender names the request by, the same whenever it is sent again. Signed, so that nobody else can rename it. */
  readonly requestId?: string | undefined
  /** What a batch says for all its events. */
  readonly sentAt?: Millis | undefined
  readonly priority?: Priority | undefined
}

/** What products send. */
export type SentEvent = IdentifyEvent | ActivityEvent | GroupEvent | AliasEvent

/**
 * Reads one event and freezes into it what later stages need.
 * @param posted what the request was posted as; `undefined` in a batch, whose events name their type.
 * @throws Rejected
 */
export function readEvent(
  posted: CallType | undefined,
  call: Json,
  index: number,
  reception: Reception,
): QueuedEvent<SentEvent> {
  if (!isObject(call)) throw new Rejected('The event must be a JSON object.')
  const { receivedAt, source, newId, requestId, priority = 'live' } = reception
  const type = readType(posted, call.type)
  const body = canonicalBody(call)

  const givenId = readId('messageId', call.messageId)
  const place = requestId === undefined ? undefined : sha256(`${requestId}\n${index}`)
  const messageId = givenId ?? place ?? newId()
  const timestamp = readTime(call.timestamp) ?? readTime(call.originalTimestamp)
  const time = eventTime(timestamp, readSentAt(call, reception), receivedAt)
  const stamp: Stamp = { time, receivedAt, index, id: sha256(messageId).slice(0, 12) }
  // The body has the message id in it, unless it has none: then nothing is a repetition of it.
  const digest = sha256(`${source}\n${type}\n${givenId === undefined ? messageId : ''}\n${body}`)
  // Two events that cannot be told apart by id and time may still be two, and one of them would be lost.
  const repeatable = givenId !== undefined && timestamp !== undefined
  const common = { messageId, stamp, hash: digest.slice(0, 12) }
  return {
    event: read(type, call, common, priority),
    // A signed request that is played back, or sent again, is the same one whatever its events lack.
    deduplicationId: repeatable ? digest : place === undefined ? newId() : sha256(`${place}\n${digest}`),
  }
}

function read(
  type: CallType,
  call: JsonObject,
  common: Pick<SentEvent, 'messageId' | 'stamp' | 'hash'>,
  priority: Priority,
): SentEvent {
  switch (type) {
    case 'identify':
      return { type, ...common, ...readIdentify(call, priority) }
    case 'alias':
      return { type, ...common, ...readAlias(call, priority) }
    case 'group':
      return { type, ...common, ...readGroup(call, priority) }
    case 'track':
    case 'page':
    case 'screen':
      return { type, ...common, ...readActivity(type, call, priority) }
  }
}

function readType(posted: CallType | undefined, type: Json | undefined): CallType {
  if (type === undefined || type === null) {
    if (posted !== undefined) return posted
    throw new Rejected('The event has no type: send "type": "identify".')
  }
  if (typeof type !== 'string' || !isCall(type))
    throw new Rejected('The type is not a call of the Segment specification: send "type": "identify".')
  if (posted !== undefined && posted !== type)
    throw new Rejected(`The event was posted to /v1/${posted}, but its type is "${type}": make them agree.`)
  return type
}

/** The event's text without what changes when a sender repeats it. @throws Rejected when it is too deep or too large. */
function canonicalBody(call: JsonObject): string {
  const { sentAt: _sentAt, receivedAt: _receivedAt, ...lasting } = call
  const body = canonicalJson(lasting)
  if (Buffer.byteLength(body) > LARGEST_EVENT)
    throw new Rejected(`The event is larger than ${LARGEST_EVENT / 1024} kB: send fewer or shorter values.`)
  return body
}

/**
 * When the sender sent it, by the sender's clock. An event that carries the time of its receipt comes from a collector
 * that has corrected its timestamp already: its `sentAt` says nothing about whoever forwards it now.
 */
function readSentAt(call: JsonObject, reception: Reception): Millis | undefined {
  const receivedElsewhere = readTime(call.receivedAt) !== undefined
  return receivedElsewhere ? undefined : (readTime(call.sentAt) ?? reception.sentAt)
}
