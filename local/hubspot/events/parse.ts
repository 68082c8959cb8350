import { parseDatetime } from '../crm/dates.ts'
import type { Property } from '../crm/property.ts'
import { parseEmail, parseValues } from '../crm/values.ts'
import { invalid } from '../errors.ts'
import { isObject, type JsonObject } from '../message.ts'
import type { Portal } from '../portal.ts'
import type { EventDefinition } from './definition.ts'
import type { SentEvent } from './occurrence.ts'

/** facts §9 */
const MOST_PROPERTIES = 50
const LONGEST_VALUE = 256
const LONGEST_URL = 1_024
const URLS = new Set(['hs_url', 'hs_page_url', 'hs_referrer', 'hs_link_href'])

/** @throws HubSpotError 400 for an unknown event, no identifier, or properties beyond facts §9 */
export function parseEvent(portal: Portal, raw: JsonObject): { event: SentEvent; definition: EventDefinition } {
  const eventName = text(raw, 'eventName')
  if (eventName === undefined) throw invalid('Some required fields were not set: [eventName]')
  if (!isObject(raw.properties)) throw invalid('Some required fields were not set: [properties]')
  const definition = portal.eventDefinitions.get(eventName)
  if (!definition) throw invalid(`No event type found for ${eventName}`)
  const email = text(raw, 'email')?.trim()
  if (email !== undefined && typeof parseEmail(email, portal.switches) !== 'string') {
    throw invalid(`Email address ${email} is invalid`)
  }
  const named = {
    ...field('objectId', text(raw, 'objectId')),
    ...field('email', email?.toLowerCase()),
    ...field('utk', text(raw, 'utk')),
  }
  const properties = parseProperties(portal, definition, raw.properties)
  const matched = definition.customMatchingId && properties[definition.customMatchingId.eventPropertyName]
  if (Object.keys(named).length === 0 && !matched) throw invalid('One of objectId, email and utk must be set')
  const occurredAt = timeOf(raw.occurredAt, portal.clock.now())
  return { event: { eventName, ...named, ...field('uuid', text(raw, 'uuid')), occurredAt, properties }, definition }
}

function parseProperties(portal: Portal, { properties }: EventDefinition, raw: JsonObject): Record<string, string> {
  const known = new Map(properties.map(property => [property.name, property]))
  const { switches, portalId } = portal
  const wanted = Object.entries(raw).filter(
    ([name, value]) => value !== null && (known.has(name) || switches.eventUnknownProperty === 'rejected'),
  )
  if (wanted.length > MOST_PROPERTIES) throw invalid(`An event may have ${MOST_PROPERTIES} properties`)
  const schema = { get: (name: string): Property | undefined => known.get(name) }
  const rules = { schema, switches, portalId, normalise: true, hasEmails: false }
  const { values } = parseValues(Object.fromEntries(wanted), rules)
  for (const [name, value] of values) {
    const longest = URLS.has(name) ? LONGEST_URL : LONGEST_VALUE
    if (value.length > longest) throw invalid(`The value of ${name} is longer than ${longest} characters`)
  }
  return Object.fromEntries(values)
}

/** ISO 8601 or milliseconds. @throws HubSpotError 400 */
function timeOf(raw: unknown, now: number): number {
  if (raw === undefined || raw === null) return now
  const iso = parseDatetime(String(raw))
  if (iso === undefined) throw invalid(`occurredAt ${String(raw)} is no time`)
  return Date.parse(iso)
}

function text(raw: JsonObject, name: string): string | undefined {
  const value = raw[name]
  if (value === undefined || value === null || value === '') return undefined
  if (typeof value === 'string' || typeof value === 'number') return String(value)
  throw invalid(`${name} must be a string`)
}

const field = <Name extends string>(name: Name, value: string | undefined) =>
  value === undefined ? {} : { [name]: value }
