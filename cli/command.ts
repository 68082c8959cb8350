import type { Arguments } from './arguments.ts'
import type { Terminal } from './terminal.ts'

/** What the shell, or CI, learns of a run. */
export const EXIT = {
  ok: 0,
  /** It worked, and there is something that a person should look at. */
  problems: 1,
  /** It was not asked in a way that it understands, or with a key that is not let in. */
  usage: 2,
  /** The API or HubSpot does not answer. */
  unreachable: 3,
} as const
export type Exit = (typeof EXIT)[keyof typeof EXIT]

/** Ends a command. The message is for the person who gave it: what is wrong, and what to do. */
export class Failed extends Error {
  override readonly name = 'Failed'
  readonly exit: Exit

  constructor(exit: Exit, message: string) {
    super(message)
    this.exit = exit
  }
}

export type Environment = Readonly<Record<string, string | undefined>>

/** What a command gets to work with. */
export interface Context {
  readonly terminal: Terminal
  readonly args: Arguments
  readonly environment: Environment
}

/** An option of a command, such as `--limit <n>`. */
export interface Option {
  readonly name: string
  /** What its value is, in a word; absent: it takes none. */
  readonly value?: string
  readonly help: string
}

export interface Command {
  readonly name: string
  /** What stands behind the name: `<id>`. */
  readonly operands?: string
  /** How many of them there may be; absent: none. */
  readonly operandCount?: { readonly least: number; readonly most: number }
  /** Paragraphs for its own help. */
  readonly about: readonly string[]
  readonly options: readonly Option[]
  /** What it does and what to type for it. */
  readonly examples: readonly (readonly [what: string, typed: string])[]
  /** @throws Failed */
  run(context: Context): Promise<Exit>
}
