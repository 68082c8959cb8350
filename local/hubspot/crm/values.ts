import { HubSpotError, invalid } from '../errors.ts'
import type { JsonObject } from '../message.ts'
import type { Switches } from '../switches.ts'
import { parseDate, parseDatetime } from './dates.ts'
import type { Property } from './property.ts'
import type { PropertySchema } from './schema.ts'

/** facts §13 B */
const LONGEST_VALUE = 65_536
/** No exponent, no thousands separator, at most one dot (facts §13). */
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)$/
const EMAIL = /^[^\s@<>()[\]\\,;:"\p{Cc}]+@[a-z0-9\u00a1-\uffff-]+(\.[a-z0-9\u00a1-\uffff-]+)*$/iu
const TOP_LEVEL_DOMAIN = /\.([a-z]{2,24}|xn--[a-z0-9-]+)$/i
/** Never delegated, so HubSpot's list of domains lacks them. `test` and `example` stay legal, for the sake of tests. */
const NO_DOMAINS = new Set(['invalid', 'local', 'localhost'])

/** What a write would set: '' clears. */
export interface ParsedValues {
  readonly values: ReadonlyMap<string, string>
  /** facts §0: what 2026-09 made of sloppy values. */
  readonly warnings: readonly JsonObject[]
}

interface Fault {
  readonly code: string
  readonly message: string
}

export interface ValueRules {
  readonly schema: Pick<PropertySchema, 'get'>
  readonly switches: Switches
  readonly portalId: number
  /** 2026-09 normalises sloppy dates (facts §0). */
  readonly normalise: boolean
  /** Whether `email` is an address: a contact's. */
  readonly hasEmails: boolean
}

/**
 * Judges every value of a write and brings it into the form in which HubSpot keeps it.
 * @throws HubSpotError 400 that lists *all* bad properties (facts §3.9)
 */
export function parseValues(input: JsonObject, rules: ValueRules): ParsedValues {
  const values = new Map<string, string>()
  const warnings: JsonObject[] = []
  const faults: { name: string; value: string; fault: Fault }[] = []
  for (const [name, raw] of Object.entries(input)) {
    if (raw === null || raw === undefined) {
      if (rules.switches.nullValue === 'rejected') {
        faults.push({ name, value: 'null', fault: { code: 'INVALID_VALUE', message: `"${name}" can't be null.` } })
      }
      continue
    }
    const value = textOf(raw)
    const property = rules.schema.get(name)
    const parsed = property ? parseValue(property, value, rules) : doesNotExist(name)
    if (typeof parsed !== 'string') {
      faults.push({ name, value, fault: parsed })
      continue
    }
    values.set(name, parsed)
    if (rules.normalise && property?.type === 'date' && value !== parsed && !isPlainDate(value)) {
      warnings.push({
        category: 'PROPERTY_VALUE_NORMALIZED',
        message: `The value of property "${name}" was normalized.`,
        context: { propertyName: name, rawValue: value, normalizedValue: parsed },
      })
    }
  }
  if (faults.length > 0) throw notValid(faults, rules.portalId)
  return { values, warnings }
}

function parseValue(property: Property, value: string, rules: ValueRules): string | Fault {
  const { name } = property
  if (property.modificationMetadata.readOnlyValue) {
    const kind = property.calculated ? 'a calculated' : 'a read only'
    const writable = name === 'hs_additional_emails' && rules.switches.additionalEmails === 'writable'
    if (!writable)
      return { code: 'READ_ONLY_VALUE', message: `"${name}" is ${kind} property; its value cannot be set.` }
  }
  if (value === '') return ''
  if (value.length > LONGEST_VALUE) {
    return { code: 'INVALID_LENGTH', message: `"${name}" is longer than ${LONGEST_VALUE} characters.` }
  }
  if (property.type !== 'string' && value !== value.trim()) {
    return { code: 'LEADING_TRAILING_WHITESPACE', message: `"${name}" has leading or trailing whitespace.` }
  }
  if (property.rule && !property.rule.matches.test(value)) return property.rule
  if (name === 'email' && rules.hasEmails) return parseEmail(value, rules.switches)
  switch (property.type) {
    case 'string':
    case 'phone_number':
      return value
    case 'number':
      return NUMBER.test(value) ? value : { code: 'INVALID_INTEGER', message: `${value} was not a valid number.` }
    case 'bool':
    case 'enumeration':
      return parseOption(property, value)
    case 'datetime':
      return parseDatetime(value) ?? { code: 'INVALID_LONG', message: `${value} was not a valid long.` }
    case 'date':
      return parseDate(value, rules.normalise ? 'anything' : rules.switches.lateDate)
  }
}

/** @returns the address lower-cased, or what is wrong with it (facts §3.9, §4) */
export function parseEmail(value: string, switches: Switches): string | Fault {
  const fault = { code: 'INVALID_EMAIL', message: `Email address ${value} is invalid` }
  if (!EMAIL.test(value) || value.includes('..') || value.length > 254) return fault
  const domain = TOP_LEVEL_DOMAIN.exec(value)?.[1]?.toLowerCase()
  if (switches.emailNeedsTopLevelDomain && (domain === undefined || NO_DOMAINS.has(domain))) return fault
  return value.toLowerCase()
}

/** facts §13: exact match; a checkbox takes several, and a leading `;` appends (resolved when written). */
function parseOption(property: Property, value: string): string | Fault {
  const several = property.fieldType === 'checkbox'
  const chosen = several ? value.split(';').filter(part => part !== '') : [value]
  const bad = chosen.find(choice => !property.options.some(option => option.value === choice))
  if (bad === undefined) return value
  const options = property.options.map(
    ({ label, value, displayOrder, hidden }) =>
      `label: "${label}"\nvalue: "${value}"\ndisplay_order: ${displayOrder}\nhidden: ${hidden}\nread_only: false\n`,
  )
  return { code: 'INVALID_OPTION', message: `${bad} was not one of the allowed options: [${options.join(', ')}]` }
}

const doesNotExist = (name: string): Fault => ({
  code: 'PROPERTY_DOESNT_EXIST',
  message: `Property "${name}" does not exist`,
})

const isPlainDate = (value: string) => /^\d{4}-\d\d-\d\d$/.test(value) || /^-?\d+$/.test(value)

/** facts §1: numbers and booleans pass; anything deeper does not parse as a string. */
function textOf(raw: unknown): string {
  if (typeof raw === 'string') return raw
  if (typeof raw === 'number' || typeof raw === 'boolean') return String(raw)
  throw new HubSpotError(400, {
    message:
      'Invalid input JSON on line 1, column 1: Cannot deserialize value of type `java.lang.String` from ' +
      `${Array.isArray(raw) ? 'Array value (token `JsonToken.START_ARRAY`)' : 'Object value (token `JsonToken.START_OBJECT`)'}`,
  })
}

function notValid(faults: readonly { name: string; value: string; fault: Fault }[], portalId: number): HubSpotError {
  const details = faults.map(({ name, value, fault }) => ({
    isValid: false,
    message: fault.message,
    error: fault.code,
    name,
    localizedErrorMessage: fault.message,
    propertyValue: value,
    portalId,
  }))
  const errors = faults.map(({ name, fault }) => ({
    message: fault.message,
    code: fault.code,
    context: { propertyName: [name] },
  }))
  return invalid(`Property values were not valid: ${JSON.stringify(details)}`, { errors })
}
