import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import type { SQSClient } from '@aws-sdk/client-sqs'
import config from '../../sync.config.ts'
import { lanesOf } from '../core/lanes.ts'
import { apiVersion, hasSecondaryEmails } from '../hubspot/versions.ts'
import { SqsEventQueue } from '../queues/event-queue.ts'
import { SqsQueueDepth } from '../queues/queue-depth.ts'
import { type Environment, type Platform, required } from '../runtime/platform.ts'
import { DynamoStore } from '../store/dynamo/dynamo-store.ts'
import { lookup } from './handler.ts'

/** Builds `lookup` from the environment that the stack gives it. */
export function composeLookup(
  environment: Environment,
  platform: Platform & { readonly sqs: SQSClient; readonly dynamo: DynamoDBClient },
) {
  const store = new DynamoStore(platform.dynamo, required(environment, 'TABLE_NAME'), platform.clock)
  const queueUrl = required(environment, 'EVENTS_QUEUE_URL')
  const events = new SqsQueueDepth({ sqs: platform.sqs, queueUrl })
  const queue = new SqsEventQueue({ ...platform, queueUrl })
  const canDetach = hasSecondaryEmails(apiVersion(required(environment, 'HUBSPOT_API_VERSION')))
  const lanes = lanesOf(config)
  return lookup({ ...platform, store, events, queue, lanes, canDetach, origins: config.browser.origins })
}
