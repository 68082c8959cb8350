import { compareStamps } from '../event.ts'
import type { Contact } from '../hubspot.ts'
import type { Ownership } from '../identity.ts'
import type { AliasOf, ContactRecord } from '../record.ts'
import type { Millis, RecordKey } from '../types.ts'
import { adoption } from './adopt.ts'
import { outcomeOf } from './rules.ts'
import { ownershipNow, recordNow, situationOf } from './standing.ts'
import { linkUnseen } from './unseen.ts'
import { MOST_SILENT_READS, type Properties, type Step, type Trouble, type Work, type World } from './work.ts'

/**
 * Two ids become one. Each side writes its own record alone:
 *
 *     previous id ─► nothing of it may still land ─► its contact is known ─► stands aside: backs no claim any more
 *                                                                               │ doubts the heir, who looks at it
 *     heir ─────────────────────────────────────────────────────────────────────▼
 *       has no contact ──► adopts the previous one, everything is sent to it
 *       has one ─────────► merges the previous one into it, or reports it (policy)
 */

// ── the previous id ──────────────────────────────────────────────────────────────────────────────────────────────────

/** Says what the record of an id does that has become another's. */
export function standAside(work: Work, { heir }: AliasOf, world: World): Step {
  const { record, delivered } = work
  const look = delivered.looks.find(at => at > world.now)
  if (look !== undefined) return { do: 'later', at: look }
  const { state, problem, version, verified } = delivered
  const aside = state === 'deleted' && version === record.folded.version && verified === record.verify
  if (aside && problem) return { do: 'settle', trouble: problem }
  // Linked first, so that the heir finds it by the record.
  return linkUnseen(work, world) ?? { do: 'stand_aside', heir }
}

// ── the heir ─────────────────────────────────────────────────────────────────────────────────────────────────────────

/** What the user takes over of ids that have become theirs. `trouble`: what has to be reported when all else is done. */
export function absorb(work: Work, world: World): { readonly step?: Step; readonly trouble?: Trouble } {
  let trouble: Trouble | undefined
  for (const key of openIn(work)) {
    const found = lookAt(work, key, world)
    if ('step' in found) return found
    if (!('contact' in found)) continue
    const { contact, ownership } = found
    const from = ownership.whose === 'another' ? undefined : ownership.from
    switch (outcomeOf(situationOf(work, contact, undefined, world))) {
      case 'adopt':
      case 'adopt_without_email':
        return { step: { ...adoption(contact, ownership, { primary: true, keepEmail: false }), absorbs: key } }
      case 'merge':
        if (work.delivered.vid === undefined) break
        return {
          step: {
            do: 'merge',
            vid: work.delivered.vid,
            contact,
            absorbs: key,
            ...(from === undefined ? {} : { from }),
          },
        }
      default:
        trouble ??= { code: 'conflict', message: APART, with: key, vid: contact.vid }
    }
  }
  return trouble ? { trouble } : {}
}

const APART = 'the user has another contact, made for an id that has become this one; merge the two in HubSpot'

/** The user is deleted: so are the contacts of ids that had become theirs before. `undefined`: there are none. */
export function removeAbsorbed(work: Work, world: World): Step | undefined {
  const how = world.config.policies.deletedUser
  const { deletion } = work.record.folded
  if (how === 'keep' || !deletion) return undefined
  for (const key of openIn(work)) {
    const found = lookAt(work, key, world)
    if ('step' in found) return found.step
    if (!('contact' in found)) continue
    const { contact, ownership, aliasOf } = found
    if (compareStamps(aliasOf.stamp, deletion) > 0 || !['ours', 'absorbed'].includes(ownership.whose)) continue
    return { do: 'remove', vid: contact.vid, how, properties: emptiedBy(work, world), absorbs: key }
  }
  return undefined
}

/** The properties that a deletion takes away from a contact. */
export function emptiedBy({ record: { folded } }: Work, { schema }: World): Properties {
  const names = [...folded.registers].flatMap(([name, register]) => (register.candidates[0].value === '' ? [name] : []))
  return Object.fromEntries(
    names.filter(name => schema.properties.get(name)?.readOnly === false).map(name => [name, '']),
  )
}

const openIn = ({ record, delivered }: Work): RecordKey[] =>
  (record.folded.absorbs ?? []).filter(key => !delivered.absorbed?.includes(key))

type Found =
  | { readonly step: Step }
  | { readonly contact: Contact; readonly ownership: Ownership; readonly aliasOf: AliasOf }
  | { readonly nothing: true }

/** What there is to take over of one id; `step` says what has to be found out, or waited for, first. */
function lookAt(work: Work, key: RecordKey, world: World): Found {
  const { facts, delivered } = work
  if (!facts.absorbed.has(key)) return { step: { do: 'meet', keys: openIn(work) } }
  const read = facts.absorbed.get(key)
  const none: Found = { step: { do: 'absorbed', keys: [key] } }
  if (!read) return none
  const { aliasOf } = read.folded
  // Its own record does not say so yet. When it does, it will be heard of.
  if (!aliasOf) return { nothing: true }
  const previous = recordNow(key, read, world) ?? read
  if (!isAside(previous, world)) return waitFor(work, previous, world)
  const { vid } = previous.delivered
  if (vid === undefined || vid === delivered.vid) return none
  const contact = facts.otherContacts.get(vid)
  if (contact === undefined) {
    // Quarantined: asking on would bring the same.
    if (facts.silences >= MOST_SILENT_READS) throw new Error('HubSpot says nothing of the contact of an absorbed id')
    return { step: { do: 'read', by: 'other', ids: [vid] } }
  }
  if (contact === null || contact.vid === delivered.vid) return none
  // The two may have been merged by hand: the user's own contact, too, may be one of another vid by now.
  if (delivered.vid !== undefined && facts.byVid === undefined)
    return { step: { do: 'read', by: 'vid', ids: [delivered.vid] } }
  const ownership = ownershipNow(work, contact, world)
  // It has become somebody else's meanwhile.
  return ownership.whose === 'another' ? none : { contact, ownership, aliasOf }
}

const isAside = ({ delivered }: ContactRecord, { now }: World): boolean =>
  delivered.state === 'deleted' && delivered.looks.every(at => at <= now)

/** Whoever has a contact goes on; whoever has none would make a second one. */
function waitFor(work: Work, previous: ContactRecord, world: World): Found {
  const look = previous.delivered.looks.findLast(at => at > world.now)
  const trouble: Trouble = { code: 'conflict', message: 'an id that has become this one is busy', with: previous.key }
  if (look === undefined && world.round?.has(previous.key)) return { step: { do: 'wait', trouble } }
  if (work.delivered.vid !== undefined && work.record.folded.deletion === undefined) return { nothing: true }
  // HubSpot has refused something, or its handling failed: that may take a person.
  if (look === undefined && previous.due?.lane === 'rejected') {
    const { vid } = previous.delivered
    return { step: { do: 'settle', trouble: { ...trouble, ...(vid === undefined ? {} : { vid }) } } }
  }
  return { step: { do: 'later', at: Math.max(look ?? 0, world.now + SOON) } }
}

const SOON: Millis = 2_000
