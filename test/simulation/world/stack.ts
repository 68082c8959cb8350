import type { Millis } from '../../../functions/core/types.ts'

/** What the stack in `cdk/` gives the functions and their queues. */
export const ENVIRONMENT = {
  TABLE_NAME: 'vidsync',
  EVENTS_QUEUE_URL: 'https://sqs.test/events.fifo',
  WAKEUPS_QUEUE_URL: 'https://sqs.test/wakeups.fifo',
  SECRET_ID: 'secret',
  HUBSPOT_BASE_URL: 'https://hubspot.test',
  HUBSPOT_API_VERSION: 'v3',
  HUBSPOT_REQUESTS_PER_10_SECONDS: '40',
} as const

export const FUNCTIONS = ['receive', 'record', 'deliver', 'sweep', 'notice'] as const
export type FunctionName = (typeof FUNCTIONS)[number]

export const TIMEOUTS: Readonly<Record<FunctionName, Millis>> = {
  receive: 15_000,
  record: 10_000,
  deliver: 60_000,
  sweep: 20_000,
  notice: 10_000,
}
