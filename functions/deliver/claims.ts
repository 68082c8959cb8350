import { keptIn } from '../core/delivery/guarding.ts'
import { recordNow } from '../core/delivery/standing.ts'
import { absorbing, accompanied, linked, unlinked } from '../core/delivery/transitions.ts'
import { forgetRival, type Step, type Work, type World } from '../core/delivery/work.ts'
import { backs, wantedEmail } from '../core/identity.ts'
import { inParallel } from '../core/parallel.ts'
import type { Delivered } from '../core/record.ts'
import type { ClaimKey } from '../core/store.ts'
import type { RecordKey } from '../core/types.ts'
import { gatherCircle } from './circles.ts'
import type { Session } from './session.ts'

export type ClaimStep = Extract<Step, { do: 'adopt' | 'reserve' }>
export type Claiming = { readonly work: Work; readonly step: ClaimStep }

/** Table requests under way at once. */
export const TABLE_REQUESTS = 48

/**
 * Takes claims. Records that want the same thing take turns, so that the second sees what the first has written:
 * those whose own address is the contact's primary one first, users before leads, then those who asked first. Whoever
 * has left an address comes last.
 */
export async function claim(session: Session, world: World, claimings: readonly Claiming[]): Promise<void> {
  const turns = new Map<ClaimKey, Claiming[]>()
  for (const claiming of [...claimings].sort(precedence)) {
    const key = claimKey(claiming.step)
    turns.set(key, [...(turns.get(key) ?? []), claiming])
  }
  await inParallel([...turns], TABLE_REQUESTS, async ([key, queue]) => {
    for (const { work, step } of queue) {
      if (step.do === 'adopt') await adopt(session, world, work, step, key)
      else await reserve(session, world, work, step, key)
    }
  })
}

const claimKey = (step: ClaimStep): ClaimKey =>
  step.do === 'adopt' ? `vid#${step.contact.vid}` : `email#${step.email}`

function precedence(a: Claiming, b: Claiming): number {
  const primary = ({ work, step }: Claiming): number => {
    if (step.do === 'reserve' && step.email !== wantedEmail(work.record)) return 2
    return step.do === 'adopt' && step.primary ? 0 : 1
  }
  const lead = ({ work }: Claiming): number => (work.record.key.startsWith('lead#') ? 1 : 0)
  const asked = ({ work }: Claiming): number => work.record.folded.registers.get('email')?.candidates[0].stamp.time ?? 0
  return primary(a) - primary(b) || lead(a) - lead(b) || asked(a) - asked(b)
}

/** The claim, then the vid into the record: a claim without a record behind it is anybody's. */
async function adopt(
  session: Session,
  world: World,
  work: Work,
  step: Extract<Step, { do: 'adopt' }>,
  key: ClaimKey,
): Promise<void> {
  const before = deliveredBefore(world, work, step)
  if (!(await take(session, world, work, key, step.from))) return
  const sent = keptIn(step.contact, [before?.sent, work.delivered.sent], world.schema)
  work.delivered = linked(work, step.contact, step.keepEmail, sent)
  if (step.besides) work.delivered = accompanied(work.delivered, step.besides)
  for (const { contact } of step.besides ?? []) work.facts.otherContacts.set(contact.vid, contact)
  if (step.absorbs) work.delivered = absorbing(work.delivered, [step.absorbs])
  work.facts.byVid = step.contact
  // What was in the way of creating is ours now; whatever is in the way of the update will be named again.
  forgetRival(work.facts)
  await session.link(work)
  // Whoever wants the address finds out whose it is. Somebody who is on their way to it may have been faster.
  const email = step.primary ? work.delivered.email : undefined
  if (email !== undefined && email === wantedEmail(work.record)) {
    await session.deps.store.claim(`email#${email}`, work.record.key)
  }
  session.deps.metrics.add('ContactsAdopted', 1)
}

/** What the lead, or the user's previous id, whose contact it was has told HubSpot. */
function deliveredBefore(
  { round }: World,
  { facts }: Work,
  { from, absorbs, contact }: Extract<Step, { do: 'adopt' }>,
): Delivered | undefined {
  if (absorbs) return facts.absorbed.get(absorbs)?.delivered
  if (!from?.startsWith('lead#')) return undefined
  return round?.get(from)?.delivered ?? facts.claims.get(`vid#${contact.vid}`)?.ownerRecord?.delivered
}

async function reserve(
  session: Session,
  world: World,
  work: Work,
  step: Extract<Step, { do: 'reserve' }>,
  key: ClaimKey,
): Promise<void> {
  if (await take(session, world, work, key, step.from)) work.facts.reserved.add(step.email)
  else await gatherCircle(session, work, key)
}

/**
 * Takes a claim; or learns whose it is, and whether that record backs it.
 * @param judged whose it is as far as was known when this was decided, who does not stand behind it
 */
export async function take(
  session: Session,
  world: World,
  work: Work,
  key: ClaimKey,
  judged?: RecordKey,
): Promise<boolean> {
  const { round } = world
  const { store, clock } = session.deps
  const from = judged !== undefined && isBackedByNow(judged, work, key, world) ? undefined : judged
  // A lead that loses its contact to a user has to look at HubSpot before it writes again; told first, in case of a crash.
  if (from?.startsWith('lead#')) await store.raiseVerify(from, clock.now())
  const claim = await store.claim(key, work.record.key, from)
  if (claim.owner === work.record.key) {
    const lead = from === undefined ? undefined : round?.get(from)
    // The lead is in this very round, and was read before it was told: it must not write there any more.
    if (lead && key === `vid#${lead.delivered.vid}`) {
      lead.delivered = unlinked(lead.delivered)
      delete lead.facts.byVid
      lead.facts.byEmail.clear()
    }
    return true
  }
  const ownerRecord = (await store.readRecords([claim.owner])).get(claim.owner)
  work.facts.claims.set(key, { ...claim, ownerRecord })
  return false
}

/**
 * Whether the owner has come to stand behind the claim since, by an earlier turn of this very round. A lead gives way to a
 * user all the same.
 *
 *     u1 claims, and dies ─► u1 claims again, is linked
 *                         └► u2 has judged: nobody stands behind it ────────► no more
 */
function isBackedByNow(owner: RecordKey, { record }: Work, key: ClaimKey, world: World): boolean {
  if (owner.startsWith('lead#') && !record.key.startsWith('lead#')) return false
  return backs(recordNow(owner, undefined, world), key)
}
