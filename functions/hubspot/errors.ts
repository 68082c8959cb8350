import type { InputError, InputErrorCode } from '../core/hubspot.ts'
import type { Vid } from '../core/types.ts'
import { type JsonObject, objectOf, objectsOf, parsed, textOf, textsOf } from './json.ts'
import { mentioned } from './naming.ts'
import { withoutValues } from './redaction.ts'

type PropertyError = InputError['properties'][number]

/** The record that has the value already. In the second sentence an earlier number is the ghost of the failed create. */
const EXISTING = /Existing ID:\s*(\d+)|(\d+) already has that value/i
/** Of an end of an association: `CONTACT=38374264688 is not valid`. */
const NOT_THERE = /\b[A-Z][A-Z0-9_-]*=\d+ is not valid\b/
const TAKEN_PROPERTY = /PropertyValueCoordinates\{.*?propertyName=([A-Za-z0-9_]+)/

const CODES: readonly (readonly [InputErrorCode, (error: Readonly<Clues>) => boolean])[] = [
  ['duplicate_ids', ({ message }) => /duplicate ids found/i.test(message)],
  // Where the address is short and fixed, no URI is too long: a 414 can mean nothing else.
  [
    'too_many_identities',
    ({ message, status, about }) => /more than \d+ identities/i.test(message) || (status === 414 && about.length > 0),
  ],
  [
    'conflict',
    ({ status, category, existing, taken }) =>
      status === 409 || category === 'CONFLICT' || existing !== undefined || taken,
  ],
  // A 404 that names nobody may as well come from a wrong address: it must not pass for contacts that are gone.
  [
    'not_found',
    ({ category, status, named, gone }) => category === 'OBJECT_NOT_FOUND' || (status === 404 && named) || gone,
  ],
  ['invalid', ({ category, properties }) => category === 'VALIDATION_ERROR' || properties.length > 0],
]

interface Clues {
  readonly status: number | undefined
  readonly category: string | undefined
  readonly message: string
  readonly named: boolean
  readonly about: readonly string[]
  /** The associations API says so of an end that is not there. */
  readonly gone: boolean
  /** The lists API says so of a name, with a status as for anything wrong. */
  readonly taken: boolean
  readonly existing: string | undefined
  readonly properties: readonly PropertyError[]
}

export const isVid = (text: string | undefined): text is Vid => text !== undefined && /^\d{1,20}$/.test(text)

/**
 * One error of HubSpot's, be it the body of a refusal or an item of `errors` in a 207: both have the same fields, and
 * any of them may be missing.
 * @param status the answer's status, where the error is about the whole request
 * @param sent what the request held, to be removed from HubSpot's words
 * @param about the ids without which there is nothing to do for the whole request: a 404 speaks of them
 * @param names what the inputs are known by: whom the error mentions it is about, where it has no field for that
 */
export function inputError(
  error: JsonObject,
  sent: readonly string[],
  status?: number,
  { about = [], names = [] }: { readonly about?: readonly string[]; readonly names?: readonly string[] } = {},
): InputError {
  const context = objectOf(error.context)
  const details = objectsOf(error.errors)
  const raw = textOf(error.message) ?? details.map(detail => textOf(detail.message) ?? '').join(' ')
  const traces = textsOf(context.objectWriteTraceId)
  const named = [...textsOf(context.ids), ...mentioned(names, [context, ...details.map(detail => detail.context)], raw)]
  const ids = named.length === 0 && status === 404 ? [...about] : [...new Set(named)]
  const existing = existingOf(error, raw)
  const { message, properties } = validation(raw, details, sent)
  const category = textOf(error.category)
  const subCategory = textOf(error.subCategory) ?? ''
  const clues: Clues = {
    status,
    category,
    message: raw,
    named: traces.length + ids.length > 0,
    about,
    taken: /\bDUPLICATE_LIST_NAMES$/.test(subCategory),
    gone: NOT_THERE.test(raw) || 'INVALID_OBJECT_IDS' in context || /\bINVALID_OBJECT_IDS$/.test(subCategory),
    existing,
    properties,
  }
  return {
    traces,
    ids,
    code: CODES.find(([, holds]) => holds(clues))?.[0] ?? 'other',
    message,
    properties,
    ...(existing === undefined ? {} : { existing }),
  }
}

function existingOf(error: JsonObject, message: string): Vid | undefined {
  const found = EXISTING.exec(message)
  const tokens = { ...objectOf(error.context), ...objectOf(error.errorTokens) }
  return [found?.[1], found?.[2], ...textsOf(tokens.existingObjectId)].find(isVid)
}

/** HubSpot writes the list of what is wrong as JSON into the message, and the same again, in part, into `errors`. */
function validation(raw: string, details: readonly JsonObject[], sent: readonly string[]) {
  const listAt = raw.indexOf(': [{')
  const listed = listAt < 0 ? [] : objectsOf(parsed(raw.slice(listAt + 2)))
  const taken = TAKEN_PROPERTY.exec(raw)?.[1]
  const properties = new Map<string, PropertyError>()
  const add = (name: string | undefined, code: string, message: string) => {
    if (name === undefined || properties.has(`${name} ${code}`)) return
    properties.set(`${name} ${code}`, { name, code, message: withoutValues(message, sent) })
  }
  for (const item of listed) {
    add(
      textOf(item.name),
      textOf(item.error) ?? 'INVALID',
      textOf(item.message) ?? textOf(item.localizedErrorMessage) ?? '',
    )
  }
  for (const detail of details) {
    for (const name of textsOf(objectOf(detail.context).propertyName)) {
      add(name, textOf(detail.code) ?? 'INVALID', textOf(detail.message) ?? '')
    }
  }
  add(taken, 'UNIQUE_VALUE_CONFLICT', raw)
  // The list is full of values; its sentences are in `properties`, so the beginning and their words are enough.
  const head = listAt < 0 ? withoutValues(raw, sent) : withoutValues(raw.slice(0, listAt), sent)
  const words = listAt < 0 ? [] : [...properties.values()].map(property => property.message)
  return { message: [head, words.join('; ')].filter(Boolean).join(': '), properties: [...properties.values()] }
}
