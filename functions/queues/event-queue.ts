import { SendMessageBatchCommand, type SQSClient } from '@aws-sdk/client-sqs'
import { sha256 } from '../core/digest.ts'
import { type Event, groupOf } from '../core/event.ts'
import type { EventQueue, QueuedEvent } from '../core/queue.ts'
import type { Millis } from '../core/types.ts'
import type { Platform } from '../runtime/platform.ts'
import { batchesOf, type Message } from './batches.ts'

/** Batches on their way at the same time. */
const CONCURRENCY = 16
const FIRST_PAUSE: Millis = 50
const LONGEST_PAUSE: Millis = 1000

type EventQueueDeps = Pick<Platform, 'clock' | 'random' | 'log'> & {
  readonly sqs: SQSClient
  readonly queueUrl: string
}

/** `events.fifo`: one message an event, one group a record (a notice: a contact). */
export class SqsEventQueue implements EventQueue {
  readonly #deps: EventQueueDeps

  constructor(deps: EventQueueDeps) {
    this.#deps = deps
  }

  async send(events: readonly QueuedEvent[], deadline: Millis): Promise<readonly number[]> {
    const waiting = batchesOf(events.map(messageOf)).values()
    const unconfirmed: number[] = []
    const signal = AbortSignal.timeout(Math.max(0, Math.ceil(deadline - this.#deps.clock.monotonic())))
    const worker = async () => {
      for (const batch of waiting)
        for (const { index } of await this.#sendBatch(batch, deadline, signal)) unconfirmed.push(index)
    }
    await Promise.all(Array.from({ length: Math.min(CONCURRENCY, Math.ceil(events.length / 10)) }, worker))
    return unconfirmed.sort((a, b) => a - b)
  }

  /**
   * Sends until the queue has confirmed every message, or time is up. What was sent without an answer is sent again: its
   * deduplication id keeps it one message.
   * @returns the messages that the queue has not confirmed.
   */
  async #sendBatch(batch: readonly Message[], deadline: Millis, signal: AbortSignal): Promise<readonly Message[]> {
    const { clock, random } = this.#deps
    const hopeless: Message[] = []
    let left = batch
    for (let pause = FIRST_PAUSE; clock.monotonic() < deadline; pause = Math.min(2 * pause, LONGEST_PAUSE)) {
      const refused = await this.#attempt(left, signal)
      hopeless.push(...left.filter(message => refused.get(message.index) === 'hopeless'))
      left = left.filter(message => refused.get(message.index) === 'again')
      if (left.length === 0) break
      await clock.sleep(Math.max(0, Math.min(pause * (0.5 + random.number()), deadline - clock.monotonic())))
    }
    return [...hopeless, ...left]
  }

  /** @returns what the queue did not confirm: `again` may succeed, `hopeless` is what SQS blames the message for. */
  async #attempt(batch: readonly Message[], signal: AbortSignal): Promise<Map<number, 'again' | 'hopeless'>> {
    const { sqs, queueUrl, log } = this.#deps
    const refused = new Map(batch.map(message => [message.index, 'again' as 'again' | 'hopeless']))
    try {
      const answer = await sqs.send(
        new SendMessageBatchCommand({
          QueueUrl: queueUrl,
          Entries: batch.map(message => ({
            Id: String(message.index),
            MessageBody: message.body,
            MessageGroupId: message.group,
            MessageDeduplicationId: message.deduplicationId,
          })),
        }),
        { abortSignal: signal },
      )
      for (const { Id } of answer.Successful ?? []) refused.delete(Number(Id))
      for (const { Id, SenderFault, Code } of answer.Failed ?? []) {
        if (SenderFault) refused.set(Number(Id), 'hopeless')
        log.warn('SQS did not take an event', { code: Code, hopeless: SenderFault ?? false })
      }
    } catch (error) {
      log.warn('SQS did not take a batch of events', { error: error instanceof Error ? error.name : 'unknown' })
    }
    return refused
  }
}

/** An event as it is sent. */
export const messageOf = ({ event, deduplicationId }: QueuedEvent, index: number): Message => ({
  index,
  body: bodyOf(event),
  group: sha256(groupOf(event)).slice(0, 32),
  deduplicationId,
})

/**
 * SQS takes the characters of XML 1.0, the embedded one only those up to U+FFFD: JSON's escapes stand for the others.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
 */
const bodyOf = (event: Event): string =>
  JSON.stringify(event).replace(/[\uD800-\uDFFF\uFFFE\uFFFF]/g, unit => `\\u${unit.charCodeAt(0).toString(16)}`)
