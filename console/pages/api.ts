import * as v from 'valibot'
import { refusal } from './schemas.ts'

/** An answer of the API that is not what was asked for. The message is for people. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  /** 0: no answer came. */
  readonly status: number

  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

/** In milliseconds. */
const PATIENCE = 20_000

/** The API, asked with one admin key. It stands beside the page, wherever that is. */
export class Api {
  readonly #authorization: string

  constructor(key: string) {
    const bytes = new TextEncoder().encode(`${key}:`)
    this.#authorization = `Basic ${btoa(String.fromCharCode(...bytes))}`
  }

  get<Schema extends v.GenericSchema>(path: string, schema: Schema, signal?: AbortSignal) {
    return this.#ask('GET', path, schema, signal)
  }

  post<Schema extends v.GenericSchema>(path: string, schema: Schema) {
    return this.#ask('POST', path, schema)
  }

  /** @throws ApiError */
  async #ask<Schema extends v.GenericSchema>(
    method: string,
    path: string,
    schema: Schema,
    signal?: AbortSignal,
  ): Promise<v.InferOutput<Schema>> {
    const { status, body } = await this.#fetch(method, path, signal)
    if (status >= 200 && status < 300) {
      const read = v.safeParse(schema, body)
      if (read.success) return read.output
      throw new ApiError(status, 'The API answers what this console does not understand: reload the page.')
    }
    const told = v.safeParse(refusal, body)
    throw new ApiError(status, told.success ? told.output.error : `The API answers ${status}.`)
  }

  async #fetch(method: string, path: string, signal?: AbortSignal): Promise<{ status: number; body: unknown }> {
    try {
      const response = await fetch(`.${path}`, {
        method,
        headers: { authorization: this.#authorization, accept: 'application/json' },
        // Or the browser would ask for the key in a window of its own, and keep it.
        credentials: 'omit',
        cache: 'no-store',
        redirect: 'error',
        signal: AbortSignal.any([AbortSignal.timeout(PATIENCE), ...(signal ? [signal] : [])]),
      })
      return { status: response.status, body: await response.json().catch(() => undefined) }
    } catch {
      throw new ApiError(0, 'The API cannot be reached.')
    }
  }
}

/** A user's id in a path, whatever stands in it. */
export const inPath = (id: string): string => encodeURIComponent(id.toWellFormed())
