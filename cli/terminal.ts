import { once } from 'node:events'
import { createInterface } from 'node:readline/promises'
import type { Readable, Writable } from 'node:stream'
import { styleText } from 'node:util'
import { EXIT, Failed } from './command.ts'
import { withMaskedEmails } from './masking.ts'
import { type Column, pairs, table } from './table.ts'

export type Style = 'bold' | 'dim' | 'red' | 'yellow' | 'green' | 'cyan'

const ESCAPE = String.fromCodePoint(27)
const CONTROLS = new RegExp(`${ESCAPE}\\[[\\d;]*m|\\n|\\p{Cc}`, 'gu')

/** What users and HubSpot have written may colour a line, and do nothing else to an operator's terminal. */
const harmless = (line: string): string =>
  line.replace(CONTROLS, found => (found.length > 1 || found === '\n' ? found : '\uFFFD'))

export interface Streams {
  readonly stdin: Readable & { isTTY?: boolean }
  readonly stdout: Writable & { isTTY?: boolean; columns?: number }
  readonly stderr: Writable & { isTTY?: boolean; columns?: number }
}

/** Where a command prints. Nothing with an email address in full passes, unless it is allowed to. */
export class Terminal {
  /** Print JSON, and nothing else to stdout. */
  readonly json: boolean
  /** Somebody may be asked, and things may be drawn over. */
  readonly interactive: boolean
  /** Characters in a line; unlimited where nobody looks. */
  readonly width: number
  readonly #streams: Streams
  readonly #showEmails: boolean

  constructor(streams: Streams, { json = false, showEmails = false } = {}) {
    const { stdin, stdout } = streams
    this.#streams = streams
    this.#showEmails = showEmails
    this.json = json
    this.interactive = stdin.isTTY === true && stdout.isTTY === true
    this.width = (stdout.isTTY && stdout.columns) || Number.POSITIVE_INFINITY
  }

  /** A line to stdout; none where JSON is asked for. */
  say(line = ''): void {
    if (!this.json) this.#streams.stdout.write(`${harmless(this.#masked(line))}\n`)
  }

  /** A line to stderr, for people, whatever stdout is for. */
  tell(line: string): void {
    this.#streams.stderr.write(`${harmless(this.#masked(line))}\n`)
  }

  /** The answer of a command in JSON, when that is asked for. */
  answer(value: unknown): void {
    if (!this.json) return
    const text = JSON.stringify(value, (_, inner) => (typeof inner === 'string' ? this.#masked(inner) : inner), 2)
    this.#streams.stdout.write(`${text}\n`)
  }

  /** One JSON value a line, for what has no end. */
  answerLine(value: unknown): void {
    if (!this.json) return
    const text = JSON.stringify(value, (_, inner) => (typeof inner === 'string' ? this.#masked(inner) : inner))
    this.#streams.stdout.write(`${text}\n`)
  }

  /** Rows under titles, one line each. */
  table<Row>(rows: readonly Row[], columns: readonly Column<Row>[], indent = ''): void {
    // Masked first: addresses are shorter then, and columns are as wide as what is in them.
    const masking = columns.map(column => ({ ...column, cell: (row: Row) => this.#masked(column.cell(row)) }))
    for (const line of table(rows, masking, this.width - indent.length)) this.say(indent + line)
  }

  /** Names and what they stand for, below one another. */
  pairs(rows: readonly (readonly [name: string, value: string])[]): void {
    for (const line of pairs(rows)) this.say(line)
  }

  /** Whether a line can be drawn over for whoever waits, whatever stdout is for. */
  get draws(): boolean {
    return this.#streams.stderr.isTTY === true
  }

  /** A line to stderr that the next one takes the place of. Nothing where nobody looks. */
  draw(line = ''): void {
    if (!this.draws) return
    const { columns = Number.POSITIVE_INFINITY } = this.#streams.stderr
    const fitting = [...harmless(this.#masked(line))].slice(0, columns - 1).join('')
    this.#streams.stderr.write(`\r${ESCAPE}[2K${fitting}`)
  }

  /** Makes room for drawing the same anew. Nothing happens where nobody looks. */
  clear(): void {
    if (this.#streams.stdout.isTTY && !this.json) this.#streams.stdout.write(`${ESCAPE}[2J${ESCAPE}[H`)
  }

  /** Coloured where stdout is a terminal and NO_COLOR is not set. */
  paint(style: Style, text: string): string {
    return styleText(style, text, { stream: this.#streams.stdout })
  }

  /** @returns whether the person typed yes. @throws Failed: usage, where there is nobody to ask. */
  async confirm(question: string): Promise<boolean> {
    if (!this.interactive || this.json)
      throw new Failed(EXIT.usage, 'Nothing was done, as nobody can be asked here: give --yes.')
    const { stdin, stderr } = this.#streams
    const lines = createInterface({ input: stdin, output: stderr })
    // Whoever ends the input, or the command, by Ctrl+D or Ctrl+C has not said yes.
    const ended = once(lines, 'close').then(() => '')
    lines.once('SIGINT', () => lines.close())
    try {
      const asked = lines.question(`${question} [y/N] `).catch(() => '')
      const typed = await Promise.race([asked, ended])
      return /^y(es)?$/i.test(typed.trim())
    } finally {
      lines.close()
    }
  }

  #masked(text: string): string {
    return this.#showEmails ? text : withMaskedEmails(text)
  }
}
