import { setTimeout as sleep } from 'node:timers/promises'
import { chunk } from '../functions/core/parallel.ts'
import type { Pipeline, PipelineCounts } from './pipeline.ts'

export interface Drive {
  readonly events: number
  readonly counts: PipelineCounts
  /** Until the last post was answered. */
  readonly secondsToAccept: number
  /** Until HubSpot last changed a contact, from the first post on. */
  readonly secondsToArrive: number
}

const CHUNK = 100
const GLANCE = 200
/** Longer than a wake-up can be on its way: the slot, and its delay. In milliseconds. */
const QUIET = 5_000

/**
 * Posts events in chunks of 100, waits until nothing happens any more and nothing is due, and says what it took. Asks
 * for the status only once it is quiet, so that asking is not measured.
 */
export async function drive(pipeline: Pipeline, events: readonly object[]): Promise<Drive> {
  const begun = Date.now()
  for (const batch of chunk(events, CHUNK)) await post(pipeline.apiUrl, batch)
  const secondsToAccept = (Date.now() - begun) / 1_000
  let counts = await quiet(pipeline)
  for (let due = await dueOf(pipeline); due > 0; due = await dueOf(pipeline)) {
    console.error(`${due} are due, though nothing has happened for ${QUIET / 1_000} s`)
    counts = await quiet(pipeline)
  }
  const secondsToArrive = Math.max(0, counts.lastWriteAt - begun) / 1_000
  return { events: events.length, counts, secondsToAccept, secondsToArrive }
}

/** @throws Error unless all are accepted */
export async function post(apiUrl: string, batch: readonly object[]): Promise<void> {
  const response = await fetch(`${apiUrl}/v1/batch`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa('local:')}`, 'content-type': 'application/json' },
    body: JSON.stringify({ batch }),
  })
  const answer = await response.text()
  if (response.status !== 202 || !answer.includes('"rejected":[]')) {
    throw new Error(`Events were not accepted: ${response.status} ${answer}`)
  }
}

async function dueOf({ apiUrl }: Pipeline): Promise<number> {
  const response = await fetch(`${apiUrl}/v1/status`, { headers: { authorization: `Basic ${btoa('local:')}` } })
  const status: unknown = await response.json()
  if (typeof status === 'object' && status !== null && 'due' in status) return Number(status.due)
  throw new Error(`There is no status: ${response.status}`)
}

async function quiet(pipeline: Pipeline): Promise<PipelineCounts> {
  let before = ''
  let since = Date.now()
  for (;;) {
    const counts = await pipeline.counts()
    const { table, hubspot, functions, running } = counts
    const now = JSON.stringify([table.total.writes, hubspot.calls, functions.record, functions.deliver, running])
    if (now !== before || running > 0) since = Date.now()
    if (Date.now() - since > QUIET) return counts
    before = now
    await sleep(GLANCE)
  }
}
