import { momentIn, readMoment, shownIn, type Told } from './moment.ts'
import type { Scalar } from './record.ts'
import type { PropertyDefinition } from './schema.ts'
import type { Millis } from './types.ts'

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
 * @param timeZone in which a date or a time without a zone is meant, and by whose calendar a moment becomes a day
 */
export function coerce(value: Scalar, property: PropertyDefinition, timeZone: string): Coerced {
  if (value === '') return fitting('')
  switch (property.type) {
    case 'number':
      return number(value)
    case 'bool':
      return bool(value, property)
    case 'date':
      return dayOf(date(value, 'a date', told => shownIn(told, timeZone)))
    case 'datetime':
      return date(value, 'a date and time', told => momentIn(told, timeZone))
    case 'enumeration':
      return enumeration(value, property)
    case 'string':
      return text(plainText(value))
    case 'other': {
      // HubSpot keeps the white space around texts, and refuses it around anything else.
      const trimmed = plainText(value).trim()
      return trimmed === '' ? unfitting('is blank') : text(trimmed)
    }
  }
}

/** Whether HubSpot's form of a value means the same as ours: HubSpot trims zero milliseconds, and writes 1 for 1.0. */
export function sameValue(ours: string, theirs: string | null | undefined, type: PropertyDefinition['type']): boolean {
  return comparable(ours, type) === comparable(theirs ?? '', type)
}

/** One text for all forms of a value that mean the same. */
export function comparable(value: string, type: PropertyDefinition['type']): string {
  if (type === 'string') return value.trim()
  if (value === '') return value
  // Two numbers beyond a double's digits may be two.
  const means = type === 'number' ? Number(value) + 0 : type === 'date' || type === 'datetime' ? Date.parse(value) : NaN
  return Number.isFinite(means) ? String(means) : value
}

const text = (value: string): Coerced =>
  value.length <= LONGEST_TEXT ? fitting(value) : unfitting(`is longer than ${LONGEST_TEXT} characters`)

/** A value as text, a number in plain digits. */
export const plainText = (value: Scalar): string => (typeof value === 'number' ? plainNumber(value) : String(value))

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

/** Portals may call true and false what they like. */
function bool(value: Scalar, { options = [] }: PropertyDefinition): Coerced {
  const text = String(value).trim().toLowerCase()
  if (text === 'true' || text === '1') return fitting('true')
  if (text === 'false' || text === '0') return fitting('false')
  const named = options.find(({ label }) => text !== '' && label.trim().toLowerCase() === text)?.value
  if (named === 'true' || named === 'false') return fitting(named)
  return unfitting('is neither true nor false')
}

/** Of years that HubSpot can write. */
function date(value: Scalar, kind: string, form: (told: Told) => Millis): Coerced {
  const told = typeof value === 'boolean' ? undefined : readMoment(value)
  const moment = new Date(told === undefined ? Number.NaN : form(told))
  const year = moment.getUTCFullYear()
  if (Number.isNaN(moment.getTime()) || year < 1 || year > 9999) {
    return unfitting(`is not ${kind}: send ISO 8601, or milliseconds since 1970`)
  }
  return fitting(moment.toISOString())
}

const dayOf = (coerced: Coerced): Coerced => (coerced.ok ? fitting(coerced.value.slice(0, 10)) : coerced)

function enumeration(value: Scalar, property: PropertyDefinition): Coerced {
  const { options } = property
  const text = plainText(value).trim()
  if (text === '') return unfitting('is blank')
  // Owners, teams and the like: HubSpot alone knows the choices.
  if (!options) return fitting(text)
  const internal = (choice: string): string | undefined =>
    options.find(option => option.value === choice)?.value ??
    options.find(option => option.label.trim().toLowerCase() === choice.toLowerCase())?.value
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
