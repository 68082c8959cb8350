import { compareStamps, type Stamp } from '../event.ts'
import { propertyOf } from '../mapping/choice.ts'
import type { Problem } from '../record.ts'
import type { Draft } from './draft.ts'

/** How many problems are told by property; more are one line under `*`. */
const MOST_PROBLEMS = 50
/** The name under which a problem of no one property stands. */
export const THE_REST = '*'

/** Tells a problem unless the property has been given a newer value. */
export function report(draft: Draft, name: string, stamp: Stamp, problem: Problem): void {
  for (const [register, { candidates }] of draft.registers) {
    if (propertyOf(register) === name && compareStamps(candidates[0].stamp, stamp) > 0) return
  }
  const known = draft.problems.get(name)
  if (known && compareStamps(known.stamp, stamp) > 0) return
  if (known || draft.problems.size < MOST_PROBLEMS) draft.problems.set(name, { ...problem, stamp })
  else
    draft.problems.set(THE_REST, {
      code: problem.code,
      message: 'more properties than are listed have problems',
      stamp,
    })
}
