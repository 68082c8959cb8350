import { isUnchanged } from '../core/delivery/answers.ts'
import { doubt } from '../core/delivery/doubt.ts'
import { absorbing } from '../core/delivery/transitions.ts'
import { forgetRival, isContact, type Step, type Work, type World } from '../core/delivery/work.ts'
import type { Answer, Contact, InputError } from '../core/hubspot.ts'
import { primaryEmail } from '../core/identity.ts'
import { contactRules, guardedIn } from '../core/mapping/rules.ts'
import { inParallel } from '../core/parallel.ts'
import type { RecordKey, Vid } from '../core/types.ts'
import { answeredAll } from './answered.ts'
import { TABLE_REQUESTS, take } from './claims.ts'
import { readAgain } from './reads.ts'
import type { Session } from './session.ts'
import { MOST_SILENT_WRITES } from './writes.ts'

export type MergeStep = Extract<Step, { do: 'merge' | 'detach' }>
export type Merging = { readonly work: Work; readonly step: MergeStep }

/**
 * Merges contacts, and takes addresses off contacts, one call each. Two records never merge one contact: the claim on it
 * comes first. Then it is read again, all in one batch: a merge cannot be undone, and HubSpot follows the id of a contact
 * that has become part of another one.
 *
 *     claim ─► record says "merging" ─► read again ─► journal ─► merge ─► survivor's claim ─► link ─► forget the journal
 *              backs the claim          as before?           │                                     │
 *                                                            └── a leftover: the vid is read back; a survivor shows
 *                                                                that it was done
 *
 * @returns the records whose round is over.
 */
export async function merge(session: Session, world: World, mergings: readonly Merging[]): Promise<Set<Work>> {
  const finished = new Set<Work>()
  // In trouble with writes one call tries alone: when it fails, all others are due as they are.
  const [first] = mergings
  if (first && session.probingWrites && mergings.length > 1) {
    const tried = await merge(session, world, [first])
    return session.probingWrites ? tried : new Set([...tried, ...(await merge(session, world, mergings.slice(1)))])
  }
  const begun: Begun[] = []
  await inParallel(mergings, TABLE_REQUESTS, async ({ work, step }) => {
    if (step.do === 'merge' && (await begin(session, world, work, step))) begun.push({ work, step })
  })
  const unchanged = await confirm(session, begun)
  await inParallel(mergings, session.deps.config.delivery.callsAtOnce, async ({ work, step }) => {
    if (step.do === 'detach') await detach(session, work, step)
    else if (unchanged.has(work) && (await mergeOne(session, world, work, step))) finished.add(work)
  })
  return finished
}

interface Begun {
  readonly work: Work
  readonly step: Extract<MergeStep, { do: 'merge' }>
}

/** Takes the claim, and writes down what is going to happen. `false`: the contact is not the record's to merge. */
async function begin(session: Session, world: World, work: Work, { contact, from }: Begun['step']): Promise<boolean> {
  if (!(await take(session, world, work, `vid#${contact.vid}`, from))) return false
  const { merging, attempts, looks } = work.delivered
  const again = merging === contact.vid
  if (again && attempts >= MOST_SILENT_WRITES && looks.length > 0) {
    // So often without an answer: all else goes out, and a slow probe tries it again.
    work.facts.stuck = 'HubSpot does not answer when the two contacts are merged'
    return false
  }
  work.delivered = { ...work.delivered, merging: contact.vid, ...(again ? {} : { attempts: 0 }) }
  await session.link(work)
  return true
}

/** Those whose contacts are what they were when it was decided to merge them. The others are decided on again. */
async function confirm(session: Session, begun: readonly Begun[]): Promise<Set<Work>> {
  if (begun.length === 0) return new Set()
  const { uniqueProperty } = session.deps.config.contacts
  const answers = await readAgain(
    session,
    begun.map(({ work, step }) => ({ work, vid: step.contact.vid })),
  )
  const unchanged = new Set<Work>()
  for (const { work, step } of begun) {
    const now = answers.get(work)
    if (now && isUnchanged(step.contact, now, uniqueProperty)) unchanged.add(work)
    else if (work.delivered.looks.length === 0) {
      const { merging: _, ...kept } = work.delivered
      work.delivered = kept
    }
  }
  return unchanged
}

async function mergeOne(
  session: Session,
  world: World,
  work: Work,
  { vid, contact, absorbs }: Begun['step'],
): Promise<boolean> {
  const { store, hubspot, random, clock } = session.deps
  const turn = await session.turn()
  if (!turn) return false
  const id = random.id()
  await store.journal({
    id,
    kind: 'merge',
    records: [{ key: work.record.key, properties: ['email'] }],
    at: clock.now(),
  })
  const answer = await turn.call('write', async () => ofThisAlone(await hubspot.mergeContacts(vid, contact.vid)))
  session.callLog.note({ record: work.record, inputs: 1, sent: {}, answer, answered: answeredAll(answer, contact.vid) })
  let over = false
  if (answer.kind === 'ok' || answer.kind === 'unavailable') forgetMerged([vid, contact.vid], work, world)
  if (answer.kind === 'ok')
    await follow(session, world, work, { survivor: answer.value.vid, merged: contact.vid, absorbs })
  if (answer.kind === 'rejected') work.facts.stuck = refusalIn('merge the two contacts', answer.errors)
  if (answer.kind === 'unavailable' && !answer.neverSent) {
    const now = { ...world, now: clock.now() }
    work.delivered = { ...work.delivered, attempts: work.delivered.attempts + 1 }
    await session.settle(doubt(work, { kind: 'merge', properties: ['email'] }, now))
    over = true
  }
  await store.forget(id)
  return over
}

/** Whatever others have read of the two in this round is no longer true. */
function forgetMerged(vids: readonly Vid[], merger: Work, { round }: World): void {
  const isMerged = (contact: Contact | null | undefined) => isContact(contact) && vids.includes(contact.vid)
  for (const work of round?.values() ?? []) {
    if (work === merger) continue
    const { facts } = work
    for (const [email, contact] of facts.byEmail) if (isMerged(contact)) facts.byEmail.delete(email)
    for (const [vid, contact] of facts.otherContacts) if (isMerged(contact)) facts.otherContacts.delete(vid)
    if (isMerged(facts.byId)) delete facts.byId
    if (isMerged(facts.rival)) delete facts.rival
  }
}

/** To the record that the merge has yielded, which may be a new one. Everything known is sent to it. */
async function follow(
  session: Session,
  world: World,
  work: Work,
  { survivor, merged, absorbs }: { survivor: Vid; merged: Vid; absorbs: RecordKey | undefined },
): Promise<void> {
  const { facts } = work
  if (!(await take(session, world, work, `vid#${survivor}`))) return
  const { merging: _, besides, ...kept } = work.delivered
  const others = besides?.filter(({ vid }) => vid !== merged) ?? []
  work.delivered = {
    ...kept,
    vid: survivor,
    version: 0,
    withheld: new Map(),
    ...(others.length > 0 && { besides: others }),
  }
  if (absorbs) work.delivered = absorbing(work.delivered, [absorbs])
  forgetRival(facts)
  delete facts.namesakeVid
  // What was read is the contact as it was before: its values win. Read anew: what it lacked, an address or a property that
  // is not to be overwritten unseen, and may have now; and what is suspected.
  const { byVid } = facts
  const guarded = guardedIn(work.record.folded, contactRules(session.deps.config))
  if (byVid && primaryEmail(byVid) !== undefined && kept.suspects.length === 0 && guarded.length === 0)
    facts.byVid = { ...byVid, vid: survivor }
  else delete facts.byVid
  await session.link(work)
  session.deps.metrics.add('ContactsMerged', 1)
}

/** Can be repeated, so that nothing need be written down: whoever does not know asks HubSpot for the address again. */
async function detach(
  session: Session,
  { record, facts }: Work,
  { vid, email }: Extract<MergeStep, { do: 'detach' }>,
): Promise<void> {
  const turn = await session.turn()
  const answer = await turn?.call('write', async () => ofThisAlone(await session.deps.hubspot.detachEmail(vid, email)))
  if (answer) session.callLog.note({ record, inputs: 1, sent: {}, answer, answered: answeredAll(answer, vid) })
  if (answer?.kind === 'rejected') facts.stuck = refusalIn('take the address off the other contact', answer.errors)
  if (answer?.kind !== 'ok') return
  forgetRival(facts)
  facts.byEmail.delete(email)
  if (facts.byVid?.vid === vid) delete facts.byVid
}

const refusalIn = (what: string, errors: readonly InputError[]): string =>
  `HubSpot refused to ${what}: ${errors.map(({ message }) => message).join('; ')}`

/** A token that may do everything else may not merge or erase, or not use an old endpoint: no reason to stop delivering. */
export function ofThisAlone<T>(answer: Answer<T>): Answer<T> {
  if (answer.kind !== 'account' || answer.code !== 'forbidden') return answer
  const error = { traces: [], ids: [], code: 'other', message: answer.message, properties: [] } as const
  return { kind: 'rejected', status: 403, errors: [error] }
}
