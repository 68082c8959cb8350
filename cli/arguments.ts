import { parseArgs } from 'node:util'
import { type Command, EXIT, Failed, type Option } from './command.ts'

/** What was typed behind the name of a command. */
export interface Arguments {
  readonly operands: readonly string[]
  flag(name: string): boolean
  text(name: string): string | undefined
}

/** Options that every command takes. */
const EVERYWHERE: readonly Option[] = [
  { name: 'json', help: 'print JSON, for scripts' },
  { name: 'show-emails', help: 'print email addresses in full instead of a***@e***.com' },
  { name: 'help', help: 'this' },
]

/** Options of commands that speak to the API of vidsync. */
export const API_OPTIONS: readonly Option[] = [
  { name: 'url', value: 'url', help: 'where vidsync is: VIDSYNC_URL, or else http://127.0.0.1:4000' },
  { name: 'admin-key-file', value: 'file', help: 'read the admin key from a file instead of ADMIN_KEY' },
]

/** Options of commands that read `sync.config.ts`. */
export const CONFIG_OPTIONS: readonly Option[] = [
  { name: 'config', value: 'file', help: 'which configuration: ./sync.config.ts' },
]

export const optionsOf = (command: Command): readonly Option[] => [...command.options, ...EVERYWHERE]

/** Reads what was typed behind a command's name. @throws Failed: usage. */
export function readArguments(command: Command, typed: readonly string[]): Arguments {
  const options = Object.fromEntries(
    optionsOf(command).map(({ name, value }) => [name, { type: value ? ('string' as const) : ('boolean' as const) }]),
  )
  const { values, positionals } = parsed(command, typed, options)
  const args: Arguments = {
    operands: positionals,
    flag: name => values[name] === true,
    text: name => {
      const value = values[name]
      return typeof value === 'string' ? value : undefined
    },
  }
  const { least, most } = command.operandCount ?? { least: 0, most: 0 }
  if (args.flag('help') || (positionals.length >= least && positionals.length <= most)) return args
  const mistake = positionals.length < least ? `${command.operands} is missing` : `${positionals[most]} is too much`
  throw misused(command, mistake)
}

function parsed(
  command: Command,
  typed: readonly string[],
  options: Record<string, { type: 'string' | 'boolean'; short?: string }>,
): { readonly values: Readonly<Record<string, unknown>>; readonly positionals: readonly string[] } {
  try {
    const withShort = { ...options, help: { type: 'boolean' as const, short: 'h' } }
    return parseArgs({ args: [...typed], options: withShort, allowPositionals: true, strict: true })
  } catch (error) {
    // Node's words name the option; what follows them is advice for programmers.
    const [words = ''] = (error instanceof Error ? error.message : String(error)).split('. ')
    throw misused(command, words.replace(/\.$/, ''))
  }
}

const misused = (command: Command, mistake: string): Failed =>
  new Failed(EXIT.usage, `${mistake}. See \`npx vidsync ${command.name} --help\`.`)

/** A whole number given as an option. @throws Failed: usage. */
export function numberIn(args: Arguments, name: string, least: number, most: number): number | undefined {
  const text = args.text(name)
  if (text === undefined) return undefined
  const value = Number(text)
  if (/^\d+$/.test(text) && value >= least && value <= most) return value
  throw new Failed(EXIT.usage, `--${name} is ${JSON.stringify(text)}; give a whole number from ${least} to ${most}.`)
}
