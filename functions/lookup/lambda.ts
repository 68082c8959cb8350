import { CloudWatchClient } from '@aws-sdk/client-cloudwatch'
import { SQSClient } from '@aws-sdk/client-sqs'
import { sqsClientOptions } from '../queues/client.ts'
import { lambdaPlatform } from '../runtime/lambda.ts'
import { required } from '../runtime/platform.ts'
import { dynamoClient } from '../store/dynamo/client.ts'
import { CloudWatchSeries } from './cloudwatch-series.ts'
import { composeLookup } from './compose.ts'
import { pagesBeside } from './pages.ts'

export const handler = composeLookup(process.env, {
  ...lambdaPlatform('lookup'),
  sqs: new SQSClient(sqsClientOptions),
  dynamo: dynamoClient(),
  series: new CloudWatchSeries(new CloudWatchClient(), required(process.env, 'POWERTOOLS_METRICS_NAMESPACE')),
  pages: pagesBeside(import.meta.dirname),
})
