import { spawn } from 'node:child_process'
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative, resolve } from 'node:path'
import * as v from 'valibot'
import { type Killer, type Mutant, mutated } from './mutant.ts'

const ROOT = resolve(import.meta.dirname, '../..')
const LEFT_OUT = new Set(['node_modules', '.git', 'cdk.out', 'data', 'coverage', 'dist'])
/** Nobody waits longer for a verdict. In milliseconds. */
const LONGEST = 240_000

/** What a run of tests has come to. */
export interface Verdict {
  /** The first test that failed, with its file; `undefined` when all passed. */
  readonly failed: string | undefined
  readonly passed: number
}

const report = v.object({
  numPassedTests: v.number(),
  testResults: v.array(
    v.object({
      name: v.string(),
      message: v.string(),
      assertionResults: v.array(v.object({ status: v.string(), fullName: v.string() })),
    }),
  ),
})

/** A copy of the program, in which mutants are made and tested, one after another. */
export class Workshop {
  readonly #root: string

  private constructor(root: string) {
    this.#root = root
  }

  static async open(): Promise<Workshop> {
    const root = await mkdtemp(join(tmpdir(), 'vidsync-mutants-'))
    const isWanted = (source: string) =>
      !relative(ROOT, source)
        .split('/')
        .some(part => LEFT_OUT.has(part))
    await cp(ROOT, root, { recursive: true, filter: isWanted })
    await symlink(join(ROOT, 'node_modules'), join(root, 'node_modules'))
    return new Workshop(root)
  }

  close(): Promise<void> {
    return rm(this.#root, { recursive: true, force: true })
  }

  /**
   * Makes the mutant, runs the tests until one of them fails, and puts everything back.
   * @throws Error when a change fits no more, or when what it makes is no program
   */
  async test({ changes, killers }: Mutant): Promise<Verdict> {
    const sources = new Map<string, string>()
    try {
      for (const change of changes) {
        const path = join(this.#root, 'functions', change.file)
        const source = await readFile(path, 'utf8')
        if (!sources.has(path)) sources.set(path, source)
        await writeFile(path, mutated(source, change))
      }
      let passed = 0
      for (const killer of killers) {
        const verdict = await this.run([killer])
        if (verdict.failed !== undefined) return verdict
        passed += verdict.passed
      }
      return { failed: undefined, passed }
    } finally {
      for (const [path, source] of sources) await writeFile(path, source)
    }
  }

  /**
   * Runs tests of the copy as it is, until one fails.
   * @throws Error when a file of tests cannot be loaded, or holds none
   */
  async run(killers: readonly Killer[]): Promise<Verdict> {
    const { failed, passed } = await this.#run(killers, ['--bail=1', '--maxWorkers=1'], LONGEST)
    if (passed + failed.length === 0) throw new Error(`no test was run of ${filesOf(killers).join(', ')}`)
    return { failed: failed[0], passed }
  }

  /** @returns those of these tests that fail, each with its file */
  async failing(killers: readonly Killer[]): Promise<readonly string[]> {
    return (await this.#run(killers, [], 10 * LONGEST)).failed
  }

  async #run(killers: readonly Killer[], options: readonly string[], longest: number) {
    const output = join(this.#root, '.verdict.json')
    await rm(output, { force: true })
    const files = filesOf(killers)
    const only = killers.flatMap(killer => (killer.only === undefined ? [] : ['-t', killer.only]))
    const finished = await this.#vitest(
      ['run', ...files, ...only, ...options, '--reporter=json', `--outputFile=${output}`],
      longest,
    )
    if (!finished) throw new Error(`${files.join(', ')}: not over after ${longest / 1_000} s`)
    const said = await readFile(output, 'utf8').catch(() => undefined)
    if (said === undefined) throw new Error(`vitest does not say what became of ${files.join(', ')}`)
    const { testResults, numPassedTests } = v.parse(report, JSON.parse(said))
    const failed = testResults.flatMap(({ name, assertionResults }) =>
      assertionResults
        .filter(({ status }) => status === 'failed')
        .map(({ fullName }) => `${relative(join(this.#root, 'test'), name)}: ${fullName}`),
    )
    const broken = testResults.find(({ message, assertionResults }) => message !== '' && assertionResults.length === 0)
    if (broken && failed.length === 0) throw new Error(`the tests cannot be run: ${broken.message.slice(0, 500)}`)
    return { failed, passed: numPassedTests }
  }

  /** @param longest then it is ended, in milliseconds. @returns whether it came to an end by itself */
  #vitest(args: readonly string[], longest: number): Promise<boolean> {
    const child = spawn(process.execPath, [join(ROOT, 'node_modules/vitest/vitest.mjs'), ...args], {
      cwd: this.#root,
      stdio: 'ignore',
      env: { ...process.env, VIDSYNC_TALLY: '' },
    })
    let inTime = true
    const end = setTimeout(() => {
      inTime = false
      child.kill()
    }, longest)
    return new Promise((done, reject) => {
      child.once('error', reject)
      child.once('exit', () => {
        clearTimeout(end)
        done(inTime)
      })
    })
  }
}

const filesOf = (killers: readonly Killer[]): string[] => killers.map(({ file }) => `test/${file}`)
