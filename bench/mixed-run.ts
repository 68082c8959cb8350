import { setTimeout as sleep } from 'node:timers/promises'
import { type Drive, drive } from './drive.ts'
import { judgeMixed, type MixedVerdict } from './mixed-judge.ts'
import { PORTAL } from './mixed-portal.ts'
import type { MixedWorkload } from './mixed-workload.ts'
import { type Pipeline, startPipeline } from './pipeline.ts'

export interface MixedOutcome {
  readonly verdict: MixedVerdict
  /** Counts run on: those of the last one are those of all. */
  readonly drives: readonly Drive[]
  /** What has not reached HubSpot, by `GET /v1/status`. */
  readonly open: Readonly<Record<string, number>>
}

const CONFIG = new URL('./mixed.config.ts', import.meta.url)
/** How long what waits for something may take to look again, once that is there. In milliseconds. */
const PATIENCE = 60_000

/** Runs the workload in a pipeline of its own, with a configuration of its own. */
export async function runMixed(workload: MixedWorkload): Promise<MixedOutcome> {
  const pipeline = await startPipeline({ contacts: workload.contacts, config: CONFIG })
  try {
    for (const [path, body] of PORTAL) await tellHubSpot(pipeline, path, body)
    const drives: Drive[] = []
    for (const wave of workload.waves) drives.push(await drive(pipeline, wave))
    const open = await openIn(pipeline)
    return { verdict: judgeMixed(workload, await pipeline.portal()), drives, open }
  } finally {
    await pipeline.stop()
  }
}

async function tellHubSpot({ hubspotUrl }: Pipeline, what: string, body: unknown): Promise<void> {
  const response = await fetch(`${hubspotUrl}/simulator/${what}`, { method: 'POST', body: JSON.stringify(body) })
  if (!response.ok) throw new Error(`The embedded HubSpot refuses: ${await response.text()}`)
}

async function openIn({ apiUrl }: Pipeline): Promise<Readonly<Record<string, number>>> {
  for (const end = Date.now() + PATIENCE; ; await sleep(1_000)) {
    const response = await fetch(`${apiUrl}/v1/status`, { headers: { authorization: `Basic ${btoa('local:')}` } })
    if (!response.ok) throw new Error(`There is no status: ${response.status}`)
    const status = Object.entries((await response.json()) as Record<string, unknown>)
    const open = status.flatMap(([name, count]) => (OPEN.includes(name) && Number(count) > 0 ? [[name, count]] : []))
    if (open.length === 0 || Date.now() > end) return Object.fromEntries(open)
  }
}

const OPEN = ['due', 'waiting', 'verifying', 'conflicts', 'rejected', 'parked']
