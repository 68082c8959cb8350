import { compareStamps, type Stamp } from '../event.ts'
import { propertyOf } from '../mapping/choice.ts'
import type { Problem, Register } from '../record.ts'
import { type Draft, sizeOf } from './draft.ts'
import { report, THE_REST } from './problems.ts'

/** How many properties that the portal lacks a record keeps values for, where those that it has leave room. */
const MOST_UNKNOWN = 50

interface Named {
  readonly name: string
  readonly register: Register
}

export const LEFT_OUT: Problem = {
  code: 'too_large',
  message: `of traits without a HubSpot property the latest ${MOST_UNKNOWN} are kept, as far as there is room; others were left out`,
}

export const isUnknown = ({ world: { schema } }: Draft, name: string): boolean =>
  schema?.properties.has(propertyOf(name)) === false

/** What is kept for properties that HubSpot lacks, the least recent first. */
const unknownOf = (draft: Draft): Named[] =>
  [...draft.registers]
    .flatMap(([name, register]) => (isUnknown(draft, name) ? [{ name, register }] : []))
    .sort(byRecency)

const byRecency = (a: Named, b: Named): number =>
  compareStamps(a.register.candidates[0].stamp, b.register.candidates[0].stamp) || (a.name < b.name ? 1 : -1)

/** Whether another unknown property is kept: the most recent ones are, whatever the order in which they come. */
export function admits(draft: Draft, newcomer: Named): boolean {
  const unknown = unknownOf(draft)
  const full = unknown.length >= MOST_UNKNOWN || draft.registers.size >= draft.world.config.limits.properties
  if (!full) return true
  const [least] = unknown
  if (!least || byRecency(newcomer, least) < 0) return false
  leaveOut(draft, least, newcomer.register.candidates[0].stamp)
  return true
}

/** What HubSpot lacks gives way to what it has. @returns whether there is room now; where there is not, nothing goes. */
export function makeRoom(draft: Draft, places: number, growth: number, stamp: Stamp): boolean {
  const { limits } = draft.world.config
  const lacks = (): boolean =>
    (places > 0 && draft.registers.size + places > limits.properties) ||
    (growth > 0 && draft.bytes + growth > limits.bytes)
  if (!lacks()) return true
  const unknown = unknownOf(draft)
  const given = unknown.reduce((sum, { name, register }) => sum + sizeOf(name, register), 0)
  if (unknown.length === 0 || draft.bytes + growth - given > limits.bytes) return false
  for (const each of unknown) if (lacks()) leaveOut(draft, each, stamp)
  return !lacks()
}

function leaveOut(draft: Draft, { name, register }: Named, stamp: Stamp): void {
  draft.registers.delete(name)
  draft.bytes -= sizeOf(name, register)
  report(draft, THE_REST, stamp, LEFT_OUT)
}
