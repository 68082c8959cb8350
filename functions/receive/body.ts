import { brotliDecompressSync, gunzipSync, inflateRawSync, inflateSync, type ZlibOptions } from 'node:zlib'
import { type HttpRequest, Refused } from '../runtime/http.ts'

/** In bytes, inflated. */
const LARGEST_BODY = 4 * 1024 * 1024

/** The types under which producers send JSON; form and plain text are what SDKs fall back to. `''`: none given. */
const JSON_TYPES = new Set(['', 'application/json', 'text/json', 'text/plain', 'application/x-www-form-urlencoded'])

/** The body as the sender wrote it, before it was compressed. @throws Refused: 400, 413, 415. */
export function plainBody(request: HttpRequest, raw: Buffer): Buffer {
  const type = (request.headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? ''
  if (!JSON_TYPES.has(type) && !/^application\/[\w.-]+\+json$/.test(type))
    throw new Refused(415, 'The content type is not supported: send JSON with "content-type: application/json".')
  return inflated(raw, request.headers['content-encoding'])
}

function inflated(raw: Buffer, contentEncoding: string | undefined): Buffer {
  const encoding = (contentEncoding ?? '').trim().toLowerCase() || 'identity'
  // A body of a few kB can hold gigabytes: inflating stops at the limit.
  const options: ZlibOptions = { maxOutputLength: LARGEST_BODY }
  try {
    switch (encoding) {
      case 'identity':
        if (raw.length > LARGEST_BODY) throw tooLargeInflated()
        return raw
      case 'gzip':
      case 'x-gzip':
        return gunzipSync(raw, options)
      case 'deflate':
        // HTTP means zlib's format; some clients send it bare.
        return isZlib(raw) ? inflateSync(raw, options) : inflateRawSync(raw, options)
      case 'br':
        return brotliDecompressSync(raw, options)
    }
  } catch (error) {
    if (error instanceof Refused) throw error
    if (error instanceof RangeError) throw tooLargeInflated()
    throw new Refused(400, `The body cannot be inflated as ${encoding}: check "content-encoding".`)
  }
  throw new Refused(415, 'The content encoding is not supported: send gzip, deflate, br or none.', {
    headers: { 'accept-encoding': 'gzip, deflate, br' },
  })
}

const tooLargeInflated = (): Refused =>
  new Refused(413, `The body is larger than ${LARGEST_BODY / 1024 / 1024} MB: send smaller batches.`)

const isZlib = (raw: Buffer): boolean =>
  raw.length >= 2 && (raw.readUInt8(0) & 15) === 8 && raw.readUInt16BE(0) % 31 === 0
