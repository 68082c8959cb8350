import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { SQSClient } from '@aws-sdk/client-sqs'

type Perform = (command: object) => Promise<object>

/** Clients whose commands go to somebody in this process instead of the wire. */
export const dynamoOf = (perform: Perform): DynamoDBClient =>
  Object.create(DynamoDBClient.prototype, { send: { value: perform }, destroy: { value: () => undefined } })

export const sqsOf = (perform: Perform): SQSClient =>
  Object.create(SQSClient.prototype, { send: { value: perform }, destroy: { value: () => undefined } })
