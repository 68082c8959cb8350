import { SQSClient } from '@aws-sdk/client-sqs'
import { sqsClientOptions } from '../queues/client.ts'
import { lambdaPlatform } from '../runtime/lambda.ts'
import { dynamoClient } from '../store/dynamo/client.ts'
import { composeSweep } from './compose.ts'

export const handler = composeSweep(process.env, {
  ...lambdaPlatform('sweep'),
  sqs: new SQSClient(sqsClientOptions),
  dynamo: dynamoClient(),
})
