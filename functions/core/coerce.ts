import type { Scalar } from './record.ts'
import type { PropertyDefinition } from './schema.ts'

/** A value in the form that HubSpot takes, or why it takes none. The reason never contains the value. */
export type Coerced = { readonly ok: true; readonly value: string } | { readonly ok: false; readonly reason: string }

/** HubSpot refuses longer texts (facts §13). */
const LONGEST_TEXT = 65_536

const fitting = (value: string): Coerced => ({ ok: true, value })
const unfitting = (reason: string): Coerced => ({ ok: false, reason })

/**
 * Brings a value into the form of its property's type: dates as `YYYY-MM-DD`, datetimes as ISO 8601 in UTC, numbers
 * without exponent, enumerations as internal values (labels are understood). `''` clears a property of any type.
 * Coercing twice is coercing once. Source: HubSpot's properties guide.
 */
export function coerce(value: Scalar, property: PropertyDefinition): Coerced {
  if (value === '') return fitting('')
  switch (property.type) {
    case 'number':
      return number(value)
    case 'bool':
      return bool(value)
    case 'date':
      return date(value, iso => iso.slice(0, 10), 'a date')
    case 'datetime':
      return date(value, iso => iso, 'a date and time')
    case 'enumeration':
      return enumeration(value, property)
    case 'string':
    case 'other': {
      const text = typeof value === 'number' ? plainNumber(value) : String(value)
      return text.length <= LONGEST_TEXT ? fitting(text) : unfitting(`is longer than ${LONGEST_TEXT} characters`)
    }
  }
}

/** Whether HubSpot's form of a value means the same as ours: HubSpot trims zero milliseconds, and writes 1 for 1.0. */
export function sameValue(ours: string, theirs: string | null | undefined, type: PropertyDefinition['type']): boolean {
  const answer = theirs ?? ''
  if (ours === answer) return true
  if (ours === '' || answer === '') return false
  if (type === 'number') return Number(ours) === Number(answer)
  if (type === 'date' || type === 'datetime') return Date.parse(ours) === Date.parse(answer)
  if (type === 'string') return ours.trim() === answer.trim()
  return false
}

function number(value: Scalar): Coerced {
  if (typeof value === 'number')
    return Number.isFinite(value) ? fitting(plainNumber(value)) : unfitting('is not a number')
  const text = typeof value === 'string' ? value.trim() : ''
  if (!/^[+-]?(\d+\.?\d*|\.\d+)$/.test(text)) return unfitting('is not a number')
  return fitting(
    text
      .replace(/^\+/, '')
      .replace(/^(-?)\./, '$10.')
      .replace(/\.$/, ''),
  )
}

/** JavaScript writes 1e21 and 1.5e-7; HubSpot wants digits: the same ones, with the point moved. */
function plainNumber(value: number): string {
  const [, sign = '', whole = '', fraction = '', exponent] = /^(-?)(\d+)\.?(\d*)e([+-]\d+)$/.exec(String(value)) ?? []
  if (exponent === undefined) return String(value)
  const places = Number(exponent)
  return places > 0
    ? `${sign}${whole}${fraction.padEnd(places, '0')}`
    : `${sign}0.${'0'.repeat(-places - 1)}${whole}${fraction}`
}

function bool(value: Scalar): Coerced {
  const text = String(value).trim().toLowerCase()
  if (text === 'true' || text === '1') return fitting('true')
  if (text === 'false' || text === '0') return fitting('false')
  return unfitting('is neither true nor false')
}

/** Dates with a year, a month and a day, and whatever time and zone; without a zone they are UTC. */
const ISO_DATE = /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?\s*(?:Z|[+-]\d{2}:?\d{2})?)?$/i

function date(value: Scalar, form: (iso: string) => string, kind: string): Coerced {
  const time = typeof value === 'boolean' ? Number.NaN : typeof value === 'number' ? value : parseDate(value.trim())
  const moment = new Date(time)
  const year = moment.getUTCFullYear()
  if (Number.isNaN(moment.getTime()) || year < 1 || year > 9999) {
    return unfitting(`is not ${kind}: send ISO 8601, or milliseconds since 1970`)
  }
  return fitting(form(moment.toISOString()))
}

function parseDate(text: string): number {
  // Fewer digits are a year, or a day written as 20191014: as milliseconds they would all be early 1970.
  if (/^-?\d{9,16}$/.test(text)) return Number(text)
  if (!ISO_DATE.test(text)) return Number.NaN
  const zoned = /(Z|[+-]\d{2}:?\d{2})$/i.test(text.slice(10)) || text.length === 10
  const time = Date.parse(zoned ? text : `${text}Z`)
  // Date.parse turns 31 February into 3 March where only the day is too large.
  const day = new Date(`${text.slice(0, 10)}T00:00:00Z`)
  return Number.isNaN(day.getTime()) || day.toISOString().slice(0, 10) !== text.slice(0, 10) ? Number.NaN : time
}

function enumeration(value: Scalar, property: PropertyDefinition): Coerced {
  const { options } = property
  const text = String(value).trim()
  if (text === '') return unfitting('is blank')
  // Owners, teams and the like: HubSpot alone knows the choices.
  if (!options) return fitting(text)
  const internal = (choice: string): string | undefined =>
    options.find(option => option.value === choice)?.value ??
    options.find(option => option.label.toLowerCase() === choice.toLowerCase())?.value
  if (!property.multiple) {
    const choice = internal(text)
    return choice === undefined ? unfitting('is not one of the options of the property') : fitting(choice)
  }
  // A leading `;` adds to what HubSpot holds instead of replacing it.
  const appends = text.startsWith(';')
  const choices = text
    .split(';')
    .map(choice => choice.trim())
    .filter(choice => choice !== '')
  const found = choices.map(internal)
  if (found.some(choice => choice === undefined)) return unfitting('has a choice that is not an option of the property')
  return fitting((appends ? ';' : '') + [...new Set(found)].join(';'))
}
