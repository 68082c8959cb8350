import { setTimeout as sleep } from 'node:timers/promises'
import {
  DeleteMessageBatchCommand,
  type Message,
  type MessageAttributeValue,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs'
import type { SQSEvent, SQSMessageAttribute, SQSRecord } from 'aws-lambda'
import type { Log } from '../functions/runtime/platform.ts'
import { failedMessages } from './batch-answer.ts'
import type { Invocable } from './invocation.ts'
import type { Mapping } from './stack.ts'

/** Lambda begins with five pollers; more than that one machine does not feed. */
const POLLERS = 5
/** The longest that SQS lets a receive wait, in seconds. */
const LONGEST_POLL = 20
/** After a receive that failed: the queue is away, or on its way out. */
const PAUSE_AFTER_TROUBLE = 500

export interface RunningMapping {
  /** Takes nothing more from the queue; resolves when the batches under way have been answered. */
  stop(): Promise<void>
}

/**
 * Feeds a function from a queue as Lambda's event source mapping does.
 *
 *     receive (long poll, up to batchSize) ─► invoke ─► delete what did not fail
 *                                               │
 *                  throws, too slow, bad answer └─► delete nothing: visible again when its visibility ends
 *
 * Several pollers run at once. Two batches never hold messages of the same FIFO group: the queue locks a group while any
 * message of it is in flight, and a failed one stays in flight until its visibility ends.
 */
export function startEventSourceMapping(mapping: Mapping, fn: Invocable, sqs: SQSClient, log: Log): RunningMapping {
  const stopping = new AbortController()
  const pollers = Array.from({ length: Math.min(mapping.maximumConcurrency ?? POLLERS, POLLERS) }, () => poll())

  async function poll(): Promise<void> {
    while (!stopping.signal.aborted) {
      const messages = await receive()
      if (messages.length > 0) await handle(messages)
    }
  }

  async function receive(): Promise<Message[]> {
    const request = new ReceiveMessageCommand({
      QueueUrl: mapping.queue.url,
      MaxNumberOfMessages: Math.min(mapping.batchSize, 10),
      WaitTimeSeconds: LONGEST_POLL,
      MessageSystemAttributeNames: ['All'],
      MessageAttributeNames: ['All'],
    })
    try {
      const { Messages } = await sqs.send(request, { abortSignal: stopping.signal })
      return Messages ?? []
    } catch (error) {
      if (stopping.signal.aborted) return []
      log.warn(`cannot read the queue ${mapping.queue.name}; trying again`, { error: String(error) })
      await sleep(PAUSE_AFTER_TROUBLE, undefined, { signal: stopping.signal }).catch(() => {})
      return []
    }
  }

  async function handle(messages: readonly Message[]): Promise<void> {
    const event: SQSEvent = { Records: messages.map(message => toRecord(message, mapping.queue.arn)) }
    log.debug(`${fn.name} takes a batch`, { queue: mapping.queue.name, messages: messages.length })
    let failed: ReadonlySet<string>
    try {
      const answer = await fn.invoke(event)
      failed = mapping.reportBatchItemFailures ? failedMessages(answer, event) : new Set()
    } catch (error) {
      const seconds = mapping.queue.attributes.VisibilityTimeout
      const again = messages.length === 1 ? 'its message comes' : `its ${messages.length} messages come`
      log.error(`${fn.name} failed; ${again} again in ${seconds} s`, {
        error: String(error),
        stack: error instanceof Error ? error.stack : undefined,
      })
      return
    }
    await remove(messages.filter(message => !failed.has(message.MessageId ?? '')))
  }

  async function remove(messages: readonly Message[]): Promise<void> {
    if (messages.length === 0) return
    const entries = messages.map((message, index) => ({ Id: String(index), ReceiptHandle: message.ReceiptHandle }))
    try {
      await sqs.send(new DeleteMessageBatchCommand({ QueueUrl: mapping.queue.url, Entries: entries }))
    } catch (error) {
      log.warn(`cannot delete from the queue ${mapping.queue.name}; the messages come again`, { error: String(error) })
    }
  }

  return {
    stop: async () => {
      stopping.abort()
      await Promise.all(pollers)
    },
  }
}

function toRecord(message: Message, queueArn: string): SQSRecord {
  const attributes = message.Attributes ?? {}
  return {
    messageId: message.MessageId ?? '',
    receiptHandle: message.ReceiptHandle ?? '',
    body: message.Body ?? '',
    attributes: {
      ...attributes,
      ApproximateReceiveCount: attributes.ApproximateReceiveCount ?? '1',
      SentTimestamp: attributes.SentTimestamp ?? '0',
      SenderId: attributes.SenderId ?? '',
      ApproximateFirstReceiveTimestamp: attributes.ApproximateFirstReceiveTimestamp ?? '0',
    },
    messageAttributes: Object.fromEntries(
      Object.entries(message.MessageAttributes ?? {}).map(([name, value]) => [name, toMessageAttribute(value)]),
    ),
    md5OfBody: message.MD5OfBody ?? '',
    eventSource: 'aws:sqs',
    eventSourceARN: queueArn,
    awsRegion: queueArn.split(':')[3] ?? '',
  }
}

function toMessageAttribute(value: MessageAttributeValue): SQSMessageAttribute {
  return {
    dataType: value.DataType ?? 'String',
    stringListValues: [],
    binaryListValues: [],
    ...(value.StringValue !== undefined && { stringValue: value.StringValue }),
    ...(value.BinaryValue && { binaryValue: Buffer.from(value.BinaryValue).toString('base64') }),
  }
}
