import type { JsonObject } from '../../functions/core/parse/json.ts'
import { Progress } from '../progress.ts'
import type { BadRows } from '../rows/bad-rows.ts'
import type { RowsFile } from '../rows/open.ts'
import type { Row } from '../rows/row.ts'
import type { Terminal } from '../terminal.ts'
import type { Job, Noted } from './job.ts'
import { judge } from './judge.ts'
import type { Sender } from './sender.ts'
import type { Throttle } from './throttle.ts'

/** Of rows that are sent, and noted, together: far below what one request may have. */
const MOST_BYTES = 512 * 1024

export interface Sending {
  readonly file: RowsFile
  readonly callOf: (row: Row) => JsonObject
  readonly job: Job
  readonly badRows: BadRows
  readonly sender: Sender
  readonly throttle: Throttle
  readonly terminal: Terminal
  readonly ended: AbortSignal
}

/** Sends what is left of a file, and notes how far it has come. @throws Failed: it can be gone on with. */
export async function sendAll(sending: Sending, begun: Omit<Noted, 'job'>): Promise<Omit<Noted, 'job'>> {
  const { file, callOf, job, badRows, sender, throttle, terminal, ended } = sending
  const progress = new Progress(terminal, 'rows', begun.rows, begun.accepted + begun.refused + begun.bad)
  let state = begun
  let batch: { readonly row: Row; readonly call: JsonObject }[] = []
  let bytes = 0
  const show = (note = sender.trouble): void => progress.update(state.accepted + state.refused + state.bad, note)

  const flush = async (): Promise<void> => {
    if (batch.length === 0) return
    await throttle.admit(batch.length, show)
    const { calls, rejected } = await sender.send(
      batch.map(({ call }) => call),
      show,
    )
    for (const { index, message } of rejected) {
      const refused = batch[index]
      if (refused) badRows.add({ ...refused.row, reason: message })
    }
    state = {
      ...state,
      done: batch[calls - 1]?.row.number ?? state.done,
      accepted: state.accepted + calls - rejected.length,
      refused: state.refused + rejected.length,
    }
    batch = []
    bytes = 0
    await job.note(state, ended.aborted)
    show()
  }

  try {
    for await (const row of file.each(() => {})) {
      if (ended.aborted) break
      if (row.number <= state.done) continue
      const judged = judge(row, callOf)
      if ('reason' in judged) continue
      batch.push({ row, call: judged.call })
      bytes += row.original.reduce((sum, cell) => sum + cell.length, 0)
      if (batch.length >= throttle.batch || bytes >= MOST_BYTES) await flush()
    }
    if (!ended.aborted) await flush()
    if (!ended.aborted) state = { ...state, finishedAt: new Date().toISOString() }
  } finally {
    progress.end()
    await badRows.close()
    await job.note(state, true)
  }
  return state
}
