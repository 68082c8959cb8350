import { readFile } from 'node:fs/promises'
import * as v from 'valibot'
import { type Context, type Environment, EXIT, Failed } from './command.ts'

const USUAL_URL = 'http://127.0.0.1:4000'
/** What `npm start` lets in unless ADMIN_KEY, or WRITE_KEY, is set. */
export const LOCAL_KEY = 'local'
/** In milliseconds. */
const PATIENCE = 15_000

const refusal = v.object({ error: v.string() })

/** The HTTP API of a running vidsync, as an operator uses it. */
export class Api {
  readonly url: string
  readonly #authorization: string

  constructor(url: string, key: string) {
    this.url = url
    this.#authorization = `Basic ${Buffer.from(`${key}:`).toString('base64')}`
  }

  /** The one that the options and the environment name. @throws Failed: usage. */
  static async from({ args, environment, terminal }: Pick<Context, 'args' | 'environment' | 'terminal'>): Promise<Api> {
    const url = apiUrl({ args, environment })
    const key = await adminKey(url, args.text('admin-key-file'), environment)
    if (url.protocol === 'http:' && !isLoopback(url))
      terminal.tell(`Warning: the admin key goes to ${url.host} unencrypted; use https.`)
    return new Api(url.href.replace(/\/+$/, ''), key)
  }

  /**
   * Asks for what `path` names, and checks that it is what is expected.
   * @param path such as `/v1/status`
   * @throws Failed: unreachable, or usage where the request is refused.
   */
  async get<Schema extends v.GenericSchema>(path: string, schema: Schema): Promise<v.InferOutput<Schema>> {
    const found = await this.find(path, schema)
    if (found === undefined) throw new Failed(EXIT.usage, this.#notVidsync('answers 404'))
    return found
  }

  /** The same, where there may be no such thing: `undefined` then. */
  async find<Schema extends v.GenericSchema>(path: string, schema: Schema): Promise<v.InferOutput<Schema> | undefined> {
    return this.#answered(await this.#ask(path), schema)
  }

  /** Orders something. @returns `undefined` where there is no such thing. @throws Failed: as `get`, and where it is refused */
  async post<Schema extends v.GenericSchema>(
    path: string,
    schema: Schema,
    body?: unknown,
  ): Promise<v.InferOutput<Schema> | undefined> {
    return this.#answered(await this.#ask(path, 'POST', body), schema)
  }

  #answered<Schema extends v.GenericSchema>(
    { status, body }: { readonly status: number; readonly body: unknown },
    schema: Schema,
  ): v.InferOutput<Schema> | undefined {
    const told = v.safeParse(refusal, body)
    if (status === 200 || status === 202) {
      const result = v.safeParse(schema, body)
      if (result.success) return result.output
      throw new Failed(EXIT.unreachable, this.#notVidsync('gives an answer that vidsync never would'))
    }
    if (!told.success) throw new Failed(EXIT.unreachable, this.#notVidsync(`answers ${status}`))
    if (status === 404) return undefined
    if (status === 401) throw new Failed(EXIT.usage, `${this.url} does not let this admin key in: ${WHERE_KEYS_ARE}`)
    // What is asked for is understood, and cannot be done as things are.
    if (status === 409) throw new Failed(EXIT.problems, told.output.error)
    throw new Failed(
      status >= 500 ? EXIT.unreachable : EXIT.usage,
      `${this.url} answers ${status}: ${told.output.error}`,
    )
  }

  async #ask(path: string, method = 'GET', body?: unknown): Promise<{ status: number; body: unknown }> {
    try {
      const response = await fetch(this.url + path, {
        method,
        headers: {
          authorization: this.#authorization,
          accept: 'application/json',
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        // A redirect would carry the key to wherever it points.
        redirect: 'manual',
        signal: AbortSignal.timeout(PATIENCE),
      })
      return { status: response.status, body: jsonOf(await response.text()) }
    } catch (error) {
      throw new Failed(EXIT.unreachable, `${this.url} cannot be reached (${reasonOf(error)}): ${this.#whatToDo()}`)
    }
  }

  #whatToDo(): string {
    return isLoopback(new URL(this.url))
      ? 'start it with `npm start`, or name another with --url or VIDSYNC_URL.'
      : 'check --url or VIDSYNC_URL, and your network.'
  }

  #notVidsync(what: string): string {
    return `${this.url} ${what}. It is not vidsync, or an older one: check --url or VIDSYNC_URL.`
  }
}

const WHERE_KEYS_ARE =
  'set ADMIN_KEY to one of the adminKeys of the secret (with `npm start`: the ADMIN_KEY that it was given), or give ' +
  '--admin-key-file. A write key only posts events.'

/** Where the options and the environment say that vidsync is. @throws Failed: usage. */
export const apiUrl = ({ args, environment }: Pick<Context, 'args' | 'environment'>): URL =>
  urlOf(args.text('url') ?? (environment.VIDSYNC_URL?.trim() || USUAL_URL))

function urlOf(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url?.username || url?.password)
    throw new Failed(EXIT.usage, 'The URL has a key in it, which your shell remembers: set ADMIN_KEY instead.')
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return url
  throw new Failed(EXIT.usage, `${JSON.stringify(text)} is no URL of an API; give one like ${USUAL_URL}.`)
}

export const isLoopback = ({ hostname }: URL): boolean => /^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname)

async function adminKey(url: URL, file: string | undefined, environment: Environment): Promise<string> {
  if (file !== undefined) {
    const text = await readFile(file, 'utf8').catch((error: Error) => {
      throw new Failed(EXIT.usage, `The admin key cannot be read from ${file}: ${codeOf(error)}.`)
    })
    if (text.trim() === '') throw new Failed(EXIT.usage, `${file} is empty: put the admin key into it.`)
    return text.trim()
  }
  // Several, with which `npm start` tries rotating keys: all of them are let in.
  const [key] = (environment.ADMIN_KEY ?? '').split(',').flatMap(each => each.trim() || [])
  if (key !== undefined) return key
  if (isLoopback(url)) return LOCAL_KEY
  throw new Failed(EXIT.usage, `${url.host} wants an admin key: set ADMIN_KEY, or give --admin-key-file.`)
}

export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const codeOf = (error: unknown): string =>
  error instanceof Error ? ('code' in error ? String(error.code) : error.message) : 'unknown'

/** The code alone: there is nothing more to learn from the message of a failed fetch. */
export function reasonOf(error: unknown): string {
  if (error instanceof Error && error.name === 'TimeoutError') return `no answer within ${PATIENCE / 1_000} s`
  const cause = error instanceof Error ? error.cause : undefined
  return codeOf(cause instanceof AggregateError ? cause.errors[0] : (cause ?? error))
}
