import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import type { SQSClient } from '@aws-sdk/client-sqs'
import config from '../../sync.config.ts'
import { SqsQueueDepth } from '../queues/queueDepth.ts'
import { type Environment, type Platform, required } from '../runtime/platform.ts'
import { DynamoStore } from '../store/dynamo/dynamo-store.ts'
import { lookup } from './handler.ts'

/** Builds `lookup` from the environment that the stack gives it. */
export function composeLookup(
  environment: Environment,
  platform: Platform & { readonly sqs: SQSClient; readonly dynamo: DynamoDBClient },
) {
  const store = new DynamoStore(platform.dynamo, required(environment, 'TABLE_NAME'), platform.clock)
  const events = new SqsQueueDepth({ sqs: platform.sqs, queueUrl: required(environment, 'EVENTS_QUEUE_URL') })
  return lookup({ ...platform, store, events, origins: config.browser.origins })
}
