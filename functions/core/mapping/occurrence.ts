import { createHash } from 'node:crypto'
import type { Config } from '../config.ts'
import { isActivity } from '../event.ts'
import { occurrenceKey } from '../keys.ts'
import type { Call } from '../mapping-settings.ts'
import { readTime } from '../parse/time.ts'
import type { Occurrence } from '../record.ts'
import type { Millis } from '../types.ts'
import { type CallEvent, valueAt } from './call.ts'
import { eventNameOf } from './event-name.ts'
import { propertiesOf } from './event-properties.ts'
import type { Saying } from './saying.ts'
import type { Wish } from './wish.ts'

/** Takes the place of the event's own time. */
const OCCURRED_AT = 'properties.occurred_at'
/** Where the token of HubSpot's tracking code stands. */
const UTK_PATHS = ['context.hubspotutk', 'context.utk', 'properties.hubspotutk', 'properties.utk', 'traits.utk']

/** What a track, page or screen call says of the event that it is: one saying, or none where it is left out. */
export function occurrenceSayings(event: CallEvent, call: Call, config: Config): Saying[] {
  if (!isActivity(event) || !config.events[event.type]) return []
  const name = eventNameOf(event, config.events.names)
  if (name === false) return []
  const key = occurrenceKey(event.key, event.hash)
  if (typeof name === 'object') return [{ key, wishes: new Map([['name', name]]) }]

  const at = momentOf(call, event.stamp.time, event.stamp.receivedAt)
  const utk = utkOf(call)
  const read = [...(at.read ?? []), ...(utk.read ?? [])]
  const wishes = propertiesOf(event, call, config.events.fields, read)
  for (const [register, wish] of [...(at.wishes ?? []), ...(utk.wishes ?? [])]) wishes.set(register, wish)
  const occurrence: Occurrence = {
    name,
    at: at.value,
    uuid: uuidOf(event),
    ...(utk.value === undefined ? {} : { utk: utk.value }),
  }
  return [{ key, wishes, occurrence }]
}

/** Something that is taken from a call, which paths were read for it, and what is wrong with them. */
interface Taken<Value> {
  readonly value: Value
  readonly read?: readonly string[]
  readonly wishes?: readonly (readonly [string, Wish])[]
}

/**
 * When it happened: what the product says in its own words, otherwise the event's stamp, which is the call's `timestamp`
 * or `originalTimestamp`, corrected for a wrong clock. Nothing happens later than it is told.
 */
function momentOf(call: Call, stamped: Millis, receivedAt: Millis): Taken<Millis> {
  const given = valueAt(call, OCCURRED_AT)
  if (given === undefined || given === null || given === '') return { value: stamped }
  const at = readTime(given)
  if (at !== undefined && at <= receivedAt) return { value: at, read: [OCCURRED_AT] }
  const unfit =
    at === undefined ? 'is no time: the time of the call is sent' : 'lies ahead: the time of the call is sent'
  return { value: stamped, read: [OCCURRED_AT], wishes: [['occurred_at', { unfit }]] }
}

function utkOf(call: Call): Taken<string | undefined> {
  for (const path of UTK_PATHS) {
    const given = valueAt(call, path)
    if (given === undefined || given === null || given === '') continue
    if (typeof given === 'string' && /^[0-9a-f]{32}$/i.test(given.trim()))
      return { value: given.trim().toLowerCase(), read: [path] }
    return { value: undefined, read: [path], wishes: [['utk', { unfit: "is no token of HubSpot's tracking code" }]] }
  }
  return { value: undefined }
}

/** The hash stands for the source and what it says, the message id for itself: 122 bits of both, shaped as a UUID. */
function uuidOf({ hash, messageId }: CallEvent): string {
  const hex = createHash('sha256').update(`${hash}\n${messageId}`).digest('hex')
  const variant = ((Number.parseInt(hex.slice(16, 17), 16) & 0x3) | 0x8).toString(16)
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    variant + hex.slice(17, 20),
    hex.slice(20, 32),
  ].join('-')
}
