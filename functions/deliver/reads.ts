import { answerForId, answerForVid, identityProperties, learnByEmail, mergedInto } from '../core/delivery/answers.ts'
import type { Step, Work } from '../core/delivery/work.ts'
import { type Answer, BATCH_LIMIT, type BatchResult, type Contact, type LookUp } from '../core/hubspot.ts'
import { contactRules, guardedIn } from '../core/mapping/rules.ts'
import { chunk, inParallel } from '../core/parallel.ts'
import type { ContactRecord } from '../core/record.ts'
import type { Claim, ClaimKey } from '../core/store.ts'
import type { RecordKey, Vid } from '../core/types.ts'
import { foundBy } from './answered.ts'
import { TABLE_REQUESTS } from './claims.ts'
import type { Session } from './session.ts'

export type ReadStep = Extract<Step, { do: 'read' }>
export type Reading = { readonly work: Work; readonly step: ReadStep }

/** Answers the questions of many records in as few batches as possible, and loads the claims on what was found. */
export async function read(session: Session, readings: readonly Reading[]): Promise<void> {
  const asking = (by: ReadStep['by']) => readings.filter(({ step }) => step.by === by)
  await readByEmail(session, asking('email'))
  await readById(session, asking('id'))
  await readByVid(session, asking('vid'), (work, contact) => {
    work.facts.byVid = contact
  })
  await readByVid(session, asking('rival'), (work, contact) => {
    work.facts.rival = contact
  })
  await readByVid(session, asking('other'), (work, contact, vid) => {
    work.facts.otherContacts.set(vid, contact)
  })
  await loadClaims(
    session,
    readings.map(({ work }) => work),
  )
}

/**
 * What HubSpot answers now for contacts that were read before: the contact, what it has become part of, or `null` when it
 * is gone. The records learn it, too. Whoever is not in the result was not answered.
 */
export async function readAgain(
  session: Session,
  asked: readonly { readonly work: Work; readonly vid: Vid }[],
): Promise<Map<Work, Contact | null>> {
  const answers = new Map<Work, Contact | null>()
  const readings = asked.map(({ work, vid }): Reading => ({ work, step: { do: 'read', by: 'vid', ids: [vid] } }))
  await readByVid(session, readings, (work, contact, vid) => {
    answers.set(work, contact)
    const { facts } = work
    if (facts.rival?.vid === vid) facts.rival = contact
    for (const [key, before] of facts.otherContacts) if (before?.vid === vid) facts.otherContacts.set(key, contact)
  })
  await loadClaims(
    session,
    asked.map(({ work }) => work),
  )
  return answers
}

/** The records of ids that have become the users', from the table alone. */
export async function meet(session: Session, works: readonly Work[]): Promise<void> {
  await inParallel(works, TABLE_REQUESTS, async ({ record, facts }) => {
    const keys = record.folded.absorbs ?? []
    try {
      const records = await session.deps.store.readRecords(keys)
      for (const key of keys) facts.absorbed.set(key, records.get(key))
    } catch (error) {
      session.skip(record.key, 'read', error)
    }
  })
}

async function readByEmail(session: Session, readings: readonly Reading[]): Promise<void> {
  const works = readings.map(({ work }) => work)
  await inBatches(session, { by: 'email' }, readings, idsOf(readings), comparedIn(session, readings), (asked, result) =>
    learnByEmail(works, asked, result),
  )
}

async function readById(session: Session, readings: readonly Reading[]): Promise<void> {
  const { uniqueProperty } = session.deps.config.contacts
  const lookUp = { by: 'property', name: uniqueProperty } as const
  await inBatches(session, lookUp, readings, idsOf(readings), comparedIn(session, readings), (asked, result) => {
    for (const { work, step } of readings) {
      const id = step.ids[0]
      if (id !== undefined && asked.includes(id)) work.facts.byId = answerForId(id, result, uniqueProperty)
    }
  })
}

async function readByVid(
  session: Session,
  readings: readonly Reading[],
  learn: (work: Work, contact: Contact | null, vid: Vid) => void,
): Promise<void> {
  const suspects = comparedIn(session, readings)
  const unanswered: string[] = []
  const file = (asked: readonly string[], result: BatchResult): void => {
    const answers = new Map(asked.map(vid => [vid, answerForVid(vid, result, asked.length === 1)]))
    for (const { work, step } of readings) {
      const vid = (step.ids[0] ?? '') as Vid
      const answer = answers.get(vid)
      if (answer !== undefined) learn(work, answer, vid)
      else if (asked.length === 1 && asked[0] === vid) work.facts.silences += 1
    }
    if (asked.length > 1) unanswered.push(...asked.filter(vid => answers.get(vid) === undefined))
  }
  await inBatches(session, { by: 'vid' }, readings, idsOf(readings), suspects, file)
  // A survivor that does not say what was merged into it: asked alone, there is no doubt whom the answer is for.
  for (const vid of unanswered) await inBatches(session, { by: 'vid' }, readings, [vid], suspects, file)
}

/**
 * What a write may or may not have put there, and what must not be overwritten unseen: read with the contact, since what
 * HubSpot holds need not be sent again.
 */
function comparedIn({ deps: { config } }: Session, readings: readonly Reading[]): string[] {
  const rulesOf = contactRules(config)
  return readings.flatMap(({ work: { record, delivered } }) => [
    ...delivered.suspects,
    ...guardedIn(record.folded, rulesOf),
  ])
}

const idsOf = (readings: readonly Reading[]): string[] => [...new Set(readings.flatMap(({ step }) => step.ids))]

async function inBatches(
  session: Session,
  lookUp: LookUp,
  readings: readonly Reading[],
  ids: readonly string[],
  more: readonly string[],
  file: (asked: readonly string[], result: BatchResult) => void,
): Promise<void> {
  const { hubspot, config } = session.deps
  const properties = [...new Set([...identityProperties(config.contacts.uniqueProperty), ...more])]
  const ask = async (asked: readonly string[]): Promise<void> => {
    const turn = await session.turn()
    const answer = await turn?.call('read', () => hubspot.readContacts(lookUp, asked, properties))
    if (answer) noteReadings(session, readings, asked, answer)
    if (answer?.kind === 'ok') return file(asked, answer.value)
    // Not answered: whoever asked is still due.
    if (answer?.kind !== 'rejected') return
    // One input that HubSpot cannot read must not keep the others from being read.
    if (asked.length > 1) for (const half of chunk(asked, Math.ceil(asked.length / 2))) await ask(half)
    else file(asked, { contacts: [], errors: answer.errors })
  }
  const batches = chunk(ids, BATCH_LIMIT)
  // In trouble one call tries alone; whether it ends the trouble or not, it has been made.
  const alone = session.probing ? batches.splice(0, 1) : []
  for (const batch of alone) await ask(batch)
  await inParallel(batches, config.delivery.callsAtOnce, ask)
}

function noteReadings(
  { callLog, deps: { config } }: Session,
  readings: readonly Reading[],
  asked: readonly string[],
  answer: Answer<BatchResult>,
): void {
  if (callLog.off) return
  for (const { work, step } of readings) {
    const ids = step.ids.filter(id => asked.includes(id))
    const [first] = ids
    if (first === undefined) continue
    const found = ids.map(id => foundBy(id, answer, config.contacts.uniqueProperty))
    const answered =
      found.find(({ vid }) => vid !== undefined) ?? foundBy(first, answer, config.contacts.uniqueProperty)
    callLog.note({ record: work.record, inputs: asked.length, sent: {}, answer, answered })
  }
}

/** On the contact, and on those that were merged into it: their owners may not have noticed yet. */
const claimsOn = (contact: Contact): ClaimKey[] =>
  [contact.vid, ...mergedInto(contact)].map((vid): ClaimKey => `vid#${vid}`)

/** Who claims the contacts that were found, and whether those owners' records back the claims. */
async function loadClaims(session: Session, works: readonly Work[]): Promise<void> {
  const { store } = session.deps
  const wanted = new Map<Work, ClaimKey[]>()
  for (const work of works) {
    const { byVid, byId, rival, otherContacts, byEmail, claims } = work.facts
    const all = [byVid, byId, rival, ...otherContacts.values(), ...byEmail.values()]
    const found = all.filter(contact => contact !== null && contact !== undefined)
    const keys = found.flatMap(claimsOn).filter(key => !claims.has(key))
    if (keys.length > 0) wanted.set(work, keys)
  }
  const keys = [...new Set([...wanted.values()].flat())]
  if (keys.length === 0) return
  const claims = await store.readClaims(keys)
  const strangers = new Set<RecordKey>()
  for (const [work, theirs] of wanted) {
    for (const key of theirs) {
      const owner = claims.get(key)?.owner
      if (owner !== undefined && owner !== work.record.key) strangers.add(owner)
      for (const waiter of waitersFor(work, claims.get(key))) strangers.add(waiter)
    }
  }
  const owners = strangers.size > 0 ? await store.readRecords([...strangers]) : new Map<RecordKey, ContactRecord>()
  for (const [work, theirs] of wanted) {
    for (const key of theirs) {
      const claim = claims.get(key)
      if (!claim) continue
      const waiting = waitersFor(work, claim).flatMap(waiter => owners.get(waiter) ?? [])
      work.facts.claims.set(key, {
        ...claim,
        ownerRecord: owners.get(claim.owner),
        ...(waiting.length > 0 ? { waiting } : {}),
      })
    }
  }
}

/** A lead's address may be that of somebody who is in conflict over the contact. */
const waitersFor = ({ record }: Work, claim: Claim | undefined): readonly RecordKey[] =>
  record.key.startsWith('lead#') ? (claim?.waiters ?? []) : []
