import type { Json, Millis } from '../types.ts'

/** A sender's clock that is off by less is taken as right: requests travel that long, too. */
const CLOCK_TOLERANCE: Millis = 60_000

/**
 * The moment at which an event happened.
 *
 *     sender's clock   ──timestamp────────────sentAt──►        timestamp is as long before receivedAt
 *     our clock        ────────time────────────receivedAt──►   as it is before sentAt
 *
 * The correction is Segment's (https://segment.com/docs/connections/spec/common/#timestamps), made only when the clocks
 * disagree, because a request may have waited in the sender's queue. The result is never later than `receivedAt`.
 */
export function eventTime(timestamp: Millis | undefined, sentAt: Millis | undefined, receivedAt: Millis): Millis {
  if (timestamp === undefined) return receivedAt
  const clockIsOff = sentAt !== undefined && Math.abs(receivedAt - sentAt) > CLOCK_TOLERANCE
  return Math.min(clockIsOff ? receivedAt - (sentAt - timestamp) : timestamp, receivedAt)
}

/** The furthest that a JavaScript date reaches from 1970. */
const LAST_DATE = 8.64e15
/** 10-digit numbers are seconds: as milliseconds they would be weeks of early 1970. */
const SECONDS = { from: 1e9, below: 1e11 }

const ISO =
  /^([+-]\d{6}|\d{4})-?(\d{2})-?(\d{2})(?:[T ]+(\d{2}):?(\d{2})(?::?(\d{2})(?:[.,](\d+))?)?)?\s*(Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)?$/i

/**
 * Reads a timestamp as products really send them: ISO 8601 with or without separators and zone (without: UTC), HTTP dates,
 * milliseconds, seconds.
 * @returns `undefined` for anything else, and beyond the range of JavaScript dates.
 */
export function readTime(value: Json | undefined): Millis | undefined {
  if (typeof value === 'number') return timeOfNumber(value)
  if (typeof value !== 'string' || value.length > 64) return undefined
  const text = value.trim()
  if (/^-?\d{9,16}(\.\d+)?$/.test(text)) return timeOfNumber(Number(text))
  const parsed = Date.parse(normalised(text))
  return Number.isNaN(parsed) ? undefined : parsed
}

function timeOfNumber(value: number): Millis | undefined {
  const millis = Math.trunc(value >= SECONDS.from && value < SECONDS.below ? value * 1000 : value)
  return Math.abs(millis) <= LAST_DATE ? millis : undefined
}

/** HTTP's dates, JavaScript's `toString` and `toUTCString`. */
const WORDY =
  /^(?:[a-z]{3},? )?(?:\d{1,2} [a-z]{3}|[a-z]{3} \d{1,2}) \d{4}(?: \d{2}:\d{2}(?::\d{2})?(?<zone> ?(?:GMT|UTC|Z)?(?:[+-]\d{2}:?\d{2})?))?(?: \([^()]*\))?$/i

/** A text that `Date.parse` reads alike on every machine, whatever its time zone; '' when it is no timestamp. */
function normalised(text: string): string {
  const iso = ISO.exec(text)
  if (!iso) {
    const wordy = WORDY.exec(text)
    return wordy ? (wordy.groups?.zone ? text : `${text} UTC`) : ''
  }
  const [, year, month, day, hour = '00', minute = '00', second = '00', fraction = '0', zone = 'Z'] = iso
  return `${year}-${month}-${day}T${hour}:${minute}:${second}.${fraction.slice(0, 3).padEnd(3, '0')}${offset(zone)}`
}

function offset(zone: string): string {
  if (/^[a-z]/i.test(zone)) return 'Z'
  const digits = zone.slice(1).replace(':', '').padEnd(4, '0')
  return `${zone.slice(0, 1)}${digits.slice(0, 2)}:${digits.slice(2)}`
}
