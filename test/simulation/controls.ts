import { patchedCopy } from './patched-copy.ts'
import { PROTECTIONS, type Protection } from './protections.ts'
import type { Deed } from './world/deeds.ts'
import { type Fault, nameOf } from './world/faults.ts'
import { type Plan, planOf, replanned } from './world/plan.ts'
import { loadVersions, type Version } from './world/root.ts'
import { type Outcome, run } from './world/run.ts'

/** Seeds after which a protection counts as not missed. */
const MOST_SEEDS = 3_000

interface Finding {
  readonly outcome: Outcome
  readonly seeds: number
}

const isAgainst = ({ against }: Protection, name: string): boolean => against.some(start => name.startsWith(start))
const fits = (protection: Protection, fault: Fault): boolean => isAgainst(protection, nameOf(fault))
const deedFits = (protection: Protection, deed: Deed): boolean =>
  isAgainst(protection, deed.do) || (isAgainst(protection, 'late') && 'ago' in deed)

function without(protection: Protection, plan: Plan): Plan {
  return replanned(
    plan,
    plan.deeds.filter(deed => !deedFits(protection, deed)),
    plan.faults.filter(fault => !fits(protection, fault)),
  )
}

/** A run that goes wrong without the protection, and right without what it protects against. */
async function find(protection: Protection, versions: readonly Version[]): Promise<Finding | undefined> {
  const always = protection.against.length === 0
  for (let seed = 1, tried = 0; seed <= MOST_SEEDS; seed++) {
    const plan = planOf(seed)
    const concerned =
      plan.faults.some(fault => fits(protection, fault)) || plan.deeds.some(deed => deedFits(protection, deed))
    if (!always && !concerned) continue
    tried += 1
    const outcome = await run(plan, versions)
    if (outcome.wrongs.length === 0) continue
    if (always) return { outcome, seeds: tried }
    const { wrongs } = await run(without(protection, plan), versions)
    if (wrongs.length === 0) return { outcome, seeds: tried }
  }
  return undefined
}

/**
 * Takes each protection away, in a copy, and shows that the simulation finds out, and because of the fault: without it the
 * same run goes right.
 * @param wanted a part of the names of those that are wanted
 * @returns how many nothing went wrong without
 */
export async function controls(wanted: string): Promise<number> {
  let missed = 0
  for (const protection of PROTECTIONS.filter(({ name }) => name.includes(wanted))) {
    const begun = performance.now()
    const { root, remove } = await patchedCopy(protection.patches)
    const found = await find(protection, await loadVersions([root])).finally(remove)
    const seconds = ((performance.now() - begun) / 1_000).toFixed(1)
    const wrong = found?.outcome.wrongs[0]
    if (!wrong) missed += 1
    console.log(
      wrong
        ? `✓ without "${protection.name}": seed ${found.outcome.seed}, the ${found.seeds}. tried, ${seconds} s: ${wrong.invariant}`
        : `✗ without "${protection.name}": nothing goes wrong in ${MOST_SEEDS} seeds (${seconds} s)`,
    )
  }
  return missed
}
