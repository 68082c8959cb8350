import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as v from 'valibot'

/**
 * `npm test`: format and lint, types, unused code, synthesis, tests. Everything is run even when something fails; the
 * last line counts each check and each test.
 */
interface Tally {
  readonly passed: number
  readonly failed: number
}

const CHECKS: readonly (readonly [title: string, command: string, ...args: string[]])[] = [
  ['Format and lint', 'biome', 'check', '.'],
  ['Types', 'tsc'],
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
  return succeeded ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 }
}

const summary = v.object({ numPassedTests: v.number(), numFailedTests: v.number(), numFailedTestSuites: v.number() })

async function tests(): Promise<Tally> {
  const folder = await mkdtemp(join(tmpdir(), 'vidsync-test-'))
  const file = join(folder, 'vitest.json')
  try {
    const succeeded = await run('vitest', ['run', '--reporter=default', '--reporter=json', `--outputFile=${file}`])
    const report = v.parse(summary, JSON.parse(await readFile(file, 'utf8')))
    // A file that cannot even be loaded fails without failing a test.
    const failed = report.numFailedTests || (succeeded ? 0 : Math.max(1, report.numFailedTestSuites))
    return { passed: report.numPassedTests, failed }
  } catch (error) {
    console.error('✗ The tests did not report:', error instanceof Error ? error.message : error)
    return { passed: 0, failed: 1 }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

let total: Tally = { passed: 0, failed: 0 }
const add = ({ passed, failed }: Tally): void => {
  total = { passed: total.passed + passed, failed: total.failed + failed }
}
for (const [title, command, ...args] of CHECKS) add(await check(title, command, args))
add(await tests())
console.log(`${total.passed} passed, ${total.failed} failed`)
process.exitCode = total.failed === 0 ? 0 : 1
