import {
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  type IMetric,
  SingleValueWidget,
  Stats,
} from 'aws-cdk-lib/aws-cloudwatch'
import { Duration } from 'aws-cdk-lib/core'
import { Construct } from 'constructs'
import type { Alarms } from './alarms.ts'
import { FUNCTION_NAMES } from './bundling.ts'
import type { Functions } from './functions.ts'
import type { Ingress } from './ingress.ts'
import type { PipelineMetrics } from './metrics.ts'
import type { Queues } from './queues.ts'
import type { Settings } from './settings.ts'

export interface OverviewProps {
  readonly settings: Settings
  readonly metrics: PipelineMetrics
  readonly queues: Queues
  readonly functions: Functions
  readonly ingress: Ingress
  readonly alarms: Alarms
}

/** One screen, from the question "are we late?" at the top down to the machinery. */
export class Overview extends Construct {
  constructor(scope: Construct, id: string, { settings, metrics, queues, functions, ingress, alarms }: OverviewProps) {
    super(scope, id)
    const { events, eventsDeadLetters, wakeUps } = queues
    const eachFunction = (metricOf: (lambda: Functions['receive']['lambda']) => IMetric) =>
      FUNCTION_NAMES.map(name => metricOf(functions.all[name].lambda))
    const graph = (title: string, left: IMetric[], right: IMetric[] = []) =>
      new GraphWidget({ title, left, right, width: 8, height: 6, leftYAxis: { min: 0 }, rightYAxis: { min: 0 } })

    new Dashboard(this, 'Dashboard', {
      dashboardName: `vidsync-${settings.stage}`,
      defaultInterval: Duration.hours(6),
      widgets: [
        [
          new SingleValueWidget({
            title: 'How we stand',
            metrics: [
              metrics.highest('OldestDueAge'),
              metrics.highest('DueRecords'),
              metrics.highest('VerifyingRecords'),
              metrics.highest('WaitingRecords'),
              metrics.highest('ConflictRecords'),
              metrics.highest('RejectedRecords'),
              metrics.highest('ParkedEvents'),
            ],
            width: 24,
            height: 3,
          }),
        ],
        [
          new AlarmStatusWidget({
            title: 'Alarms',
            alarms: [...alarms.paging, ...alarms.reviewing],
            width: 24,
            height: 4,
          }),
        ],
        [
          graph(
            'Late: age of the oldest due record (s)',
            [metrics.highest('OldestDueAge')],
            [metrics.highest('DueRecords')],
          ),
          graph('From request to HubSpot (ms)', [
            metrics.percentile('DeliveryLatency', 50),
            metrics.percentile('DeliveryLatency', 95),
          ]),
          graph('Contacts', [
            metrics.sum('ContactsCreated'),
            metrics.sum('ContactsUpdated'),
            metrics.sum('ContactsAdopted'),
            metrics.sum('ContactsMerged'),
          ]),
        ],
        [
          graph(
            'Events in',
            [metrics.sum('EventsAccepted'), metrics.sum('EventsRejected')],
            [metrics.sum('RequestsRefused')],
          ),
          graph(
            'Events folded',
            [metrics.sum('EventsFolded'), metrics.sum('EventsUnchanged')],
            [
              metrics.sum('EventsUnused'),
              metrics.sum('EventsFiltered'),
              metrics.sum('EventsParked'),
              metrics.sum('UsersNoticed'),
            ],
          ),
          graph(
            'Queues: depth, and age of the oldest event (s)',
            [
              events.metricApproximateNumberOfMessagesVisible({ label: 'events' }),
              wakeUps.metricApproximateNumberOfMessagesVisible({ label: 'wake-ups' }),
              eventsDeadLetters.metricApproximateNumberOfMessagesVisible({ label: 'dead letters' }),
            ],
            [events.metricApproximateAgeOfOldestMessage({ label: 'age' })],
          ),
        ],
        [
          graph('HubSpot calls, and what was wrong with them', [
            metrics.sum('HubSpotCalls'),
            metrics.sum('HubSpotThrottled'),
            metrics.sum('HubSpotUnavailable'),
            metrics.sum('HubSpotUnauthorized'),
            metrics.sum('HubSpotForbids'),
            metrics.sum('DeliveriesPaused'),
          ]),
          graph(
            'HubSpot: 429s per 100 calls, daily budget spent (%), time of a call (ms)',
            [metrics.throttledShare(), metrics.highest('HubSpotDailyBudget')],
            [metrics.percentile('HubSpotCallTime', 50), metrics.percentile('HubSpotCallTime', 95)],
          ),
          graph('Contacts per batch', [metrics.percentile('BatchFill', 50)], [metrics.sum('RecordsQuarantined')]),
        ],
        [
          graph('Objects, associations, lists, subscriptions', [
            metrics.sum('ObjectsWritten'),
            metrics.sum('AssociationsChanged'),
            metrics.sum('MembershipsChanged'),
            metrics.sum('ConsentsWritten'),
          ]),
          graph(
            'Behavioural events',
            [metrics.sum('EventsSent')],
            [metrics.sum('EventsDropped'), metrics.sum('EventsExpired'), metrics.sum('EventPropertiesLeftOut')],
          ),
        ],
        [
          graph(
            'API',
            [ingress.stage.metricCount(), ingress.stage.metricClientError()],
            [ingress.stage.metricServerError()],
          ),
          graph('Functions: errors and throttles', [
            ...eachFunction(lambda => lambda.metricErrors()),
            ...eachFunction(lambda => lambda.metricThrottles()),
          ]),
          graph(
            'Functions: time (ms, p95)',
            eachFunction(lambda => lambda.metricDuration({ statistic: Stats.percentile(95) })),
          ),
        ],
      ],
    })
  }
}
