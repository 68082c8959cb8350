import type { IdentifyEvent } from '../../functions/core/event.ts'
import type { JsonObject } from '../../functions/core/parse/json.ts'
import type { Context } from '../command.ts'
import { readConfiguration } from '../configuration.ts'
import type { ExplainedValue } from '../explain/explanation.ts'
import { JumpingClock } from '../explain/jumping-clock.ts'
import { showEvent } from '../explain/show.ts'
import { type Explanation, explanationOf, UNKNOWN_SCHEMA } from '../explain/staged.ts'
import type { RowsFile } from '../rows/open.ts'
import type { Row } from '../rows/row.ts'
import { judge } from './judge.ts'

/** So many rows go through all of vidsync, and so many of them are shown whole. */
const REHEARSED = 20
const SHOWN = 3

/** Shows what would become of the first rows, and of each column, by `sync.config.ts`. */
export async function dryRun(
  { terminal, args, environment }: Context,
  file: RowsFile,
  callOf: (row: Row) => JsonObject,
): Promise<Explanation> {
  const events: IdentifyEvent[] = []
  for await (const row of file.each(() => {})) {
    const judged = judge(row, callOf)
    if ('event' in judged) events.push(judged.event)
    if (events.length === REHEARSED) break
  }
  const config = await readConfiguration(args)
  const offline = args.flag('offline')
  const told = await explanationOf(config, events, new JumpingClock(Date.now()), environment, offline)
  terminal.say(
    told.account
      ? terminal.paint(
          'dim',
          `Judged by HubSpot account ${told.account}, as if vidsync had not heard of anybody before.`,
        )
      : terminal.paint('yellow', UNKNOWN_SCHEMA),
  )
  terminal.say()
  terminal.say(terminal.paint('bold', `Columns, by the first ${events.length === 1 ? 'row' : `${events.length} rows`}`))
  terminal.table(
    [...columnsIn(told)],
    [
      { title: 'column', cell: ([column]) => column },
      { title: 'becomes', cell: ([, { targets }]) => [...targets].join(', ') || 'nothing: it is left out' },
      { title: 'such as', cell: ([, { sample }]) => sample },
      { title: 'not sent', cell: ([, { notSent }]) => (notSent === 0 ? '' : `${notSent} of ${events.length}`) },
    ],
    '  ',
  )
  for (const event of told.events.slice(0, SHOWN)) showEvent(terminal, event)
  terminal.say()
  return told
}

interface Column {
  readonly targets: Set<string>
  sample: string
  notSent: number
}

function columnsIn({ events }: Explanation): Map<string, Column> {
  const columns = new Map<string, Column>()
  const columnOf = (path: string): Column => {
    const name = path.replace(/^traits\./, '')
    const column = columns.get(name) ?? { targets: new Set(), sample: '', notSent: 0 }
    columns.set(name, column)
    return column
  }
  for (const { records, unused } of events) {
    for (const path of unused) columnOf(path)
    for (const { values, kind, title } of records)
      for (const value of values)
        for (const path of value.from)
          note(columnOf(path), value, kind === 'contact' ? '' : ` (${title.split(' ')[0]})`)
  }
  return columns
}

function note(column: Column, { name, value, outcome }: ExplainedValue, where: string): void {
  column.targets.add(name + where)
  if (column.sample === '' && value !== null) column.sample = String(value)
  if (outcome === 'not_sent') column.notSent += 1
}
