import middy from '@middy/core'
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda'
import type { Event, NoticeEvent, UserEvent } from '../core/event.ts'
import { fingerprint } from '../core/fingerprint.ts'
import { readQueuedEvent } from '../core/parse/queued-event.ts'
import type { WakeUps } from '../core/queue.ts'
import type { ContactRecord } from '../core/record.ts'
import type { ContactKey, RecordKey } from '../core/types.ts'
import { invocation } from '../runtime/invocation.ts'
import type { Platform } from '../runtime/platform.ts'
import { heed, type NoticeDeps } from './notice.ts'
import type { RecordDeps } from './parking.ts'
import type { Part, Parts } from './parts.ts'
import { keysOf, Recorder } from './record.ts'

export interface RecordHandlerDeps extends RecordDeps, NoticeDeps, Pick<Platform, 'log' | 'metrics'> {
  readonly store: RecordDeps['store'] & NoticeDeps['store']
  readonly wakeUps: WakeUps
}

/**
 * Folds a batch of queued events, and passes on what HubSpot tells. Each record costs one write, whoever of the batch
 * speaks of it. Users are independent of one another; a user's own events are all folded, or all of them are delivered
 * again: a FIFO queue must not see a later one succeed before an earlier one.
 */
export const record = (deps: RecordHandlerDeps) => {
  const recorder = new Recorder(deps)
  return middy<SQSEvent, SQSBatchResponse>()
    .use(invocation(deps))
    .handler(async ({ Records }: SQSEvent) => {
      const { users, notices, failed } = await sort(Records, recorder, deps)
      const noticed = await heedAll(notices, failed, deps)
      const { due, broken } = await foldAll(users, recorder, deps)
      for (const user of broken) failed.push(...(users.get(user) ?? []).map(({ message }) => message))
      if (due || noticed) await wake(deps)
      return { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) }
    })
}

/** @returns whether anything is due, and the users whose events are to be delivered again. */
async function foldAll(
  users: ReadonlyMap<ContactKey, readonly Queued<UserEvent>[]>,
  recorder: Recorder,
  deps: RecordHandlerDeps,
) {
  const broken = new Set<ContactKey>()
  let due = false
  const attempt = async (
    key: RecordKey,
    concerned: readonly ContactKey[],
    task: () => Promise<boolean | undefined>,
  ) => {
    try {
      if (await task()) due = true
    } catch (error) {
      deps.log.warn('a record cannot be folded now; the events stay queued', {
        record: fingerprint(key),
        ...reasonOf(error),
      })
      for (const user of concerned) broken.add(user)
    }
  }

  const heard = new Map<ContactKey, Parts>()
  for (const [user, messages] of users) {
    await attempt(user, [user], async () => {
      heard.set(user, await recorder.hear(messages.map(({ event }) => event)))
      return undefined
    })
  }
  const [read] = await Promise.all([
    readTogether(
      [...heard].flatMap(spoken => keysOf(...spoken)),
      deps,
    ),
    recorder.schemas.refresh(),
  ])
  await Promise.all([
    ...[...heard].map(([user, parts]) => attempt(user, [user], () => recorder.record(user, parts, read))),
    ...[...objectsIn(heard.values())].map(([object, parts]) => {
      const speakers = parts.map(({ event }) => event.key)
      return attempt(object, speakers, () => recorder.recordObject(object, parts, read))
    }),
  ])
  for (const [user, { unused }] of heard) if (!broken.has(user)) deps.metrics.add('EventsUnused', unused)
  return { due, broken }
}

function objectsIn(heard: Iterable<Parts>): Map<RecordKey, readonly Part[]> {
  const all = new Map<RecordKey, readonly Part[]>()
  for (const { objects } of heard) {
    for (const [key, parts] of objects) all.set(key, [...(all.get(key) ?? []), ...parts])
  }
  return all
}

/** One request for all. When it fails, one of them may be to blame, so that each is read alone. */
async function readTogether(keys: readonly RecordKey[], { store, log }: RecordHandlerDeps) {
  const alone = async (key: RecordKey): Promise<ContactRecord | undefined> => (await store.readRecords([key])).get(key)
  try {
    const records = await store.readRecords(keys)
    const asked = new Set(keys)
    return async (key: RecordKey) => (asked.has(key) ? records.get(key) : alone(key))
  } catch (error) {
    log.warn('the records of a batch cannot be read together', reasonOf(error))
    return alone
  }
}

interface Queued<Kind extends Event> {
  readonly message: SQSRecord
  readonly event: Kind
}

/** Notices heal what the next update would find as well: they stay queued until the table takes them. */
async function heedAll(
  notices: readonly Queued<NoticeEvent>[],
  failed: SQSRecord[],
  deps: RecordHandlerDeps,
): Promise<boolean> {
  if (notices.length === 0) return false
  try {
    return await heed(
      notices.map(({ event }) => event),
      deps,
    )
  } catch (error) {
    deps.log.warn('what HubSpot tells cannot be passed on now; it stays queued', reasonOf(error))
    failed.push(...notices.map(({ message }) => message))
    return false
  }
}

/** By user. What is no event is parked; what cannot even be parked stays queued, with what follows it in its group. */
async function sort(messages: readonly SQSRecord[], recorder: Recorder, deps: RecordHandlerDeps) {
  const users = new Map<ContactKey, Queued<UserEvent>[]>()
  const notices: Queued<NoticeEvent>[] = []
  const failed: SQSRecord[] = []
  const broken = new Set<string>()
  for (const message of messages) {
    const group = message.attributes.MessageGroupId ?? message.messageId
    if (broken.has(group)) {
      failed.push(message)
      continue
    }
    let event: Event
    try {
      event = readQueuedEvent(message.body)
    } catch (error) {
      const parked = await park(message, error, recorder, deps)
      if (!parked) {
        broken.add(group)
        failed.push(message)
      }
      continue
    }
    if (event.type === 'notice') notices.push({ message, event })
    else users.set(event.key, [...(users.get(event.key) ?? []), { message, event }])
  }
  return { users, notices, failed }
}

async function park(message: SQSRecord, cause: unknown, recorder: Recorder, deps: RecordHandlerDeps): Promise<boolean> {
  const reason =
    cause instanceof SyntaxError ? 'the message is not JSON' : cause instanceof Error ? cause.message : 'unknown'
  try {
    await recorder.parking.park(message.body, reason)
    return true
  } catch (error) {
    deps.log.error('an event can be neither folded nor parked now; it stays queued', reasonOf(error))
    return false
  }
}

/** A wake-up that is lost costs a minute, no event. */
async function wake({ wakeUps, log }: RecordHandlerDeps): Promise<void> {
  try {
    await wakeUps.wake()
  } catch (error) {
    log.warn('deliver could not be woken; the sweep will', reasonOf(error))
  }
}

const reasonOf = (error: unknown): { error: string } => ({
  error: error instanceof Error ? `${error.name}: ${error.message}` : 'unknown',
})
