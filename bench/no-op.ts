import { drive } from './drive.ts'
import { startPipeline } from './pipeline.ts'
import { info, type Row } from './row.ts'
import { callsText, tableRows } from './table-rows.ts'
import { Workload } from './workload.ts'

const EVENTS = 1_000
const USERS = 400

/** 1,000 newer events that say what HubSpot has already. */
export async function measureNoOp(): Promise<Row[]> {
  const workload = new Workload(USERS)
  const pipeline = await startPipeline({ contacts: workload.contacts() })
  try {
    await drive(pipeline, workload.burst(EVENTS))
    await pipeline.reset()
    const unchanged = await drive(pipeline, workload.unchanged(EVENTS))
    const { hubspot, table } = unchanged.counts
    return [
      { measure: 'no-op: HubSpot writes', must: '0', measured: String(hubspot.writes), ok: hubspot.writes === 0 },
      info('no-op: HubSpot calls', callsText(hubspot)),
      info('no-op: table writes per event', (table.total.writes / EVENTS).toFixed(2)),
      ...tableRows('no-op', unchanged),
    ]
  } finally {
    await pipeline.stop()
  }
}
