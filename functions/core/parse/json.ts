import type { Json } from '../types.ts'
import { Rejected } from './rejected.ts'

export type JsonObject = { readonly [name: string]: Json }

export const isObject = (value: Json | undefined): value is { [name: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** How deep an event may be nested, itself included. */
const DEEPEST = 16

/**
 * The one text of a JSON value, whatever the order in which its members came (in the spirit of RFC 8785).
 * @throws Rejected when it is nested deeper than `DEEPEST`; never uses more stack than that.
 */
export function canonicalJson(value: Json, depth = 1): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  if (depth > DEEPEST) throw new Rejected(`The event is nested more than ${DEEPEST} levels deep: flatten it.`)
  // Every event passes here: concatenating is twice as fast as joining.
  let text = ''
  if (Array.isArray(value)) {
    for (const item of value) text += `${text && ','}${canonicalJson(item, depth + 1)}`
    return `[${text}]`
  }
  for (const name of Object.keys(value).sort())
    text += `${text && ','}${JSON.stringify(name)}:${canonicalJson(value[name] ?? null, depth + 1)}`
  return `{${text}}`
}

/**
 * A copy that can be stored and sent as UTF-8 JSON without changing again: a lone surrogate becomes U+FFFD, as in every
 * encoder, and a number beyond a double's range becomes text, because JSON would make it `null`, which clears a property.
 * Names such as `__proto__` are ordinary names: members are defined, never assigned.
 */
function storable(value: Json): Json {
  if (typeof value === 'string') return value.isWellFormed() ? value : value.toWellFormed()
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value)
  if (Array.isArray(value)) return value.map(storable)
  return isObject(value) ? storableObject(value) : value
}

/** `storable` of an object. */
export const storableObject = (value: JsonObject): { [name: string]: Json } =>
  Object.fromEntries(Object.entries(value).map(([name, inner]) => [name.toWellFormed(), storable(inner)]))

/** @returns an empty object for what is absent or `null`. @throws Rejected for anything but an object. */
export function readObject(name: string, value: Json | undefined): JsonObject {
  if (value === undefined || value === null) return {}
  if (isObject(value)) return value
  throw new Rejected(`${name} must be a JSON object.`)
}
