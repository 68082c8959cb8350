import type { PipelineCounts } from './pipeline.ts'

/** AWS list prices in us-east-1, in USD, without free tiers and discounts, as of November 2026. */
const PRICES = {
  /** HTTP API, a request of up to 512 KB. https://aws.amazon.com/api-gateway/pricing/ */
  httpRequest: 1.0 / 1e6,
  /** FIFO queues, a request of up to 64 KB. https://aws.amazon.com/sqs/pricing/ */
  queueRequest: 0.5 / 1e6,
  /** On demand. https://aws.amazon.com/dynamodb/pricing/on-demand/ */
  writeUnit: 0.625 / 1e6,
  readUnit: 0.125 / 1e6,
  /** arm64. https://aws.amazon.com/lambda/pricing/ */
  invocation: 0.2 / 1e6,
  gigabyteSecond: 0.0000133334,
} as const

/** USD a million events. */
export interface Cost {
  readonly http: number
  readonly queues: number
  readonly table: number
  /** With the durations that this machine needed, dynalite's included. */
  readonly functions: number
  readonly total: number
}

/**
 * From what was counted while so many events passed. Logs, storage, tracing and what idle pollers ask of SQS (which does
 * not grow with events) are not in it.
 */
export function costOf({ table, queueRequests, functions }: PipelineCounts, events: number): Cost {
  const million = 1e6 / events
  const count = (name: string) => functions[name]?.invocations ?? 0
  // Every batch that a function is given was received once and deleted once.
  const mappings = 2 * (count('record') + count('deliver'))
  const own = Object.values(queueRequests).reduce((sum, requests) => sum + requests, 0)
  const writeUnits = table.total.writeUnits + table.total.indexWriteUnits
  const worked = Object.values(functions)
  const gigabyteSeconds = worked.reduce((sum, { seconds, megabytes }) => sum + (seconds * megabytes) / 1024, 0)
  const invocations = worked.reduce((sum, each) => sum + each.invocations, 0)
  const http = million * count('receive') * PRICES.httpRequest
  const queues = million * (own + mappings) * PRICES.queueRequest
  const tableCost = million * (writeUnits * PRICES.writeUnit + table.readUnits * PRICES.readUnit)
  const functionsCost = million * (invocations * PRICES.invocation + gigabyteSeconds * PRICES.gigabyteSecond)
  return { http, queues, table: tableCost, functions: functionsCost, total: http + queues + tableCost + functionsCost }
}

export const costText = ({ http, queues, table, functions, total }: Cost): string =>
  `${usd(total)} (HTTP API ${usd(http)}, SQS ${usd(queues)}, DynamoDB ${usd(table)}, Lambda ${usd(functions)})`

const usd = (amount: number) => `${amount.toFixed(2)} USD`
