import type { PropertyDefinition, PropertyType, Schema } from '../../functions/core/schema.ts'

/** A writable property of a portal. */
export function propertyOf(
  name: string,
  type: PropertyType = 'string',
  change: Partial<PropertyDefinition> = {},
): PropertyDefinition {
  return { name, type, readOnly: false, multiple: false, unique: false, ...change }
}

export const optionsOf = (...values: readonly string[]) => values.map(value => ({ value, label: `The ${value}` }))

/** What every portal has, one property of each type, and whatever a test needs besides. */
export function schemaOf(...more: readonly PropertyDefinition[]): Schema {
  const properties = [
    propertyOf('email'),
    propertyOf('firstname'),
    propertyOf('lastname'),
    propertyOf('internal_user_id', 'string', { unique: true }),
    propertyOf('age', 'number'),
    propertyOf('active', 'bool'),
    propertyOf('born', 'date'),
    propertyOf('seen', 'datetime'),
    propertyOf('plan', 'enumeration', { options: optionsOf('free', 'paid') }),
    propertyOf('createdate', 'datetime', { readOnly: true }),
    ...more,
  ]
  return { revision: 'first', readAt: 0, properties: new Map(properties.map(property => [property.name, property])) }
}
