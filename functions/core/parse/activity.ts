import type { ActivityEvent, Priority } from '../event.ts'
import type { ContactKey, Json } from '../types.ts'
import { type JsonObject, readObject, storableObject } from './json.ts'
import { readPriority } from './priority.ts'
import { Rejected } from './rejected.ts'
import { readWho } from './who.ts'

interface Activity {
  readonly key: ContactKey
  readonly name: string
  readonly properties: JsonObject
  readonly context?: JsonObject
  readonly priority: Priority
}

/** In characters. */
const LONGEST_NAME = 500

/**
 * Reads a track, page or screen call: who has done what. Traits of the person, which some libraries send along, stay in
 * the context. @throws Rejected
 */
export function readActivity(type: ActivityEvent['type'], call: JsonObject, usualPriority: Priority): Activity {
  const context = readObject('context', call.context)
  const traits = { ...readObject('context.traits', context.traits), ...readObject('traits', call.traits) }
  const properties = storableObject(readObject('properties', call.properties))
  const name = type === 'track' ? readName('event', call.event) : readName('name', call.name ?? properties.name)
  if (name === undefined && type === 'track')
    throw new Rejected('The track call does not say what was done: send it as "event": "Order Completed".')
  const all = Object.keys(traits).length > 0 ? { ...context, traits } : context
  return {
    key: readWho(call, 'as context.traits.email', [traits.email]),
    // A page or a screen need not have one.
    name: name ?? '',
    properties: category(call, properties),
    ...(Object.keys(all).length > 0 ? { context: storableObject(all) } : {}),
    priority: readPriority(context) ?? usualPriority,
  }
}

/** Libraries for servers send a page's category beside its properties, those for browsers among them. */
function category({ category }: JsonObject, properties: JsonObject): JsonObject {
  const given = typeof category === 'string' && category.trim() !== '' && properties.category === undefined
  return given ? { ...properties, category: category.toWellFormed() } : properties
}

function readName(field: string, value: Json | undefined): string | undefined {
  if (value === undefined || value === null || value === '') return undefined
  if (typeof value !== 'string') throw new Rejected(`${field} must be a string: send the name in words.`)
  const name = value.trim().toWellFormed()
  if (name === '') throw new Rejected(`${field} is blank: send the name in words, or leave it out.`)
  if (name.length > LONGEST_NAME)
    throw new Rejected(`${field} is longer than ${LONGEST_NAME} characters: put what differs into properties.`)
  return name
}
