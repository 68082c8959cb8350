import type { MiddlewareObj } from '@middy/core'
import type { Context } from 'aws-lambda'
import type { Millis } from '../core/types.ts'
import type { Clock, Platform } from './platform.ts'

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

/** Kept of an invocation's time for its answer. */
const ANSWERING_TIME: Millis = 500

/**
 * When work must end: after `longest`, or earlier where the invocation has less left.
 * @returns a moment of the monotonic clock.
 */
export function deadlineOf(clock: Clock, longest: Millis, context?: Context): Millis {
  // Tests and other hosts may pass no context.
  const left = context?.getRemainingTimeInMillis?.() ?? Number.POSITIVE_INFINITY
  return clock.monotonic() + Math.min(longest, left - ANSWERING_TIME)
}
