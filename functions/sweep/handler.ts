import middy from '@middy/core'
import type { Config } from '../core/config.ts'
import { lanesOf } from '../core/lanes.ts'
import type { WakeUps } from '../core/queue.ts'
import { type Lane, WORK_LANES, type WorkLane } from '../core/record.ts'
import type { DeliveryStore, ViewingStore } from '../core/store.ts'
import { invocation } from '../runtime/invocation.ts'
import type { MetricName, Platform } from '../runtime/platform.ts'

export interface SweepDeps extends Platform {
  readonly store: ViewingStore & Pick<DeliveryStore, 'leftovers' | 'readPortal'>
  readonly config: Config
  readonly wakeUps: WakeUps
}

const MEASURES: Readonly<Record<Exclude<Lane, WorkLane>, MetricName>> = {
  waiting: 'WaitingRecords',
  verifying: 'VerifyingRecords',
  conflict: 'ConflictRecords',
  rejected: 'RejectedRecords',
}

const SLOW_LANES = ['waiting', 'verifying', 'conflict', 'rejected'] as const

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
      const lanes = lanesOf(deps.config)
      const now = clock.now()
      const [counts, parked, portal, calls] = await Promise.all([
        store.countDue(lanes),
        store.countParked(),
        store.readPortal(),
        store.leftovers(),
      ])
      const due = lanes.some(lane => (counts.first[lane] ?? Number.POSITIVE_INFINITY) <= now)
      if (!portal || calls.length > 0 || due) await wakeUps.wakeRegardless()

      metrics.add('Sweeps', 1)
      metrics.add('OldestDueAge', counts.oldestDueAt === undefined ? 0 : Math.max(0, now - counts.oldestDueAt) / 1_000)
      metrics.add(
        'DueRecords',
        WORK_LANES.reduce((sum, lane) => sum + counts.lanes[lane], 0),
      )
      metrics.add('ParkedEvents', parked)
      for (const lane of SLOW_LANES) metrics.add(MEASURES[lane], counts.lanes[lane])
    })
