import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import type { SQSClient } from '@aws-sdk/client-sqs'
import config from '#sync.config'
import { lanesOf } from '../core/lanes.ts'
import { apiVersion, hasSecondaryEmails } from '../hubspot/versions.ts'
import { SqsEventQueue } from '../queues/event-queue.ts'
import { SqsQueueDepth } from '../queues/queue-depth.ts'
import { type Environment, type Platform, required } from '../runtime/platform.ts'
import { DynamoStore } from '../store/dynamo/dynamo-store.ts'
import { lookup } from './handler.ts'
import type { Pages } from './pages.ts'
import type { Series } from './series.ts'

/** Builds `lookup` from the environment that the stack gives it. */
export function composeLookup(
  environment: Environment,
  platform: Platform & {
    readonly sqs: SQSClient
    readonly dynamo: DynamoDBClient
    readonly series: Series
    readonly pages: Pages
  },
) {
  const store = new DynamoStore(platform.dynamo, required(environment, 'TABLE_NAME'), platform.clock)
  const queueUrl = required(environment, 'EVENTS_QUEUE_URL')
  const events = new SqsQueueDepth({ sqs: platform.sqs, queueUrl })
  const queue = new SqsEventQueue({ ...platform, queueUrl })
  const canDetach = hasSecondaryEmails(apiVersion(required(environment, 'HUBSPOT_API_VERSION')))
  const { browser, callLog } = config
  const pace = Number(required(environment, 'HUBSPOT_REQUESTS_PER_10_SECONDS'))
  return lookup({
    ...platform,
    store,
    events,
    queue,
    lanes: lanesOf(config),
    canDetach,
    origins: browser.origins,
    console: { series: platform.series, pages: platform.pages, callLog, pace },
  })
}
