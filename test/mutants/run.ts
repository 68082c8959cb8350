import { execFileSync } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { MUTANTS } from './all.ts'
import type { Mutant } from './mutant.ts'
import { type Verdict, Workshop } from './workshop.ts'

/**
 * `npm run mutants`: plants each fault into a copy of the program and shows which test finds it. Ends with 1 when one is
 * not found, or fits the program no more.
 * `npm run mutants -- claim`: those alone whose names hold the word.
 * `npm run mutants -- --share 1/4`: every fourth one, beginning with the second. `commit/4`: beginning where the commit's
 * hash has it, so that all have their turn.
 * `--trusting`: it is known that all tests pass without mutants.
 */
const { values, positionals } = parseArgs({
  options: {
    share: { type: 'string', default: '0/1' },
    trusting: { type: 'boolean', default: false },
    workers: { type: 'string', default: String(Math.min(4, availableParallelism())) },
  },
  allowPositionals: true,
})
const [from = '', shares = '1'] = values.share.split('/')
const step = Number(shares)
const first = from === 'commit' ? commitHash() : Number(from)
const wanted = MUTANTS.filter(({ name }) => name.includes(positionals.join(' '))).filter(
  (_, place) => place % step === first % step,
)
process.exitCode = (await runAll(wanted, Number(values.workers))) ? 0 : 1

/** 0 where there is no repository. */
function commitHash(): number {
  try {
    return Number.parseInt(
      execFileSync('git', ['rev-parse', 'HEAD'], { encoding: 'utf8', stdio: 'pipe' }).slice(0, 8),
      16,
    )
  } catch {
    return 0
  }
}

async function runAll(mutants: readonly Mutant[], most: number): Promise<boolean> {
  const begun = performance.now()
  const workshops = await Promise.all(Array.from({ length: Math.min(most, mutants.length) }, () => Workshop.open()))
  let alive = 0
  let useless = new Set<string>()
  try {
    if (!values.trusting) useless = await failAnyway(workshops, mutants)
    await divide(workshops, mutants, async (workshop, each) => {
      const since = performance.now()
      const killers = each.killers.filter(killer => !useless.has(killer.file))
      const verdict = await workshop.test({ ...each, killers }).catch((error: unknown) => error)
      if (!isKilled(verdict)) alive += 1
      console.log(lineOf(each, verdict, performance.now() - since))
    })
  } finally {
    await Promise.all(workshops.map(workshop => workshop.close()))
  }
  const killed = mutants.length - alive
  const seconds = ((performance.now() - begun) / 1_000).toFixed(0)
  console.log(`${alive === 0 ? '✓' : '✗'} ${killed} of ${mutants.length} mutants killed, ${seconds} s`)
  return alive + useless.size === 0
}

/** Files with tests that fail without any mutant: they find nothing. */
async function failAnyway(workshops: readonly Workshop[], mutants: readonly Mutant[]): Promise<Set<string>> {
  const killers = mutants.flatMap(each => each.killers)
  const whole = killers.filter(({ only }) => only === undefined)
  const parts = new Map(
    killers.flatMap(killer => (killer.only === undefined ? [] : [[killer.only, [killer]] as const])),
  )
  const files = new Map(whole.map(killer => [killer.file, killer]))
  const failing = new Set<string>()
  await divide(workshops, [[...files.values()], ...parts.values()], async (workshop, some) => {
    for (const failed of await workshop.failing(some)) {
      failing.add(failed.split(':', 1).join())
      console.log(`✗ fails without any mutant: ${failed}`)
    }
  })
  return failing
}

async function divide<T>(
  workshops: readonly Workshop[],
  all: readonly T[],
  work: (workshop: Workshop, each: T) => Promise<void>,
): Promise<void> {
  const left = all.values()
  await Promise.all(
    workshops.map(async workshop => {
      for (const each of left) await work(workshop, each)
    }),
  )
}

function isKilled(verdict: Verdict | unknown): verdict is Verdict & { readonly failed: string } {
  return typeof verdict === 'object' && verdict !== null && 'failed' in verdict && verdict.failed !== undefined
}

function lineOf({ name, killers }: Mutant, verdict: Verdict | unknown, took: number): string {
  const seconds = `${(took / 1_000).toFixed(1)} s`
  if (isKilled(verdict)) return `✓ ${name}\n    ${seconds}, ${verdict.failed}`
  if (verdict instanceof Error) return `✗ ${name}\n    ${seconds}, ${verdict.message}`
  return `✗ ${name}\n    ${seconds}, SURVIVES ${killers.map(({ file }) => file).join(', ')}`
}
