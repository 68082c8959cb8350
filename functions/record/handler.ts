import middy from '@middy/core'
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda'
import type { Event, NoticeEvent, RetryEvent, UserEvent } from '../core/event.ts'
import { readQueuedEvent } from '../core/parse/queued-event.ts'
import type { WakeUps } from '../core/queue.ts'
import type { ContactKey } from '../core/types.ts'
import { invocation } from '../runtime/invocation.ts'
import type { Platform } from '../runtime/platform.ts'
import { foldAll, type Queued, reasonOf } from './batch.ts'
import { heed, type NoticeDeps } from './notice.ts'
import type { RecordDeps } from './parking.ts'
import { Recorder } from './record.ts'
import { retryAll } from './retry.ts'

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
      const { users, notices, retries, failed } = await sort(Records, recorder, deps)
      const noticed = await heedAll(notices, failed, deps)
      const { due, broken } = await foldAll(users, recorder, deps)
      const retried = await retryThem(retries, failed, deps)
      for (const user of broken) failed.push(...(users.get(user) ?? []).map(({ message }) => message))
      if (due || noticed || retried) await wake(deps)
      return { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) }
    })
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

/** Behind the users' own events: what has just been folded is looked at with the rest. */
async function retryThem(
  retries: readonly Queued<RetryEvent>[],
  failed: SQSRecord[],
  deps: RecordHandlerDeps,
): Promise<boolean> {
  if (retries.length === 0) return false
  try {
    return await retryAll([...new Set(retries.map(({ event }) => event.key))], deps)
  } catch (error) {
    deps.log.warn('what an operator wants looked at cannot be marked now; it stays queued', reasonOf(error))
    failed.push(...retries.map(({ message }) => message))
    return false
  }
}

/** By user. What is no event is parked; what cannot even be parked stays queued, with what follows it in its group. */
async function sort(messages: readonly SQSRecord[], recorder: Recorder, deps: RecordHandlerDeps) {
  const users = new Map<ContactKey, Queued<UserEvent>[]>()
  const notices: Queued<NoticeEvent>[] = []
  const retries: Queued<RetryEvent>[] = []
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
    else if (event.type === 'retry') retries.push({ message, event })
    else users.set(event.key, [...(users.get(event.key) ?? []), { message, event }])
  }
  return { users, notices, retries, failed }
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
