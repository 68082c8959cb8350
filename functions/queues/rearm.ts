import { ChangeMessageVisibilityCommand, type SQSClient } from '@aws-sdk/client-sqs'
import type { Rearm } from '../core/queue.ts'

export class SqsRearm implements Rearm {
  readonly #sqs: SQSClient
  readonly #queueUrl: string

  constructor({ sqs, queueUrl }: { readonly sqs: SQSClient; readonly queueUrl: string }) {
    this.#sqs = sqs
    this.#queueUrl = queueUrl
  }

  async reappear(receiptHandle: string, seconds: number): Promise<void> {
    await this.#sqs.send(
      new ChangeMessageVisibilityCommand({
        QueueUrl: this.#queueUrl,
        ReceiptHandle: receiptHandle,
        VisibilityTimeout: Math.ceil(seconds),
      }),
    )
  }
}
