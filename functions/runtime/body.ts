import { Rejected } from '../core/parse/rejected.ts'
import type { Json } from '../core/types.ts'
import { type HttpRequest, Refused } from './http.ts'

/** The bytes of the body as they came. */
export const rawBody = (request: HttpRequest): Buffer =>
  Buffer.from(request.body ?? '', request.isBase64Encoded ? 'base64' : 'utf8')

/** @throws Refused: 400. */
export function readJson(bytes: Buffer): Json {
  const text = decoded(bytes)
  if (text.trim() === '') throw new Refused(400, 'The body is empty: send JSON.')
  try {
    return JSON.parse(text)
  } catch {
    throw new Refused(400, 'The body is not valid JSON: check quotes, commas and brackets, and that it is complete.')
  }
}

/** Reads what core may reject: the sender is told why. @throws Refused: 400. */
export function readable<T>(read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (error instanceof Rejected) throw new Refused(400, error.message)
    throw error
  }
}

/** Strict, because replaced characters could make two different ids one. */
function decoded(bytes: Buffer): string {
  try {
    return utf8.decode(bytes)
  } catch {
    throw new Refused(400, 'The body is not valid UTF-8: encode it as UTF-8.')
  }
}
const utf8 = new TextDecoder('utf-8', { fatal: true })
