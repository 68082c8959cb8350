import { setTimeout as sleep } from 'node:timers/promises'
import type { Template } from '../cdk/synthesize.ts'
import { chunk } from '../functions/core/parallel.ts'
import { drive } from './drive.ts'
import { type Evidence, type IdentityVerdict, judge, type SeenUser } from './identity-judge.ts'
import type { IdentityWorkload } from './identity-workload.ts'
import { type Pipeline, startPipeline } from './pipeline.ts'

export interface IdentityOutcome {
  readonly workload: IdentityWorkload
  readonly calls: number
  readonly byRoute: Readonly<Record<string, { readonly calls: number }>>
  /** Status → calls; `none`: no answer. */
  readonly statuses: Readonly<Record<string, number>>
  /** Pairs of contacts that calls of ours merged. */
  readonly merges: number
  readonly verdict: IdentityVerdict
  readonly evidence: Evidence
}

export interface IdentityOptions {
  readonly template?: Template
  /**
   * Whether to wait until nothing is in doubt any more: minutes, where answers were lost. Otherwise only until everything
   * has been delivered.
   */
  readonly untilCertain: boolean
}

/** Runs a workload in a pipeline of its own. @param delivered called when all that is left is waiting */
export async function runIdentity(
  workload: IdentityWorkload,
  { template, untilCertain }: IdentityOptions,
  delivered: () => void = () => {},
): Promise<IdentityOutcome> {
  const { contacts, waves, fault } = workload
  const pipeline = await startPipeline({ contacts, keepWrites: true, ...(template && { template }) })
  try {
    if (fault) await tellHubSpot(pipeline, 'faults', fault)
    for (const { browsed, events } of waves) {
      for (const [n, email] of browsed.entries()) await browse(pipeline, email, n)
      await drive(pipeline, events)
    }
    delivered()
    while (untilCertain && (await ask<{ verifying: number }>(pipeline, '/v1/status')).verifying > 0) await sleep(2_000)
    const { calls, byRoute, byStatus } = (await pipeline.counts()).hubspot
    const evidence = await evidenceOf(pipeline, workload)
    const merges = evidence.writes.filter(({ kind, source }) => kind === 'merge' && source === 'api').length
    const verdict = judge(workload, evidence)
    return { workload, calls, byRoute, statuses: byStatus, merges, verdict, evidence }
  } finally {
    await pipeline.stop()
  }
}

/** A form and the tracking code, in turns, name an address to HubSpot. */
async function browse(pipeline: Pipeline, email: string, n: number): Promise<void> {
  if (n % 2 === 0) await tellHubSpot(pipeline, 'forms', { email })
  else await tellHubSpot(pipeline, 'track', { utk: n.toString(16).padStart(32, '0'), identity: { email } })
}

async function tellHubSpot({ hubspotUrl }: Pipeline, what: string, body: unknown): Promise<void> {
  const response = await fetch(`${hubspotUrl}/simulator/${what}`, { method: 'POST', body: JSON.stringify(body) })
  if (!response.ok) throw new Error(`The embedded HubSpot refuses: ${await response.text()}`)
}

async function evidenceOf(pipeline: Pipeline, { people }: IdentityWorkload): Promise<Evidence> {
  const users = new Map<string, SeenUser>()
  for (const some of chunk(people, 20)) {
    await Promise.all(some.map(async ({ id }) => users.set(id, await ask<SeenUser>(pipeline, `/v1/users/${id}`))))
  }
  type Conflict = { userId: string; with: { userId: string | null } | null }
  const { conflicts } = await ask<{ conflicts: Conflict[] }>(pipeline, '/v1/conflicts?limit=100')
  return {
    contacts: await pipeline.contacts(),
    writes: await pipeline.writes(),
    users,
    conflicts: new Map(conflicts.map(conflict => [conflict.userId, conflict.with?.userId ?? undefined])),
  }
}

/** The answer's type is what docs and tests of the API say. */
async function ask<Answer>({ apiUrl }: Pipeline, path: string): Promise<Answer> {
  const response = await fetch(apiUrl + path, { headers: { authorization: `Basic ${btoa('local:')}` } })
  if (!response.ok) throw new Error(`There is no ${path}: ${response.status}`)
  return (await response.json()) as Answer
}
