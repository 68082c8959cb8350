import { outcomeOf } from './rules.ts'
import { ownershipNow, situationOf } from './standing.ts'
import { settleWith, takenBy } from './troubles.ts'
import { MOST_SILENT_READS, type Step, type Work, type World } from './work.ts'

/**
 * HubSpot has refused our id for the user's contact since another one carries it: made by a call of which nobody knew any
 * more when the user's contact was looked for, or by an import. `undefined`: there is none any more, or nobody has said so.
 *
 *     create ──frozen──────────────────────────────────────► lands: another contact, with our id
 *     the next deliverer: nothing there ─► adopts ─► update ─► refused ─► read it ─► merge it into the user's
 */
export function takeInNamesake(work: Work, world: World): Step | undefined {
  const { delivered, facts } = work
  const { namesakeVid: vid } = facts
  if (vid === undefined || delivered.vid === undefined) return undefined
  const contact = facts.otherContacts.get(vid)
  if (contact === undefined) {
    if (facts.silences >= MOST_SILENT_READS) return settleWith(takenBy(vid, undefined))
    return { do: 'read', by: 'other', ids: [vid] }
  }
  if (contact === null || contact.vid === delivered.vid) return undefined
  const ownership = ownershipNow(work, contact, world)
  if (outcomeOf(situationOf(work, contact, undefined, world)) !== 'merge' || ownership.whose === 'another')
    return settleWith(takenBy(contact.vid, ownership.whose === 'another' ? ownership.owner : undefined))
  const { from } = ownership
  return { do: 'merge', vid: delivered.vid, contact, ...(from === undefined ? {} : { from }) }
}
