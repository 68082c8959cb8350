import type { SQSClient } from '@aws-sdk/client-sqs'
import { SqsEventQueue } from '../queues/event-queue.ts'
import { type Environment, type Platform, required } from '../runtime/platform.ts'
import { receive } from './handler.ts'

/** Builds `receive` from the environment that the stack gives it. */
export function composeReceive(environment: Environment, platform: Platform & { readonly sqs: SQSClient }) {
  const queueUrl = required(environment, 'EVENTS_QUEUE_URL')
  return receive({ ...platform, events: new SqsEventQueue({ ...platform, queueUrl }) })
}
