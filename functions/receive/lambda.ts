import { SQSClient } from '@aws-sdk/client-sqs'
import { sqsClientOptions } from '../queues/client.ts'
import { lambdaPlatform } from '../runtime/lambda.ts'
import { composeReceive } from './compose.ts'

export const handler = composeReceive(process.env, {
  ...lambdaPlatform('receive'),
  sqs: new SQSClient(sqsClientOptions),
})
