import type { Millis } from '../core/types.ts'
import { answer, type HttpAnswer, type HttpRequest, Refused } from '../runtime/http.ts'
import type { Clock, Log } from '../runtime/platform.ts'
import type { Measure, Series } from './series.ts'

export interface MetricsDeps {
  readonly series: Series
  readonly clock: Clock
  readonly log: Log
  /** Calls in 10 seconds that deliveries allow themselves. */
  readonly pace: number
}

/** What the console draws. */
export const MEASURES = [
  { name: 'EventsAccepted', by: 'receive', statistic: 'sum' },
  { name: 'ContactsCreated', by: 'deliver', statistic: 'sum' },
  { name: 'ContactsUpdated', by: 'deliver', statistic: 'sum' },
  { name: 'EventsSent', by: 'deliver', statistic: 'sum' },
  { name: 'BatchFill', by: 'deliver', statistic: 'average' },
  { name: 'HubSpotCalls', by: 'deliver', statistic: 'sum' },
  { name: 'HubSpotThrottled', by: 'deliver', statistic: 'sum' },
  { name: 'HubSpotUnavailable', by: 'deliver', statistic: 'sum' },
  { name: 'HubSpotDailyBudget', by: 'deliver', statistic: 'max' },
  { name: 'DeliveriesPaused', by: 'deliver', statistic: 'sum' },
  { name: 'DeliveryLatency', by: 'deliver', statistic: 'average' },
  { name: 'OldestDueAge', by: 'sweep', statistic: 'max' },
  { name: 'DueRecords', by: 'sweep', statistic: 'max' },
] as const satisfies readonly Measure[]

const MINUTE: Millis = 60_000
/** Minutes looked back → minutes in one part. */
const SPANS = new Map([
  [60, 1],
  [360, 5],
  [1_440, 20],
])
const WRONG_MINUTES = '"minutes" must be 60, 360 or 1440.'
const NOT_NOW = 'The metrics cannot be read right now: ask again later.'

/** `GET /v1/metrics?minutes=60`: what happened, minute by minute. @throws Refused: 400, 503. */
export async function metrics({ series, clock, log, pace }: MetricsDeps, request: HttpRequest): Promise<HttpAnswer> {
  const minutes = Number(new URLSearchParams(request.rawQueryString).get('minutes') ?? 60)
  const each = SPANS.get(minutes)
  if (each === undefined) throw new Refused(400, WRONG_MINUTES)
  const period = each * MINUTE
  const parts = minutes / each
  // The part that is going on is the last one.
  const from = (Math.floor(clock.now() / period) + 1 - parts) * period
  const values = await series.read(MEASURES, { from, period, parts }).catch((error: unknown) => {
    const reason = error instanceof Error ? `${error.name}: ${error.message}` : 'unknown'
    log.warn('the metrics cannot be read', { error: reason })
    throw new Refused(503, NOT_NOW)
  })
  return answer(200, {
    from: new Date(from).toISOString(),
    periodSeconds: period / 1_000,
    callsPerPeriod: (pace / 10) * (period / 1_000),
    askAgainSeconds: series.renewed,
    series: Object.fromEntries(values),
  })
}
