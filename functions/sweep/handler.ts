import middy from '@middy/core'
import type { WakeUps } from '../core/queue.ts'
import type { Lane } from '../core/record.ts'
import { LANES } from '../core/record.ts'
import type { DeliveryStore, ViewingStore } from '../core/store.ts'
import { invocation } from '../runtime/invocation.ts'
import type { MetricName, Platform } from '../runtime/platform.ts'

export interface SweepDeps extends Platform {
  readonly store: ViewingStore & Pick<DeliveryStore, 'due' | 'leftovers' | 'readPortal'>
  readonly wakeUps: WakeUps
}

const MEASURES: Readonly<Record<Exclude<Lane, 'live' | 'bulk'>, MetricName>> = {
  verifying: 'VerifyingRecords',
  conflict: 'ConflictRecords',
  rejected: 'RejectedRecords',
}

/**
 * Once a minute: wakes `deliver` while anything is due, so that a wake-up that was lost costs no more than this minute,
 * and publishes the one number that an operator watches: the age of the oldest due work. Wakes it, too, when a call was
 * left in the journal, and when the portal has never been read, so that its properties are known before the first event.
 */
export const sweep = (deps: SweepDeps) =>
  middy<unknown, void>()
    .use(invocation(deps))
    .handler(async () => {
      const { store, clock, metrics, wakeUps } = deps
      const now = clock.now()
      const [counts, parked, portal, calls, waiting] = await Promise.all([
        store.countDue(),
        store.countParked(),
        store.readPortal(),
        store.leftovers(),
        Promise.all(LANES.map(lane => store.due(lane, now, 1))),
      ])
      if (!portal || calls.length > 0 || waiting.flat().length > 0) await wakeUps.wakeRegardless()

      const { live, bulk, ...slow } = counts.lanes
      metrics.add('Sweeps', 1)
      metrics.add('OldestDueAge', counts.oldestDueAt === undefined ? 0 : Math.max(0, now - counts.oldestDueAt) / 1_000)
      metrics.add('DueRecords', live + bulk)
      metrics.add('ParkedEvents', parked)
      metrics.add(MEASURES.verifying, slow.verifying)
      metrics.add(MEASURES.conflict, slow.conflict)
      metrics.add(MEASURES.rejected, slow.rejected)
    })
