import { isContactKey, subscriptionsKey } from '../core/keys.ts'
import { lanesOf } from '../core/lanes.ts'
import { inParallel } from '../core/parallel.ts'
import type { ContactRecord, Delivered } from '../core/record.ts'
import type { BelongingKey, ContactKey } from '../core/types.ts'
import { TABLE_REQUESTS } from './claims.ts'
import type { DeliverDeps } from './session.ts'

/**
 * A contact that has become another one, or has another address, is to be told again what belongs to the person: told
 * before that is written down, so that a crash in between costs nothing.
 *
 *     the contact changes ─► belongings are doubted ─► the contact's record is written
 *                                      │ due: each compares for whom it was told last
 */
export async function doubtBelongings(deps: DeliverDeps, before: ContactRecord, after: Delivered): Promise<void> {
  const { key, folded, delivered } = before
  if (!isContactKey(key) || !lanesOf(deps.config).includes('waiting')) return
  const owners: ContactKey[] = [key, ...(folded.absorbs ?? []).filter(isContactKey)]
  const doubted = new Set<BelongingKey>()
  const first = delivered.vid === undefined
  const joined = (after.absorbed?.length ?? 0) > (delivered.absorbed?.length ?? 0)
  if (after.vid !== delivered.vid || (joined && !first)) {
    // Of whoever had no contact nothing has been told, or it waits since the contact was gone.
    const lane = first ? 'waiting' : undefined
    const found = await Promise.all(owners.map(owner => deps.store.belongingsOf(owner, lane)))
    for (const belonging of found.flat()) doubted.add(belonging)
  } else if (!first && after.email !== delivered.email && Object.keys(deps.config.subscriptions).length > 0) {
    for (const owner of owners) doubted.add(subscriptionsKey(owner))
  }
  const now = deps.clock.now()
  await inParallel([...doubted], TABLE_REQUESTS, async belonging => {
    await deps.store.raiseVerify(belonging, now)
  })
}
