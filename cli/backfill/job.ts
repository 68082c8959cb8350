import { readFile, rename, writeFile } from 'node:fs/promises'
import * as v from 'valibot'
import { sha256 } from '../../functions/core/digest.ts'
import { EXIT, Failed } from '../command.ts'
import type { RowsFile } from '../rows/open.ts'

const schema = v.object({
  /** Which file goes where, and how it is read: whatever is noted of another job says nothing of this one. */
  job: v.string(),
  /** The moment of rows that give none. */
  asOf: v.string(),
  rows: v.number(),
  bad: v.number(),
  /** Everything up to the row of this number has been answered for. */
  done: v.number(),
  accepted: v.number(),
  refused: v.number(),
  finishedAt: v.optional(v.string()),
})
export type Noted = v.InferOutput<typeof schema>

/** The least time between two notes, in milliseconds: what is sent twice after a crash folds to nothing. */
const EVERY = 500

/** How far a file has come, noted in another one beside it. */
export class Job {
  readonly path: string
  readonly #id: string
  #written = Number.NEGATIVE_INFINITY

  /** @param parts besides the file's bytes: where it goes, and how it is read */
  constructor(file: RowsFile, parts: readonly string[]) {
    this.path = `${file.path}.progress.json`
    this.#id = sha256([file.fingerprint, ...parts].join('\n'))
  }

  /** What is noted of this very job. */
  async read(): Promise<Noted | undefined> {
    try {
      const noted = v.safeParse(schema, JSON.parse(await readFile(this.path, 'utf8')))
      return noted.success && noted.output.job === this.#id ? noted.output : undefined
    } catch {
      return undefined
    }
  }

  /** Notes it, now or soon. A crash leaves the note of before, whole. @throws Failed: usage. */
  async note(state: Omit<Noted, 'job'>, now = false): Promise<void> {
    if (!now && performance.now() - this.#written < EVERY) return
    this.#written = performance.now()
    const next = `${this.path}.next`
    try {
      await writeFile(next, `${JSON.stringify({ job: this.#id, ...state }, null, 2)}\n`)
      await rename(next, this.path)
    } catch (error) {
      const why = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
      throw new Failed(EXIT.usage, `${this.path} cannot be written (${why}): it says where to go on after a crash.`)
    }
  }
}
