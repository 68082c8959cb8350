import type { SQSClientConfig } from '@aws-sdk/client-sqs'

/**
 * How the functions reach SQS. It answers within milliseconds; a call without an answer is repeated while the caller
 * still has time.
 */
export const sqsClientOptions = {
  maxAttempts: 3,
  // TLS keeps the bytes as they are; hashing every message a second time guards against nothing more.
  md5: false,
  requestHandler: {
    connectionTimeout: 1000,
    requestTimeout: 3000,
    throwOnRequestTimeout: true,
    httpAgent: { keepAlive: true, maxSockets: 50 },
    httpsAgent: { keepAlive: true, maxSockets: 50 },
  },
} as const satisfies SQSClientConfig
