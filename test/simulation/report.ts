import { nameOf } from './world/faults.ts'
import type { Plan } from './world/plan.ts'
import type { Outcome } from './world/run.ts'

export interface Failure {
  readonly seed: number
  readonly wrongs: readonly string[]
}

/** What many runs add up to. Plain data: it is sent from worker to worker. */
export interface Tally {
  runs: number
  steps: number
  /** Of virtual time, in milliseconds. */
  time: number
  repeated: number
  failures: Failure[]
  /** Faults that runs had in their plans. */
  planned: Record<string, number>
  /** Faults, and what people did, each time that it happened. */
  happened: Record<string, number>
  /** How often each invariant was judged. */
  judged: Record<string, number>
}

export const emptyTally = (): Tally => ({
  runs: 0,
  steps: 0,
  time: 0,
  repeated: 0,
  failures: [],
  planned: {},
  happened: {},
  judged: {},
})

export function addRun(tally: Tally, plan: Plan, outcome: Outcome): void {
  tally.runs += 1
  tally.steps += outcome.steps
  tally.time += outcome.took
  for (const fault of plan.faults) count(tally.planned, nameOf(fault), 1)
  for (const [what, times] of outcome.counts) count(tally.happened, what, times)
  for (const [invariant, times] of outcome.judged) count(tally.judged, invariant, times)
  if (outcome.wrongs.length === 0) return
  const wrongs = outcome.wrongs.slice(0, 5).map(({ invariant, what, at }) => `${invariant}: ${what} (at ${at} ms)`)
  tally.failures.push({ seed: plan.seed, wrongs })
}

export function addTally(sum: Tally, other: Tally): void {
  sum.runs += other.runs
  sum.steps += other.steps
  sum.time += other.time
  sum.repeated += other.repeated
  sum.failures.push(...other.failures)
  for (const name of ['planned', 'happened', 'judged'] as const) {
    for (const [what, times] of Object.entries(other[name])) count(sum[name], what, times)
  }
}

/** Runs with a fault after which one of them must have met it: fewer may have missed it by chance. */
const ENOUGH = 40

/** Faults that many runs had in their plans and that never happened: whatever they should try is not tried. */
export const neverHappened = ({ planned, happened }: Tally): string[] =>
  Object.entries(planned).flatMap(([name, times]) => (times >= ENOUGH && !happened[name] ? [name] : []))

/** The tables at the end of a run. */
export function tables({ planned, happened, judged }: Tally): string {
  const names = [...new Set([...Object.keys(planned), ...Object.keys(happened)])].sort()
  const rows = names.map(name => [name, String(planned[name] ?? ''), String(happened[name] ?? 0)] as const)
  const faults = rows.map(([name, runs, times]) => `  ${name.padEnd(46)}${runs.padStart(8)}${times.padStart(10)}`)
  const invariants = Object.entries(judged).sort()
  return [
    `  ${'fault or deed'.padEnd(46)}${'planned'.padStart(8)}${'happened'.padStart(10)}`,
    ...faults,
    '',
    `  ${'invariant'.padEnd(54)}${'judged'.padStart(10)}`,
    ...invariants.map(([name, times]) => `  ${name.padEnd(54)}${String(times).padStart(10)}`),
  ].join('\n')
}

function count(counts: Record<string, number>, what: string, times: number): void {
  counts[what] = (counts[what] ?? 0) + times
}
