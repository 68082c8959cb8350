/** A request as it reaches HubSpot, without a socket: what `handle` takes. */
export interface SimulatorRequest {
  readonly method: string
  /** Path and query: `/crm/v3/objects/contacts/1?properties=email`. */
  readonly url: string
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly body?: string
}

export interface SimulatorResponse {
  readonly status: number
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** The connection ended without an answer; whether the request was carried out, the caller cannot know. */
export class ConnectionLost extends Error {
  override readonly name = 'ConnectionLost'
  /** `reset`: by a TCP reset rather than by closing. */
  readonly how: 'closed' | 'reset'
  constructor(how: 'closed' | 'reset') {
    super(`The connection was ${how} before an answer came.`)
    this.how = how
  }
}

export const JSON_TYPE = 'application/json;charset=utf-8'

export type JsonObject = Record<string, unknown>

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Splits a request's target without judging it: anything may come in over a socket. */
export function splitUrl(url: string): { path: string; query: URLSearchParams } {
  const at = url.indexOf('?')
  if (at === -1) return { path: url, query: new URLSearchParams() }
  return { path: url.slice(0, at), query: new URLSearchParams(url.slice(at + 1)) }
}
