import type { InputError } from '../core/hubspot.ts'
import type { HubSpotObject, ObjectBatchResult } from '../core/hubspot-objects.ts'
import type { PropertyDefinition, PropertyType } from '../core/schema.ts'
import type { Asked } from './classify.ts'
import { inputError, isVid } from './errors.ts'
import { isObject, type JsonObject, objectOf, objectsOf, textOf, textsOf } from './json.ts'

/** Results and errors of a batch; `undefined` when the body is none. A 200 is read like a 207: either may hold errors. */
export function batchResult(body: JsonObject, asked: Asked): ObjectBatchResult | undefined {
  const objects = records(body)
  return objects && { objects, errors: errorsIn(body, asked) }
}

/** The errors of single inputs in an answer that is none as a whole. */
export function errorsIn(body: JsonObject, asked: Asked): InputError[] {
  const errors = objectsOf(body.errors)
  const sent = errors.length > 0 ? asked.sent() : []
  return errors.map(error => inputError(error, sent, undefined, { names: asked.names ?? [] }))
}

/** The records in an answer's results; `undefined` when it has none. */
export function records(body: JsonObject): HubSpotObject[] | undefined {
  return Array.isArray(body.results) ? objectsOf(body.results).flatMap(recordOf) : undefined
}

/** A result without a record id is left out, as if it were missing from the answer: its input will be verified. */
export function recordOf(result: JsonObject): HubSpotObject[] {
  const id = textsOf(result.id)[0]
  if (!isVid(id)) return []
  const properties = Object.entries(objectOf(result.properties)).flatMap(([name, value]) =>
    typeof value === 'string' || value === null ? [[name, value] as const] : [],
  )
  const trace = textOf(result.objectWriteTraceId)
  return [{ id, properties: Object.fromEntries(properties), ...(trace === undefined ? {} : { trace }) }]
}

export function propertyDefinitions(body: JsonObject): PropertyDefinition[] | undefined {
  if (!Array.isArray(body.results)) return undefined
  return body.results.filter(isObject).flatMap(definitionOf)
}

const TYPES: Readonly<Record<string, PropertyType>> = {
  string: 'string',
  phone_number: 'string',
  number: 'number',
  bool: 'bool',
  date: 'date',
  datetime: 'datetime',
  enumeration: 'enumeration',
}

function definitionOf(property: JsonObject): PropertyDefinition[] {
  const name = textOf(property.name)
  if (name === undefined || property.archived === true) return []
  const type = TYPES[textOf(property.type) ?? ''] ?? 'other'
  const fieldType = textOf(property.fieldType) ?? ''
  // Owners and the like have their options elsewhere and an empty list here: HubSpot must judge those values itself.
  const options = type === 'enumeration' ? objectsOf(property.options).flatMap(optionOf) : []
  return [
    {
      name,
      type,
      readOnly:
        property.calculated === true ||
        objectOf(property.modificationMetadata).readOnlyValue === true ||
        fieldType.startsWith('calculation_'),
      ...(options.length > 0 ? { options } : {}),
      multiple: type === 'enumeration' && fieldType === 'checkbox',
      unique: property.hasUniqueValue === true,
    },
  ]
}

/** Hidden options count: the API accepts them. */
function optionOf(option: JsonObject): { value: string; label: string }[] {
  const value = textOf(option.value)
  return value === undefined ? [] : [{ value, label: textOf(option.label) ?? value }]
}
