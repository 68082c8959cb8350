import { propertyChangesOf } from './api/property-body.ts'
import type { PropertySketch } from './crm/property.ts'
import { isObject, type JsonObject } from './message.ts'
import type { HubSpotSimulator } from './simulator.ts'

/** A look at what a portal holds beside contacts. @returns undefined for anything else */
export function lookAtPortal(hubspot: HubSpotSimulator, path: string, query: URLSearchParams): unknown {
  const asked = (name: string) => query.get(name) ?? undefined
  const last = <T>(items: readonly T[]) => items.slice(-(Number(asked('limit') ?? 20) || 20)).reverse()
  switch (path) {
    case '/simulator/objects': {
      const objects = hubspot.objects(asked('type') ?? 'companies')
      const id = asked('id')
      return { count: objects.count, objects: id === undefined ? last(objects.all()) : [objects.get(id)] }
    }
    case '/simulator/associations': {
      const [type = 'contacts', id = '', to = 'companies'] = [asked('type'), asked('id'), asked('to')]
      return { associations: hubspot.associations.of(type, id, to) }
    }
    case '/simulator/events': {
      const record = asked('record')
      const { events } = hubspot
      const found = record === undefined ? events.all(asked('name')) : events.of(record, asked('name'))
      return { count: found.length, events: last(found) }
    }
    case '/simulator/lists':
      return { lists: hubspot.lists.all() }
    case '/simulator/subscriptions': {
      const email = asked('email') ?? ''
      return {
        email,
        optedOut: hubspot.subscriptions.hasOptedOut(email),
        subscriptions: hubspot.subscriptions.of(email),
      }
    }
    default:
      return undefined
  }
}

/** What the portal's people have set up, and what its contacts choose. @returns undefined for anything else */
export function changePortal(hubspot: HubSpotSimulator, path: string, body: JsonObject): unknown {
  const text = (name: string) => (typeof body[name] === 'string' ? body[name] : undefined)
  const [name = '', label] = [text('name'), text('label')]
  const labelled = label === undefined ? {} : { label }
  switch (path) {
    case '/simulator/object-types':
      return hubspot.defineObject({ name, ...labelled }, propertiesOf(body)).type
    case '/simulator/properties':
      return hubspot.defineProperty(propertyOf(body), text('objectType') ?? 'contacts')
    case '/simulator/event-definitions':
      return hubspot.events.define({ name, ...labelled, properties: propertiesOf(body) })
    case '/simulator/labels': {
      const { from, to, inverseLabel } = body
      const inverse = typeof inverseLabel === 'string' ? { inverseLabel } : {}
      return hubspot.associations.defineLabel(String(from), String(to), { label: label ?? name, ...inverse })
    }
    case '/simulator/lists':
      return hubspot.lists.define({ name, type: text('objectType') ?? 'contacts' })
    case '/simulator/subscription-types':
      return hubspot.subscriptions.define(name)
    case '/simulator/opt-outs':
      hubspot.subscriptions.optOut(text('email') ?? '')
      return hubspot.subscriptions.of(text('email') ?? '')
    default:
      return undefined
  }
}

const propertiesOf = ({ properties }: JsonObject): PropertySketch[] =>
  Array.isArray(properties) ? properties.filter(isObject).map(propertyOf) : []

const propertyOf = (body: JsonObject): PropertySketch => ({ ...propertyChangesOf(body), name: String(body.name) })

/** For the overview. */
export const PORTAL_LOOKS: readonly string[] = [
  'GET /simulator/objects?type=companies',
  'GET /simulator/associations?type=contacts&id=<vid>&to=companies',
  'GET /simulator/events?record=<vid>',
  'GET /simulator/lists',
  'GET /simulator/subscriptions?email=alex@example.com',
]

export const PORTAL_ACTS: readonly string[] = [
  `POST /simulator/object-types ${JSON.stringify({ name: 'pets', properties: [{ name: 'chip', hasUniqueValue: true }] })}`,
  `POST /simulator/properties ${JSON.stringify({ objectType: 'companies', name: 'seats', type: 'number' })}`,
  `POST /simulator/event-definitions ${JSON.stringify({ name: 'order_completed', properties: [{ name: 'total', type: 'number' }] })}`,
  `POST /simulator/labels ${JSON.stringify({ from: 'contacts', to: 'companies', label: 'Buyer' })}`,
  `POST /simulator/lists ${JSON.stringify({ name: 'Customers' })}`,
  `POST /simulator/subscription-types ${JSON.stringify({ name: 'Newsletter' })}`,
  `POST /simulator/opt-outs ${JSON.stringify({ email: 'alex@example.com' })}`,
  `POST /simulator/switches ${JSON.stringify({ missingScopes: ['crm.lists.write'] })}`,
]
