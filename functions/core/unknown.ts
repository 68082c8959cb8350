import { isEmptied } from './identity.ts'
import { propertyOf } from './mapping/choice.ts'
import type { Delivered, Folded, Problem } from './record.ts'
import type { Schema } from './schema.ts'
import type { Millis } from './types.ts'

/** For so long nobody asks again whether the portal has a property that it did not have. */
export const MISSING_FOR_SURE: Millis = 60_000

/** Why the value of a property that the portal lacks is not in HubSpot. */
export const NO_SUCH_PROPERTY: Problem = {
  code: 'unknown_property',
  message:
    'HubSpot has no contact property of this name; create it there and the value follows with the next event that gives it, or any new value, to the user',
}

/** The properties that a user has values for and the portal, as last read, does not have. */
export const unknownIn = (folded: Folded, { properties }: Schema): string[] =>
  [...folded.registers].flatMap(([name, register]) =>
    properties.has(propertyOf(name)) || isEmptied(register, folded) ? [] : [propertyOf(name)],
  )

/** Those that were missing at the last delivery and have been made since: their values are still to be sent. */
export function madeSince(folded: Folded, { withheld }: Delivered, { properties }: Schema): string[] {
  const given = new Set([...folded.registers.keys()].map(propertyOf))
  return [...withheld].flatMap(([name, { code }]) =>
    code === NO_SUCH_PROPERTY.code && properties.has(name) && given.has(name) ? [name] : [],
  )
}

/**
 * When a user's unknown properties are worth another look. Somebody may have made them before the last event; so what
 * the portal's properties say is the last word only when they were read after it.
 *
 *     properties read      event       looked at: read again
 *     ────┼──────────────────┼───────────────┼──────────────►
 *         ├── MISSING_FOR_SURE ──────────────┤
 */
export function worthALook(folded: Folded, schema: Schema, earliest: Millis): Millis | undefined {
  if (folded.updatedAt < schema.readAt || unknownIn(folded, schema).length === 0) return undefined
  return Math.max(schema.readAt + MISSING_FOR_SURE, earliest)
}
