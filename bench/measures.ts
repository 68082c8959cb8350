import { measureBundles } from './bundles.ts'
import { measureBurst } from './burst.ts'
import { measureDeliveries, measureDeliveriesOnDynalite } from './deliveries.ts'
import { measureGrowth } from './growth.ts'
import { measureIdentity } from './identity.ts'
import { measureMemory } from './memory.ts'
import { measureMixed } from './mixed.ts'
import { measureNoOp } from './no-op.ts'
import { measureReceive } from './receive.ts'
import { atMost, info, type Row, type Sheet } from './row.ts'

interface Measure {
  readonly name: string
  readonly title: string
  /** Takes many minutes: measured only when named. */
  readonly long?: true
  measure(): Promise<Row[] | Sheet>
}

const growth = (name: string, events: number): Measure => ({
  name,
  title: `How cost grows: ${events} events`,
  ...(events > 10_000 && { long: true }),
  measure: () => measureGrowth(events),
})

/** What can be measured, in the order of the report. A prefix names several: `growth`. */
export const MEASURES: readonly Measure[] = [
  { name: 'burst', title: 'A burst of 1,000 events over 400 users, and lone events', measure: measureBurst },
  { name: 'no-op', title: '1,000 events that change nothing', measure: measureNoOp },
  { name: 'identity', title: 'One user, one contact', long: true, measure: measureIdentity },
  { name: 'mixed', title: '10,000 events of all kinds', measure: measureMixed },
  { name: 'throughput', title: 'Deliveries at HubSpot’s full rate', measure: measureDeliveries },
  { name: 'dynalite', title: 'The same deliveries from dynalite', measure: measureDeliveriesOnDynalite },
  { name: 'receive', title: 'receive against a bare SQS send of the same bytes', measure: receiveRows },
  { name: 'bundles', title: 'Minified bundles, and their import in a fresh process', measure: bundleRows },
  growth('growth-1k', 1_000),
  growth('growth-10k', 10_000),
  growth('growth-100k', 100_000),
  { name: 'memory', title: 'Memory of npm start', long: true, measure: measureMemory },
]

async function receiveRows(): Promise<Row[]> {
  const measured = await measureReceive([1, 10, 100], 400)
  return measured.flatMap(({ eventsPerRequest, receive, bareSend }) => [
    atMost(`receive, ${eventsPerRequest} events a request: times a bare send`, receive / bareSend, 1.5, '', 2),
    info(
      `receive, ${eventsPerRequest} events a request: medians`,
      `${receive.toFixed(2)} ms against ${bareSend.toFixed(2)} ms`,
    ),
  ])
}

async function bundleRows(): Promise<Row[]> {
  return (await measureBundles()).flatMap(({ name, kilobytes, mostKilobytes, importTime }) => [
    atMost(`bundle of ${name}`, Math.round(kilobytes), mostKilobytes, ' kB'),
    info(`import of ${name}`, `${importTime.toFixed(0)} ms`),
  ])
}
