import type { Config } from './config.ts'
import { DEFAULT_TRAITS } from './config.ts'
import { pathsOfAll } from './mapping/fields.ts'
import { flatten } from './mapping/flatten.ts'
import { ownName } from './mapping/unmapped.ts'
import { emailWish, type Wish } from './mapping/wish.ts'
import type { ObjectMapping } from './mapping-settings.ts'
import type { Json } from './types.ts'

/**
 * Turns traits into wishes for properties, in the order in which a record should make room for them: the email, then
 * what the configuration maps, then the rest.
 */
export function wishesOf(traits: { readonly [trait: string]: Json }, config: Config): Map<string, Wish> {
  const mapped = new Map<string, Wish>()
  const others = new Map<string, Wish>()
  const named = readElsewhere(config)

  for (const { path, wish } of flatten(traits, path => mappingOf(path, config) !== false)) {
    const target = mappingOf(path, config)
    const [name, own] = target ? [target, wish] : ownName(path, wish)
    const value = name === 'email' ? emailWish(own) : own
    if (target) mapped.set(name, value)
    else if (config.contacts.unmapped !== 'drop' && !isNamed(path, named)) others.set(name, value)
  }

  const email = mapped.get('email') ?? others.get('email')
  return new Map([
    ...(email ? [['email', email] as const] : []),
    ...mapped,
    ...[...others].filter(([name]) => !mapped.has(name)),
  ])
}

/** The paths that mappings read: what stands there has its place, and is sent to no property of its own name besides. */
const readElsewhere = ({ contacts, objects, lists, subscriptions }: Config): ReadonlySet<string> =>
  new Set([
    ...pathsOfAll(contacts.fields),
    ...[...Object.values(lists), ...Object.values(subscriptions)].flatMap(each => ('when' in each ? each.when : [])),
    ...Object.values(objects).flatMap(mapping => ([mapping.from].flat().includes('identify') ? pathsIn(mapping) : [])),
  ])

const pathsIn = ({ id, fields, contact }: ObjectMapping): string[] => [
  id,
  ...pathsOfAll(fields),
  ...(contact !== false && contact.labelsFrom !== undefined ? [contact.labelsFrom] : []),
]

/** Whether a mapping reads the trait, or what it stands in. */
const isNamed = (path: string, named: ReadonlySet<string>): boolean => {
  if (named.size === 0) return false
  const names = path.split('.')
  return names.some((_, index) => named.has(`traits.${names.slice(0, index + 1).join('.')}`))
}

function mappingOf(path: string, config: Config): string | false | undefined {
  if (Object.hasOwn(config.contacts.traits, path)) return config.contacts.traits[path]
  return Object.hasOwn(DEFAULT_TRAITS, path) ? DEFAULT_TRAITS[path] : undefined
}
