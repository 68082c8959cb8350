import { errorFor, type Input, learnRefusal, sortAnswer } from '../core/delivery/answers.ts'
import { decide } from '../core/delivery/decide.ts'
import { doubt, unanswered } from '../core/delivery/doubt.ts'
import { settle } from '../core/delivery/settle.ts'
import { contributed, taken } from '../core/delivery/transitions.ts'
import type { Work, World } from '../core/delivery/work.ts'
import { type Answer, BATCH_LIMIT, type BatchResult, type Contact, type InputError } from '../core/hubspot.ts'
import { chunk, inParallel } from '../core/parallel.ts'
import type { Random } from '../runtime/platform.ts'
import { answeredInputs } from './answered.ts'
import { TABLE_REQUESTS, take } from './claims.ts'
import { type Session, settleOne } from './session.ts'

/** How often an input may be in neither list of an answer before it is left to a later round. */
const MOST_MISSING = 2
/** So many writes of one user without an answer, alone in the end, while others are answered, are the user's own trouble. */
export const MOST_SILENT_WRITES = 8
/** HubSpot answered, only not for this input: asking again at once would bring the same. Doubles. In milliseconds. */
const LOST_DELAY = 10_000
const LONGEST_DELAY = 3_600_000

/** What became of the records of a wave of writes. */
export interface Outcome {
  /** Their round is over. */
  readonly finished: Set<Work>
}

/**
 * Creates and updates contacts, in full batches, several at once. A call and its crash points:
 *
 *     slot ─► journal ─► call ─► answer ─► claims, settles ─► forget the journal
 *           │         │       │          │                 │
 *           nothing   └───────┴──────────┴── a leftover: its records are in doubt, and read back
 *           happened
 */
export async function write(session: Session, world: World, inputs: readonly Input[]): Promise<Outcome> {
  const outcome: Outcome = { finished: new Set() }
  const probe = session.probingWrites ? anyOf(inputs, session.deps.random) : undefined
  if (probe) await writeBatch(session, world, [probe], outcome)
  // Whether HubSpot can be written is known by now; if not, all others are due as they are.
  if (session.probingWrites) return outcome
  const others = inputs.filter(input => input !== probe)
  const creates = others.filter(({ vid }) => vid === undefined)
  const updates = others.filter(({ vid }) => vid !== undefined)
  const batches = [...batchesOf(creates), ...batchesOf(updates)].sort((a, b) => largestBatch(b) - largestBatch(a))
  // In trouble one call tries alone; whether it ends the trouble or not, it has been made.
  const alone = session.probing ? batches.splice(0, 1) : []
  for (const batch of alone) await writeBatch(session, world, batch, outcome)
  await inParallel(batches, session.deps.config.delivery.callsAtOnce, batch =>
    writeBatch(session, world, batch, outcome),
  )
  return outcome
}

/** Not the first: if the trouble is with that one alone, nobody else would ever get a turn. */
const anyOf = (inputs: readonly Input[], random: Random): Input | undefined =>
  inputs[Math.floor(random.number() * inputs.length)]

/**
 * Full ones; but a user whose writes go unanswered may be the reason why. Such users go out after the others, and in
 * ever smaller batches, until each is alone.
 */
function batchesOf(inputs: readonly Input[]): Input[][] {
  const bySize = Map.groupBy(inputs, input => largestBatch([input]))
  return [...bySize].flatMap(([size, some]) => chunk(some, size))
}

function largestBatch([input]: readonly Input[]): number {
  const { attempts, looks } = input?.work.delivered ?? { attempts: 0, looks: [] }
  // One lost answer is daily life; from the second on the users of the call are suspects.
  return looks.length > 0 ? Math.max(1, Math.floor(BATCH_LIMIT / 2 ** Math.max(0, attempts - 1))) : BATCH_LIMIT
}

async function writeBatch(session: Session, world: World, batch: readonly Input[], outcome: Outcome): Promise<void> {
  const turn = await session.turn()
  if (!turn) return
  const { store, random, clock } = session.deps
  const id = random.id()
  const kind = batch[0]?.vid === undefined ? 'create' : 'update'
  const records = batch.map(({ work, properties }) => ({ key: work.record.key, properties: Object.keys(properties) }))
  await store.journal({ id, kind, records, at: clock.now() })
  const answer = await turn.call('write', () => call(session, kind, batch))
  noteAll(session, batch, answer)
  await heedAnswer(session, world, batch, kind, answer, outcome)
  await store.forget(id)
  const halves = answer.kind === 'rejected' && batch.length > 1 && namesNobody(batch, answer.errors)
  if (halves)
    for (const half of chunk(batch, Math.ceil(batch.length / 2))) await writeBatch(session, world, half, outcome)
}

function noteAll({ callLog, deps: { config } }: Session, batch: readonly Input[], answer: Answer<BatchResult>): void {
  if (callLog.off) return
  for (const [{ work, properties }, answered] of answeredInputs(batch, answer, config.contacts.uniqueProperty)) {
    callLog.note({ record: work.record, inputs: batch.length, sent: properties, answer, answered })
  }
}

function call(session: Session, kind: 'create' | 'update', batch: readonly Input[]): Promise<Answer<BatchResult>> {
  const { hubspot } = session.deps
  if (kind === 'create') return hubspot.createContacts(batch.map(({ trace, properties }) => ({ trace, properties })))
  return hubspot.updateContacts(
    batch.flatMap(({ trace, properties, vid }) => (vid === undefined ? [] : [{ trace, properties, vid }])),
  )
}

const namesNobody = (batch: readonly Input[], errors: readonly InputError[]): boolean =>
  !batch.some(input => errorFor(input, errors))

async function heedAnswer(
  session: Session,
  world: World,
  batch: readonly Input[],
  kind: 'create' | 'update',
  answer: Answer<BatchResult>,
  outcome: Outcome,
): Promise<void> {
  switch (answer.kind) {
    case 'ok':
      return takeResult(session, world, batch, answer.value, outcome)
    case 'rejected':
      return takeRefusal(session, batch, answer.errors)
    case 'unavailable':
      if (answer.neverSent) return
      return takeSilence(session, world, batch, kind, outcome)
    case 'throttled':
    case 'account':
      // Certainly not applied: the records stay due as they are.
      return
  }
}

async function takeResult(
  session: Session,
  world: World,
  batch: readonly Input[],
  result: BatchResult,
  outcome: Outcome,
): Promise<void> {
  const sorted = sortAnswer(batch, result, world.config.contacts.uniqueProperty)
  await inParallel(sorted.done, TABLE_REQUESTS, ({ input, contact }) => finish(session, world, input, contact, outcome))
  for (const { input, error } of sorted.refused) learn(session, input, error)

  const lost: Input[] = []
  for (const input of sorted.missing) {
    const { facts } = input.work
    facts.missing += 1
    delete facts.byVid
    // Merged away, perhaps: reading the vid back tells. A create can only be looked for.
    if (input.vid === undefined || facts.missing >= MOST_MISSING) lost.push(input)
  }
  countAttempt(lost)
  const delay = ({ attempts }: Work['delivered']) => Math.min(LOST_DELAY * 2 ** (attempts - 1), LONGEST_DELAY)
  await doubtAll(session, world, lost, batch[0]?.vid === undefined ? 'create' : 'update', outcome, delay)
}

/** In ever smaller batches, until each is alone: then an error that names nobody is its own. */
function countAttempt(inputs: readonly Input[]): void {
  for (const { work } of inputs) work.delivered = { ...work.delivered, attempts: work.delivered.attempts + 1 }
}

/** HubSpot has the values: the vid is claimed, and the record settled at the version that was sent. */
async function finish(session: Session, world: World, input: Input, contact: Contact, outcome: Outcome): Promise<void> {
  const { work, properties } = input
  const { metrics, clock } = session.deps
  if (input.vid === undefined && !(await take(session, world, work, `vid#${contact.vid}`))) {
    // A claim left from before: the next decision judges whether anybody backs it.
    work.facts.rivalVid = contact.vid
    work.facts.rival = contact
    return
  }
  metrics.add(input.vid === undefined ? 'ContactsCreated' : 'ContactsUpdated', 1)
  const before = work.delivered.email
  const vid = input.vid ?? contact.vid
  work.delivered = input.guest ? contributed(work, vid, properties, world) : taken(work, vid, properties, world)
  // What reading back has shown is history: HubSpot has the new values.
  if (work.facts.byVid)
    work.facts.byVid = { ...work.facts.byVid, properties: { ...work.facts.byVid.properties, ...properties } }

  const next = input.guest ? { do: 'settle' as const } : decide(work, world)
  if (next.do === 'settle') {
    outcome.finished.add(work)
    const trouble = 'trouble' in next ? next.trouble : undefined
    if (!(await settleOne(session, work.record.key, () => settle(work, trouble, world)))) return
    if (work.record.due) metrics.add('DeliveryLatency', Math.max(0, clock.now() - work.record.due.at))
  }
  // While a write may still land, the old address is not anybody's yet.
  const known = work.delivered.looks.every(at => at <= clock.now())
  if (known && before !== undefined && before !== work.delivered.email) {
    await session.release(`email#${before}`, work.record.key)
  }
}

function takeRefusal(session: Session, batch: readonly Input[], errors: readonly InputError[]): void {
  const [only] = batch
  const [error] = errors
  if (error?.code === 'duplicate_ids' && readAgain(batch)) return
  if (batch.length === 1 && only && error) learn(session, only, errorFor(only, errors) ?? error)
  else
    for (const input of batch) {
      const own = errorFor(input, errors)
      if (own) learn(session, input, own)
    }
}

/**
 * No batch has an id twice, so two of its ids have become one contact. HubSpot names either of them: only reading all of
 * them back tells which was merged away. `false`: they have been read, and that was not it.
 */
function readAgain(batch: readonly Input[]): boolean {
  if (batch.some(({ work }) => work.facts.missing >= MOST_MISSING)) return false
  for (const { work } of batch) {
    work.facts.missing += 1
    delete work.facts.byVid
  }
  return true
}

function learn(session: Session, input: Input, error: InputError): void {
  const consequence = learnRefusal(input, error, session.deps.config.contacts.uniqueProperty)
  if (consequence === 'decide_again') return
  if (!session.portalRenewed) session.portalOutdated = true
  else if (error.properties.some(({ name }) => name === session.deps.config.contacts.uniqueProperty)) {
    // Nothing of this user can be written without it.
    input.work.facts.refusal = { code: 'rejected', message: error.message }
  }
}

/** No answer: the portal's trouble, or that of one of these users, which shows when HubSpot answers everybody else. */
async function takeSilence(
  session: Session,
  world: World,
  batch: readonly Input[],
  kind: 'create' | 'update',
  outcome: Outcome,
): Promise<void> {
  countAttempt(batch)
  const [only] = batch
  const alone = batch.length === 1 && only && only.work.delivered.attempts >= MOST_SILENT_WRITES && session.writing
  if (!alone) return doubtAll(session, world, batch, kind, outcome)
  const { work, properties } = only
  const now = { ...world, now: session.deps.clock.now() }
  outcome.finished.add(work)
  await session.settle(unanswered(work, { kind, properties: Object.keys(properties) }, now))
}

/** Nobody knows whether these were written. */
async function doubtAll(
  session: Session,
  world: World,
  inputs: readonly Input[],
  kind: 'create' | 'update',
  outcome: Outcome,
  delay: (delivered: Work['delivered']) => number = () => 0,
): Promise<void> {
  const now = { ...world, now: session.deps.clock.now() }
  await inParallel(inputs, TABLE_REQUESTS, async ({ work, properties }) => {
    await session.settle(doubt(work, { kind, properties: Object.keys(properties) }, now, delay(work.delivered)))
    outcome.finished.add(work)
  })
}
