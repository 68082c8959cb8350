import { type FileHandle, open, readFile, rename, truncate, writeFile } from 'node:fs/promises'
import * as v from 'valibot'
import { EXIT, Failed } from '../command.ts'
import { withMaskedEmails } from '../masking.ts'
import type { Finding } from './finding.ts'

const schema = v.object({
  job: v.string(),
  /** Where HubSpot's next page begins, or which row of the file is next; absent once all is done. */
  next: v.optional(v.string()),
  looked: v.number(),
  counts: v.record(v.string(), v.number()),
  /** How long the report was by then: whatever is behind it is written again. */
  bytes: v.number(),
})
export type Reached = Omit<v.InferOutput<typeof schema>, 'job' | 'bytes'>

const COLUMNS = ['kind', 'userId', 'vid', 'otherUserId', 'email', 'otherEmail', 'detail'] as const

/** The file in which findings stand, and beside it how far the audit has come. */
export class Report {
  readonly path: string
  readonly #job: string
  readonly #format: 'csv' | 'ndjson'
  readonly #showEmails: boolean
  #file: FileHandle | undefined
  #bytes = 0

  /** @throws Failed: usage. */
  constructor(path: string, job: string, showEmails: boolean) {
    if (!/\.(csv|ndjson|jsonl)$/i.test(path))
      throw new Failed(EXIT.usage, `--out is ${JSON.stringify(path)}; it must end in .csv or .ndjson.`)
    this.path = path
    this.#job = job
    this.#format = /\.csv$/i.test(path) ? 'csv' : 'ndjson'
    this.#showEmails = showEmails
  }

  /** Where an audit that was interrupted goes on; `undefined`: from the start. @throws Failed: usage. */
  async begin(anew: boolean): Promise<Reached | undefined> {
    const noted = anew ? undefined : await this.#noted()
    try {
      if (noted) await truncate(this.path, noted.bytes)
      else await writeFile(this.path, this.#format === 'csv' ? `${COLUMNS.join(',')}\n` : '')
      this.#file = await open(this.path, 'a')
      this.#bytes = (await this.#file.stat()).size
    } catch (error) {
      const why = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
      throw new Failed(EXIT.usage, `${this.path} cannot be written: ${why}. Name another file with --out.`)
    }
    return noted
  }

  /** Writes findings down, and then how far it is: in this order, so that a crash loses nothing. */
  async add(findings: readonly Finding[], reached: Reached): Promise<void> {
    const text = findings.map(each => this.#line(each)).join('')
    if (text !== '') await this.#file?.appendFile(text)
    this.#bytes += Buffer.byteLength(text)
    await writeFile(`${this.#notes}.next`, JSON.stringify({ job: this.#job, ...reached, bytes: this.#bytes }))
    await rename(`${this.#notes}.next`, this.#notes)
  }

  async close(): Promise<void> {
    await this.#file?.close()
  }

  get #notes(): string {
    return `${this.path}.progress.json`
  }

  async #noted(): Promise<(Reached & { bytes: number }) | undefined> {
    try {
      const read = v.safeParse(schema, JSON.parse(await readFile(this.#notes, 'utf8')))
      // What has come to its end is looked at anew.
      return read.success && read.output.job === this.#job && read.output.next !== undefined ? read.output : undefined
    } catch {
      return undefined
    }
  }

  #line(finding: Finding): string {
    const shown = COLUMNS.map(
      name => [name, this.#showEmails ? finding[name] : withMaskedEmails(finding[name])] as const,
    )
    if (this.#format === 'ndjson')
      return `${JSON.stringify(Object.fromEntries(shown.filter(([, text]) => text !== '')))}\n`
    return `${shown.map(([, text]) => (/[",;\r\n\t]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)).join(',')}\n`
  }
}
