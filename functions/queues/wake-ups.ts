import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs'
import type { WakeUps } from '../core/queue.ts'
import type { Millis } from '../core/types.ts'
import type { Platform } from '../runtime/platform.ts'

/** As long as the queue delays a wake-up, so that everything folded within a slot is there when it arrives. */
const SLOT: Millis = 2000

type WakeUpsDeps = Pick<Platform, 'clock' | 'random'> & { readonly sqs: SQSClient; readonly queueUrl: string }

/** `wakeups.fifo`: one group, so that one deliverer runs at a time. */
export class SqsWakeUps implements WakeUps {
  readonly #deps: WakeUpsDeps
  #slotWoken = -1

  constructor(deps: WakeUpsDeps) {
    this.#deps = deps
  }

  async wake(): Promise<void> {
    const slot = Math.floor(this.#deps.clock.now() / SLOT)
    // The queue would swallow it.
    if (slot === this.#slotWoken) return
    await this.#send(`slot-${slot}`)
    this.#slotWoken = slot
  }

  async wakeRegardless(): Promise<void> {
    await this.#send(this.#deps.random.id())
  }

  async #send(deduplicationId: string): Promise<void> {
    await this.#deps.sqs.send(
      new SendMessageCommand({
        QueueUrl: this.#deps.queueUrl,
        MessageBody: 'look',
        MessageGroupId: 'deliver',
        MessageDeduplicationId: deduplicationId,
      }),
    )
  }
}
