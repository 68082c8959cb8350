import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

export const PROJECT = fileURLToPath(new URL('../..', import.meta.url))
const run = promisify(execFile)

/** Unset, whatever the machine that runs the tests has set. */
const UNSET = {
  HUBSPOT_BASE_URL: '',
  HUBSPOT_REQUESTS_PER_10_SECONDS: '',
  DATA_DIR: '',
  LOG_LEVEL: '',
  LOG_FORMAT: '',
  WRITE_KEY: '',
  ADMIN_KEY: '',
}

/** A group of its own does not end with whoever has started it. */
const running = new Set<NpmStart>()
process.once('exit', () => {
  for (const each of running) each.kill()
})

/** `npm start` as a person runs it: a process group of its own, so that all of it can be killed. */
export class NpmStart {
  readonly #child: ChildProcess
  readonly #ready = Promise.withResolvers<string>()
  readonly #closed: Promise<number | null>
  #said = ''

  /** @param shell what a shell does first, `ulimit -f 1000`, say */
  constructor(environment: Readonly<Record<string, string>>, shell = '') {
    const env = { ...process.env, ...UNSET, ...environment }
    const options = { cwd: PROJECT, detached: true, env }
    this.#child = shell ? spawn('sh', ['-c', `${shell}; exec npm start`], options) : spawn('npm', ['start'], options)
    for (const stream of [this.#child.stdout, this.#child.stderr]) stream?.on('data', text => this.#hear(String(text)))
    this.#closed = once(this.#child, 'close').then(() => this.#child.exitCode)
    running.add(this)
    void this.#closed.then(() => running.delete(this))
    void this.#closed.then(() => this.#ready.reject(new Error(`npm start has ended:\n${this.#said}`)))
    // Whoever cares awaits it; nobody has to.
    this.#ready.promise.catch(() => {})
  }

  #hear(text: string): void {
    this.#said += text
    const [, url] = /ready at (http:\S+)/.exec(this.#said) ?? []
    if (url) this.#ready.resolve(url)
  }

  /** Everything it has said so far. */
  get output(): string {
    return this.#said
  }

  /** Resolves with the API's URL. @throws Error when it ends before */
  get ready(): Promise<string> {
    return this.#ready.promise
  }

  /** Resolves with the exit code, however it comes to its end; `null` when it was killed. */
  get closed(): Promise<number | null> {
    return this.#closed
  }

  get isRunning(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null
  }

  /** Resolves with the exit code. SIGKILL kills the whole group, as nothing else does. */
  async end(signal: NodeJS.Signals): Promise<number | null> {
    if (signal === 'SIGKILL') this.kill()
    else this.#child.kill(signal)
    return this.#closed
  }

  kill(): void {
    const { pid } = this.#child
    if (pid !== undefined && this.isRunning) process.kill(-pid, 'SIGKILL')
  }

  /** Resident memory of the program itself, without npm's, in bytes; `undefined` while there is no such process. */
  async memory(): Promise<number | undefined> {
    const { stdout } = await run('ps', ['-eo', 'pgid=,rss=,args='])
    const [, kilobytes] =
      stdout
        .split('\n')
        .map(line => /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line))
        .find(found => Number(found?.[1]) === this.#child.pid && /node\S* local\/start\.cjs$/.test(found?.[3] ?? ''))
        ?.slice(1) ?? []
    return kilobytes === undefined ? undefined : Number(kilobytes) * 1024
  }
}
