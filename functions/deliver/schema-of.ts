import { fingerprint } from '../core/fingerprint.ts'
import type { PropertyDefinition, Schema } from '../core/schema.ts'
import type { Millis } from '../core/types.ts'

/** The properties of a type as they were read, with a revision that changes when any of them does. */
export function schemaOf(definitions: Iterable<PropertyDefinition>, readAt: Millis): Schema {
  const properties = new Map([...definitions].map(definition => [definition.name, definition]))
  const sorted = [...properties.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
  return { revision: fingerprint(JSON.stringify(sorted)), readAt, properties }
}
