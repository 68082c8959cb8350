import middy from '@middy/core'
import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda'
import type { Rearm } from '../core/queue.ts'
import { invocation } from '../runtime/invocation.ts'
import { Deliverer } from './deliver.ts'
import type { DeliverDeps } from './session.ts'

export interface DeliverHandlerDeps extends DeliverDeps {
  readonly rearm: Rearm
}

/**
 * Kept of the invocation's time for a call that has just begun (15 s at most) and for settling what it answers: no call
 * starts later. In milliseconds.
 */
const CLOSING_TIME = 20_000

/**
 * Woken by a message that says nothing but "look". While work remains, the same message is made to appear again: that
 * is no send, so that a loop of sends cannot come about, and the queue's group lock keeps a second deliverer away.
 */
export const deliver = (deps: DeliverHandlerDeps) => {
  const deliverer = new Deliverer(deps)
  return middy<SQSEvent, SQSBatchResponse>()
    .use(invocation(deps))
    .handler(async ({ Records }: SQSEvent, context: Context) => {
      const time = context.getRemainingTimeInMillis() - CLOSING_TIME
      const delivery = await deliverer.run(deps.clock.monotonic() + time)
      if (delivery === 'nothing_due') return { batchItemFailures: [] }
      for (const { receiptHandle } of Records) {
        await deps.rearm.reappear(receiptHandle, delivery.again).catch((error: Error) => {
          // The message appears again by itself, only later.
          deps.log.warn('the wake-up could not be brought forward', { error: error.name })
        })
      }
      return { batchItemFailures: Records.map(({ messageId }) => ({ itemIdentifier: messageId })) }
    })
}
