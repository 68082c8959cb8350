import { Action } from './action.tsx'
import { inPath } from './api.ts'
import { Pager } from './pager.tsx'
import { Empty, Failure, Moment, Who } from './parts.tsx'
import { type ParkedEvent, parked as parkedSchema } from './schemas.ts'
import { usePages } from './use-pages.ts'
import { usePoll } from './use-poll.ts'
import { count } from './words.ts'

/** Events that were accepted and then could not be read or folded. */
export function Parked() {
  const pages = usePages()
  const { data, error, again } = usePoll(`/v1/parked?${pages.query}`, parkedSchema, 5)
  return (
    <>
      <h1>Parked events</h1>
      <p class="lead">
        Accepted, and then impossible to read or to fold: by another version’s hand, mostly. Nothing is lost: they are
        kept until somebody sends them on their way again, or lets them go.
      </p>
      <Failure error={error} />
      {!data?.parked.length && <Empty known={data !== undefined}>No event is parked.</Empty>}
      <ul class="entries">
        {data?.parked.map(each => (
          <Entry key={each.id} parked={each} again={again} />
        ))}
      </ul>
      <Pager pages={pages} next={data?.next} />
    </>
  )
}

function Entry({ parked, again }: { parked: ParkedEvent; again: () => void }) {
  const { id, at, reason, type, bytes, readable } = parked
  const short = id.slice(0, 12)
  const path = `/v1/parked/${inPath(id)}`
  return (
    <li class="card entry">
      <div class="entry-head">
        <h2>
          {type ?? 'Not an event'} {type && <Who party={parked} />}{' '}
          <span class="muted">
            <code>{short}</code>
          </span>
        </h2>
        <div class="buttons">
          {readable && (
            <Action
              title="Replay"
              label={`Replay event ${short}`}
              path={`${path}/replay`}
              question="Send the event on its way again?"
              done="The event is queued again."
              then={again}
            >
              <p>
                It is queued as if it had just been accepted. Whatever has been said since then stays: the newest value
                counts.
              </p>
            </Action>
          )}
          <Action
            title="Discard…"
            label={`Discard event ${short}`}
            path={`${path}/discard`}
            question="Let the event go for good?"
            done="The event is gone."
            danger
            then={again}
          >
            <p>What it says is not in HubSpot, and nobody can bring it back.</p>
          </Action>
        </div>
      </div>
      <p class="sentence">{reason}</p>
      <p class="muted">
        Parked <Moment at={at} />, {count(bytes)} bytes{readable ? '' : '; this version cannot read it'}
      </p>
    </li>
  )
}
