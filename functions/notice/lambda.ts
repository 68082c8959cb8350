import { SQSClient } from '@aws-sdk/client-sqs'
import { sqsClientOptions } from '../queues/client.ts'
import { lambdaPlatform } from '../runtime/lambda.ts'
import { composeNotice } from './compose.ts'

export const handler = composeNotice(process.env, {
  ...lambdaPlatform('notice'),
  sqs: new SQSClient(sqsClientOptions),
})
