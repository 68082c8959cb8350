import { type Plan, replanned } from './world/plan.ts'
import type { Version } from './world/root.ts'
import { type Outcome, run } from './world/run.ts'

/**
 * The fewest deeds and faults with which a run still goes wrong in the same way: one of the first run's invariants is
 * violated. Halves, quarters … and single ones are left out as long as that changes nothing.
 * @param most runs that may be spent on it
 */
export async function shrink(plan: Plan, versions: readonly Version[], outcome: Outcome, most = 400): Promise<Plan> {
  const invariants = new Set(outcome.wrongs.map(({ invariant }) => invariant))
  let runs = 0
  let smallest = plan
  const stillWrong = async (candidate: Plan): Promise<boolean> => {
    runs += 1
    const { wrongs } = await run(candidate, versions)
    if (!wrongs.some(({ invariant }) => invariants.has(invariant))) return false
    smallest = candidate
    return true
  }
  for (let before = ''; before !== sizeOf(smallest) && runs < most; ) {
    before = sizeOf(smallest)
    await fewest(
      smallest.faults,
      async faults => runs < most && stillWrong(replanned(smallest, smallest.deeds, faults)),
    )
    await fewest(smallest.deeds, async deeds => runs < most && stillWrong(replanned(smallest, deeds, smallest.faults)))
  }
  return smallest
}

const sizeOf = ({ deeds, faults }: Plan): string => `${deeds.length} ${faults.length}`

/** Delta debugging (Zeller, "Simplifying and Isolating Failure-Inducing Input"), by leaving out alone. */
async function fewest<T>(items: readonly T[], isEnough: (items: readonly T[]) => Promise<boolean>): Promise<void> {
  let left = items
  for (let size = Math.ceil(left.length / 2); size >= 1 && left.length > 0; ) {
    let start = 0
    let shorter = false
    while (start < left.length) {
      const rest = [...left.slice(0, start), ...left.slice(start + size)]
      if (await isEnough(rest)) {
        left = rest
        shorter = true
      } else start += size
    }
    if (size === 1 && !shorter) return
    size = size === 1 ? 1 : Math.ceil(size / 2)
  }
}
