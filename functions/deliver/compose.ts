import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import type { SQSClient } from '@aws-sdk/client-sqs'
import shipped from '#sync.config'
import { HubSpotClient } from '../hubspot/client.ts'
import { Pace } from '../hubspot/pacing.ts'
import { apiVersion } from '../hubspot/versions.ts'
import { SqsQueueDepth } from '../queues/queue-depth.ts'
import { SqsRearm } from '../queues/rearm.ts'
import { type Environment, type Platform, required } from '../runtime/platform.ts'
import { DynamoStore } from '../store/dynamo/dynamo-store.ts'
import { deliver } from './handler.ts'

/** Builds `deliver` from the environment that the stack gives it. */
export function composeDeliver(
  environment: Environment,
  platform: Platform & { readonly sqs: SQSClient; readonly dynamo: DynamoDBClient },
  config = shipped,
) {
  const { sqs, clock } = platform
  const pace = new Pace(Number(required(environment, 'HUBSPOT_REQUESTS_PER_10_SECONDS')), clock)
  const hubspot = new HubSpotClient({
    ...platform,
    pace,
    baseUrl: required(environment, 'HUBSPOT_BASE_URL'),
    version: apiVersion(required(environment, 'HUBSPOT_API_VERSION')),
  })
  return deliver({
    ...platform,
    config,
    pace,
    store: new DynamoStore(platform.dynamo, required(environment, 'TABLE_NAME'), clock),
    events: new SqsQueueDepth({ sqs, queueUrl: required(environment, 'EVENTS_QUEUE_URL') }),
    rearm: new SqsRearm({ sqs, queueUrl: required(environment, 'WAKEUPS_QUEUE_URL') }),
    hubspot,
    objects: hubspot,
  })
}
