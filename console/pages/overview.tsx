import { useState } from 'preact/hooks'
import { Charts } from './charts.tsx'
import { healthOf } from './health.ts'
import { metrics as metricsSchema, type Status } from './schemas.ts'
import { Tiles } from './tiles.tsx'
import { type Polled, usePoll } from './use-poll.ts'
import { clock } from './words.ts'

const SPANS = [
  [60, '1 hour'],
  [360, '6 hours'],
  [1_440, '24 hours'],
] as const

/** How the whole is doing, at a glance. */
export function Overview({ polled }: { polled: Polled<Status> }) {
  const [minutes, setMinutes] = useState(60)
  const [every, setEvery] = useState(5)
  const { data: metrics } = usePoll(`/v1/metrics?minutes=${minutes}`, metricsSchema, every)
  if (metrics && metrics.askAgainSeconds !== every) setEvery(metrics.askAgainSeconds)
  const { data: status } = polled
  const health = status && healthOf(status)
  return (
    <>
      <h1 class="hidden">Overview</h1>
      <section class="health card" data-level={health?.level ?? 'plain'} aria-label="Health">
        <p>
          <strong>{health?.line ?? 'Looking…'}</strong> <span>{health?.more}</span>
        </p>
        {status?.pauses.map(({ capability, until }) => (
          <p key={capability} class="muted">
            {capability}: tried again at {clock(until)}
          </p>
        ))}
      </section>
      <Tiles status={status} metrics={metrics} />
      <div class="bar">
        <h2>Over time</h2>
        <fieldset class="segments">
          <legend class="hidden">How far back</legend>
          {SPANS.map(([span, title]) => (
            <label key={span}>
              <input type="radio" name="span" checked={minutes === span} onChange={() => setMinutes(span)} />
              <span>{title}</span>
            </label>
          ))}
        </fieldset>
      </div>
      {metrics ? <Charts metrics={metrics} /> : <p class="empty muted">Looking…</p>}
    </>
  )
}
