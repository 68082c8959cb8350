import { SQSClient } from '@aws-sdk/client-sqs'
import { sqsClientOptions } from '../queues/client.ts'
import { lambdaPlatform } from '../runtime/lambda.ts'
import { dynamoClient } from '../store/dynamo/client.ts'
import { composeRecord } from './compose.ts'

export const handler = composeRecord(process.env, {
  ...lambdaPlatform('record'),
  sqs: new SQSClient(sqsClientOptions),
  dynamo: dynamoClient(),
})
