import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb'

/** Enough for a round's settlements in flight together; the SDK's own 50 would queue them. */
const SOCKETS = 100

/**
 * A client that gives up early enough for its caller to say so: three attempts of at most 2.5 seconds stay below the ten
 * seconds of the shortest function. (The SDK's own default waits for an answer for ever, and without
 * `throwOnRequestTimeout` only warns.)
 *
 * @param config what the place adds: an endpoint, a region, credentials. Wins over what is set here.
 * @example dynamoClient({ endpoint: 'http://127.0.0.1:8000', region: 'local', credentials })
 */
export function dynamoClient(config: DynamoDBClientConfig = {}): DynamoDBClient {
  const agent = { keepAlive: true, maxSockets: SOCKETS }
  return new DynamoDBClient({
    maxAttempts: 3,
    requestHandler: {
      connectionTimeout: 2_500,
      requestTimeout: 2_500,
      throwOnRequestTimeout: true,
      httpAgent: agent,
      httpsAgent: agent,
    },
    ...config,
  })
}
