import { PROPERTY_TYPES, type Property, type PropertySketch, type PropertyType } from '../crm/property.ts'
import { invalid } from '../errors.ts'
import { isObject, type JsonObject } from '../message.ts'
import { type Answer, bodyOf, invalidJson, type ObjectCall, optionalString, requiredString } from './call.ts'

/** facts §6 */
export function listProperties({ space, query }: ObjectCall): Answer {
  const archived = query.get('archived') === 'true'
  return { status: 200, body: { results: space.schema.list(archived).map(property => show(property, archived)) } }
}

/** facts §6: 404 for an unknown name */
export function getProperty({ space }: ObjectCall, name: string): Answer {
  return { status: 200, body: show(space.schema.require(name)) }
}

/** facts §6: 409 for a taken name */
export function createProperty(call: ObjectCall): Answer {
  const body = bodyOf(call)
  const missing = ['name', 'label', 'type', 'fieldType', 'groupName'].filter(field => !body[field])
  if (missing.length > 0) throw invalid(`Some required fields were not set: [${missing.join(', ')}]`)
  const property = call.space.schema.create({ name: requiredString(body, 'name'), ...sketchOf(body) })
  return { status: 201, body: show(property) }
}

export function changeProperty(call: ObjectCall, name: string): Answer {
  return { status: 200, body: show(call.space.schema.change(name, sketchOf(bodyOf(call)))) }
}

export function archiveProperty({ space }: ObjectCall, name: string): Answer {
  space.schema.archive(name)
  return { status: 204 }
}

export function listGroups({ space }: ObjectCall): Answer {
  const results = space.schema
    .groups()
    .map((name, index) => ({ name, label: name, displayOrder: index, archived: false }))
  return { status: 200, body: { results } }
}

function show({ rule: _, ...property }: Property, archived = false): JsonObject {
  return { ...property, archived }
}

function sketchOf(body: JsonObject): Omit<PropertySketch, 'name'> {
  return {
    ...text(body, 'label'),
    ...text(body, 'fieldType'),
    ...text(body, 'groupName'),
    ...text(body, 'description'),
    ...flag(body, 'hasUniqueValue'),
    ...flag(body, 'hidden'),
    ...flag(body, 'formField'),
    ...(body.type === undefined ? {} : { type: typeOf(body) }),
    ...(body.options === undefined ? {} : { options: optionsOf(body) }),
  }
}

function typeOf(body: JsonObject): PropertyType {
  const type = PROPERTY_TYPES.find(known => known === body.type)
  if (type === undefined) throw invalid(`Property type must be one of [${PROPERTY_TYPES.join(', ')}]`)
  return type
}

function optionsOf(body: JsonObject) {
  const { options } = body
  if (!Array.isArray(options) || !options.every(isObject)) throw invalidJson('"options" must be a list of objects')
  return options.map((option, index) => ({
    label: requiredString(option, 'label'),
    value: requiredString(option, 'value'),
    displayOrder: typeof option.displayOrder === 'number' ? option.displayOrder : index,
    hidden: option.hidden === true,
  }))
}

function text(body: JsonObject, name: 'label' | 'fieldType' | 'groupName' | 'description') {
  const value = optionalString(body, name)
  return value === undefined ? {} : { [name]: value }
}

function flag(body: JsonObject, name: 'hasUniqueValue' | 'hidden' | 'formField') {
  const value = body[name]
  if (value === undefined || value === null) return {}
  if (typeof value !== 'boolean') throw invalidJson(`"${name}" must be true or false`)
  return { [name]: value }
}
