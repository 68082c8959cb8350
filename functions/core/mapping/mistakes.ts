import type { Config } from '../config.ts'
import { type Call, type Calls, type Field, isPath, type ObjectMapping } from '../mapping-settings.ts'
import { LONGEST_EVENT_NAME } from './event-name.ts'
import { pathsOf, placeholdersOf, settingOf } from './field.ts'

/** A setting that cannot be meant, and one sentence that says why. */
export interface Mistake {
  readonly setting: string
  readonly message: string
}

/** What is wrong with settings that are right one by one, and not together. */
export function mistakesIn(config: Config): Mistake[] {
  return [
    ...inContacts(config),
    ...inEvents(config),
    ...Object.entries(config.objects).flatMap(([name, mapping]) => [...inObject(name, mapping)]),
    ...sharedIds(config),
    ...inLists(config),
    ...inSubscriptions(config),
  ]
}

function* inContacts({ contacts }: Config): Generator<Mistake> {
  const { fields, traits, uniqueProperty } = contacts
  for (const [trait, property] of Object.entries(traits)) {
    const setting = `contacts.traits.${trait}`
    if (property === uniqueProperty) yield { setting, message: `${property} carries the user id; no trait can set it` }
    if (property !== false && Object.hasOwn(fields, property))
      yield { setting, message: `${property} stands in contacts.fields, too; name it in one of them` }
  }
  for (const [property, field] of Object.entries(fields)) {
    const setting = `contacts.fields.${property}`
    if (property === uniqueProperty) yield { setting, message: 'carries the user id; no field can set it' }
    yield* inField(setting, field, ['identify'])
    const { createOnly, append, keepEdits } = settingOf(field)
    if (property === 'email' && (createOnly || append || keepEdits))
      yield { setting, message: 'users are followed by their email: it takes no createOnly, append or keepEdits' }
  }
}

/** @param types of the calls in which the field is read */
function* inField(setting: string, field: Field, types: readonly Call['type'][]): Generator<Mistake> {
  const { createOnly, append, keepEdits, clear, ...source } = settingOf(field)
  if (createOnly && keepEdits)
    yield { setting, message: 'createOnly never changes what exists, so that keepEdits has nothing to keep' }
  if (createOnly && append) yield { setting, message: 'is createOnly, which never adds anything later, and append' }
  if (append && keepEdits)
    yield { setting, message: 'append takes nothing away, so that keepEdits has nothing to keep' }
  if (append && clear !== undefined) yield { setting, message: 'append never clears; leave clear out' }
  if ('template' in source && placeholdersOf(source.template).length === 0)
    yield { setting, message: `has no path in braces, such as {traits.firstName}; give { value } for a constant` }
  for (const path of pathsOf(field)) yield* inPath(setting, path, types)
}

/** In which calls a path leads anywhere. The traits of users may be in the context of all their calls. */
const STANDS_IN: Readonly<Record<string, readonly Call['type'][]>> = {
  properties: ['track', 'page', 'screen'],
  event: ['track'],
  name: ['page', 'screen'],
}

function* inPath(setting: string, path: string, types: readonly Call['type'][]): Generator<Mistake> {
  if (!isPath(path)) {
    yield { setting, message: `{${path}} is not a path into a call; give one such as {traits.firstName}` }
    return
  }
  const [root = ''] = path.split('.', 1)
  const stands = Object.hasOwn(STANDS_IN, root) ? STANDS_IN[root] : undefined
  if (stands && !types.some(type => stands.includes(type)))
    yield { setting, message: `${path} stands in no ${types.join(' or ')} call` }
}

function* inEvents({ events }: Config): Generator<Mistake> {
  for (const [property, field] of Object.entries(events.fields)) {
    const setting = `events.fields.${property}`
    if (property.length > LONGEST_EVENT_NAME)
      yield { setting, message: `is longer than the ${LONGEST_EVENT_NAME} characters of an event's property` }
    const { createOnly, append, keepEdits, clear } = settingOf(field)
    if ([createOnly, append, keepEdits, clear].some(option => option !== undefined))
      yield { setting, message: 'an event is sent once: createOnly, append, keepEdits and clear have no meaning here' }
    else yield* inField(setting, field, ['track', 'page', 'screen'])
  }
}

/** What HubSpot has in every account, apart from contacts. */
const TYPES = new Set([
  ...['companies', 'deals', 'tickets', 'products', 'line_items', 'quotes', 'leads', 'orders', 'carts', 'invoices'],
  ...['subscriptions', 'services', 'courses', 'listings', 'appointments', 'projects', 'partner_clients', 'discounts'],
  ...['calls', 'emails', 'meetings', 'notes', 'tasks', 'communications', 'postal_mail', 'fees', 'taxes', 'goals'],
  ...['users', 'feedback_submissions', 'commerce_payments'],
])

function* inObject(name: string, mapping: ObjectMapping): Generator<Mistake> {
  const { type = name, from, id, uniqueProperty, adoptBy, fields, unmapped, contact, mode } = mapping
  const at = `objects.${name}`
  const types = typesOf(from)
  if (type === 'contacts') yield { setting: `${at}.type`, message: 'contacts are what the setting contacts is for' }
  else if (mapping.type === undefined && !TYPES.has(type))
    yield { setting: at, message: `HubSpot has no ${type}; give its type, such as companies or 2-1234567` }
  yield* inPath(`${at}.id`, id, types)
  if (Object.hasOwn(fields, uniqueProperty))
    yield { setting: `${at}.fields.${uniqueProperty}`, message: 'carries the id; no field can set it' }
  for (const [property, field] of Object.entries(fields)) yield* inField(`${at}.fields.${property}`, field, types)
  if (adoptBy === uniqueProperty)
    yield { setting: `${at}.adoptBy`, message: 'is the unique property, by which objects are found anyway' }
  else if (adoptBy !== undefined && mode !== 'upsert')
    yield { setting: `${at}.adoptBy`, message: `only an upsert takes objects over, and the mode is ${mode}` }
  else if (adoptBy !== undefined && unmapped === 'drop' && !Object.hasOwn(fields, adoptBy))
    yield { setting: `${at}.adoptBy`, message: `nothing gives its value; name ${adoptBy} in ${at}.fields` }
  if (contact === false) return
  if (contact.labels.some(label => label.includes(';') || label.trim() === '' || label === '*'))
    yield { setting: `${at}.contact.labels`, message: 'has a label that HubSpot cannot have' }
  if (contact.labelsFrom !== undefined) yield* inPath(`${at}.contact.labelsFrom`, contact.labelsFrom, types)
  if (contact.removedBy === undefined) {
    if (contact.removedId)
      yield { setting: `${at}.contact.removedId`, message: 'needs removedBy, which names the calls' }
    return
  }
  const [setting, path] = contact.removedId ? ['removedId', contact.removedId] : ['removedBy', id]
  if (!contact.one || contact.removedId) yield* inPath(`${at}.contact.${setting}`, path, typesOf(contact.removedBy))
  if (contact.removedId === undefined && callsIn(from).every(call => callsIn(contact.removedBy).includes(call)))
    yield { setting: `${at}.contact.removedBy`, message: 'takes away in every call what the same call joins' }
}

/** Two mappings that keep different ids in one property would be at odds about every object. */
function* sharedIds({ objects }: Config): Generator<Mistake> {
  const known = new Map<string, string>()
  for (const [name, { type = name, uniqueProperty }] of Object.entries(objects)) {
    const place = `${type}.${uniqueProperty}`
    const other = known.get(place)
    if (other === undefined) known.set(place, name)
    else {
      const setting = `objects.${name}.uniqueProperty`
      yield { setting, message: `is that of objects.${other}, too; give one of them another, or make the two one` }
    }
  }
}

function* inLists({ lists }: Config): Generator<Mistake> {
  for (const [name, membership] of Object.entries(lists)) {
    const setting = `lists.${name}`
    if (name.trim() === '') yield { setting, message: 'has no name' }
    if ('add' in membership && overlap(membership.add, membership.remove))
      yield { setting, message: 'has a call that both adds and removes' }
  }
}

function* inSubscriptions({ subscriptions }: Config): Generator<Mistake> {
  for (const [name, subscription] of Object.entries(subscriptions)) {
    const setting = `subscriptions.${name}`
    if (name.trim() === '') yield { setting, message: 'has no name' }
    if ('when' in subscription) continue
    const { subscribe, unsubscribe } = subscription
    if (!subscribe && !unsubscribe)
      yield {
        setting,
        message: 'does not say who has subscribed: give { when: path } or { subscribe: calls, unsubscribe: calls }',
      }
    if (overlap(subscribe, unsubscribe)) yield { setting, message: 'has a call that both subscribes and unsubscribes' }
  }
}

type SomeCalls = Calls | readonly Calls[] | undefined

const isList = (calls: SomeCalls): calls is readonly Calls[] => Array.isArray(calls)

/** Every call that a setting names, as a text. */
function callsIn(calls: SomeCalls): string[] {
  if (calls === undefined) return []
  if (isList(calls)) return calls.flatMap(callsIn)
  return typeof calls === 'string' ? [calls] : [calls.track].flat().map(name => `track ${name}`)
}

const overlap = (some: SomeCalls, others: SomeCalls): boolean =>
  callsIn(some).some(call => callsIn(others).includes(call))

function typesOf(calls: SomeCalls): Call['type'][] {
  if (calls === undefined) return []
  if (isList(calls)) return [...new Set(calls.flatMap(typesOf))]
  return typeof calls === 'string' ? [calls] : ['track']
}
