import { Chart } from './chart.tsx'
import type { Metrics } from './schemas.ts'
import { added, lineOf, sharesOf } from './sums.ts'
import { count, percent, short } from './words.ts'

const seconds = (n: number): string => (n >= 120 ? `${short(n / 60)} min` : `${count(n)} s`)

/** What happened, as small pictures of one scale of time. */
export function Charts({ metrics }: { metrics: Metrics }) {
  const line = (name: string) => lineOf(metrics, name)
  const shared = { from: Date.parse(metrics.from), period: metrics.periodSeconds * 1_000 }
  return (
    <div class="charts">
      <Chart {...shared} title="Events in" unit={short} kind="total" lines={[['events', line('EventsAccepted')]]} />
      <Chart
        {...shared}
        title="Contacts out"
        unit={short}
        kind="total"
        lines={[
          ['created', line('ContactsCreated')],
          ['updated', line('ContactsUpdated')],
        ]}
      />
      <Chart
        {...shared}
        title="HubSpot’s pace used"
        unit={percent}
        kind="level"
        least={100}
        lines={[['of the pace', sharesOf(line('HubSpotCalls'), metrics.callsPerPeriod)]]}
      />
      <Chart
        {...shared}
        title="Batch fill"
        unit={count}
        kind="level"
        least={100}
        lines={[['contacts a call', line('BatchFill')]]}
      />
      <Chart
        {...shared}
        title="Oldest due work"
        unit={seconds}
        kind="level"
        least={60}
        lines={[['waiting', line('OldestDueAge')]]}
      />
      <Chart
        {...shared}
        title="Trouble with HubSpot"
        unit={count}
        kind="total"
        least={4}
        lines={[
          ['429s', line('HubSpotThrottled')],
          ['unavailable', line('HubSpotUnavailable')],
          ['pauses', line('DeliveriesPaused')],
        ]}
      />
      <Chart
        {...shared}
        title="Event to HubSpot"
        unit={ms => seconds(ms / 1_000)}
        kind="level"
        least={10_000}
        lines={[['on average', line('DeliveryLatency')]]}
      />
      <Chart
        {...shared}
        title="Behavioural events out"
        unit={short}
        kind="total"
        lines={[['events', added(line('EventsSent'))]]}
      />
      <Chart
        {...shared}
        title="Daily budget spent"
        unit={percent}
        kind="level"
        least={100}
        lines={[['of the day', line('HubSpotDailyBudget')]]}
      />
    </div>
  )
}
