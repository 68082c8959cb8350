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
  const parsed = parseValues(properties, { schema: space.schema, switches, portalId, normalise: version === '2026-09' })
  return { ...parsed, values: new Map(parsed.values) }
}

/** @throws HubSpotError 400 (facts §3.9); in 2026-09 also for missing required properties (facts §0) */
export function parseCreate(call: ObjectCall, properties: JsonObject): MutableValues {
  const parsed = parseUpdate(call, properties)
  const missing = call.portal.switches.requiredOnCreate.filter(name => !parsed.values.get(name))
  if (call.version !== '2026-09' || missing.length === 0) return parsed
  throw invalid(`Some required properties were not set: [${missing.join(', ')}]`, {
    errors: missing.map(name => ({
      message: `Property "${name}" is required.`,
      code: 'MISSING_REQUIRED_PROPERTY',
      context: { propertyName: [name] },
    })),
  })
}
