import { setTimeout as sleep } from 'node:timers/promises'
import { type Drive, drive, post } from './drive.ts'
import { type Pipeline, startPipeline } from './pipeline.ts'
import { atMost, info, type Row } from './row.ts'
import { callsText, tableRows } from './table-rows.ts'
import { type Verdict, Workload } from './workload.ts'

const EVENTS = 1_000
const USERS = 400
const LONE_EVENTS = 24

/**
 * 1,000 partial identify events over 400 users, half of them known to HubSpot by email, in chunks of 100; then lone
 * events of known and of new users, one at a time; then a second burst over the same users.
 */
export async function measureBurst(): Promise<Row[]> {
  const workload = new Workload(USERS)
  const pipeline = await startPipeline({ contacts: workload.contacts() })
  try {
    const first = await drive(pipeline, workload.burst(EVENTS))
    const firstVerdict = workload.judge(await pipeline.contacts())
    await pipeline.reset()
    const second = await drive(pipeline, workload.burst(EVENTS))
    const secondVerdict = workload.judge(await pipeline.contacts())
    const lone = await latencies(pipeline, workload)
    const loneVerdict = workload.judge(await pipeline.contacts())
    const { hubspot } = first.counts
    return [
      ...rowsOf('burst', first, firstVerdict),
      atMost('burst: HubSpot calls, schema included', hubspot.calls, 14),
      info('burst: which calls', callsText(hubspot)),
      atMost('burst: table writes per event', first.counts.table.total.writes / EVENTS, 2.8, '', 2),
      ...tableRows('burst', first),
      ...rowsOf('second burst', second, secondVerdict),
      info('second burst: HubSpot calls', `${second.counts.hubspot.calls}: ${callsText(second.counts.hubspot)}`),
      atMost('second burst: table writes per event', second.counts.table.total.writes / EVENTS, 1.8, '', 2),
      ...tableRows('second burst', second),
      atMost('lone events of known users: p95 until in HubSpot', percentile(lone.known, 95), 4, ' s'),
      atMost('lone events of new users: p95 until in HubSpot', percentile(lone.new, 95), 4, ' s'),
      info(
        'lone events: median, slowest',
        `${percentile([...lone.known, ...lone.new], 50).toFixed(1)} s, ${Math.max(...lone.known, ...lone.new).toFixed(1)} s of ${LONE_EVENTS}`,
      ),
      wrongRow('lone events', loneVerdict),
    ]
  } finally {
    await pipeline.stop()
  }
}

function rowsOf(name: string, { secondsToAccept, secondsToArrive }: Drive, verdict: Verdict): Row[] {
  return [
    wrongRow(name, verdict),
    atMost(`${name}: the last one is in HubSpot after`, secondsToArrive, 10, ' s'),
    info(`${name}: accepted after`, `${secondsToAccept.toFixed(1)} s`),
  ]
}

function wrongRow(name: string, { missing, wrong, duplicate, example }: Verdict): Row {
  return {
    measure: `${name}: missing, wrong, duplicate contacts`,
    must: '0, 0, 0',
    measured: `${missing}, ${wrong}, ${duplicate}${example ? ` (${example})` : ''}`,
    ok: missing + wrong + duplicate === 0,
  }
}

/** Seconds from the post of an event, with nothing else under way, until HubSpot has changed its contact. */
async function latencies(pipeline: Pipeline, workload: Workload): Promise<{ known: number[]; new: number[] }> {
  const seconds = { known: [] as number[], new: [] as number[] }
  for (let n = 0; n < LONE_EVENTS; n++) {
    // Long enough for the one before to be over, and uneven, so that every moment of a wake-up's slot occurs.
    await sleep(3_000 + ((n * 0.618) % 1) * 2_000)
    const kind = n % 2 ? 'new' : 'known'
    const begun = Date.now()
    await post(pipeline.apiUrl, [workload.event(kind === 'new' ? USERS + n : n)])
    let writtenAt = 0
    while (writtenAt < begun) {
      await sleep(20)
      writtenAt = (await pipeline.counts()).lastWriteAt
    }
    seconds[kind].push((writtenAt - begun) / 1_000)
  }
  return seconds
}

/** By nearest rank. */
function percentile(values: readonly number[], percent: number): number {
  return values.toSorted((a, b) => a - b)[Math.ceil((values.length * percent) / 100) - 1] ?? Number.NaN
}
