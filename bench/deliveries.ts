import { MemoryStore } from '../functions/store/memory/memory-store.ts'
import { atLeast, atMost, info, type Row } from './row.ts'
import { startDynamoStore } from './table-process.ts'
import { measureThroughput, type Throughput } from './throughput.ts'

const CONTACTS = 50_000
/** dynalite does some 700 operations a second: more would take minutes to lay out and tell nothing more. */
const CONTACTS_ON_DYNALITE = 5_000

/** Deliveries at the full rate of HubSpot's limit, from the table in memory: the pace is ours to lose. */
export async function measureDeliveries(): Promise<Row[]> {
  const figures = await measureThroughput(new MemoryStore(), CONTACTS)
  const { throttled, calls, share, fill } = figures
  const name = `${CONTACTS} due contacts in memory`
  return [
    atLeast(`${name}: share of the calls that the limit allows`, share * 100, 90, ' %'),
    atMost(`${name}: calls answered 429`, (throttled / calls) * 100, 1, ' %'),
    atLeast(`${name}: contacts in a batch`, fill, 95),
    ...figuresOf(name, figures),
  ]
}

/** The same from dynalite, which cannot keep up with HubSpot: what is measured is dynalite. */
export async function measureDeliveriesOnDynalite(): Promise<Row[]> {
  const { store, stop } = await startDynamoStore()
  try {
    const figures = await measureThroughput(store, CONTACTS_ON_DYNALITE)
    const name = `${CONTACTS_ON_DYNALITE} due contacts on dynalite`
    return [
      info(`${name}: share of the calls that the limit allows`, `${(figures.share * 100).toFixed(1)} %`),
      info(`${name}: contacts in a batch`, figures.fill.toFixed(1)),
      ...figuresOf(name, figures),
    ]
  } finally {
    stop()
  }
}

function figuresOf(
  name: string,
  { contacts, seconds, calls, processor, peakMegabytes, megabytesBefore }: Throughput,
): Row[] {
  return [
    info(
      `${name}: contacts a second`,
      `${(contacts / seconds).toFixed(0)} (${calls} calls in ${seconds.toFixed(1)} s)`,
    ),
    info(
      `${name}: deliver and its table client`,
      `${(processor * 100).toFixed(0)} % of a processor, ${megabytesBefore.toFixed(0)} MB before, ${peakMegabytes.toFixed(0)} MB at its peak`,
    ),
  ]
}
