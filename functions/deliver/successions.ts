import { endOf } from '../core/alias.ts'
import { asideOf } from '../core/delivery/transitions.ts'
import type { Work, World } from '../core/delivery/work.ts'
import { Deposed } from '../core/store.ts'
import type { RecordKey } from '../core/types.ts'
import type { Session } from './session.ts'

/**
 * An id has become another's: its record names its contact and backs no claim any more. Whoever the heir has become is
 * doubted first, so that a crash in between leaves nobody's contact behind; unless they wait for it in this round.
 * @returns whether the record's round is over: the heir cannot be told.
 */
export async function standAside(session: Session, world: World, work: Work, heir: RecordKey): Promise<boolean> {
  try {
    await leave(session, world, work, heir)
    return false
  } catch (error) {
    if (error instanceof Deposed) throw error
    session.skip(work.record.key, 'read', error)
    return true
  }
}

async function leave(session: Session, world: World, work: Work, heir: RecordKey): Promise<void> {
  const { store, clock } = session.deps
  const { key, erased } = work.record
  const end = work.delivered.vid === undefined && !erased ? undefined : await endOf(store, heir)
  const waiting = end && world.round?.get(end.key)?.facts.absorbed.has(key)
  const open = end?.record?.folded.absorbs?.includes(key) && !end.record.delivered.absorbed?.includes(key)
  // Whoever was erased for privacy is not made again under another id. A contact that the heir has is theirs.
  const word = end?.record?.delivered.vid === undefined ? erased : undefined
  if (end && ((open && !waiting) || word)) await store.raiseVerify(end.key, clock.now(), word)
  const { email } = work.delivered
  work.delivered = asideOf(work, heir)
  if (email !== undefined && !erased) await session.release(`email#${email}`, key)
}
