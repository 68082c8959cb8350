import { duration } from '../../cli/duration.ts'
import type { Metrics, Status } from './schemas.ts'
import { added, lastWhole, latest, lineOf, mean, sharesOf, total } from './sums.ts'
import { count, counted, percent, short } from './words.ts'

interface TileProps {
  readonly title: string
  readonly value: string
  readonly more: string
  readonly href?: string
  readonly level?: 'watch' | 'bad' | undefined
}

function Tile({ title, value, more, href, level }: TileProps) {
  return (
    <div class="tile" data-level={level}>
      <dt>{href ? <a href={href}>{title}</a> : title}</dt>
      <dd>
        <b>{value}</b> <span class="muted">{more}</span>
      </dd>
    </div>
  )
}

const UNKNOWN = '–'
const some = (n: number, level: 'watch' | 'bad') => (n > 0 ? level : undefined)

/** The numbers that an operator looks for, each with what it means. */
export function Tiles({ status, metrics }: { status: Status | undefined; metrics: Metrics | undefined }) {
  return (
    <dl class="tiles">
      {status && <StatusTiles status={status} />}
      {metrics && <MetricTiles metrics={metrics} />}
    </dl>
  )
}

function StatusTiles({ status }: { status: Status }) {
  const { due, oldestDueAgeSeconds, waiting, verifying, conflicts, rejected, parked } = status
  const oldest = due > 0 ? `oldest ${duration(oldestDueAgeSeconds)}` : 'nothing on the way'
  return (
    <>
      <Tile title="Due" value={short(due)} more={oldest} level={oldestDueAgeSeconds > 300 ? 'bad' : undefined} />
      <Tile
        title="Conflicts"
        value={short(conflicts)}
        more="users"
        href="#/conflicts"
        level={some(conflicts, 'watch')}
      />
      <Tile
        title="Refused"
        value={short(rejected)}
        more="by HubSpot"
        href="#/problems"
        level={some(rejected, 'watch')}
      />
      <Tile title="Waiting" value={short(waiting)} more={`verifying ${short(verifying)}`} href="#/problems" />
      <Tile title="Parked" value={short(parked)} more="unreadable" href="#/parked" level={some(parked, 'bad')} />
    </>
  )
}

function MetricTiles({ metrics }: { metrics: Metrics }) {
  const { periodSeconds, callsPerPeriod, series } = metrics
  const minutes = Math.round((periodSeconds * (series.EventsAccepted?.length ?? 0)) / 60)
  const span = minutes === 60 ? 'in an hour' : `in ${minutes / 60} hours`
  const contacts = added(lineOf(metrics, 'ContactsCreated'), lineOf(metrics, 'ContactsUpdated'))
  const fill = mean(lineOf(metrics, 'BatchFill'))
  const shares = sharesOf(lineOf(metrics, 'HubSpotCalls'), callsPerPeriod)
  const budget = latest(lineOf(metrics, 'HubSpotDailyBudget'))
  const throttled = total(lineOf(metrics, 'HubSpotThrottled'))
  const latency = mean(lineOf(metrics, 'DeliveryLatency'))
  const pauses = total(lineOf(metrics, 'DeliveriesPaused'))
  return (
    <>
      <Tile title="Events in" value={short(total(lineOf(metrics, 'EventsAccepted')))} more={span} />
      <Tile title="Contacts out" value={short(total(contacts))} more={span} />
      <Tile title="To HubSpot in" value={latency === null ? UNKNOWN : duration(latency / 1_000)} more="on average" />
      <Tile title="Batch fill" value={fill === null ? UNKNOWN : count(fill)} more="of 100 contacts a call" />
      <Tile title="HubSpot’s pace" value={percent(lastWhole(shares))} more="used of late" />
      <Tile title="Daily budget" value={budget === null ? UNKNOWN : percent(budget)} more="spent, all apps" />
      <Tile title="429s" value={count(throttled)} more={counted(pauses, 'pause')} level={some(throttled, 'watch')} />
    </>
  )
}
