import { type ParsedValues, parseValues } from '../crm/values.ts'
import { invalid } from '../errors.ts'
import type { JsonObject } from '../message.ts'
import type { ObjectCall } from './call.ts'

interface MutableValues extends ParsedValues {
  readonly values: Map<string, string>
}

/** @throws HubSpotError 400 (facts §3.9) */
export function parseUpdate(call: ObjectCall, properties: JsonObject): MutableValues {
  const { portal, space, version } = call
  const { switches, portalId } = portal
  const { schema, type } = space
  const normalise = version === '2026-09'
  const parsed = parseValues(properties, { schema, switches, portalId, normalise, hasEmails: type.hasEmails })
  return { ...parsed, values: new Map(parsed.values) }
}

/** @throws HubSpotError 400 (facts §3.9); in 2026-09 also for what the portal's people require (facts §0) */
export function parseCreate(call: ObjectCall, properties: JsonObject): MutableValues {
  const { portal, space, version } = call
  const parsed = parseUpdate(call, properties)
  const without = (names: readonly string[]) => names.filter(name => space.schema.get(name) && !parsed.values.get(name))
  const never = without(space.type.requiredProperties)
  if (never.length > 0) {
    throw invalid(`Error creating ${space.type.legacyName}. Some required properties were not set.`, {
      context: { properties: never },
    })
  }
  const missing = version === '2026-09' ? without(portal.switches.requiredOnCreate) : []
  if (missing.length === 0) return parsed
  throw invalid(`Some required properties were not set: [${missing.join(', ')}]`, {
    errors: missing.map(name => ({
      message: `Property "${name}" is required.`,
      code: 'MISSING_REQUIRED_PROPERTY',
      context: { propertyName: [name] },
    })),
  })
}
