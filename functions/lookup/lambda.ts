import { SQSClient } from '@aws-sdk/client-sqs'
import { sqsClientOptions } from '../queues/client.ts'
import { lambdaPlatform } from '../runtime/lambda.ts'
import { dynamoClient } from '../store/dynamo/client.ts'
import { composeLookup } from './compose.ts'

export const handler = composeLookup(process.env, {
  ...lambdaPlatform('lookup'),
  sqs: new SQSClient(sqsClientOptions),
  dynamo: dynamoClient(),
})
