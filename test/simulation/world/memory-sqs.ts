import {
  ChangeMessageVisibilityCommand,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSServiceException,
} from '@aws-sdk/client-sqs'
import type { MemoryQueue, Received, Sent } from './memory-queue.ts'

const LARGEST = 1024 * 1024
const MOST = 10

/** The queues of an account, by their addresses, in memory and without a wire. */
export class MemorySqs {
  readonly #queues = new Map<string, MemoryQueue>()

  /** @returns its address. */
  add(queue: MemoryQueue): string {
    const url = `https://sqs.test/${queue.options.name}`
    this.#queues.set(url, queue)
    return url
  }

  /** Carries a command out. @throws what the SDK throws */
  perform(command: unknown): object {
    if (command instanceof SendMessageCommand) {
      const { input } = command
      const queue = this.#queue(input.QueueUrl)
      return { MessageId: queue.send(checked(sentOf(input), queue)) }
    }
    if (command instanceof SendMessageBatchCommand) {
      const { Entries = [], QueueUrl } = command.input
      const queue = this.#queue(QueueUrl)
      checkBatch(Entries.map(({ Id }) => Id))
      const sent = Entries.map(entry => ({ id: entry.Id, sent: checked(sentOf(entry), queue) }))
      if (bytesOf(sent.map(entry => entry.sent)) > LARGEST) throw failure('AWS.SimpleQueueService.BatchRequestTooLong')
      return { Successful: sent.map(entry => ({ Id: entry.id, MessageId: queue.send(entry.sent) })), Failed: [] }
    }
    if (command instanceof ReceiveMessageCommand) {
      const { QueueUrl, MaxNumberOfMessages = 1, VisibilityTimeout } = command.input
      const visibility = VisibilityTimeout === undefined ? undefined : VisibilityTimeout * 1_000
      return { Messages: this.#queue(QueueUrl).receive(MaxNumberOfMessages, visibility).map(messageOf) }
    }
    if (command instanceof DeleteMessageCommand) {
      const { QueueUrl, ReceiptHandle = '' } = command.input
      if (!this.#queue(QueueUrl).delete(ReceiptHandle)) throw failure('ReceiptHandleIsInvalid')
      return {}
    }
    if (command instanceof DeleteMessageBatchCommand) {
      const { QueueUrl, Entries = [] } = command.input
      checkBatch(Entries.map(({ Id }) => Id))
      const queue = this.#queue(QueueUrl)
      const failed = Entries.filter(({ ReceiptHandle = '' }) => !queue.delete(ReceiptHandle)).map(({ Id }) => Id)
      return {
        Successful: Entries.filter(({ Id }) => !failed.includes(Id)).map(({ Id }) => ({ Id })),
        Failed: failed.map(Id => ({ Id, Code: 'ReceiptHandleIsInvalid', SenderFault: true })),
      }
    }
    if (command instanceof ChangeMessageVisibilityCommand) {
      const { QueueUrl, ReceiptHandle = '', VisibilityTimeout = 0 } = command.input
      if (!this.#queue(QueueUrl).changeVisibility(ReceiptHandle, VisibilityTimeout * 1_000)) {
        throw failure('MessageNotInflight')
      }
      return {}
    }
    if (command instanceof GetQueueAttributesCommand) {
      const { visible, inFlight, delayed } = this.#queue(command.input.QueueUrl).counts
      return {
        Attributes: {
          ApproximateNumberOfMessages: String(visible),
          ApproximateNumberOfMessagesNotVisible: String(inFlight),
          ApproximateNumberOfMessagesDelayed: String(delayed),
        },
      }
    }
    throw new Error('The queues in memory do not know this command')
  }

  #queue(url: string | undefined): MemoryQueue {
    const queue = this.#queues.get(url ?? '')
    if (!queue) throw failure('QueueDoesNotExist')
    return queue
  }
}

interface Entry {
  readonly MessageBody?: string | undefined
  readonly MessageGroupId?: string | undefined
  readonly MessageDeduplicationId?: string | undefined
}

const sentOf = ({ MessageBody = '', MessageGroupId, MessageDeduplicationId }: Entry): Sent => ({
  body: MessageBody,
  group: MessageGroupId,
  deduplicationId: MessageDeduplicationId,
})

/** @throws SQSServiceException for what SQS does not take */
function checked(sent: Sent, { options }: MemoryQueue): Sent {
  const { body, group, deduplicationId } = sent
  if (body === '') throw failure('MissingParameter')
  if (bytesOf([sent]) > LARGEST) throw failure('InvalidParameterValue')
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones that SQS refuses
  if (/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/.test(body)) throw failure('InvalidMessageContents')
  if (options.fifo && (!isId(group) || !isId(deduplicationId))) throw failure('InvalidParameterValue')
  return sent
}

const isId = (id: string | undefined): boolean => id !== undefined && /^[\x21-\x7e]{1,128}$/.test(id)

const bytesOf = (sent: readonly Sent[]): number => sent.reduce((sum, { body }) => sum + Buffer.byteLength(body), 0)

function checkBatch(ids: readonly (string | undefined)[]): void {
  if (ids.length === 0) throw failure('AWS.SimpleQueueService.EmptyBatchRequest')
  if (ids.length > MOST) throw failure('AWS.SimpleQueueService.TooManyEntriesInBatchRequest')
  if (new Set(ids).size < ids.length) throw failure('AWS.SimpleQueueService.BatchEntryIdsNotDistinct')
}

const messageOf = ({ message, receipt }: Received): Message => ({
  MessageId: message.id,
  ReceiptHandle: receipt,
  Body: message.body,
  Attributes: {
    ApproximateReceiveCount: String(message.receives),
    SentTimestamp: String(message.sentAt),
    ApproximateFirstReceiveTimestamp: String(message.firstReceivedAt ?? message.sentAt),
    SenderId: 'sender',
    ...(message.group === undefined ? {} : { MessageGroupId: message.group }),
    ...(message.deduplicationId === undefined ? {} : { MessageDeduplicationId: message.deduplicationId }),
    SequenceNumber: String(message.sequence),
  },
})

const failure = (name: string): SQSServiceException =>
  new SQSServiceException({ name, $fault: 'client', message: name, $metadata: {} })
