import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import type { SQSClient } from '@aws-sdk/client-sqs'
import shipped from '#sync.config'
import { SqsWakeUps } from '../queues/wake-ups.ts'
import { type Environment, type Platform, required } from '../runtime/platform.ts'
import { DynamoStore } from '../store/dynamo/dynamo-store.ts'
import { sweep } from './handler.ts'

/** Builds `sweep` from the environment that the stack gives it. */
export function composeSweep(
  environment: Environment,
  platform: Platform & { readonly sqs: SQSClient; readonly dynamo: DynamoDBClient },
  config = shipped,
) {
  const store = new DynamoStore(platform.dynamo, required(environment, 'TABLE_NAME'), platform.clock)
  const wakeUps = new SqsWakeUps({ ...platform, queueUrl: required(environment, 'WAKEUPS_QUEUE_URL') })
  return sweep({ ...platform, store, wakeUps, config })
}
