import { stat } from 'node:fs/promises'
import type { JsonObject } from '../../functions/core/parse/json.ts'
import { number, Progress } from '../progress.ts'
import type { BadRows } from '../rows/bad-rows.ts'
import type { RowsFile } from '../rows/open.ts'
import type { Row } from '../rows/row.ts'
import type { Terminal } from '../terminal.ts'
import { judge } from './judge.ts'

/** What is known of a file before anything of it is sent. */
export interface Checked {
  /** All of them, good and bad. */
  readonly rows: number
  readonly bad: number
}

/** Reads a whole file once, and writes down what cannot be sent. */
export async function validate(
  file: RowsFile,
  callOf: (row: Row) => JsonObject,
  badRows: BadRows,
  terminal: Terminal,
  ended: AbortSignal,
): Promise<Checked> {
  await badRows.forget()
  const progress = new Progress(terminal, 'bytes checked', (await stat(file.path)).size)
  let [rows, bytes] = [0, 0]
  const each = file.each(
    row => {
      rows += 1
      badRows.add(row)
    },
    read => (bytes = read),
  )
  for await (const row of each) {
    if (ended.aborted) break
    rows += 1
    const judged = judge(row, callOf)
    if ('reason' in judged) badRows.add({ ...row, reason: judged.reason })
    if (rows % 1_000 === 0) progress.update(bytes, `${number(rows)} rows`)
  }
  progress.end()
  await badRows.close()
  return { rows, bad: badRows.count }
}
