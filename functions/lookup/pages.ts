import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync } from 'node:zlib'
import { type HttpAnswer, type HttpRequest, Refused } from '../runtime/http.ts'

/** A file of the console as it is sent. */
export interface PageFile {
  readonly type: string
  readonly text: string
}

/** The console's files by name: `index.html`, `app.js`, `app.css`, … Read when one is first asked for. */
export type Pages = () => Promise<ReadonlyMap<string, PageFile>>

const CONSOLE = '/console'

const TYPES: Readonly<Record<string, string>> = {
  'index.html': 'text/html; charset=utf-8',
  'app.js': 'text/javascript; charset=utf-8',
  'app.css': 'text/css; charset=utf-8',
  'icon.svg': 'image/svg+xml',
}

/** @param read the text of a file by its name */
export const pageFiles = (read: (name: string) => string): ReadonlyMap<string, PageFile> =>
  new Map(Object.entries(TYPES).map(([name, type]) => [name, { type, text: read(name) }]))

/** The files that lie beside a bundle. */
export const pagesBeside = (folder: string): Pages => {
  let files: ReadonlyMap<string, PageFile> | undefined
  return async () => {
    files ??= pageFiles(name => readFileSync(join(folder, 'console', name), 'utf8'))
    return files
  }
}

/**
 * Only the console's own files, only the API beside it, nothing inline, in nobody's frame: whatever a record may hold, no
 * script of a stranger runs here.
 */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; " +
  "form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'"

const HEADERS = {
  'content-security-policy': POLICY,
  'cache-control': 'no-cache',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=()',
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=31536000',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
} as const

/** Whether a path is the console's: that, and nothing else here, is shown to anybody. It holds no data. */
export const isPage = ({ rawPath }: HttpRequest): boolean => rawPath === CONSOLE || rawPath.startsWith(`${CONSOLE}/`)

/** `GET /console` and its files. @throws Refused: 404, 405. */
export async function page(pages: Pages, request: HttpRequest): Promise<HttpAnswer> {
  const { method } = request.requestContext.http
  if (method !== 'GET') throw new Refused(405, 'Only GET is possible here.', { headers: { allow: 'GET' } })
  const name = request.rawPath.slice(CONSOLE.length + 1) || 'index.html'
  const file = (await pages()).get(name)
  if (!file) throw new Refused(404, 'The console has no such file: it begins at /console.')
  const { etag, brotli } = packed(file)
  const headers = { ...HEADERS, etag, vary: 'accept-encoding', 'content-type': file.type }
  if (request.headers['if-none-match'] === etag) return { statusCode: 304, headers }
  if (!/\bbr\b/.test(request.headers['accept-encoding'] ?? '')) return { statusCode: 200, headers, body: file.text }
  return { statusCode: 200, headers: { ...headers, 'content-encoding': 'br' }, body: brotli, isBase64Encoded: true }
}

interface Packed {
  readonly etag: string
  /** In base64. */
  readonly brotli: string
}
const PACKED = new WeakMap<PageFile, Packed>()

function packed(file: PageFile): Packed {
  const known = PACKED.get(file)
  if (known) return known
  const hash = createHash('sha256').update(file.text).digest('base64url').slice(0, 22)
  const made = { etag: `"${hash}"`, brotli: brotliCompressSync(file.text).toString('base64') }
  PACKED.set(file, made)
  return made
}
