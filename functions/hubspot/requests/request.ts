import { type ApiVersion, inVersion } from '../versions.ts'

/** A request, complete but for the token. */
export interface Request {
  /** For logs: the name of the port's method. */
  readonly operation: string
  /** Without a definite answer, a write may or may not have been applied. */
  readonly write: boolean
  /** Of a batch call. */
  readonly inputs?: number
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | undefined
  /** Everything in it that HubSpot might quote in an error. */
  sent(): readonly string[]
  /** The ids that it is about as a whole. */
  readonly about?: readonly string[]
  /** What its inputs are known by where HubSpot has no field for that in an error. */
  readonly names?: readonly string[]
}

/** What there is to say of a request beside what is sent. */
interface Described {
  readonly operation: string
  readonly write: boolean
  readonly inputs?: number
  sent?(): readonly string[]
  readonly about?: readonly string[]
  readonly names?: readonly string[]
}

/** A request as HubSpot's SDK makes it. */
interface Built {
  getHttpMethod(): string
  getUrl(): string
  getHeaders(): Record<string, string>
  getBody(): unknown
}

/**
 * Where requests go: HubSpot's host, and the paths of one version of its API. HubSpot's SDK makes the requests wherever
 * it can: its generated, typed request factories know the paths, the fields and how they are written. It does not send
 * them and does not read the answers, because there it has no timeout, throws answers away that are not in its
 * specification (a 201 for a 200) or have another content type (without a status), retries by a setting of the whole
 * process, and drops fields it does not know. Importing the factories alone also spares the bundle the rest of it.
 *
 * Where it has no factory, or one that would weigh more than all of ours together (lists: 130 kB), the request is made
 * here by hand, from the same types.
 */
export class Address {
  readonly #baseUrl: string
  readonly #version: ApiVersion

  constructor(baseUrl: string, version: ApiVersion) {
    this.#baseUrl = baseUrl.replace(/\/+$/, '')
    this.#version = version
  }

  /** A request of the SDK's. It speaks `v3` and `v4` alone and knows one host: both are exchanged here. */
  built(described: Described, built: Built): Request {
    const body = built.getBody()
    const { pathname, search } = new URL(built.getUrl())
    return {
      sent: nothing,
      ...described,
      method: built.getHttpMethod(),
      url: this.#url(pathname) + search,
      headers: built.getHeaders(),
      body: typeof body === 'string' ? body : undefined,
    }
  }

  /**
   * A request made by hand.
   * @param path in `v3` or `v4`, every value in it encoded (`segment`); may end in a query
   * @throws Error for a path that is not known in the dated version
   */
  plain(described: Described, method: string, path: string, body?: unknown): Request {
    const [pathname = '', query] = path.split('?')
    return {
      sent: nothing,
      ...described,
      method,
      url: this.#url(pathname) + (query === undefined ? '' : `?${query}`),
      headers: { Accept: 'application/json', ...(body === undefined ? {} : { 'Content-Type': 'application/json' }) },
      body: body === undefined ? undefined : JSON.stringify(body),
    }
  }

  #url(path: string): string {
    return this.#baseUrl + inVersion(path, this.#version)
  }
}

/** A value as one segment of a path. */
export const segment = (value: string): string => encodeURIComponent(value.toWellFormed())

const nothing = (): readonly string[] => []
