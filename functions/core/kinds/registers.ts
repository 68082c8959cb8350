import { fingerprint } from '../fingerprint.ts'
import { isEmptied } from '../identity.ts'
import type { Problem, Register, Withheld } from '../record.ts'
import type { Millis } from '../types.ts'
import { deletedAt } from './owner.ts'
import { type Ending, type Fate, type Input, isUnsure, type Owner, type Task, waitingFor } from './task.ts'

/** What a deletion has taken everything from: nothing of it is to be told, and nothing kept. */
export function isBlank(task: Task, owner: Owner): boolean {
  const { deletion, registers } = task.record.folded
  const isDeleted = deletion !== undefined || (deletedAt(owner) !== undefined && registers.size > 0)
  return isDeleted && spoken(task, owner).size === 0
}

/** The registers that no deletion has voided, neither the record's own nor the owner's. */
export function spoken({ record: { folded } }: Task, owner: Owner): ReadonlyMap<string, Register> {
  const since = deletedAt(owner) ?? Number.NEGATIVE_INFINITY
  return new Map(
    [...folded.registers].filter(
      ([, register]) => !isEmptied(register, folded) && register.candidates[0].stamp.time > since,
    ),
  )
}

/**
 * How the round ends of what belongs to somebody whom HubSpot has no contact of: it waits. Of a contact that somebody
 * deleted in HubSpot, and that is left so, nothing more is told.
 */
export function endWithout(owner: Exclude<Owner, { is: 'known' }>): Ending {
  if (owner.is === 'unknown') return { trouble: waitingFor(owner.why), ...(owner.absent ? { woken: true } : {}) }
  return owner.since === undefined ? {} : { trouble: waitingFor(DELETED) }
}

const DELETED = 'the user is deleted; it is told when they come back'

/**
 * The registers whose values HubSpot is still to be told: those that are newer than the last telling, those that were held
 * back at it, those of a call that nobody answered for, and all of them where `anew`.
 */
export function untold(task: Task, owner: Owner, anew: boolean, now: Millis): [name: string, register: Register][] {
  const { delivered, facts } = task
  return [...spoken(task, owner)].filter(([name, register]) => {
    if (facts.told.has(name) || facts.refused.has(name)) return false
    return anew || register.version > delivered.version || delivered.withheld.has(name) || isUnsure(task, name, now)
  })
}

/** What is held back, as it is written down. */
export function heldBack({ record, facts }: Task): Map<string, Withheld> {
  const wishFor = (name: string): string => String(record.folded.registers.get(name)?.candidates[0].value ?? '')
  const entry = ([name, { code, message }]: [string, Problem]): [string, Withheld] => [
    name,
    { code, message, value: fingerprint(wishFor(name)), schema: '' },
  ]
  return new Map([...facts.refused].map(entry))
}

/** What an answer says of the registers that an input has told. */
export function learnRegisters({ task, tells }: Input, fate: Fate): void {
  for (const name of tells) {
    if (fate.is === 'done') task.facts.told.add(name)
    else task.facts.refused.set(name, { code: 'rejected', message: fate.error.message })
  }
}
