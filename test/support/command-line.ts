import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

/** What a command has said, and how it ended. */
export interface Said {
  readonly exit: number | null
  readonly stdout: string
  readonly stderr: string
}

const BIN = fileURLToPath(new URL('../../cli/vidsync.cjs', import.meta.url))

/** Variables that would lead a test elsewhere. */
const NEUTRAL = {
  VIDSYNC_URL: '',
  ADMIN_KEY: '',
  HUBSPOT_BASE_URL: '',
  HUBSPOT_ACCESS_TOKEN: '',
  HUBSPOT_API_VERSION: '',
  PORT: '',
  FORCE_COLOR: undefined,
}

export interface Typing {
  readonly environment?: Readonly<Record<string, string>>
  readonly cwd?: string
  readonly stdin?: string
  readonly bin?: string
}

/** Types a command line as a person does whose shell is no terminal. */
export async function vidsync(args: readonly string[], typing: Typing = {}): Promise<Said> {
  const child = begin(args, typing)
  const said = { stdout: '', stderr: '' }
  child.stdout.on('data', text => (said.stdout += text))
  child.stderr.on('data', text => (said.stderr += text))
  child.stdin.end(typing.stdin ?? '')
  const [exit] = await once(child, 'close')
  return { exit, ...said }
}

/** Begins a command that does not end by itself. */
export function begin(args: readonly string[], typing: Typing = {}): ChildProcessWithoutNullStreams {
  const { environment = {}, cwd, bin = BIN } = typing
  return spawn(process.execPath, [bin, ...args], {
    ...(cwd === undefined ? {} : { cwd }),
    env: { ...process.env, ...NEUTRAL, ...environment },
  })
}
