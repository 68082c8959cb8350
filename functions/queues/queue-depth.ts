import { GetQueueAttributesCommand, type SQSClient } from '@aws-sdk/client-sqs'
import type { QueueDepth } from '../core/queue.ts'

/** What SQS counts: waiting, in flight and delayed. Each is approximate. */
const COUNTS = [
  'ApproximateNumberOfMessages',
  'ApproximateNumberOfMessagesNotVisible',
  'ApproximateNumberOfMessagesDelayed',
] as const

export class SqsQueueDepth implements QueueDepth {
  readonly #sqs: SQSClient
  readonly #queueUrl: string

  constructor({ sqs, queueUrl }: { readonly sqs: SQSClient; readonly queueUrl: string }) {
    this.#sqs = sqs
    this.#queueUrl = queueUrl
  }

  async depth(): Promise<number> {
    const { Attributes = {} } = await this.#sqs.send(
      new GetQueueAttributesCommand({ QueueUrl: this.#queueUrl, AttributeNames: [...COUNTS] }),
    )
    return COUNTS.reduce((sum, name) => sum + Number(Attributes[name] ?? 0), 0)
  }
}
