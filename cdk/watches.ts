import { MathExpression, Stats } from 'aws-cdk-lib/aws-cloudwatch'
import { Duration } from 'aws-cdk-lib/core'
import { FUNCTION_NAMES, type FunctionName } from './bundling.ts'
import type { Functions } from './functions.ts'
import type { Ingress } from './ingress.ts'
import type { PipelineMetrics } from './metrics.ts'
import type { Queues } from './queues.ts'
import type { Settings } from './settings.ts'
import type { Watch } from './watch.ts'

const MINUTE = Duration.minutes(1)
const FIVE_MINUTES = Duration.minutes(5)

const once = { beyond: 1, of: 1 } as const

/** How the work that is due fares: the promise itself. */
export const deliveryWatches = (metrics: PipelineMetrics, settings: Settings): Watch[] => [
  {
    id: 'OldestDueAge',
    urgency: 'page',
    metric: metrics.highest('OldestDueAge', MINUTE),
    limit: { above: settings.oldestDueAlarmSeconds },
    periods: { beyond: 5, of: 5 },
    means: `Some accepted data has been waiting for HubSpot for more than ${settings.oldestDueAlarmSeconds} seconds. None of it is lost.`,
    remedy:
      'GET /v1/status names the pauses and their reasons. No pause: look into the log of deliver. A backfill at the ' +
      'limit of the portal is slow rather than broken: raise hubspotRequestsPer10Seconds where the portal allows.',
  },
  {
    id: 'SweepMissing',
    urgency: 'page',
    metric: metrics.sum('Sweeps', MINUTE),
    limit: { below: 1 },
    periods: { beyond: 5, of: 5 },
    missingIsTrouble: true,
    means:
      'No sweep for five minutes: nobody looks after forgotten work, and the ages that other alarms watch are unknown.',
    remedy: 'See whether the rule EveryMinute is enabled, then look into the log of sweep.',
  },
  {
    id: 'HubSpotUnauthorized',
    urgency: 'page',
    metric: metrics.sum('HubSpotUnauthorized'),
    limit: { above: 0 },
    // Deliveries pause for five minutes after each: one of three keeps the alarm from going on and off.
    periods: { beyond: 1, of: 3 },
    means:
      'HubSpot answers 401, or 403 for contacts: the token is wrong or has lost a scope. Deliveries pause; data waits.',
    remedy:
      'Put the token into the secret (stack output SecretName) or give it its scopes. It is read within five minutes.',
  },
  {
    id: 'DeliveriesPaused',
    urgency: 'page',
    metric: metrics.sum('DeliveriesPaused'),
    limit: { above: 0 },
    // A pause of seconds after a 429 is daily life.
    periods: { beyond: 3, of: 3 },
    means:
      'Deliveries have been pausing for a quarter of an hour: HubSpot is down, its daily limit is reached, or it refuses us.',
    remedy:
      'GET /v1/status says why and until when. Look at status.hubspot.com. Data waits and goes out by itself afterwards.',
  },
  {
    id: 'HubSpotForbids',
    urgency: 'review',
    metric: metrics.sum('HubSpotForbids'),
    limit: { above: 0 },
    periods: { beyond: 1, of: 3 },
    means:
      'HubSpot forbids one part of what sync.config.ts asks for: the account does not have it, or the token lacks its scope. ' +
      'What is for it waits; all else goes out.',
    remedy: 'npx vidsync check says which and what to do. Give the token the scope, or take that part out.',
  },
  {
    id: 'HubSpotThrottledShare',
    urgency: 'review',
    metric: metrics.throttledShare(),
    limit: { above: 5 },
    periods: { beyond: 3, of: 3 },
    means: "More than 5 % of our calls have met 429 for a quarter of an hour: others use this portal's limit as well.",
    remedy: 'Lower hubspotRequestsPer10Seconds until they end, or have the other integration slow down.',
  },
  {
    id: 'RecordsQuarantined',
    urgency: 'review',
    metric: metrics.sum('RecordsQuarantined'),
    limit: { above: 0 },
    periods: once,
    means:
      'A record could not be handled, or crashed deliver, and was quarantined; all others go on. This is a bug of ours.',
    remedy: 'Look for errors in the log of deliver, fix the bug, deploy: the record is tried again by itself.',
  },
  {
    id: 'Conflicts',
    urgency: 'review',
    metric: metrics.highest('ConflictRecords'),
    limit: { above: 0 },
    periods: once,
    means: 'Two users want the same HubSpot contact. The first keeps it; the second is not mixed into it.',
    remedy:
      'GET /v1/conflicts says who, with whom and what would resolve it: settle in product or HubSpot whose the email is.',
  },
  {
    id: 'Rejected',
    urgency: 'review',
    metric: metrics.highest('RejectedRecords'),
    limit: { above: 0 },
    periods: once,
    means: 'HubSpot takes nothing of some users: their values do not pass its validation.',
    remedy:
      "GET /v1/users/{userId} gives HubSpot's own reasons. Correct the values at their source, or the property in HubSpot.",
  },
  {
    id: 'ParkedEvents',
    urgency: 'review',
    metric: metrics.highest('ParkedEvents'),
    limit: { above: 0 },
    periods: once,
    means: 'Events that cannot be folded into any record were set apart, with their reasons.',
    remedy: 'Query the table for pk = "parked". Correct the producer, or us; send the events again; delete the items.',
  },
]

/** How the queues fare: what was accepted and is not in the table yet. */
export const queueWatches = ({ events, eventsDeadLetters }: Queues): Watch[] => [
  {
    id: 'DeadLetters',
    urgency: 'page',
    metric: eventsDeadLetters.metricApproximateNumberOfMessagesVisible({ period: MINUTE, statistic: Stats.MAXIMUM }),
    limit: { above: 0 },
    periods: once,
    means: 'Accepted events have failed 1,000 times. They are kept for 14 days only.',
    remedy:
      'Find out why in the log of record, fix it, then redrive the queue (stack output DeadLettersUrl): late events do no harm.',
  },
  {
    id: 'EventsAge',
    urgency: 'page',
    metric: events.metricApproximateAgeOfOldestMessage({ period: MINUTE, statistic: Stats.MAXIMUM }),
    limit: { above: 600 },
    periods: { beyond: 5, of: 5 },
    means:
      'Some accepted event has waited for ten minutes without getting into the table. Events are kept for 14 days.',
    remedy:
      'Look into the log of record: one user whose events fail holds up only its own; the table failing holds up all.',
  },
  {
    id: 'EventsDepth',
    urgency: 'page',
    metric: events.metricApproximateNumberOfMessagesVisible({ period: MINUTE, statistic: Stats.MAXIMUM }),
    limit: { above: 50_000 },
    periods: { beyond: 5, of: 5 },
    means:
      'More than 50,000 events wait. SQS looks for work among the first 120,000 only: beyond, one user can block others.',
    remedy:
      'See whether record fails or is throttled. A burst that shrinks needs nothing; else raise the concurrency of EventsToRecord.',
  },
]

/** What it means that a function fails, and what to look at. */
const FAILURES: Readonly<Record<FunctionName, string>> = {
  receive: 'Producers get 500s, and SDKs that give up after a few tries lose their events',
  record: 'Events stay queued and are tried again after a minute; those of the same users wait behind them',
  deliver: 'Rounds break off; their calls count as ambiguous and are verified by the next round',
  sweep: 'Forgotten work waits, and nobody measures how late we are',
  lookup: 'Operators get 500s, and pages do not name their users to HubSpot; deliveries go on',
  notice:
    'HubSpot sends its webhooks again for a day; merges and deletions are found by the next update of each user all the same',
}

/** How the functions and the API fare. */
export function platformWatches(functions: Functions, ingress: Ingress): Watch[] {
  const throttles = Object.fromEntries(
    FUNCTION_NAMES.map(name => [name, functions.all[name].lambda.metricThrottles({ period: FIVE_MINUTES })]),
  )
  return [
    ...FUNCTION_NAMES.map(
      (name): Watch => ({
        id: `${functions.all[name].node.id}Errors`,
        urgency: 'page',
        metric: functions.all[name].lambda.metricErrors({ period: FIVE_MINUTES }),
        limit: { above: 0 },
        // A single crash heals by itself; what keeps failing does not.
        periods: { beyond: 2, of: 3 },
        means: `The function ${name} keeps crashing or running out of time. ${FAILURES[name]}.`,
        remedy: `Look for errors in the log of ${name}; if it began with a deployment, deploy the version before.`,
      }),
    ),
    {
      id: 'Throttles',
      urgency: 'page',
      metric: new MathExpression({
        expression: FUNCTION_NAMES.map(name => `FILL(${name}, 0)`).join(' + '),
        usingMetrics: throttles,
        label: 'Throttled invocations',
        period: FIVE_MINUTES,
      }),
      limit: { above: 0 },
      periods: { beyond: 2, of: 3 },
      means: 'Lambda refuses to run our functions: the concurrency of the account is used up. Producers get 503s.',
      remedy: 'See on the dashboard which function, and what else in the account is busy; have the quota raised.',
    },
    {
      id: 'ApiServerErrors',
      urgency: 'page',
      metric: ingress.stage.metricServerError({ period: FIVE_MINUTES, statistic: Stats.SUM }),
      limit: { above: 4 },
      periods: once,
      means: 'The API has answered 5xx five times within five minutes. SDKs that give up quickly lose these events.',
      remedy:
        'The access log says which route. 503 from receive: SQS did not take events, see its log; else as in ReceiveErrors.',
    },
  ]
}
