import type { MiddlewareObj } from '@middy/core'
import type { Platform } from './platform.ts'

/** Names the invocation in the logs, and publishes its metrics when it ends, however it ends. */
export function invocation({ log, metrics }: Pick<Platform, 'log' | 'metrics'>): MiddlewareObj<unknown, unknown> {
  return {
    before: ({ context }) => {
      // Tests and other hosts may pass no context.
      if (context?.awsRequestId) log.begin?.(context.awsRequestId)
    },
    after: () => metrics.publish?.(),
    onError: () => metrics.publish?.(),
  }
}
