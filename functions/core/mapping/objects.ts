import type { Config } from '../config.ts'
import { linkKey, objectKey } from '../keys.ts'
import type { Call, ObjectMapping } from '../mapping-settings.ts'
import type { ContactKey, Json } from '../types.ts'
import { isOneOf, valueAt } from './call.ts'
import { fieldsWishes, pathsOfAll } from './fields.ts'
import { linkWishes, NO_LINK } from './link.ts'
import type { Saying } from './saying.ts'
import { unmappedWishes } from './unmapped.ts'
import { type Wish, wishOf } from './wish.ts'

/** What a call says of the objects that it names, and of how they are joined to the person. */
export function objectSayings(owner: ContactKey, call: Call, config: Config): Saying[] {
  return Object.entries(config.objects).flatMap(([name, mapping]) => sayingsOfMapping(owner, call, name, mapping))
}

function sayingsOfMapping(owner: ContactKey, call: Call, name: string, mapping: ObjectMapping): Saying[] {
  const { contact } = mapping
  const told = isOneOf(call, mapping.from) ? idOf(valueAt(call, mapping.id)) : undefined
  const object =
    typeof told === 'string' ? [{ key: objectKey(name, told), wishes: objectWishes(told, call, mapping) }] : []
  // Without an id there is no record of the object: what is wrong is told beside the person.
  const unfit = (wish: Wish): Saying => ({ key: linkKey(owner, name), wishes: new Map([['object', wish]]) })
  if (contact === false) return typeof told === 'object' ? [unfit(told)] : object

  const removed = isOneOf(call, contact.removedBy)
  const id = removed ? idOf(valueAt(call, contact.removedId ?? mapping.id)) : told
  if (typeof id === 'object') return [...object, unfit(id)]
  // Whichever it is.
  if (id === undefined)
    return removed && contact.one ? [...object, { key: linkKey(owner, name), wishes: NO_LINK }] : object
  const link = linkKey(owner, name, contact.one ? undefined : id)
  return [...object, { key: link, wishes: linkWishes(objectKey(name, id), call, contact, removed) }]
}

/** HubSpot's unique values are short texts. */
const LONGEST_ID = 255

/** The product's id of an object; `undefined` where the call has none. Ids that only white space tells apart are one. */
function idOf(value: Json | undefined): string | { readonly unfit: string } | undefined {
  if (value === undefined || value === null) return undefined
  if (typeof value !== 'string' && typeof value !== 'number')
    return { unfit: 'has no id that can be used: send a text or a number' }
  const id = String(value).trim().toWellFormed()
  if (id === '') return undefined
  return id.length <= LONGEST_ID ? id : { unfit: `has an id of more than ${LONGEST_ID} characters` }
}

function objectWishes(id: string, call: Call, mapping: ObjectMapping): Map<string, Wish> {
  const fields = fieldsWishes(mapping.fields, call)
  const named = [mapping.id, ...pathsOfAll(mapping.fields), ...labelPaths(mapping)]
  const others = mapping.unmapped === 'drop' ? new Map<string, Wish>() : unmappedOf(call, named)
  const free = [...others].filter(([name]) => !Object.hasOwn(mapping.fields, name) && name !== mapping.uniqueProperty)
  return new Map([[mapping.uniqueProperty, wishOf(id)], ...fields, ...free])
}

const labelPaths = ({ contact }: ObjectMapping): string[] =>
  contact !== false && contact.labelsFrom !== undefined ? [contact.labelsFrom] : []

/** An identify's traits are the person's, and a page's properties the page's. */
function unmappedOf(call: Call, named: readonly string[]): Map<string, Wish> {
  if (call.type === 'group') return unmappedWishes('traits', call.traits, named)
  return call.type === 'track' ? unmappedWishes('properties', call.properties, named) : new Map()
}
