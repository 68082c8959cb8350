import { awaited, freedBy } from '../core/identity.ts'
import { inParallel } from '../core/parallel.ts'
import type { ContactRecord } from '../core/record.ts'
import type { ClaimKey } from '../core/store.ts'
import type { RecordKey } from '../core/types.ts'
import { TABLE_REQUESTS } from './claims.ts'
import type { Session } from './session.ts'

/**
 * At the end of a round: whoever has settled in conflict is noted on the claim that is in the way, and whoever waits for
 * a claim that came free, or whose owner has changed the address, is looked at at once.
 *
 *     bo ──conflict with alex──noted on alex's claim─┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄──due now──► looks again
 *     alex ──────────────────────────────────────────leaves, settled──► bo is raised ──┘
 *
 * Noted first: of two who meet in one round, none is missed. A crash in between costs nothing but time, since every
 * conflict is probed, slowly; so does a table that does not answer.
 */
export async function heal(session: Session, records: readonly ContactRecord[]): Promise<void> {
  const { log } = session.deps
  const { written, released } = session
  try {
    const waiting = new Map<RecordKey, ClaimKey>()
    const freed = new Set(released.keys())
    for (const record of records) {
      const after = written.get(record.key)
      const claim = after && awaited(record, after)
      if (claim) waiting.set(record.key, claim)
      if (after) for (const key of freedBy(record, after)) freed.add(key)
    }
    await note(session, waiting)
    if (freed.size > 0) await raise(session, await waitersOf(session, freed, waiting))
  } catch (error) {
    const reason = error instanceof Error ? `${error.name}: ${error.message}` : 'unknown'
    log.warn('conflicts wait for their slow probe: their causes could not be followed', { error: reason })
  } finally {
    written.clear()
    released.clear()
  }
}

async function note({ deps: { store } }: Session, waiting: ReadonlyMap<RecordKey, ClaimKey>): Promise<void> {
  await inParallel([...waiting], TABLE_REQUESTS, ([waiter, claim]) => store.wait(claim, waiter))
}

/** Claims are read first: hardly anybody ever waits for one, and reading is cheaper. */
async function waitersOf(
  { deps: { store }, released }: Session,
  freed: ReadonlySet<ClaimKey>,
  waiting: ReadonlyMap<RecordKey, ClaimKey>,
): Promise<ReadonlySet<RecordKey>> {
  const found = new Set<RecordKey>([...released.values()].flat())
  for (const [waiter, claim] of waiting) if (freed.has(claim)) found.add(waiter)
  const claims = await store.readClaims([...freed])
  await inParallel([...claims.values()], TABLE_REQUESTS, async ({ key, waiters = [] }) => {
    if (waiters.length > 0) for (const waiter of await store.takeWaiters(key)) found.add(waiter)
  })
  return found
}

/** Only those who are in conflict still. */
async function raise({ deps: { store, clock } }: Session, waiters: ReadonlySet<RecordKey>): Promise<void> {
  if (waiters.size === 0) return
  const conflicts = [...(await store.readRecords([...waiters])).values()].filter(
    ({ delivered }) => delivered.state === 'conflict',
  )
  await inParallel(conflicts, TABLE_REQUESTS, async ({ key }) => {
    await store.raiseVerify(key, clock.now())
  })
}
