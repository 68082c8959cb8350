import { invalid, resourceNotFound } from '../errors.ts'
import { isObject, type JsonObject } from '../message.ts'
import type { ObjectSpace } from '../portal.ts'
import { type Answer, bodyOf, type Call, invalidJson, optionalString, requiredString, stringList } from './call.ts'
import { showProperty } from './properties.ts'
import { propertyChangesOf } from './property-body.ts'

/** The custom objects of a portal: how a client learns that `pets` is `2-27000001`. HubSpot's own are not listed. */
export function listSchemas({ portal }: Call): Answer {
  return { status: 200, body: { results: portal.spaces.filter(({ type }) => type.custom).map(showSchema) } }
}

/** By type id, name or fully qualified name; HubSpot's own types, too. */
export function getSchema({ portal }: Call, name: string): Answer {
  const space = portal.findSpace(name)
  if (!space) throw resourceNotFound()
  return { status: 200, body: showSchema(space) }
}

/** 409 for a taken name. Needs the plan that has custom objects. */
export function createSchema(call: Call): Answer {
  const body = bodyOf(call)
  const { labels, properties } = body
  if (!isObject(labels)) throw invalid('Some required fields were not set: [labels]')
  if (!Array.isArray(properties) || !properties.every(isObject)) {
    throw invalidJson('"properties" must be a list of objects')
  }
  const name = requiredString(body, 'name')
  const sketch = {
    name,
    label: optionalString(labels, 'singular') ?? name,
    pluralLabel: optionalString(labels, 'plural') ?? name,
    requiredProperties: stringList(body, 'requiredProperties'),
    primaryDisplayProperty: optionalString(body, 'primaryDisplayProperty') ?? '',
    secondaryDisplayProperties: stringList(body, 'secondaryDisplayProperties'),
    searchableProperties: stringList(body, 'searchableProperties'),
  }
  const sketches = properties.map(property => ({
    name: requiredString(property, 'name'),
    ...propertyChangesOf(property),
  }))
  return { status: 201, body: showSchema(call.portal.addObjectType(sketch, sketches)) }
}

function showSchema({ type, schema }: ObjectSpace): JsonObject {
  const { custom } = type
  return {
    id: type.typeId.split('-')[1],
    objectTypeId: type.typeId,
    fullyQualifiedName: custom?.fullyQualifiedName ?? type.legacyName,
    name: custom ? type.otherNames[0] : type.legacyName,
    labels: { singular: type.label, plural: type.pluralLabel },
    requiredProperties: type.requiredProperties,
    searchableProperties: custom?.searchableProperties ?? [],
    primaryDisplayProperty: custom?.primaryDisplayProperty,
    secondaryDisplayProperties: custom?.secondaryDisplayProperties ?? [],
    properties: schema.list().map(property => showProperty(property)),
    associations: [],
    archived: false,
    allowsSensitiveProperties: false,
    metaType: custom ? 'PORTAL_SPECIFIC' : 'HUBSPOT',
    ...(custom ? { createdAt: custom.createdAt, updatedAt: custom.createdAt } : {}),
  }
}
