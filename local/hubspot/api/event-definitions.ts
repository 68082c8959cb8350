import { invalid } from '../errors.ts'
import type { EventDefinition, MatchingRule } from '../events/definition.ts'
import { isObject, type JsonObject } from '../message.ts'
import { type Answer, bodyOf, type Call, invalidJson, optionalString, requiredString } from './call.ts'
import { showProperty } from './properties.ts'
import { propertyChangesOf } from './property-body.ts'
import { type Route, routesOf } from './route.ts'

const definitions = routesOf('events')
const NEEDS = { scopes: ['behavioral_events.event_definitions.read_write'], enterprise: true } as const

export const EVENT_DEFINITION_ROUTES: readonly Route[] = [
  definitions('GET', 'event-definitions', NEEDS, list),
  definitions('POST', 'event-definitions', NEEDS, create),
  definitions('GET', 'event-definitions/{name}', NEEDS, get),
  definitions('PATCH', 'event-definitions/{name}', NEEDS, change),
  definitions('DELETE', 'event-definitions/{name}', NEEDS, remove),
  definitions('POST', 'event-definitions/{name}/property', NEEDS, addProperty),
  definitions('PATCH', 'event-definitions/{name}/property/{property}', NEEDS, changeProperty),
  definitions('DELETE', 'event-definitions/{name}/property/{property}', NEEDS, removeProperty),
]

const MOST_LISTED = 100

/** `searchString` in name or label; `after` is a position. */
function list({ portal, query }: Call): Answer {
  const wanted = query.get('searchString')?.toLowerCase() ?? ''
  const fits = ({ name, label }: EventDefinition) => name.includes(wanted) || label.toLowerCase().includes(wanted)
  const found = portal.eventDefinitions.list().filter(fits)
  const start = Number(query.get('after') ?? 0) || 0
  const limit = Math.min(Math.max(Number(query.get('limit') ?? MOST_LISTED) || MOST_LISTED, 1), MOST_LISTED)
  const withProperties = query.get('includeProperties') === 'true'
  const results = found.slice(start, start + limit).map(definition => show(definition, withProperties))
  const next = start + results.length
  const paging = next < found.length ? { paging: { next: { after: String(next) } } } : {}
  return { status: 200, body: { total: found.length, results, ...paging } }
}

function get({ portal }: Call, name: string): Answer {
  return { status: 200, body: show(portal.eventDefinitions.require(name)) }
}

/** facts §9: 201 with the fully qualified name */
function create(call: Call): Answer {
  const body = bodyOf(call)
  const label = requiredString(body, 'label')
  const properties = body.propertyDefinitions ?? []
  if (!Array.isArray(properties) || !properties.every(isObject)) {
    throw invalidJson('"propertyDefinitions" must be a list of objects')
  }
  const primaryObject = (optionalString(body, 'primaryObject') ?? 'CONTACT').toUpperCase()
  call.portal.space(primaryObject)
  const matching = matchingOf(body)
  const definition = call.portal.eventDefinitions.create({
    name: optionalString(body, 'name') ?? nameFrom(label),
    label,
    description: optionalString(body, 'description') ?? '',
    primaryObject,
    includeDefaultProperties: body.includeDefaultProperties !== false,
    properties: properties.map(propertyOf),
    ...(matching ? { customMatchingId: matching } : {}),
  })
  return { status: 201, body: show(definition) }
}

/** The OpenAPI files say 201. */
function change(call: Call, name: string): Answer {
  const body = bodyOf(call)
  const label = optionalString(body, 'label')
  const description = optionalString(body, 'description')
  const changes = { ...(label === undefined ? {} : { label }), ...(description === undefined ? {} : { description }) }
  return { status: 201, body: show(call.portal.eventDefinitions.change(name, changes)) }
}

function remove({ portal }: Call, name: string): Answer {
  portal.eventDefinitions.remove(name)
  return { status: 204 }
}

function addProperty(call: Call, name: string): Answer {
  return { status: 201, body: showProperty(call.portal.eventDefinitions.addProperty(name, propertyOf(bodyOf(call)))) }
}

/** The OpenAPI files say 201. */
function changeProperty(call: Call, name: string, property: string): Answer {
  const changed = call.portal.eventDefinitions.changeProperty(name, property, propertyChangesOf(bodyOf(call)))
  return { status: 201, body: showProperty(changed) }
}

function removeProperty({ portal }: Call, name: string, property: string): Answer {
  portal.eventDefinitions.removeProperty(name, property)
  return { status: 204 }
}

/** Without a name it gets one from its label. */
function propertyOf(body: JsonObject) {
  const label = requiredString(body, 'label')
  const { fieldType: _, ...sketch } = propertyChangesOf(body)
  return { ...sketch, name: optionalString(body, 'name') ?? nameFrom(label) }
}

const nameFrom = (label: string) =>
  label
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^[^a-z]+|_+$/g, '')

function matchingOf({ customMatchingId }: JsonObject): MatchingRule | undefined {
  if (customMatchingId === undefined || customMatchingId === null) return undefined
  const rule = isObject(customMatchingId) ? customMatchingId.primaryObjectRule : undefined
  if (!isObject(rule)) throw invalid('Some required fields were not set: [primaryObjectRule]')
  return {
    eventPropertyName: requiredString(rule, 'eventPropertyName'),
    targetObjectPropertyName: requiredString(rule, 'targetObjectPropertyName'),
  }
}

function show(definition: EventDefinition, withProperties = true): JsonObject {
  const { label, properties, customMatchingId, ...rest } = definition
  return {
    ...rest,
    labels: { singular: label, plural: label },
    associations: [],
    trackingType: 'MANUAL',
    properties: withProperties ? properties.map(property => showProperty(property)) : [],
    ...(customMatchingId ? { customMatchingId: { primaryObjectRule: customMatchingId } } : {}),
  }
}
