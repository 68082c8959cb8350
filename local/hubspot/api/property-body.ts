import { PROPERTY_TYPES, type PropertySketch, type PropertyType } from '../crm/property.ts'
import { invalid } from '../errors.ts'
import { isObject, type JsonObject } from '../message.ts'
import { invalidJson, optionalString, requiredString } from './call.ts'

/** facts §6: which field types a type of property can have, by HubSpot's page on properties. */
const FIELD_TYPES: Readonly<Record<PropertyType, readonly string[]>> = {
  string: ['text', 'textarea', 'file', 'html', 'phonenumber', 'calculation_equation'],
  number: ['number', 'calculation_equation'],
  bool: ['booleancheckbox', 'calculation_equation'],
  date: ['date'],
  datetime: ['date'],
  enumeration: ['booleancheckbox', 'checkbox', 'radio', 'select', 'calculation_equation'],
  phone_number: ['phonenumber'],
}

/** Of a property that is to be made. @throws HubSpotError 400 for what is missing or does not go together */
export function newPropertyOf(body: JsonObject): PropertySketch {
  refuseMissing(body, ['name', 'label', 'type', 'fieldType', 'groupName'])
  const sketch = { name: requiredString(body, 'name'), ...propertyChangesOf(body) }
  const { type = 'string', fieldType = '', hasUniqueValue } = sketch
  if (!FIELD_TYPES[type].includes(fieldType)) {
    throw invalid(`fieldType ${fieldType} is invalid for a property of type ${type}: [${FIELD_TYPES[type].join(', ')}]`)
  }
  if (hasUniqueValue && type !== 'string' && type !== 'number') {
    throw invalid(`A property of type ${type} can't have unique values.`)
  }
  return sketch
}

/** @throws HubSpotError 400 that lists them */
export function refuseMissing(body: JsonObject, fields: readonly string[]): void {
  const missing = fields.filter(field => !body[field])
  if (missing.length > 0) throw invalid(`Some required fields were not set: [${missing.join(', ')}]`)
}

/** What a body says about a property; nothing about what it leaves out. @throws HubSpotError 400 */
export function propertyChangesOf(body: JsonObject): Omit<PropertySketch, 'name'> {
  return {
    ...text(body, 'label'),
    ...text(body, 'fieldType'),
    ...text(body, 'groupName'),
    ...text(body, 'description'),
    ...flag(body, 'hasUniqueValue'),
    ...flag(body, 'hidden'),
    ...flag(body, 'formField'),
    ...(typeof body.displayOrder === 'number' ? { displayOrder: body.displayOrder } : {}),
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
  const values = options.map(option => option.value)
  if (new Set(values).size < values.length) throw invalid('Property options must have values of their own.')
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
