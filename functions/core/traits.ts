import type { Config } from './config.ts'
import { DEFAULT_TRAITS } from './config.ts'
import { emailOf } from './email.ts'
import type { Scalar } from './record.ts'
import type { Json } from './types.ts'

/** What a trait asks of a property: a value (`''` clears it), or something that no property can hold. */
export type Wish = { readonly value: Scalar } | { readonly unfit: string }

/** HubSpot's own limit on property names. */
const LONGEST_NAME = 100
const DEEPEST = 8

/**
 * Turns traits into wishes for properties, in the order in which a record should make room for them: the email, then
 * what the configuration maps, then the rest.
 */
export function wishesOf(traits: { readonly [trait: string]: Json }, config: Config): Map<string, Wish> {
  const mapped = new Map<string, Wish>()
  const others = new Map<string, Wish>()

  const visit = (path: string, value: Json, depth: number): void => {
    const target = mappingOf(path, config)
    if (target === false) return
    const nested = typeof value === 'object' && value !== null && !Array.isArray(value)
    if (nested && depth < DEEPEST) {
      for (const [name, inner] of Object.entries(value)) visit(`${path}.${name}`, inner, depth + 1)
      return
    }
    const wish = nested ? { unfit: 'is nested too deeply' } : wishOf(value)
    const name = target ?? normalisedName(path)
    if (name.length > LONGEST_NAME) others.set(cut(name), { unfit: 'has a name longer than those of HubSpot' })
    else if (target !== undefined) mapped.set(name, name === 'email' ? emailWish(wish) : wish)
    else others.set(name, name === 'email' ? emailWish(wish) : wish)
  }
  for (const [trait, value] of Object.entries(traits)) visit(trait, value, 1)

  const email = mapped.get('email') ?? others.get('email')
  return new Map([
    ...(email ? [['email', email] as const] : []),
    ...mapped,
    ...[...others].filter(([name]) => !mapped.has(name)),
  ])
}

/** The property for a trait that nobody maps: lower case, with `_` for spaces and dots. */
const normalisedName = (path: string): string => path.toLowerCase().replace(/[\s.]+/g, '_')

/** A name to report a problem under. It ends in what no property's name ends in. */
const cut = (name: string): string => `${name.slice(0, LONGEST_NAME).toWellFormed()}…`

function mappingOf(path: string, config: Config): string | false | undefined {
  if (Object.hasOwn(config.contacts.traits, path)) return config.contacts.traits[path]
  return Object.hasOwn(DEFAULT_TRAITS, path) ? DEFAULT_TRAITS[path] : undefined
}

function wishOf(value: Json): Wish {
  if (value === null) return { value: '' }
  if (!Array.isArray(value)) return typeof value === 'object' ? { unfit: 'is an object' } : { value }
  const scalars = value.filter(item => item !== null && typeof item !== 'object')
  return scalars.length === value.length
    ? { value: scalars.join(';') }
    : { unfit: 'is a list of more than plain values' }
}

function emailWish(wish: Wish): Wish {
  if ('unfit' in wish) return wish
  if (typeof wish.value === 'string' && wish.value.trim() === '') return { value: '' }
  const address = emailOf(wish.value)
  return address === undefined ? { unfit: 'is not an email address' } : { value: address }
}
