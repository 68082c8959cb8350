import { compareStamps, type Stamp } from '../event.ts'
import type { Problem } from '../record.ts'
import { type Draft, subjectOf } from './draft.ts'

/** How many problems are told by property; more are one line under `*`. */
const MOST_PROBLEMS = 50
/** The name under which a problem of no one property stands. */
export const THE_REST = '*'

const MORE = 'more properties than are listed have problems'
/** So much newer must a user's latest value be than what `*` tells of for that to be history. In milliseconds. */
const HISTORY = 30 * 86_400_000

/** Tells a problem unless the property has been given a newer value. */
export function report(draft: Draft, name: string, stamp: Stamp, problem: Problem): void {
  for (const [register, { candidates }] of draft.registers) {
    if (subjectOf(draft, register) === name && compareStamps(candidates[0].stamp, stamp) > 0) return
  }
  const known = draft.problems.get(name)
  if (known && compareStamps(known.stamp, stamp) > 0) return
  if (known || draft.problems.size < MOST_PROBLEMS) draft.problems.set(name, { ...problem, stamp })
  else
    draft.problems.set(THE_REST, {
      code: problem.code,
      message: MORE,
      stamp,
    })
}

/**
 * `*` names nobody whose newer value could cure it. It ends when nothing that is named has a problem any more, or when what
 * was left out has not been said again for long, while other things have: whoever says it again is told again.
 */
export function forgetTheRest({ problems, registers }: Draft): void {
  const rest = problems.get(THE_REST)
  if (!rest) return
  const latest = Math.max(...[...registers.values()].map(({ candidates: [{ stamp }] }) => stamp.time))
  const cured = rest.message === MORE && problems.size === 1
  if (cured || latest - rest.stamp.time > HISTORY) problems.delete(THE_REST)
}
