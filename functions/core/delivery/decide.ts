import { isRevived } from '../identity.ts'
import { removeAbsorbed, standAside } from './absorb.ts'
import { identify } from './identify.ts'
import { remove } from './removal.ts'
import { DELETED, ERASED, erasedAndMadeAgain, settleWith } from './troubles.ts'
import { linkUnseen } from './unseen.ts'
import { bringUpToDate } from './update.ts'
import { MOST_SILENT_READS, type Step, type Trouble, type Work, type World } from './work.ts'

/**
 * Says what to do next for one record, from what is known about it. Called again after every answer, until it says
 * `settle`. Pure, and it remembers nothing: after a crash the same decisions follow from the table and from HubSpot.
 *
 *     vid unknown ─► read by every address kept (and by id, if a create may have happened)
 *       │  somebody's ───────► the rules of identity: adopt, wait, detach, conflict
 *       └─ nothing ──────────► reserve the address ─► create ─► vid known
 *
 *     vid known ─► in doubt? read it back
 *       │  gone ─────────────► unknown again, or deleted (policy)
 *       │  merged away ──────► adopt the survivor, or conflict
 *       ├─ new address ──────► reserve it ─► send it; where somebody has it, the rules: merge, wait, clear, detach,
 *       │                      conflict (all else is still sent)
 *       ├─ anything to send ─► update
 *       └─ nothing ──────────► settle
 */
export function decide(work: Work, world: World): Step {
  if (work.facts.refusal) return { do: 'settle', trouble: work.facts.refusal }
  const { deletion } = work.record.folded
  if (deletion && deletion.time !== work.delivered.deletion) return remove(work, world)
  const { aliasOf } = work.record.folded
  if (aliasOf) return standAside(work, aliasOf, world)
  if (work.delivered.state === 'deleted' && !isRevived({ ...work.record, delivered: work.delivered })) {
    // An id that became the user's before the deletion may be heard of after it.
    return (
      removeAbsorbed(work, world) ??
      afterErasure(work, world) ??
      afterRestoring(work) ??
      settleWith(work.delivered.problem ?? DELETED)
    )
  }
  const erased = afterErasure(work, world)
  if (erased) return erased
  return work.delivered.vid === undefined ? identify(work, world) : bringUpToDate(work, work.delivered.vid, world)
}

/** A person has deleted the contact, and it was left so; if a person has restored it since, the user begins anew. */
function afterRestoring({ delivered, facts }: Work): Step | undefined {
  const { vid, deletion } = delivered
  if (vid === undefined || deletion !== undefined || facts.silences >= MOST_SILENT_READS) return undefined
  if (facts.byVid === undefined) return { do: 'read', by: 'vid', ids: [vid] }
  return facts.byVid === null ? undefined : { do: 'unlink' }
}

/** Nothing is sent any more; but a person has to know of the contact that a call of before may have made. */
function afterErasure(work: Work, world: World): Step | undefined {
  const erasure = erasureOf(work)
  return erasure && (linkUnseen(work, world) ?? settleWith(erasure))
}

/**
 * A contact of the user's was erased for privacy: nothing is sent again, whatever the user's contact is by now, since the
 * word of it may come late. Whoever was deleted by the product begins anew; then only their new contact's erasure counts.
 */
function erasureOf({ record: { erased }, delivered }: Work): Trouble | undefined {
  const { vid, deletion } = delivered
  if (!erased || (deletion !== undefined && erased.vid !== vid)) return undefined
  return vid === undefined || vid === erased.vid ? ERASED : erasedAndMadeAgain(vid)
}
