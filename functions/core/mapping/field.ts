import type { Call, Field } from '../mapping-settings.ts'
import type { Json } from '../types.ts'
import { valueAt } from './call.ts'
import { type Wish, wishOf } from './wish.ts'

export type FieldSetting = Exclude<Field, string>

/** A field with its options, however it is written. */
export const settingOf = (field: Field): FieldSetting => (typeof field === 'string' ? { from: field } : field)

const PLACEHOLDER = /\{([^{}]*)\}/g

/** The paths in the braces of a template. */
export const placeholdersOf = (template: string): string[] =>
  [...template.matchAll(PLACEHOLDER)].map(([, path = '']) => path)

/** The paths that a field reads, as far as anybody can know. */
export function pathsOf(field: Field): string[] {
  const setting = settingOf(field)
  if ('from' in setting) return [setting.from]
  return 'template' in setting ? placeholdersOf(setting.template) : []
}

/**
 * What a call says of a field: `undefined` for nothing. Whatever a function does costs its own field alone.
 */
export function fieldWish(field: Field, call: Call): Wish | undefined {
  const setting = settingOf(field)
  const wish = sourceWish(setting, call)
  const empty = wish !== undefined && 'value' in wish && isBlank(wish.value)
  return empty && (setting.clear === false || setting.append) ? undefined : wish
}

function sourceWish(setting: FieldSetting, call: Call): Wish | undefined {
  if ('from' in setting) return wishFor(valueAt(call, setting.from))
  if ('value' in setting) return { value: setting.value }
  if ('template' in setting) return templateWish(setting.template, call)
  return computedWish(setting.compute, call)
}

const wishFor = (value: Json | undefined): Wish | undefined => (value === undefined ? undefined : wishOf(value))

function templateWish(template: string, call: Call): Wish | undefined {
  const parts = placeholdersOf(template).map(path => wishFor(valueAt(call, path)))
  if (parts.some(part => part === undefined || ('value' in part && isBlank(part.value)))) return undefined
  const unfit = parts.find(part => part !== undefined && 'unfit' in part)
  if (unfit) return unfit
  const values = parts.map(part => (part && 'value' in part ? String(part.value) : ''))
  return { value: template.replaceAll(PLACEHOLDER, () => values.shift() ?? '') }
}

function computedWish(compute: (call: Call) => unknown, call: Call): Wish | undefined {
  let value: unknown
  try {
    // A function that changes its call is not to change what others are given.
    value = compute(structuredClone(call))
  } catch (error) {
    return { unfit: `could not be computed: the function has thrown ${classOf(error)}` }
  }
  if (value === undefined) return undefined
  return isJson(value, 1) ? wishOf(value) : { unfit: 'could not be computed: the function has returned no JSON value' }
}

const isBlank = (value: unknown): boolean => typeof value === 'string' && value.trim() === ''

/** An error's message may hold values; its class is the program's own word. */
const classOf = (error: unknown): string =>
  error instanceof Error && /^[A-Za-z]{1,40}$/.test(error.name) ? `a ${error.name}` : 'something'

const DEEPEST = 16

function isJson(value: unknown, depth: number): value is Json {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return true
  if (typeof value === 'number') return Number.isFinite(value)
  if (typeof value !== 'object' || depth > DEEPEST) return false
  if (Array.isArray(value)) return value.every(item => isJson(item, depth + 1))
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== null) return false
  return Object.values(value).every(item => isJson(item, depth + 1))
}
