import { SQSClient } from '@aws-sdk/client-sqs'
import { sqsClientOptions } from '../queues/client.ts'
import { lambdaPlatform } from '../runtime/lambda.ts'
import { dynamoClient } from '../store/dynamo/client.ts'
import { composeDeliver } from './compose.ts'

export const handler = composeDeliver(process.env, {
  ...lambdaPlatform('deliver'),
  sqs: new SQSClient(sqsClientOptions),
  dynamo: dynamoClient(),
})
