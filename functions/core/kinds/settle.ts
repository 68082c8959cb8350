import { nextDue } from '../delivery/settle.ts'
import { kindOf } from '../keys.ts'
import { workLaneOf } from '../lanes.ts'
import type { Delivered, Due } from '../record.ts'
import { basisOf, type Settlement } from '../store.ts'
import type { Millis } from '../types.ts'
import type { Ending, Moment, Task } from './task.ts'

/**
 * While HubSpot lacks what a record needs, it is looked at after 2 s, doubling to an hour. What waits for its person alone
 * is woken by them, and of events of people who never come there are many: to a day.
 */
const FIRST_WAIT: Millis = 2_000
const LONGEST_WAIT: Millis = 3_600_000
const LONGEST_WAIT_FOR_PERSON: Millis = 86_400_000
/** The owner's contact comes first. */
const SOON: Millis = 2_000
/** For so long a repetition of what was told for good is recognised. */
const REMEMBERED: Millis = 7 * 86_400_000

type Basis = Pick<Settlement, 'key' | 'basis'>

/** Whatever happens to it, the doubt is to be written. */
const restingOnWork = ({ record }: Task): Basis => ({
  key: record.key,
  basis: { foldVersion: record.folded.version, verify: record.verify },
})

/** Nor has another deliverer told something else meanwhile; of an event there is nothing else to tell. */
const restingOn = (task: Task): Basis =>
  kindOf(task.record.key) === 'event' ? restingOnWork(task) : { key: task.record.key, basis: basisOf(task.record) }

const ownLane = ({ record }: Task) => workLaneOf(kindOf(record.key), 'live')

/**
 * What to write when a record's round is over: as with contacts, `version` becomes the fold version that was read, and
 * the store takes the record out of the index only if nothing has been folded or doubted since.
 */
export function settleTask(task: Task, ending: Ending, moment: Moment): Settlement {
  const { trouble, withheld, told, forGood } = ending
  const { record, delivered: before } = task
  const { now } = moment
  const { problem: _, ...kept } = before
  const waits = trouble?.code === 'waiting' || holdsWaiting(withheld)
  const waited = before.problem?.code === 'waiting' || holdsWaiting(before.withheld)
  const slow = trouble !== undefined || waits || holdsRejected(withheld)
  const again = waits ? waited : before.state === stateOf(trouble) && !waited
  // What still waits has not been told again either: its looks stay open.
  const looks = trouble ? before.looks : before.looks.filter(at => at > now)
  const { linked, ...others } = { ...kept, ...told }
  const delivered: Delivered = {
    ...others,
    ...(linked ? { linked } : {}),
    ...(trouble ? { problem: trouble } : { version: record.folded.version, withheld: withheld ?? new Map() }),
    state: stateOf(trouble),
    verified: record.verify,
    looks,
    suspects: looks.length > 0 ? before.suspects : [],
    attempts: slow ? (again ? before.attempts : 0) + 1 : 0,
    updatedAt: now,
  }
  const due = dueAfter(delivered, waits, ending.woken ? LONGEST_WAIT_FOR_PERSON : LONGEST_WAIT, moment)
  return { ...restingOn(task), delivered, due, ...(forGood && !due ? { expiresAt: now + REMEMBERED } : {}) }
}

function stateOf(trouble: Ending['trouble']): Delivered['state'] {
  if (!trouble) return 'synced'
  if (trouble.code === 'waiting') return 'pending'
  return trouble.code === 'conflict' ? 'conflict' : 'rejected'
}

const holdsWaiting = (withheld: Ending['withheld']): boolean =>
  withheld !== undefined && [...withheld.values()].some(({ code }) => code === 'waiting')
const holdsRejected = (withheld: Ending['withheld']): boolean =>
  withheld !== undefined && [...withheld.values()].some(({ code }) => code === 'rejected')

function dueAfter(delivered: Delivered, waits: boolean, longest: Millis, moment: Moment): Due | undefined {
  const { now } = moment
  const ahead = { ...delivered, looks: delivered.looks.filter(at => at > now) }
  if (!waits) return nextDue(ahead, moment)
  const wait = Math.min(FIRST_WAIT * 2 ** Math.max(0, delivered.attempts - 1), longest)
  return { lane: 'waiting', at: Math.min(now + wait, ahead.looks[0] ?? Number.POSITIVE_INFINITY) }
}

/** What to write of what nobody is to be told of any more. */
export const dropTask = (task: Task, { now }: Moment): Settlement => ({
  ...restingOn(task),
  delivered: {
    ...task.delivered,
    state: 'deleted',
    version: task.record.folded.version,
    withheld: new Map(),
    verified: task.record.verify,
    looks: [],
    suspects: [],
    updatedAt: now,
  },
  due: undefined,
  expiresAt: now + REMEMBERED,
})

/** What to write while the owner's contact goes first. */
export const postponeTask = (task: Task, { now }: Moment): Settlement => ({
  ...restingOn(task),
  delivered: { ...task.delivered, updatedAt: now },
  due: { lane: ownLane(task), at: now + SOON },
})

/**
 * What to write when nobody knows whether a call was carried out. Each of these calls may be repeated: it is, now and when
 * each hold ends, since the one that nobody answered for may land in between.
 * @param delay until it is repeated, in milliseconds
 */
export function doubtTask(task: Task, tells: readonly string[], moment: Moment, delay: Millis = 0): Settlement {
  const { config, now } = moment
  const { delivered } = task
  const isEvent = kindOf(task.record.key) === 'event'
  // HubSpot takes an event once, whenever it lands.
  const holds = isEvent ? [] : [0, ...config.delivery.holds].map(hold => now + hold * 1_000)
  const { problem: _, ...kept } = delivered
  const waited = delivered.problem?.code === 'waiting'
  return {
    ...restingOnWork(task),
    delivered: {
      ...(waited ? kept : delivered),
      looks: [...new Set([...delivered.looks, ...holds])].sort((a, b) => a - b).slice(-2 * holds.length - 1),
      suspects: [...new Set([...delivered.suspects, ...tells])],
      attempts: (waited ? 0 : task.record.delivered.attempts) + 1,
      updatedAt: now,
    },
    due: { lane: ownLane(task), at: now + delay },
  }
}

/** What to write when HubSpot answers everybody's calls but those for this record: tried again slowly. */
export function silentTask(task: Task, tells: readonly string[], moment: Moment): Settlement {
  const settlement = doubtTask(task, tells, moment)
  const message = 'HubSpot does not answer when this is written; tried again slowly'
  return {
    ...settlement,
    delivered: { ...settlement.delivered, state: 'rejected', problem: { code: 'internal', message } },
    due: { lane: 'rejected', at: moment.now + moment.config.delivery.firstProbe * 1_000 },
  }
}
