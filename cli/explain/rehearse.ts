import { sha256 } from '../../functions/core/digest.ts'
import type { UserEvent } from '../../functions/core/event.ts'
import { isCallEvent } from '../../functions/core/mapping/call.ts'
import type { ContactRecord } from '../../functions/core/record.ts'
import type { ContactKey, RecordKey } from '../../functions/core/types.ts'
import { Deliverer } from '../../functions/deliver/deliver.ts'
import { record } from '../../functions/record/handler.ts'
import { systemRandom } from '../../functions/runtime/system.ts'
import { handedOver, invocationOf } from '../../functions/runtime/without-lambda.ts'
import { MemoryStore } from '../../functions/store/memory/memory-store.ts'
import { silent, uncounted } from '../hubspot.ts'
import type { JumpingClock } from './jumping-clock.ts'
import type { RehearsedCall, Stage } from './stage.ts'

export interface Rehearsal {
  readonly records: ReadonlyMap<RecordKey, ContactRecord>
  readonly calls: readonly RehearsedCall[]
}

/** One run of `deliver`, in milliseconds. */
const RUN = 40_000
/** What is not done by then waits for something that does not come. */
const MOST_RUNS = 10

/** Everybody of whom the events say something, but not who they are: they are taken to have a contact already. */
export function strangersIn(events: readonly UserEvent[]): ContactKey[] {
  const introduced = new Set(events.flatMap(({ type, key }) => (type === 'identify' ? [key] : [])))
  return [...new Set(events.filter(isCallEvent).map(({ key }) => key))].filter(key => !introduced.has(key))
}

/** What has made somebody known before. */
const introduction = (key: ContactKey, at: number): UserEvent => ({
  type: 'identify',
  key,
  messageId: `introduction of ${key}`,
  stamp: { time: at, receivedAt: at, index: 0, id: 'introduction' },
  hash: 'introduction',
  priority: 'live',
  traits: key.startsWith('lead#') ? { email: key.slice('lead#'.length) } : {},
})

/**
 * Lets events go through `record` and `deliver` as they are, over a table in memory and the stage.
 * @param keys of the records to look at afterwards
 */
export async function rehearse(
  stage: Stage,
  clock: JumpingClock,
  events: readonly UserEvent[],
  keys: readonly RecordKey[],
): Promise<Rehearsal> {
  const store = new MemoryStore()
  const deps = { store, config: stage.config, clock, random: systemRandom, log: silent, metrics: uncounted }
  const deliverer = new Deliverer({
    ...deps,
    hubspot: stage.client,
    objects: stage.client,
    pace: stage.pace,
    events: { depth: async () => 0 },
  })
  const recorder = record({ ...deps, wakeUps: { wake: async () => {}, wakeRegardless: async () => {} } })

  // Nothing is due yet: it only learns the portal's properties, as one that has been running for long has.
  await deliverer.run(clock.monotonic() + RUN)
  const strangers = strangersIn(events)
  for (const key of strangers)
    await recorder({ Records: [messageOf(introduction(key, clock.now()), clock.now())] }, CONTEXT)
  if (strangers.length > 0) await deliverer.run(clock.monotonic() + RUN)
  stage.takeCalls()
  for (const event of events) await recorder({ Records: [messageOf(event, clock.now())] }, CONTEXT)
  for (let runs = 0; runs < MOST_RUNS; runs += 1) {
    const delivery = await deliverer.run(clock.monotonic() + RUN)
    if (delivery === 'nothing_due') {
      const waits = [...(await store.readRecords(keys)).values()].some(({ due }) => due?.lane === 'waiting')
      if (!waits) break
      await clock.sleep(2_000)
    } else await clock.sleep(delivery.again * 1_000)
  }
  return { records: await store.readRecords(keys), calls: stage.takeCalls() }
}

const messageOf = (event: UserEvent, sentAt: number) =>
  handedOver({ messageId: event.messageId, body: JSON.stringify(event), group: sha256(event.key).slice(0, 32), sentAt })

const CONTEXT = invocationOf('rehearsal', () => RUN)
