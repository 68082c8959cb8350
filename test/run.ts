import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as v from 'valibot'

/**
 * `npm test`: format and lint, types, unused code, synthesis, tests, mutants. Everything is run even when something fails;
 * the last line counts each check and each test.
 */
interface Tally {
  readonly passed: number
  readonly failed: number
  readonly skipped: number
}

/** Half of them, which half by the commit: all of them would take as long as all else. */
const MUTANTS = ['Mutants', 'node', 'test/mutants/run.ts', '--trusting', '--share', 'commit/2'] as const

const NONE: Tally = { passed: 0, failed: 0, skipped: 0 }

const CHECKS: readonly (readonly [title: string, command: string, ...args: string[]])[] = [
  ['Format and lint', 'biome', 'check', '.'],
  ['Types', 'tsc'],
  ['Types of the console', 'tsc', '-p', 'console/pages'],
  ['Unused code', 'knip'],
  ['Synthesis', 'cdk', 'synth', '--quiet'],
]

/** Resolves with whether the command succeeded. Its output goes where ours goes. */
function run(command: string, args: readonly string[]): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: 'inherit' })
    child.once('error', reject)
    child.once('exit', code => resolve(code === 0))
  })
}

async function check(title: string, command: string, args: readonly string[]): Promise<Tally> {
  const begun = performance.now()
  const succeeded = await run(command, args)
  console.log(`${succeeded ? '✓' : '✗'} ${title} (${((performance.now() - begun) / 1_000).toFixed(1)} s)`)
  return succeeded ? { ...NONE, passed: 1 } : { ...NONE, failed: 1 }
}

const report = v.object({ passed: v.number(), failed: v.number(), skipped: v.number() })

async function tests(): Promise<Tally> {
  const folder = await mkdtemp(join(tmpdir(), 'vidsync-test-'))
  const file = join(folder, 'tally.json')
  try {
    process.env.VIDSYNC_TALLY = file
    const succeeded = await run('vitest', ['run', '--reporter=default', '--reporter=./test/tally.ts'])
    const { passed, failed, skipped } = v.parse(report, JSON.parse(await readFile(file, 'utf8')))
    // Errors outside of any test fail the run, too.
    return { passed, failed: failed || (succeeded ? 0 : 1), skipped }
  } catch (error) {
    console.error('✗ The tests did not report:', error instanceof Error ? error.message : error)
    return { ...NONE, failed: 1 }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

let total = NONE
const add = ({ passed, failed, skipped }: Tally): void => {
  total = { passed: total.passed + passed, failed: total.failed + failed, skipped: total.skipped + skipped }
}
for (const [title, command, ...args] of CHECKS) add(await check(title, command, args))
const tested = await tests()
add(tested)
const [title, command, ...args] = MUTANTS
// Tests that fail anyway find nothing.
if (tested.failed === 0) add(await check(title, command, args))
const skipped = total.skipped > 0 ? `, ${total.skipped} skipped` : ''
console.log(`${total.passed} passed, ${total.failed} failed${skipped}`)
process.exitCode = total.failed === 0 ? 0 : 1
