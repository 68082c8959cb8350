import type { Json, UserId } from '../types.ts'
import { Rejected } from './rejected.ts'

/** In bytes of UTF-8. */
const LONGEST_ID = 512

/**
 * Reads an id. Its exact characters are significant: nothing is trimmed, folded or normalised.
 * @returns `undefined` when there is none: absent, `null` or empty.
 * @throws Rejected for what could be mistaken for another id, or stored as another one.
 */
export function readId(name: string, value: Json | undefined): string | undefined {
  if (value === undefined || value === null || value === '') return undefined
  const id = typeof value === 'number' ? numericId(name, value) : value
  if (typeof id !== 'string') throw new Rejected(`${name} must be a string: send ${wanted(name)}.`)
  if (id.length > LONGEST_ID || Buffer.byteLength(id) > LONGEST_ID)
    throw new Rejected(`${name} is longer than ${LONGEST_ID} bytes of UTF-8: send a shorter id, or a hash of it.`)
  if (/\p{Cc}/u.test(id)) throw new Rejected(`${name} contains a control character: send the id without it.`)
  // U+FFFD is what undecodable bytes turn into, so two different ids may have become this one.
  if (!id.isWellFormed() || id.includes('\uFFFD'))
    throw new Rejected(`${name} is not valid Unicode: send the id as well-formed UTF-8.`)
  if (id.trim() === '') throw new Rejected(`${name} is blank: send ${wanted(name)}, or leave it out.`)
  return id
}

/** Reads the id of a user. @returns `undefined` when there is none. @throws Rejected as `readId` does */
export function readUserId(name: string, value: Json | undefined): UserId | undefined {
  const id = readId(name, value)
  return id === undefined ? undefined : spelled(id)
}

/** A user's id as it is spelled in a path or a key. One that `readUserId` would refuse is nobody's. */
export const spelled = (id: string): UserId => id as UserId

const wanted = (name: string): string =>
  name === 'messageId' ? 'what identifies this one event, a UUID for instance' : 'the id as the product knows it'

/** Beyond 2^53 neighbouring ids become the same number when JSON is read. */
function numericId(name: string, value: number): string {
  if (Math.abs(value) > Number.MAX_SAFE_INTEGER)
    throw new Rejected(`${name} is a number too large to keep all its digits: send it as a string.`)
  return String(value)
}
