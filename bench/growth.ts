import { costOf, costText } from './cost.ts'
import { drive } from './drive.ts'
import { startPipeline } from './pipeline.ts'
import { info, type Row } from './row.ts'
import { troublesRow } from './table-rows.ts'
import { Workload } from './workload.ts'

/** Events a user, as in the burst. */
const EVENTS_PER_USER = 2.5

/** A burst of so many events over 2.5 times fewer users, every one of whom is linked for the first time. */
export async function measureGrowth(events: number): Promise<Row[]> {
  const workload = new Workload(events / EVENTS_PER_USER)
  const pipeline = await startPipeline({ contacts: workload.contacts() })
  try {
    const { counts, secondsToAccept, secondsToArrive } = await drive(pipeline, workload.burst(events))
    const { missing, wrong, duplicate, example } = workload.judge(await pipeline.contacts())
    const { table, hubspot, processorSeconds } = counts
    const name = `${events} events`
    return [
      {
        measure: `${name}: missing, wrong, duplicate contacts`,
        must: '0, 0, 0',
        measured: `${missing}, ${wrong}, ${duplicate}${example ? ` (${example})` : ''}`,
        ok: missing + wrong + duplicate === 0,
      },
      info(`${name}: HubSpot calls`, `${hubspot.calls}, ${(hubspot.calls / (events / 1_000)).toFixed(1)} a thousand`),
      info(`${name}: table writes per event`, (table.total.writes / events).toFixed(2)),
      info(`${name}: index writes per event`, (table.total.indexWrites / events).toFixed(2)),
      info(
        `${name}: seconds until accepted, until in HubSpot`,
        `${secondsToAccept.toFixed(1)}, ${secondsToArrive.toFixed(1)} (${(events / secondsToArrive).toFixed(0)} events a second)`,
      ),
      info(`${name}: processor`, `${((processorSeconds / events) * 1_000).toFixed(2)} ms an event`),
      info(`${name}: cost of a million events`, costText(costOf(counts, events))),
      troublesRow(name, { counts }),
    ]
  } finally {
    await pipeline.stop()
  }
}
