import { compareStamps } from '../core/event.ts'
import type { InputError } from '../core/hubspot.ts'
import type { Input } from '../core/kinds/task.ts'
import { chunk } from '../core/parallel.ts'

/** Of several inputs of one id the newest is called for; the others share its fate, or wait for their turn. */
export function distinct<I extends Input>(inputs: readonly I[], merges: boolean) {
  const leaders = new Map<string, I>()
  const followers = new Map<I, I[]>()
  for (const input of inputs) {
    const id = merges ? input.id : `${input.batch} ${input.id}`
    const before = leaders.get(id)
    if (!before) leaders.set(id, input)
    else if (merges) {
      const [newer, older] = isNewer(input, before) ? [input, before] : [before, input]
      leaders.set(id, newer)
      followers.set(newer, [...(followers.get(newer) ?? []), ...(followers.get(older) ?? []), older])
      followers.delete(older)
    }
  }
  return { leaders: [...leaders.values()], followers }
}

const isNewer = ({ stamp }: Input, { stamp: other }: Input): boolean =>
  stamp !== undefined && other !== undefined && compareStamps(stamp, other) > 0

/** Full ones, the largest first. */
export function batchesOf<I extends Input>(inputs: readonly I[], most: (input: I) => number): I[][] {
  const sized = Map.groupBy(inputs, input => `${largest(input, most)} ${input.batch}`)
  const batches = [...sized.values()].flatMap(group => chunk(group, group[0] ? largest(group[0], most) : 1))
  return batches.sort((a, b) => b.length - a.length)
}

/** One that goes unanswered may be the reason why: such go in ever smaller batches, until each is alone. */
function largest<I extends Input>(input: I, most: (input: I) => number): number {
  const { attempts, suspects } = input.task.delivered
  const halvings = suspects.length > 0 ? Math.max(0, attempts - 1) : 0
  return Math.max(1, Math.floor(most(input) / 2 ** halvings))
}

/** The error that names an input: by its trace, by all of its ids, or by one of them alone. */
export const errorOf = ({ trace, names = [] }: Input, errors: readonly InputError[]): InputError | undefined =>
  errors.find(({ traces, ids }) => (trace !== undefined && traces.includes(trace)) || isNamed(names, ids))

function isNamed(names: readonly string[], ids: readonly string[]): boolean {
  const [only, ...others] = ids
  const alone = only !== undefined && others.length === 0 && names.includes(only)
  return alone || (names.length > 0 && names.every(name => ids.includes(name)))
}
