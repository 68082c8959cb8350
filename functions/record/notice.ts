import type { NoticeEvent } from '../core/event.ts'
import { inParallel } from '../core/parallel.ts'
import type { Erasure } from '../core/record.ts'
import type { NoticingStore } from '../core/store.ts'
import type { RecordKey, Vid } from '../core/types.ts'
import type { Clock, Log, Metrics } from '../runtime/platform.ts'

export interface NoticeDeps {
  readonly store: NoticingStore
  readonly clock: Clock
  readonly log: Log
  readonly metrics: Metrics
}

/** Table requests under way at once. */
const TABLE_REQUESTS = 10

/**
 * Passes HubSpot's word on: the owners of the contacts concerned are in doubt, and `deliver` reads them back. Nothing
 * that HubSpot said is believed, but that a contact was erased, which cannot be read anywhere. A contact that nobody has
 * claimed, and one of another HubSpot account, is nobody's business here.
 *
 * May be repeated: the worst of it is one more reading.
 *
 * @returns whether anybody has become due. @throws whatever the table throws: the notices are to be delivered again.
 */
export async function heed(notices: readonly NoticeEvent[], deps: NoticeDeps): Promise<boolean> {
  const { store, clock, log, metrics } = deps
  const [portal, claims] = await Promise.all([
    store.readPortal(),
    store.readClaims([...new Set(notices.map(({ vid }) => `vid#${vid}` as const))]),
  ])
  const owners = new Map<RecordKey, Erasure | undefined>()
  let strange = 0
  for (const { vid, portal: told, erasedAt } of notices) {
    // Before the portal is known there are no claims.
    if (told !== portal?.id) strange += 1
    const owner = told === portal?.id ? claims.get(`vid#${vid}`)?.owner : undefined
    if (owner !== undefined) owners.set(owner, latest(owners.get(owner), vid, erasedAt))
  }
  if (strange > 0 && portal) log.warn('HubSpot tells of contacts of another account; they are ignored', { strange })

  let due = false
  await inParallel([...owners], TABLE_REQUESTS, async ([owner, erased]) => {
    if (!(await store.raiseVerify(owner, clock.now(), erased))) return
    due = true
    metrics.add('UsersNoticed', 1)
  })
  return due
}

function latest(known: Erasure | undefined, vid: Vid, at: number | undefined): Erasure | undefined {
  if (at === undefined || (known && known.at >= at)) return known
  return { vid, at }
}
