import type { SQSClient } from '@aws-sdk/client-sqs'
import shipped from '#sync.config'
import { SqsEventQueue } from '../queues/event-queue.ts'
import { type Environment, type Platform, required } from '../runtime/platform.ts'
import { notice } from './handler.ts'

/** Builds `notice` from the environment that the stack gives it. */
export function composeNotice(
  environment: Environment,
  platform: Platform & { readonly sqs: SQSClient },
  config = shipped,
) {
  const queueUrl = required(environment, 'EVENTS_QUEUE_URL')
  return notice({
    ...platform,
    events: new SqsEventQueue({ ...platform, queueUrl }),
    uniqueProperty: config.contacts.uniqueProperty,
    publicUrl: environment.PUBLIC_URL,
  })
}
