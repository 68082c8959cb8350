import { afterAll } from 'vitest'
import { type Local, type LocalOptions, startLocal } from '../../local/start-local.ts'

/** A whole pipeline for the tests of a file, and what a product and an operator do with it. */
export interface Run extends Local {
  /** What a product's SDK does. @returns the status, and the answer. */
  post(call: string, body: unknown): Promise<{ status: number; body: unknown }>
  /** What an operator does. @param path such as `/v1/status` */
  get(path: string): Promise<{ status: number; body: unknown }>
}

/** Starts one and ends it when the tests of the file have. */
export async function startRun(options: LocalOptions = {}): Promise<Run> {
  const local = await startLocal({ port: 0, ...options })
  afterAll(() => local.stop())
  const request = async (path: string, init: RequestInit = {}) => {
    const response = await fetch(local.apiUrl + path, {
      ...init,
      headers: { authorization: `Basic ${btoa('local:')}`, 'content-type': 'application/json' },
    })
    return { status: response.status, body: await response.json() }
  }
  return {
    ...local,
    post: (call, body) => request(`/v1/${call}`, { method: 'POST', body: JSON.stringify(body) }),
    get: path => request(path),
  }
}

/** Patience for whatever passes through the queues, on a machine with much else to do. */
export const SOON = { timeout: 20_000, interval: 50 }
