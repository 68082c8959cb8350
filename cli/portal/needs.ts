import { type Config, DEFAULT_TRAITS } from '../../functions/core/config.ts'
import type { ObjectType } from '../../functions/core/hubspot-objects.ts'
import { hubSpotName } from '../../functions/core/mapping/event-name.ts'
import type { Calls, Field, ObjectMapping } from '../../functions/core/mapping-settings.ts'

/** Something that a configuration wants of a portal, and the setting that wants it. */
export type Need = { readonly setting: string } & (
  | {
      readonly kind: 'property'
      readonly type: ObjectType
      readonly name: string
      /** Where its values come from; absent where nobody can know. */
      readonly field?: Field
      /** `usual`: a mapping that vidsync brings along, which a portal may well do without. */
      readonly wanted: 'surely' | 'usual'
    }
  /** `automatic`: the first delivery creates it. */
  | { readonly kind: 'unique'; readonly type: ObjectType; readonly name: string; readonly automatic: boolean }
  | {
      readonly kind: 'event'
      readonly name: string
      /** As the product calls it. */
      readonly label: string
      readonly fields: { readonly [property: string]: Field }
      /** `automatic`: the first occurrence creates it. */
      readonly automatic: boolean
    }
  | { readonly kind: 'events' }
  | { readonly kind: 'label'; readonly type: ObjectType; readonly label: string }
  | { readonly kind: 'list'; readonly name: string }
  | { readonly kind: 'subscription'; readonly name: string }
)

/** Everything that a configuration wants of a portal. */
export const needsOf = (config: Config): Need[] => [
  ...contactNeeds(config),
  ...Object.entries(config.objects).flatMap(([name, mapping]) => objectNeeds(name, mapping)),
  ...eventNeeds(config),
  ...Object.keys(config.lists).map(name => ({ kind: 'list' as const, name, setting: at('lists', name) })),
  ...Object.keys(config.subscriptions).map(name => ({
    kind: 'subscription' as const,
    name,
    setting: at('subscriptions', name),
  })),
]

export const typeOf = (name: string, { type }: ObjectMapping): ObjectType => type ?? name

/** A setting's path as it is written in code. */
const at = (path: string, name: string): string =>
  /^[\w$]+$/.test(name) ? `${path}.${name}` : `${path}[${JSON.stringify(name)}]`

function contactNeeds({ contacts }: Config): Need[] {
  const { traits, createOnly, fields, uniqueProperty } = contacts
  const property = (name: string, setting: string, wanted: 'surely' | 'usual' = 'surely', field?: Field): Need => ({
    kind: 'property',
    type: 'contacts',
    name,
    setting,
    wanted,
    ...(field === undefined ? {} : { field }),
  })
  const mapped = Object.entries(traits).flatMap(([trait, target]) =>
    target === false ? [] : [property(target, at('contacts.traits', trait))],
  )
  const usual = Object.entries(DEFAULT_TRAITS)
    .filter(([trait, target]) => !Object.hasOwn(traits, trait) && !Object.hasOwn(fields, target))
    .map(([trait, target]) => property(target, `the trait ${trait}, which vidsync maps by itself`, 'usual'))
  return [
    { kind: 'unique', type: 'contacts', name: uniqueProperty, setting: 'contacts.uniqueProperty', automatic: true },
    ...Object.entries(fields).map(([name, field]) => property(name, at('contacts.fields', name), 'surely', field)),
    ...mapped,
    ...createOnly.map((name, index) => property(name, `contacts.createOnly[${index}]`)),
    ...new Map(usual.map(need => ['name' in need ? need.name : '', need])).values(),
  ]
}

function objectNeeds(name: string, mapping: ObjectMapping): Need[] {
  const type = typeOf(name, mapping)
  const path = at('objects', name)
  const { uniqueProperty, adoptBy, fields, contact } = mapping
  const property = { kind: 'property', type, wanted: 'surely' } as const
  return [
    { kind: 'unique', type, name: uniqueProperty, setting: `${path}.uniqueProperty`, automatic: false },
    ...(adoptBy === undefined ? [] : [{ ...property, name: adoptBy, setting: `${path}.adoptBy` }]),
    ...Object.entries(fields).map(([each, field]) => ({
      ...property,
      name: each,
      field,
      setting: at(`${path}.fields`, each),
    })),
    ...(contact === false
      ? []
      : contact.labels.map((label, index) => ({
          kind: 'label' as const,
          type,
          label,
          setting: `${path}.contact.labels[${index}]`,
        }))),
  ]
}

/** Which events there will be only the product knows; those that the configuration names are known. */
function eventNeeds({ events, objects, lists, subscriptions }: Config): Need[] {
  if (!events.track && !events.page && !events.screen) return []
  const named = new Map<string, Need>()
  const add = (label: string, name: string | false | undefined, setting: string): void => {
    if (name && !named.has(name))
      named.set(name, { kind: 'event', name, label, setting, fields: events.fields, automatic: events.create })
  }
  for (const [label, name] of Object.entries(events.names)) add(label, name, at('events.names', label))
  const mentioned = [
    ...Object.entries(objects).flatMap(([name, { from, contact }]) => [
      [at('objects', name), [from, contact === false ? undefined : contact.removedBy]] as const,
    ]),
    ...Object.entries(lists).map(([name, list]) => [at('lists', name), Object.values(list)] as const),
    ...Object.entries(subscriptions).map(([name, one]) => [at('subscriptions', name), Object.values(one)] as const),
  ]
  for (const [setting, calls] of mentioned) {
    for (const label of calls.flatMap(namesIn)) {
      if (events.track && !Object.hasOwn(events.names, label)) add(label, hubSpotName(label), setting)
    }
  }
  return [{ kind: 'events', setting: 'events' }, ...named.values()]
}

/** The names of track calls in a setting that names calls. */
function namesIn(setting: Calls | readonly Calls[] | string | undefined): string[] {
  if (setting === undefined || typeof setting === 'string') return []
  if ('track' in setting) return [setting.track].flat()
  return setting.flatMap(namesIn)
}
