import type { SQSRecord } from 'aws-lambda'
import { sha256 } from '../../functions/core/digest.ts'
import type { UserEvent } from '../../functions/core/event.ts'
import type { Millis } from '../../functions/core/types.ts'

/** An event as SQS hands it to `record`. */
export const sqsRecord = (messageId: string, event: UserEvent, sentAt: Millis): SQSRecord => ({
  messageId,
  receiptHandle: '',
  body: JSON.stringify(event),
  attributes: {
    ApproximateReceiveCount: '1',
    SentTimestamp: String(sentAt),
    SenderId: '',
    ApproximateFirstReceiveTimestamp: String(sentAt),
    MessageGroupId: sha256(event.key).slice(0, 32),
  },
  messageAttributes: {},
  md5OfBody: '',
  eventSource: 'aws:sqs',
  eventSourceARN: '',
  awsRegion: '',
})

/** A Lambda invocation that has a minute. */
export const lambdaContext = {
  awsRequestId: 'test',
  callbackWaitsForEmptyEventLoop: false,
  functionName: '',
  functionVersion: '',
  invokedFunctionArn: '',
  memoryLimitInMB: '',
  logGroupName: '',
  logStreamName: '',
  getRemainingTimeInMillis: () => 60_000,
  done: () => undefined,
  fail: () => undefined,
  succeed: () => undefined,
}
