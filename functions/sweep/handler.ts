import middy from '@middy/core'
import type { Config } from '../core/config.ts'
import { forbiddenLanes, setAside } from '../core/forbidden.ts'
import { lanesOf, unusedLanes } from '../core/lanes.ts'
import type { WakeUps } from '../core/queue.ts'
import { type Lane, WORK_LANES, type WorkLane } from '../core/record.ts'
import type { DeliveryStore, ViewingStore } from '../core/store.ts'
import type { Millis } from '../core/types.ts'
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

/** Every so many minutes also those lanes are looked into which the configuration does not use. */
const EVERYWHERE_EVERY = 10

/**
 * Once a minute: wakes `deliver` while anything is due, so that a wake-up that was lost costs no more than this minute,
 * and publishes the one number that an operator watches: the age of the oldest due work, without what the account forbids. Wakes it, too, when a call was
 * left in the journal, and when the portal has never been read, so that its properties are known before the first event.
 */
export const sweep = (deps: SweepDeps) =>
  middy<unknown, void>()
    .use(invocation(deps))
    .handler(async () => {
      const { store, clock, metrics, wakeUps } = deps
      const lanes = lanesOf(deps.config)
      const now = clock.now()
      const [found, deliverer, parked, portal, calls] = await Promise.all([
        store.countDue(lanes),
        store.readDeliverer(),
        store.countParked(),
        store.readPortal(),
        store.leftovers(),
      ])
      const pauses = deliverer?.pauses ?? []
      const counts = setAside(found, forbiddenLanes(pauses, now))
      // What is forbidden is tried when its pause is over, and not before.
      const { first } = setAside(
        found,
        forbiddenLanes(
          pauses.filter(({ until }) => until > now),
          now,
        ),
      )
      const due = lanes.some(lane => (first[lane] ?? Number.POSITIVE_INFINITY) <= now)
      const everywhere = Math.floor(now / 60_000) % EVERYWHERE_EVERY === 0
      const left = everywhere && (await leftBehind(deps, now))
      if (!portal || calls.length > 0 || due || left) await wakeUps.wakeRegardless()

      metrics.add('Sweeps', 1)
      metrics.add('OldestDueAge', counts.oldestDueAt === undefined ? 0 : Math.max(0, now - counts.oldestDueAt) / 1_000)
      metrics.add(
        'DueRecords',
        WORK_LANES.reduce((sum, lane) => sum + counts.lanes[lane], 0),
      )
      metrics.add('ParkedEvents', parked)
      for (const lane of SLOW_LANES) metrics.add(MEASURES[lane], counts.lanes[lane])
    })

/**
 * Tells of what an earlier `sync.config.ts` has left: `deliver` clears it away, except for what would be lost by that, which
 * waits for the configuration to have a place for it again.
 * @returns whether any of it is due
 */
async function leftBehind({ store, config, log }: SweepDeps, now: Millis): Promise<boolean> {
  const lanes = unusedLanes(config)
  if (lanes.length === 0) return false
  const { lanes: counts, first } = await store.countDue(lanes)
  const found = lanes.filter(lane => counts[lane] > 0)
  if (found.length > 0) {
    const records = found.map(lane => `${lane} ${counts[lane]}`)
    log.warn('records are left of what sync.config.ts does not have any more', { records })
  }
  return found.some(lane => (first[lane] ?? Number.POSITIVE_INFINITY) <= now)
}
