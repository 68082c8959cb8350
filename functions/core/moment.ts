import { readTime } from './parse/time.ts'
import type { Millis } from './types.ts'

/**
 * What a value says of time: a moment, or what calendar and clock show somewhere. `shown` counts as if they were in UTC.
 */
export type Told = { readonly at: Millis } | { readonly shown: Millis }

const DAY: Millis = 86_400_000

/** Dates with a year, a month and a day, and whatever time and zone. */
const ISO = /^(\d{4}-\d{2}-\d{2})(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?\s*(Z|[+-]\d{2}:?\d{2})?)?$/i
/** What JavaScript and HTTP write: with month names, and always with a zone. */
const WORDY = /[a-z]{3} .*(?:GMT|UTC|[+-]\d{4})/i
/** Numbers of nine and ten digits are seconds, from 1973 to 2286: as milliseconds they would all be early 1970. */
const SECONDS = { from: 1e8, below: 1e10 }

/**
 * Reads ISO 8601 with a full date, JavaScript's and HTTP's dates, milliseconds, and seconds of nine or ten digits.
 * @returns `undefined` for anything else: `02/03/2020` is two days, and fewer digits are a year, or a day without hyphens.
 */
export function readMoment(value: number | string): Told | undefined {
  if (typeof value === 'number') return { at: millisOf(value) }
  const text = value.trim()
  if (/^-?\d{9,16}(?:\.\d+)?$/.test(text)) return { at: millisOf(Number(text)) }
  const [, day, zone] = ISO.exec(text) ?? []
  if (day === undefined) {
    const at = WORDY.test(text) ? readTime(text) : undefined
    return at === undefined ? undefined : { at }
  }
  // Date.parse turns 31 February into 3 March where only the day is too large.
  const midnight = new Date(`${day}T00:00:00Z`)
  if (Number.isNaN(midnight.getTime()) || midnight.toISOString().slice(0, 10) !== day) return undefined
  const at = Date.parse(zone === undefined && text !== day ? `${text}Z` : text)
  if (Number.isNaN(at)) return undefined
  return zone === undefined ? { shown: at } : { at }
}

/** What is midnight in UTC as milliseconds is a birthday of those weeks, and no number of seconds that anybody has. */
const millisOf = (value: number): Millis =>
  Math.abs(value) >= SECONDS.from && Math.abs(value) < SECONDS.below && value % DAY !== 0 ? value * 1_000 : value

/** When calendar and clock of a time zone show it. What they skip or repeat in a change of clocks is one of the two. */
export function momentIn(told: Told, timeZone: string): Millis {
  if ('at' in told) return told.at
  const guess = told.shown - offsetAt(told.shown, timeZone)
  return told.shown - offsetAt(guess, timeZone)
}

/**
 * What the calendar of a time zone shows then, as if it were in UTC. A moment that is midnight in UTC, to the millisecond,
 * is how HubSpot and JavaScript write a day, wherever: it is that day everywhere.
 */
export function shownIn(told: Told, timeZone: string): Millis {
  if ('shown' in told) return told.shown
  return told.at % DAY === 0 ? told.at : told.at + offsetAt(told.at, timeZone)
}

const formats = new Map<string, Intl.DateTimeFormat>()

/** How far the clocks of a time zone are ahead of UTC. */
function offsetAt(at: Millis, timeZone: string): Millis {
  if (timeZone === 'UTC' || !Number.isFinite(at) || Number.isNaN(new Date(at).getTime())) return 0
  const format = formats.get(timeZone) ?? new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'longOffset' })
  formats.set(timeZone, format)
  const name = format.formatToParts(at).find(({ type }) => type === 'timeZoneName')?.value ?? ''
  const [, sign = '+', hours = '0', minutes = '0', seconds = '0'] = /([+-])(\d\d):(\d\d)(?::(\d\d))?/.exec(name) ?? []
  return (sign === '-' ? -1_000 : 1_000) * (Number(hours) * 3_600 + Number(minutes) * 60 + Number(seconds))
}
