import { isObject, type JsonObject } from '../../functions/core/parse/json.ts'
import type { Json } from '../../functions/core/types.ts'
import { EXIT, Failed } from '../command.ts'
import { nearest } from '../nearest.ts'
import type { RowsFile } from './open.ts'
import type { Row } from './row.ts'

/** Why a row cannot become a call, for whoever has written the file. */
export class Unusable extends Error {
  override readonly name = 'Unusable'
}

/** Which columns are no traits. */
export interface Columns {
  readonly userId: string
  readonly vid: readonly string[]
}

const USER_ID = ['userId', 'user_id', 'id']
const VID = ['hubspot_vid', 'hubspotVid']
const TIME = 'timestamp'

/**
 * Which column has what. @param id the one that is named on the command line
 * @param vids further titles that a column with HubSpot's ids may have
 * @throws Failed: usage.
 */
export function columnsOf({ path, columns }: RowsFile, id: string | undefined, vids: readonly string[] = []): Columns {
  const vid = [...VID, ...vids]
  if (!columns) return { userId: id ?? '', vid }
  const found = id === undefined ? USER_ID.find(name => columns.includes(name)) : columns.find(each => each === id)
  if (found !== undefined) return { userId: found, vid }
  const near = id === undefined ? undefined : nearest(id, columns)
  const hint = near === undefined ? `It has: ${columns.join(', ')}.` : `Do you mean ${near}?`
  throw new Failed(
    EXIT.usage,
    id === undefined
      ? `${path} has no column ${USER_ID.join(', ')}: say with --id which column has your user ids. ${hint}`
      : `${path} has no column ${JSON.stringify(id)}. ${hint}`,
  )
}

/**
 * A row as the identify call that says the same: the id, the traits, the moment. A row of NDJSON may be such a call already.
 * @param at the moment of rows that give none
 * @throws Unusable
 */
export function callIn({ number, fields }: Row, { userId, vid }: Columns, file: RowsFile, at: Date): JsonObject {
  const name = userId || USER_ID.find(each => Object.hasOwn(fields, each)) || 'userId'
  const given = fields[name]
  if (given === undefined || given === null || given === '') throw new Unusable(`has no ${name}`)
  const isCall = isObject(fields.traits) || typeof fields.type === 'string'
  if (isCall && fields.type !== undefined && fields.type !== 'identify')
    throw new Unusable('is another call than identify')
  const vidName = vid.find(each => Object.hasOwn(fields, each))
  const known = [name, TIME, ...vid]
  const traits = isCall
    ? (fields.traits ?? {})
    : nested(Object.entries(fields).filter(([each]) => !known.includes(each)))
  if (JSON.stringify(traits).includes('\uFFFD')) throw new Unusable('is not UTF-8')
  const context = isObject(fields.context) && isCall ? fields.context : {}
  const { [TIME]: time } = fields
  return {
    type: 'identify',
    userId: given,
    messageId: `${file.fingerprint}-${number}`,
    timestamp: time === undefined || time === '' ? at.toISOString() : time,
    traits,
    ...contextWith(context, vidName === undefined ? undefined : vidIn(fields[vidName], vidName)),
  }
}

/**
 * A row as the identify call that says nothing but which contact is the user's.
 * @throws Unusable
 */
export function linkIn(row: Row, columns: Columns, file: RowsFile, at: Date): JsonObject {
  const name = columns.vid.find(each => Object.hasOwn(row.fields, each))
  if (name === undefined) throw new Unusable(`has no ${columns.vid.join(' or ')}`)
  const call = callIn(row, columns, file, at)
  if (call.context === undefined) throw new Unusable(`has no ${name}`)
  return { ...call, messageId: `link-${file.fingerprint}-${row.number}`, traits: {} }
}

/** HubSpot's id as a library for servers sends it: https://segment.com/docs/connections/spec/identify/ */
function contextWith(context: JsonObject, vid: string | undefined): { context?: JsonObject } {
  if (vid === undefined) return Object.keys(context).length > 0 ? { context } : {}
  const others = Array.isArray(context.externalIds) ? context.externalIds : []
  return { context: { ...context, externalIds: [...others, { id: vid, type: 'hubspot_vid' }] } }
}

function vidIn(value: Json | undefined, name: string): string | undefined {
  const text = typeof value === 'number' ? String(value) : value
  if (text === undefined || text === null || text === '') return undefined
  if (typeof text === 'string' && /^[1-9]\d{0,18}$/.test(text.trim())) return text.trim()
  throw new Unusable(`${name} is not an id of HubSpot's: digits alone`)
}

/** `address.city` is what is called `city` in `address`. */
function nested(entries: readonly (readonly [string, Json])[]): JsonObject {
  const traits: { [name: string]: Json } = {}
  for (const [path, value] of entries) {
    const names = path.split('.')
    let inner = traits
    for (const name of names.slice(0, -1)) {
      const below = Object.hasOwn(inner, name) ? inner[name] : undefined
      const object: { [name: string]: Json } = isObject(below) ? below : {}
      Object.defineProperty(inner, name, { value: object, enumerable: true, configurable: true, writable: true })
      inner = object
    }
    const name = names.at(-1) ?? path
    Object.defineProperty(inner, name, { value, enumerable: true, configurable: true, writable: true })
  }
  return traits
}
