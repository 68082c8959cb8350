import { sha256 } from '../functions/core/digest.ts'
import type { IdentifyEvent } from '../functions/core/event.ts'
import { chunk, inParallel } from '../functions/core/parallel.ts'
import { notDelivered } from '../functions/core/record.ts'
import type { Store } from '../functions/core/store.ts'
import { canonicalEmail, type UserId, userKey, type Vid } from '../functions/core/types.ts'
import { Deliverer } from '../functions/deliver/deliver.ts'
import { HubSpotClient } from '../functions/hubspot/client.ts'
import { Pace } from '../functions/hubspot/pacing.ts'
import { environmentSecrets } from '../functions/runtime/environment-secrets.ts'
import { systemClock } from '../functions/runtime/system.ts'
import { localPlatform } from '../local/platform.ts'
import config from '../sync.config.ts'
import { foldEvents } from '../test/support/folding.ts'
import { startHubSpot } from './hubspot-process.ts'

export interface Throughput {
  readonly contacts: number
  readonly seconds: number
  readonly calls: number
  readonly throttled: number
  /** Contacts in a batch that was sent, on average. */
  readonly fill: number
  /** Of the calls that HubSpot's limit allows in the time taken. */
  readonly share: number
  /** Of one processor. */
  readonly processor: number
  readonly peakMegabytes: number
  /** Before the first call: Node, the code, and the table where that is in memory. */
  readonly megabytesBefore: number
}

const LIMIT = 190
const LATENCY = 300
const silent = { debug() {}, info() {}, warn() {}, error() {} }

/**
 * Delivers so many due contacts to a HubSpot (a process of its own) that takes 300 ms a call and allows 190 calls in
 * 10 s. Every contact is known and has one new value.
 */
export async function measureThroughput(store: Store, contacts: number): Promise<Throughput> {
  const hubspot = await startHubSpot({
    options: { latency: LATENCY, limits: { perTenSeconds: LIMIT, daily: 1_000_000 } },
    contacts,
  })
  try {
    await makeDue(store, hubspot.vids)
    const pace = new Pace(LIMIT, systemClock)
    const platform = localPlatform(environmentSecrets({}), silent, { add() {} })
    const client = new HubSpotClient({ ...platform, pace, baseUrl: hubspot.url, version: 'v3' })
    const deliverer = new Deliverer({
      ...platform,
      store,
      config,
      pace,
      hubspot: client,
      objects: client,
      events: { depth: async () => 0 },
    })

    const before = process.memoryUsage.rss()
    let peak = before
    const watch = setInterval(() => {
      peak = Math.max(peak, process.memoryUsage.rss())
    }, 100)
    const processor = process.cpuUsage()
    const begun = performance.now()
    while ((await deliverer.run(performance.now() + 40_000)) !== 'nothing_due') await systemClock.sleep(100)
    const seconds = (performance.now() - begun) / 1_000
    const { user, system } = process.cpuUsage(processor)
    clearInterval(watch)

    const { calls, byRoute, byStatus } = await hubspot.counts()
    const { live, bulk } = (await store.countDue()).lanes
    if (live + bulk > 0) throw new Error(`${live + bulk} contacts are still due.`)
    const batches = Object.values(byRoute).filter(route => route.inputs > 0)
    const sum = (what: 'calls' | 'inputs') => batches.reduce((total, route) => total + route[what], 0)
    return {
      contacts,
      seconds,
      calls,
      throttled: byStatus['429'] ?? 0,
      fill: sum('inputs') / sum('calls'),
      share: calls / ((seconds * LIMIT) / 10),
      processor: (user + system) / 1e6 / seconds,
      peakMegabytes: peak / 2 ** 20,
      megabytesBefore: before / 2 ** 20,
    }
  } finally {
    hubspot.stop()
  }
}

/** Users who are known to HubSpot by `vids`, each with one value that HubSpot does not have. */
async function makeDue(store: Store, vids: readonly string[]): Promise<void> {
  const { token } = await store.open()
  const indexed = vids.map((vid, n) => ({ vid: vid as Vid, n }))
  for (const some of chunk(indexed, 1_000)) {
    await inParallel(some, 50, async ({ vid, n }) => {
      const key = userKey(`user${n}` as UserId)
      const world = { schema: undefined, config, now: Date.now() }
      const first = foldEvents(undefined, [identify(n, 1, { email: `user${n}@example.com`, firstName: 'Ada' })], world)
      await store.fold(key, first.folded, first.due)
      const email = canonicalEmail(`user${n}@example.com`)
      const delivered = { ...notDelivered, version: 1, state: 'synced' as const, vid, email, updatedAt: Date.now() }
      await store.settle(token, { key, delivered, basis: { foldVersion: 1, verify: 0 }, due: undefined })
      await store.claim(`vid#${vid}`, key)
      const current = { key, folded: first.folded, delivered, verify: 0 }
      const second = foldEvents(current, [identify(n, 2, { lastName: 'Lovelace' })], world)
      await store.fold(key, second.folded, second.due)
    })
  }
}

function identify(n: number, sequence: number, traits: Record<string, string>): IdentifyEvent {
  const messageId = `${n}-${sequence}`
  const time = Date.now() + sequence
  const stamp = { time, receivedAt: time, index: 0, id: sha256(messageId).slice(0, 12) }
  return {
    type: 'identify',
    key: userKey(`user${n}` as UserId),
    messageId,
    stamp,
    hash: stamp.id,
    priority: 'live',
    traits,
  }
}
