import { costOf, costText } from './cost.ts'
import type { Drive } from './drive.ts'
import { info, type Row } from './row.ts'

/** What a drive asked of the table, by kind of item, and what it would have cost. */
export function tableRows(name: string, { counts, events }: Drive): Row[] {
  const { total, kinds, readRequests, readUnits } = counts.table
  const perEvent = (number: number) => (number / events).toFixed(2)
  const each = Object.entries(kinds).map(([kind, tally]) => `${kind} ${perEvent(tally.writes)}`)
  const records = kinds.record
  const kept = records ? records.writes - records.refused : 0
  return [
    info(`${name}: table writes per event, by item`, `${each.join(', ')}; ${total.refused} refused`),
    info(`${name}: index writes per event`, perEvent(total.indexWrites)),
    info(`${name}: table reads per event`, `${perEvent(readRequests)} requests, ${perEvent(readUnits)} units`),
    info(
      `${name}: bytes per record`,
      records ? `${(records.bytes / Math.max(1, kept)).toFixed(0)} on average, ${records.largest} at most` : 'none',
    ),
    info(`${name}: cost of a million events`, costText(costOf(counts, events))),
    troublesRow(name, { counts }),
  ]
}

/** `POST contacts/batch/read 3, …` */
export function callsText({ byRoute }: { byRoute: Readonly<Record<string, { readonly calls: number }>> }): string {
  const routes = Object.entries(byRoute).map(([route, { calls }]) => `${route} ${calls}`)
  return routes.join(', ') || 'none'
}

/** What was logged as a warning or an error, and how often. */
export function troublesRow(name: string, { counts }: Pick<Drive, 'counts'>): Row {
  const troubles = Object.entries(counts.troubles).map(([message, times]) => `${message}: ${times}`)
  return info(`${name}: warnings and errors logged`, troubles.join(', ') || 'none')
}
