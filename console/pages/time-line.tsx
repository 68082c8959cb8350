import { CallView } from './call.tsx'
import type { EventIn, Round, TimeLine } from './schemas.ts'
import { StatusBadge } from './status-badge.tsx'
import { counted, date } from './words.ts'

type Entry = { readonly at: string } & (
  | { readonly is: 'event'; readonly event: EventIn }
  | { readonly is: 'round'; readonly round: Round }
)

/** What has happened, the newest first: an event came in, HubSpot was called, it was settled. */
export function TimeLineView({ line }: { line: TimeLine }) {
  const entries: Entry[] = [
    ...line.events.map(event => ({ at: event.receivedAt, is: 'event' as const, event })),
    ...line.rounds.map(round => ({ at: round.at, is: 'round' as const, round })),
  ].sort((a, b) => (a.at < b.at ? 1 : -1))
  return (
    <section aria-labelledby="time-line">
      <h2 id="time-line">Time line</h2>
      <p class="muted">{ABOUT[line.callLog.of]?.(line.callLog.days)}</p>
      <ol class="time-line">
        {entries.map(entry => (
          <li
            key={`${entry.is} ${entry.at} ${entry.is === 'event' ? entry.event.event : ''}`}
            class="card"
            data-is={entry.is}
          >
            {entry.is === 'event' ? <EventView event={entry.event} /> : <RoundView round={entry.round} />}
          </li>
        ))}
      </ol>
    </section>
  )
}

const ABOUT: Readonly<Record<string, (days: number) => string>> = {
  off: () =>
    'Events that are still the newest word on anything. Calls to HubSpot are not kept: the setting callLog is off.',
  problems: days =>
    `Events that are still the newest word on anything, and for ${counted(days, 'day')} the calls in which something was wrong (setting callLog).`,
  all: days => `Events that are still the newest word on anything, and every call of the last ${counted(days, 'day')}.`,
}

function EventView({ event }: { event: EventIn }) {
  const late = Date.parse(event.receivedAt) - Date.parse(event.happenedAt) > 5_000
  return (
    <>
      <div class="entry-head">
        <h3>Event in</h3>
        <time dateTime={event.receivedAt}>{date(event.receivedAt)}</time>
      </div>
      <ul class="chips" aria-label="What it changed">
        {event.changes.map(({ property, version, delivered }) => (
          <li key={property} class="chip" data-level={delivered ? 'good' : 'watch'}>
            <code>{property}</code>
            <span class="muted">
              v{version} {delivered ? 'in HubSpot' : 'not in HubSpot'}
            </span>
          </li>
        ))}
        {event.refused.map(({ property, message }) => (
          <li key={`! ${property}`} class="chip" data-level="bad">
            <code>{property}</code>
            <span class="muted">{message}</span>
          </li>
        ))}
      </ul>
      <p class="muted small">
        event {event.event}
        {late && `, happened ${date(event.happenedAt)}`}
      </p>
    </>
  )
}

function RoundView({ round }: { round: Round }) {
  return (
    <>
      <div class="entry-head">
        <h3>{counted(round.calls.length, 'call')} to HubSpot</h3>
        <time dateTime={round.at}>{date(round.at)}</time>
      </div>
      {round.calls.map((call, place) => (
        <CallView key={`${call.exchange?.correlationId ?? ''} ${place}`} call={call} />
      ))}
      {round.settled.map((settled, place) => (
        <div key={`${settled.kind} ${place}`} class="settled">
          Settled: {settled.kind} <StatusBadge status={settled.state} />{' '}
          <span class="muted">{settledWords(settled)}</span>
          {Object.keys(settled.problems).length > 0 && (
            <dl class="reasons">
              {Object.entries(settled.problems).map(([property, message]) => (
                <div key={property}>
                  <dt>{property ? <code>{property}</code> : 'The whole'}</dt>
                  <dd class="sentence">{message}</dd>
                </div>
              ))}
            </dl>
          )}
        </div>
      ))}
    </>
  )
}

function settledWords({ version, problems }: Round['settled'][number]): string {
  if (version === 0) return 'Nothing of it is in HubSpot yet'
  const except = Object.keys(problems).length > 0 ? ', except:' : ''
  return `HubSpot has everything up to version ${version}${except}`
}
