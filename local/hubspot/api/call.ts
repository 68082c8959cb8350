import { HubSpotError, invalid } from '../errors.ts'
import { isObject, type JsonObject } from '../message.ts'
import type { ObjectSpace, Portal } from '../portal.ts'

export type Version = 'v1' | 'v3' | 'v4' | '2026-09'

/** One authenticated request on its way to the state. */
export interface Call {
  readonly portal: Portal
  readonly version: Version
  readonly query: URLSearchParams
  /** Parsed; undefined: none. */
  readonly body: unknown
}

/** A call about the records of one object type. */
export interface ObjectCall extends Call {
  readonly space: ObjectSpace
}

export interface Answer {
  readonly status: number
  /** undefined: an empty body. */
  readonly body?: JsonObject
}

/** @throws HubSpotError 400 for anything but a JSON object */
export function bodyOf(call: Call): JsonObject {
  if (isObject(call.body)) return call.body
  throw invalidJson('Cannot deserialize the body: a JSON object was expected')
}

export const invalidJson = (reason: string) =>
  new HubSpotError(400, { message: `Invalid input JSON on line 1, column 1: ${reason}` })

/** @throws HubSpotError 400 when it is set to something else */
export function optionalString(body: JsonObject, name: string): string | undefined {
  const value = body[name]
  if (value === undefined || value === null) return undefined
  if (typeof value === 'number') return String(value)
  if (typeof value === 'string') return value
  throw invalidJson(`"${name}" must be a string`)
}

/** @throws HubSpotError 400 */
export function requiredString(body: JsonObject, name: string): string {
  const value = optionalString(body, name)
  if (value === undefined || value === '') throw invalid(`Some required fields were not set: [${name}]`)
  return value
}

/** @throws HubSpotError 400 when it is set to something else */
export function stringList(body: JsonObject, name: string): string[] {
  const value = body[name]
  if (value === undefined || value === null) return []
  if (Array.isArray(value) && value.every(item => typeof item === 'string')) return value
  throw invalidJson(`"${name}" must be a list of strings`)
}

/** `properties` of a write. @throws HubSpotError 400 */
export function propertiesOf(body: JsonObject): JsonObject {
  const { properties } = body
  if (properties === undefined || properties === null) return {}
  if (isObject(properties)) return properties
  throw invalidJson('"properties" must be an object')
}

/** `?properties=a,b` and `?properties=a&properties=b`. */
export function queryList(query: URLSearchParams, name: string): string[] {
  return query
    .getAll(name)
    .flatMap(value => value.split(','))
    .map(value => value.trim())
    .filter(value => value !== '')
}
