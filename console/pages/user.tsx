import { inPath } from './api.ts'
import { Failure, Moment } from './parts.tsx'
import { Reasons } from './problems.tsx'
import { Retry } from './retry.tsx'
import { type TimeLine, timeLine as timeLineSchema, type User, user as userSchema } from './schemas.ts'
import { StatusBadge } from './status-badge.tsx'
import { TimeLineView } from './time-line.tsx'
import { usePoll } from './use-poll.ts'

/** One user: what HubSpot holds, what is wrong, and how it came about. */
export function UserPage({ id }: { id: string }) {
  const { data: user, error, again } = usePoll(`/v1/users/${inPath(id)}`, userSchema, 3)
  const { data: line } = usePoll(`/v1/timelines/${inPath(id)}`, timeLineSchema, 3)
  return (
    <>
      <div class="bar">
        <h1>
          <span class="eyebrow">User</span> {user?.userId ?? id} {user && <StatusBadge status={user.status} />}
        </h1>
        {user && <Retry id={user.userId} then={again} />}
      </div>
      <Failure error={error} />
      {user && user.userId !== id && (
        <p class="lead">
          <code>{id}</code> has become this user.
        </p>
      )}
      {user && <Facts user={user} line={line} />}
      {user && user.problems.length > 0 && (
        <section class="card">
          <h2>Not in HubSpot</h2>
          <Reasons problems={user.problems} />
        </section>
      )}
      {line && <Belongings belongings={line.belongings} />}
      {line && <TimeLineView line={line} />}
    </>
  )
}

function Facts({ user, line }: { user: User; line: TimeLine | undefined }) {
  const now = line?.now
  const others = line?.ids.filter(each => each !== user.userId) ?? []
  return (
    <dl class="card facts">
      <div>
        <dt>Contact (vid)</dt>
        <dd>{user.vid ?? 'none yet'}</dd>
      </div>
      <div>
        <dt>Confirmed email</dt>
        <dd>{user.email ?? '–'}</dd>
      </div>
      <div>
        <dt>Changed</dt>
        <dd>
          <Moment at={user.updatedAt} />
        </dd>
      </div>
      {now && (
        <div>
          <dt>Version in HubSpot</dt>
          <dd>
            {now.deliveredVersion} of {now.version}
          </dd>
        </div>
      )}
      {now?.nextLook && (
        <div>
          <dt>Next look</dt>
          <dd>
            <Moment at={now.nextLook} /> <span class="muted">({now.lane})</span>
          </dd>
        </div>
      )}
      {now?.conflictSince && (
        <div>
          <dt>In conflict since</dt>
          <dd>
            <Moment at={now.conflictSince} />
          </dd>
        </div>
      )}
      {others.length > 0 && (
        <div>
          <dt>Also called</dt>
          <dd>{others.join(', ')}</dd>
        </div>
      )}
    </dl>
  )
}

/** Events, links, lists, … of the user that HubSpot does not have yet, or that are looked at again. */
function Belongings({ belongings }: { belongings: TimeLine['belongings'] }) {
  const open = belongings.filter(({ lane }) => lane !== null)
  if (open.length === 0) return null
  return (
    <section class="card">
      <h2>On the way, or waiting</h2>
      <ul class="plain">
        {open.map(({ kind, subject, lane, nextLook, problem }, place) => (
          <li key={`${kind} ${subject} ${place}`}>
            {kind} <b>{subject}</b> <StatusBadge status={lane ?? ''} />{' '}
            <span class="muted">
              {problem ?? ''} Looked at <Moment at={nextLook} />
            </span>
          </li>
        ))}
      </ul>
    </section>
  )
}
