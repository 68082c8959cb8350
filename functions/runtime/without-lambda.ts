import type { Context, SQSRecord } from 'aws-lambda'
import type { Millis } from '../core/types.ts'

/** What of a message a function of ours looks at, or its caller. */
interface Handed {
  readonly messageId: string
  readonly body: string
  readonly group?: string | undefined
  readonly receiptHandle?: string
  readonly sentAt?: Millis
  readonly firstReceivedAt?: Millis
  readonly receives?: number
}

/** A message as Lambda hands it over, for whoever calls a function without Lambda. What nobody reads is empty. */
export const handedOver = ({
  messageId,
  body,
  group,
  receiptHandle = '',
  sentAt = 0,
  firstReceivedAt = sentAt,
  receives = 1,
}: Handed): SQSRecord => ({
  messageId,
  receiptHandle,
  body,
  attributes: {
    ApproximateReceiveCount: String(receives),
    SentTimestamp: String(sentAt),
    SenderId: '',
    ApproximateFirstReceiveTimestamp: String(firstReceivedAt),
    ...(group === undefined ? {} : { MessageGroupId: group }),
  },
  messageAttributes: {},
  md5OfBody: '',
  eventSource: 'aws:sqs',
  eventSourceARN: '',
  awsRegion: '',
})

/** An invocation as Lambda describes it. @param remaining how long it may still take, in milliseconds */
export const invocationOf = (awsRequestId: string, remaining: () => Millis): Context => ({
  awsRequestId,
  callbackWaitsForEmptyEventLoop: false,
  functionName: '',
  functionVersion: '',
  invokedFunctionArn: '',
  memoryLimitInMB: '',
  logGroupName: '',
  logStreamName: '',
  getRemainingTimeInMillis: remaining,
  done: () => undefined,
  fail: () => undefined,
  succeed: () => undefined,
})
