import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { HubSpotOptions } from '../local/hubspot/index.ts'
import type { CallCounts } from '../local/hubspot/ledger.ts'

/** What the parent tells the child: how HubSpot behaves, and how many contacts `user<n>@example.com` it holds. */
export interface HubSpotWish {
  readonly options: Omit<HubSpotOptions, 'clock' | 'latency'> & { readonly latency: number }
  readonly contacts: number
}

/** What the child answers. `vids[n]` belongs to `user<n>@example.com`. */
export interface HubSpotReady {
  readonly url: string
  readonly vids: readonly string[]
}

export interface HubSpotProcess extends HubSpotReady {
  counts(): Promise<CallCounts>
  stop(): void
}

/** A HubSpot in a process of its own, so that what is measured here is ours alone. */
export async function startHubSpot(wish: HubSpotWish): Promise<HubSpotProcess> {
  const child = fork(fileURLToPath(new URL('./hubspot.child.ts', import.meta.url)), { stdio: 'inherit' })
  child.send(wish)
  const ready = (await answerOf(child)) as HubSpotReady
  return {
    ...ready,
    counts: async () => {
      child.send('counts')
      return (await answerOf(child)) as CallCounts
    },
    stop: () => void child.kill(),
  }
}

const answerOf = (child: ChildProcess): Promise<unknown> =>
  new Promise((resolve, reject) => {
    child.once('message', resolve)
    child.once('exit', () => reject(new Error('The HubSpot of the bench has ended.')))
  })
