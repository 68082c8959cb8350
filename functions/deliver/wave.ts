import { quarantined } from '../core/delivery/postpone.ts'
import { newWork } from '../core/delivery/work.ts'
import type { Answer } from '../core/hubspot.ts'
import { isBelonging } from '../core/keys.ts'
import { doubtTask, dropTask, postponeTask, settleTask, silentTask } from '../core/kinds/settle.ts'
import { type Fate, type Fates, type Input, newTask, type Step, type Task } from '../core/kinds/task.ts'
import { chunk, inParallel } from '../core/parallel.ts'
import type { ContactRecord } from '../core/record.ts'
import type { Capability } from '../core/store.ts'
import type { Millis } from '../core/types.ts'
import { announce, retract } from './announcements.ts'
import { answeredAll, refusal } from './answered.ts'
import { attempt } from './attempt.ts'
import { batchesOf, distinct, errorOf } from './batching.ts'
import type { Noted } from './call-log.ts'
import { TABLE_REQUESTS } from './claims.ts'
import { ownersOf } from './owners.ts'
import { type Session, settleOne } from './session.ts'
import { MOST_SILENT_WRITES } from './writes.ts'

/** How one kind of records is told to HubSpot. What differs between kinds is this; the wave is the same for all. */
export interface Teller<I extends Input> {
  readonly capability: Capability
  decide(task: Task): Step<I>
  /** The most inputs of such a call. */
  most(input: I): number
  /** Inputs of one id say the same thing, the newest of them: it is told for all. Otherwise they go one after another. */
  readonly merges: boolean
  /** One call, of inputs of one batch. */
  call(inputs: readonly I[]): Promise<Answer<Fates<I>>>
  learn(input: I, fate: Fate): void
  /** What became of an input that is in no part of the answer. `undefined`: nobody knows. */
  missing?(input: I): Fate | undefined
  settled?(task: Task, step: Step<I>): void
}

/** Far more than any record needs: one that goes on is going round in circles. */
const MOST_DECISIONS = 16
/** HubSpot answered, only not for this input: asking again at once would bring the same. Doubles. */
const LOST_DELAY: Millis = 10_000
const LONGEST_DELAY: Millis = 3_600_000

/**
 * Takes records of one kind from `due` to `settled`. All of them move together, so that every call is as full as it can be:
 *
 *     decide each ─► settle those that are done, or wait
 *         ▲        ─► turn ─► journal ─► call ─► learn, settle ─► forget ─┐
 *         └───────────────────────────────────────────────────────────────┘
 *
 * Every call here may be repeated. So nobody reads back what an unanswered one has done: it is told again, now and at each
 * hold. Whatever is left when time is up, this part of HubSpot is in trouble, or the process dies, is still due.
 */
export async function wave<I extends Input>(
  session: Session,
  teller: Teller<I>,
  records: readonly ContactRecord[],
): Promise<void> {
  const { config, clock } = session.deps
  let tasks = records.map(newTask)
  for (let decisions = 1; tasks.length > 0; decisions += 1) {
    const moment = { config, now: clock.now() }
    const calls = new Map<Task, readonly I[]>()
    await inParallel(tasks, TABLE_REQUESTS, async task => {
      const step = decisions > MOST_DECISIONS ? undefined : attempt(session, task.record.key, () => teller.decide(task))
      if (step?.do === 'call') calls.set(task, step.inputs)
      else if (step?.do !== 'leave') await end(session, teller, task, step, moment)
    })
    const unsure = await callAll(session, teller, [...calls.values()].flat())
    tasks = [...calls.keys()].filter(task => !unsure.has(task))
    if (!session.isOpenFor(teller.capability)) return
  }
}

/** Settles a record whose round is over. Without a step its handling has failed: it is quarantined. */
async function end<I extends Input>(
  session: Session,
  teller: Teller<I>,
  task: Task,
  step: Exclude<Step<I>, { do: 'call' | 'leave' }> | undefined,
  moment: { readonly config: Session['deps']['config']; readonly now: Millis },
): Promise<void> {
  const { metrics } = session.deps
  if (!step) metrics.add('RecordsQuarantined', 1)
  const settled = await settleOne(session, task.record.key, () => {
    if (!step) return quarantined(newWork({ ...task.record, delivered: task.delivered }), moment)
    if (step.do === 'settle') return settleTask(task, step.ending, moment)
    return step.do === 'later' ? postponeTask(task, moment) : dropTask(task, moment)
  })
  if (!settled || !step) return
  teller.settled?.(task, step)
  const { due } = task.record
  // How long it has waited for something that HubSpot lacked says nothing of how fast we are.
  const told = step.do === 'settle' && !step.ending.trouble && due?.lane === teller.capability
  if (told) metrics.add('DeliveryLatency', Math.max(0, moment.now - due.at))
}

/** @returns those of which nobody knows whether they were told: their round is over */
async function callAll<I extends Input>(
  session: Session,
  teller: Teller<I>,
  inputs: readonly I[],
): Promise<ReadonlySet<Task>> {
  const unsure = new Set<Task>()
  const { leaders, followers } = distinct(inputs, teller.merges)
  const batches = batchesOf(leaders, teller.most)
  const one = (batch: readonly I[]) => callOne(session, teller, batch, followers, unsure)
  // In trouble one call tries alone.
  const alone = session.probes(teller.capability) ? batches.splice(0, 1) : []
  for (const batch of alone) await one(batch)
  await inParallel(batches, session.deps.config.delivery.callsAtOnce, one)
  return unsure
}

async function callOne<I extends Input>(
  session: Session,
  teller: Teller<I>,
  batch: readonly I[],
  followers: ReadonlyMap<I, readonly I[]>,
  unsure: Set<Task>,
): Promise<void> {
  const turn = await session.turn(teller.capability)
  if (!turn) return
  const writes = batch.some(({ tells }) => tells.length > 0)
  const all = batch.flatMap(input => [input, ...(followers.get(input) ?? [])])
  const announced = writes ? await announce(session, all) : []
  const answer = await turn.call(writes ? 'write' : 'read', () => teller.call(batch))
  const learn = (input: I, fate: Fate): void => {
    for (const each of [input, ...(followers.get(input) ?? [])]) teller.learn(each, fate)
  }
  const bisect = answer.kind === 'rejected' && batch.length > 1 && !batch.some(input => errorOf(input, answer.errors))
  if (writes) for (const input of all) session.callLog.note(notedOf(input, all.length, answer, batch))
  if (answer.kind === 'ok') {
    const lost = batch.filter(input => {
      const fate = answer.value.get(input) ?? teller.missing?.(input)
      if (fate) learn(input, fate)
      return !fate
    })
    const lostAll = lost.flatMap(input => [input, ...(followers.get(input) ?? [])])
    await doubtAll(session, lostAll, unsure, ({ attempts }) => Math.min(LOST_DELAY * 2 ** attempts, LONGEST_DELAY))
    await doubtOwners(session, lostAll)
  } else if (answer.kind === 'rejected' && !bisect) {
    const [first] = answer.errors
    for (const input of batch) {
      const error = errorOf(input, answer.errors) ?? (batch.length === 1 ? first : undefined)
      if (error) learn(input, { is: 'refused', error })
    }
  } else if (answer.kind === 'unavailable' && !answer.neverSent && writes) {
    const [only] = batch
    const silent = batch.length === 1 && only && only.task.delivered.attempts + 1 >= MOST_SILENT_WRITES
    if (silent && session.writing) await giveUp(session, all, unsure)
    else await doubtAll(session, all, unsure)
  }
  await retract(session, announced)
  if (bisect)
    for (const half of chunk(batch, Math.ceil(batch.length / 2)))
      await callOne(session, teller, half, followers, unsure)
}

/** What the call log keeps of an input. Followers share the fate of their leaders. */
function notedOf<I extends Input>(input: I, inputs: number, answer: Answer<Fates<I>>, batch: readonly I[]): Noted {
  const { task, tells } = input
  const { registers } = task.record.folded
  const values = tells.map(name => [name, String(registers.get(name)?.candidates[0].value ?? '')] as const)
  const leader = batch.includes(input) ? input : batch.find(({ id }) => id === input.id)
  const fate = answer.kind === 'ok' && leader ? answer.value.get(leader) : undefined
  const error =
    fate?.is === 'refused' ? fate.error : answer.kind === 'rejected' ? errorOf(input, answer.errors) : undefined
  const answered = error ? refusal(error) : answeredAll(answer)
  return { record: task.record, inputs, sent: Object.fromEntries(values), answer, answered }
}

/** Nobody knows whether these were told: they are told again. */
async function doubtAll(
  session: Session,
  inputs: readonly Input[],
  unsure: Set<Task>,
  delay: (delivered: Task['delivered']) => Millis = () => 0,
): Promise<void> {
  const { config, clock } = session.deps
  await eachTask(inputs, async (task, tells) => {
    unsure.add(task)
    const moment = { config, now: clock.now() }
    await settleOne(session, task.record.key, () => doubtTask(task, tells, moment, delay(task.delivered)))
  })
}

/**
 * Whose contact HubSpot does not name in its answer may have become part of another one, which it named instead: the
 * contact is read back, and what belongs to it is told of what it has become.
 */
async function doubtOwners(session: Session, inputs: readonly Input[]): Promise<void> {
  const records = inputs.map(({ task }) => task.record).filter(({ key }) => isBelonging(key))
  if (records.length === 0) return
  const ownerOf = await ownersOf(session, records)
  const owners = new Set(
    records.flatMap(({ key }) => {
      const owner = ownerOf(key)
      return owner.is === 'known' ? [owner.key] : []
    }),
  )
  const { store, clock } = session.deps
  await inParallel([...owners], TABLE_REQUESTS, async owner => {
    await store.raiseVerify(owner, clock.now())
  })
}

/** HubSpot answers everybody's calls but those of this record. */
async function giveUp(session: Session, inputs: readonly Input[], unsure: Set<Task>): Promise<void> {
  const { config, clock } = session.deps
  await eachTask(inputs, async (task, tells) => {
    unsure.add(task)
    await settleOne(session, task.record.key, () => silentTask(task, tells, { config, now: clock.now() }))
  })
}

async function eachTask(
  inputs: readonly Input[],
  act: (task: Task, tells: readonly string[]) => Promise<void>,
): Promise<void> {
  await inParallel([...Map.groupBy(inputs, ({ task }) => task)], TABLE_REQUESTS, ([task, own]) =>
    act(
      task,
      own.flatMap(({ tells }) => tells),
    ),
  )
}
