import { MathExpression, Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch'
import { Duration } from 'aws-cdk-lib/core'
import type { MetricName } from '../functions/runtime/platform.ts'
import type { FunctionName } from './bundling.ts'

/** Who publishes each metric: Powertools adds the function's name as a dimension. */
const PUBLISHERS: Readonly<Record<MetricName, FunctionName>> = {
  EventsAccepted: 'receive',
  EventsRejected: 'receive',
  RequestsRefused: 'receive',
  QueueRefusals: 'receive',
  EventsFolded: 'record',
  EventsUnchanged: 'record',
  EventsParked: 'record',
  EventsUnused: 'record',
  EventsFiltered: 'record',
  UsersNoticed: 'record',
  HubSpotCalls: 'deliver',
  HubSpotThrottled: 'deliver',
  HubSpotUnauthorized: 'deliver',
  HubSpotForbids: 'deliver',
  HubSpotUnavailable: 'deliver',
  HubSpotCallTime: 'deliver',
  HubSpotDailyBudget: 'deliver',
  BatchFill: 'deliver',
  ContactsCreated: 'deliver',
  ContactsUpdated: 'deliver',
  ContactsAdopted: 'deliver',
  ContactsMerged: 'deliver',
  ObjectsWritten: 'deliver',
  AssociationsChanged: 'deliver',
  MembershipsChanged: 'deliver',
  ConsentsWritten: 'deliver',
  EventsSent: 'deliver',
  EventsDropped: 'deliver',
  EventsExpired: 'deliver',
  EventPropertiesLeftOut: 'deliver',
  DeliveriesPaused: 'deliver',
  RecordsQuarantined: 'deliver',
  DeliveryLatency: 'deliver',
  OldestDueAge: 'sweep',
  DueRecords: 'sweep',
  VerifyingRecords: 'sweep',
  WaitingRecords: 'sweep',
  ConflictRecords: 'sweep',
  RejectedRecords: 'sweep',
  ParkedEvents: 'sweep',
  Sweeps: 'sweep',
}

/** @returns the namespace of a stage's metrics, so that two stages of one account are not added up. */
export const namespaceOf = (stage: string): string => `vidsync/${stage}`

/** Makes metrics of one stage as CloudWatch knows them. */
export class PipelineMetrics {
  readonly #namespace: string

  constructor(stage: string) {
    this.#namespace = namespaceOf(stage)
  }

  /** What happened: added up over `period`, by default five minutes. */
  sum(name: MetricName, period: Duration = Duration.minutes(5)): Metric {
    return this.#metric(name, Stats.SUM, period)
  }

  /** What stood: the highest within `period`, by default five minutes. */
  highest(name: MetricName, period: Duration = Duration.minutes(5)): Metric {
    return this.#metric(name, Stats.MAXIMUM, period)
  }

  /** What `percent` of all stayed under, by default over five minutes. */
  percentile(name: MetricName, percent: number, period: Duration = Duration.minutes(5)): Metric {
    return this.#metric(name, Stats.percentile(percent), period)
  }

  /** Of a hundred calls to HubSpot, how many it answered with 429. */
  throttledShare(period: Duration = Duration.minutes(5)): MathExpression {
    return new MathExpression({
      expression: 'IF(calls > 0, 100 * FILL(throttled, 0) / calls, 0)',
      usingMetrics: { calls: this.sum('HubSpotCalls', period), throttled: this.sum('HubSpotThrottled', period) },
      label: '429s per 100 calls',
      period,
    })
  }

  #metric(metricName: MetricName, statistic: string, period: Duration): Metric {
    return new Metric({
      namespace: this.#namespace,
      metricName,
      dimensionsMap: { service: PUBLISHERS[metricName] },
      statistic,
      period,
    })
  }
}
