import { once } from 'node:events'
import { createWriteStream, type WriteStream } from 'node:fs'
import { rm } from 'node:fs/promises'
import type { RowsFile } from './open.ts'
import { type BadRow, OWN_COLUMNS } from './row.ts'

/** The rows that cannot be used, each with its reason, in a file beside theirs: to be corrected and given again. */
export class BadRows {
  readonly path: string
  readonly #file: RowsFile
  #stream: WriteStream | undefined
  #count = 0

  constructor(file: RowsFile) {
    this.path = `${file.path}.bad.${file.format}`
    this.#file = file
  }

  get count(): number {
    return this.#count
  }

  /** Those of an earlier reading. */
  async forget(): Promise<void> {
    await rm(this.path, { force: true })
  }

  add(row: BadRow): void {
    this.#count += 1
    this.#stream ??= this.#begun()
    this.#stream.write(this.#file.format === 'csv' ? this.#csv(row) : `${JSON.stringify(ndjson(row))}\n`)
  }

  async close(): Promise<void> {
    const stream = this.#stream
    this.#stream = undefined
    if (!stream) return
    stream.end()
    await once(stream, 'close')
  }

  #begun(): WriteStream {
    // Later rows of the same file follow.
    const stream = createWriteStream(this.path, { flags: 'a' })
    const { format, columns = [] } = this.#file
    if (format === 'csv' && this.#count === 1) stream.write(csvLine([...this.#titles(columns), ...OWN_TITLES]))
    return stream
  }

  /** A file of bad rows that is given again has the two already. */
  #titles(columns: readonly string[]): string[] {
    return columns.filter(title => !OWN_TITLES.includes(title))
  }

  #csv({ original, reason, line }: BadRow): string {
    const { columns = [] } = this.#file
    const cells = columns.flatMap((title, index) => (OWN_TITLES.includes(title) ? [] : [original[index] ?? '']))
    return csvLine([...cells, reason, String(line)])
  }
}

const OWN_TITLES: readonly string[] = [OWN_COLUMNS.reason, OWN_COLUMNS.line]

const ndjson = ({ original, reason, line }: BadRow) => ({ line, reason, row: original[0] ?? '' })

const csvLine = (cells: readonly string[]): string => `${cells.map(quoted).join(',')}\n`

const quoted = (cell: string): string => (/[",;\r\n\t]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)
