import { Action } from './action.tsx'
import { inPath } from './api.ts'
import { Pager } from './pager.tsx'
import { Empty, Failure, Moment, Who } from './parts.tsx'
import { Retry } from './retry.tsx'
import { type Conflict, conflicts as conflictsSchema } from './schemas.ts'
import { usePages } from './use-pages.ts'
import { usePoll } from './use-poll.ts'
import { nameOf } from './words.ts'

/** Everybody who is in conflict: with whom, why, what would end it, and what can be done from here. */
export function Conflicts() {
  const pages = usePages()
  const { data, error, again } = usePoll(`/v1/conflicts?limit=25${pages.query}`, conflictsSchema, 5)
  return (
    <>
      <h1>Conflicts</h1>
      <p class="lead">
        Two users on one contact, or one address. Nothing of either is overwritten, all else is delivered, and each is
        looked at again by itself.
      </p>
      <Failure error={error} />
      {!data?.conflicts.length && <Empty known={data !== undefined}>Nobody is in conflict.</Empty>}
      <ul class="entries">
        {data?.conflicts.map(conflict => (
          <Entry key={nameOf(conflict)} conflict={conflict} again={again} />
        ))}
      </ul>
      <Pager pages={pages} next={data?.next} />
    </>
  )
}

function Entry({ conflict, again }: { conflict: Conflict; again: () => void }) {
  const { userId, email, vid, since, reason, resolves, nextProbe } = conflict
  const other = conflict.with
  return (
    <li class="card entry">
      <div class="entry-head">
        <h2>
          <Who party={conflict} />
          {other && (
            <>
              {' '}
              <span class="muted">with</span> <Who party={other} />
            </>
          )}
        </h2>
        {userId && (
          <div class="buttons">
            {conflict.canSplit && other?.userId && other.vid && (
              <Split id={userId} other={other.userId} vid={other.vid} then={again} />
            )}
            <Retry id={userId} then={again} />
          </div>
        )}
      </div>
      <p class="sentence">{reason}</p>
      <p class="advice sentence">{resolves}</p>
      <dl class="facts">
        <div>
          <dt>Wants</dt>
          <dd>{email ?? '–'}</dd>
        </div>
        <div>
          <dt>Own contact</dt>
          <dd>{vid ?? 'none yet'}</dd>
        </div>
        <div>
          <dt>In the way</dt>
          <dd>{other?.vid ? `contact ${other.vid}` : '–'}</dd>
        </div>
        <div>
          <dt>Since</dt>
          <dd>
            <Moment at={since} />
          </dd>
        </div>
        <div>
          <dt>Next look</dt>
          <dd>
            <Moment at={nextProbe} />
          </dd>
        </div>
      </dl>
    </li>
  )
}

function Split({ id, other, vid, then }: { id: string; other: string; vid: string; then: () => void }) {
  return (
    <Action
      title="Split…"
      label={`Split user ${id} off contact ${vid}`}
      path={`/v1/conflicts/${inPath(id)}/split`}
      question={`Give user ${id} a contact of their own?`}
      done={`User ${id} is split off within seconds.`}
      danger
      then={then}
    >
      <p>
        The address of {id} is taken off contact {vid}, which stays {other}’s with its primary address, and {id} gets a
        contact of their own. Putting the two together again is a merge in HubSpot.
      </p>
    </Action>
  )
}
