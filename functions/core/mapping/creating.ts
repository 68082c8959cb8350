import { type Config, DEFAULT_TRAITS } from '../config.ts'
import type { NewProperty } from '../hubspot-objects.ts'
import { isEmptied } from '../identity.ts'
import type { ObjectMapping } from '../mapping-settings.ts'
import { readMoment } from '../moment.ts'
import type { Folded, Scalar } from '../record.ts'
import type { Schema } from '../schema.ts'

/** Whether a property that the portal lacks is to be made: nothing in the configuration names it. */
export type MayCreate = (property: string) => boolean

/** HubSpot's own properties begin with `hs_`: it makes no others. */
const CREATABLE = /^(?!hs_)[a-z][a-z0-9_]{0,99}$/

export function contactsCreate({ contacts }: Config): MayCreate {
  if (contacts.unmapped !== 'create') return () => false
  const mapped = new Set<unknown>([
    contacts.uniqueProperty,
    ...contacts.createOnly,
    ...Object.keys(contacts.fields),
    ...Object.values(contacts.traits),
    ...Object.values(DEFAULT_TRAITS),
  ])
  return name => CREATABLE.test(name) && !mapped.has(name)
}

export function objectsCreate({ unmapped, uniqueProperty, fields }: ObjectMapping): MayCreate {
  if (unmapped !== 'create') return () => false
  return name => CREATABLE.test(name) && name !== uniqueProperty && !Object.hasOwn(fields, name)
}

/**
 * The properties to make for values that are waiting for them. The type follows from all values that the records keep,
 * whatever the order in which they came:
 *
 *     numbers alone ► number    true and false alone ► bool
 *     days in ISO 8601 alone ► date    moments in ISO 8601 alone ► datetime
 *     anything else, and different kinds together ► string
 *
 * Texts stay texts, digits or not: `007` and `+49…` are no numbers. A property keeps its type: what comes later and does
 * not fit it is a problem of that value.
 */
export function propertiesToCreate(records: Iterable<Folded>, schema: Schema, mayCreate: MayCreate): NewProperty[] {
  const values = new Map<string, Scalar[]>()
  for (const folded of records) {
    for (const [name, register] of folded.registers) {
      if (schema.properties.has(name) || !mayCreate(name) || isEmptied(register, folded)) continue
      const given = register.candidates.map(({ value }) => value).filter(value => value !== '')
      values.set(name, [...(values.get(name) ?? []), ...given])
    }
  }
  // Nobody knows yet what a property is that was only ever cleared.
  return [...values]
    .filter(([, given]) => given.length > 0)
    .map(([name, given]) => ({ name, label: labelOf(name), type: typeOf(given) }))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
}

function typeOf(values: readonly Scalar[]): NewProperty['type'] {
  const [only, another] = new Set(values.map(typeOfOne))
  return only === undefined || another !== undefined ? 'string' : only
}

const DAY = /^\d{4}-\d{2}-\d{2}$/
const MOMENT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})$/

function typeOfOne(value: Scalar): NewProperty['type'] {
  if (typeof value === 'number') return 'number'
  if (typeof value === 'boolean') return 'bool'
  if (readMoment(value) === undefined) return 'string'
  return DAY.test(value) ? 'date' : MOMENT.test(value) ? 'datetime' : 'string'
}

const labelOf = (name: string): string => {
  const words = name.replaceAll('_', ' ').trim()
  return words.slice(0, 1).toUpperCase() + words.slice(1)
}
