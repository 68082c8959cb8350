import type { Json } from '../types.ts'
import { flatten } from './flatten.ts'
import type { Wish } from './wish.ts'

/** HubSpot's own limit on property names. */
const LONGEST_NAME = 100

/** The property for a value that nobody maps: lower case, with `_` for spaces and dots. */
const normalisedName = (path: string): string => path.toLowerCase().replace(/[\s.]+/g, '_')

/** A name to report a problem under. A long one ends in what no property's name ends in. */
export const cut = (name: string): string =>
  name.length > LONGEST_NAME ? `${name.slice(0, LONGEST_NAME).toWellFormed()}…` : name || '*'

/** What an unmapped value wishes of the property of its own name. */
export const ownName = (path: string, wish: Wish): readonly [string, Wish] => {
  const name = normalisedName(path)
  return name.length > LONGEST_NAME ? [cut(name), { unfit: 'has a name longer than those of HubSpot' }] : [name, wish]
}

/**
 * Values that no field names, for the properties of their own names.
 * @param root `traits` or `properties`; `named`: the paths that are read already
 */
export function unmappedWishes(
  root: string,
  values: { readonly [name: string]: Json },
  named: readonly string[],
): Map<string, Wish> {
  const known = new Set(named)
  const leaves = flatten(values, path => !known.has(`${root}.${path}`))
  return new Map([...leaves].map(({ path, wish }) => ownName(path, wish)))
}
