import { Pager } from './pager.tsx'
import { Empty, Failure, Moment, Who } from './parts.tsx'
import { Retry } from './retry.tsx'
import { problems as problemsSchema, type Trouble } from './schemas.ts'
import { StatusBadge } from './status-badge.tsx'
import { usePages } from './use-pages.ts'
import { usePoll } from './use-poll.ts'

/** What HubSpot has refused, and what waits for something that HubSpot does not have. */
export function Problems() {
  const pages = usePages()
  const { data, error, again } = usePoll(`/v1/problems?limit=25${pages.query}`, problemsSchema, 5)
  return (
    <>
      <h1>Problems</h1>
      <p class="lead">
        What HubSpot has refused, with its own words, and what waits for something that HubSpot does not have yet. It is
        looked at again by itself, ever more slowly.
      </p>
      <Failure error={error} />
      {!data?.problems.length && <Empty known={data !== undefined}>Nothing was refused, and nothing waits.</Empty>}
      <ul class="entries">
        {data?.problems.map((trouble, place) => (
          <Entry key={`${trouble.kind} ${trouble.userId ?? ''} ${place}`} trouble={trouble} again={again} />
        ))}
      </ul>
      <Pager pages={pages} next={data?.next} />
    </>
  )
}

const WHAT: Readonly<Record<string, string>> = {
  contact: 'the contact',
  object: 'an object',
  link: 'an association with',
  lists: 'lists',
  subscriptions: 'subscriptions',
  event: 'the event',
}

function Entry({ trouble, again }: { trouble: Trouble; again: () => void }) {
  const { userId, kind, state, object, event, nextProbe } = trouble
  const hasOwner = userId !== undefined || trouble.lead !== undefined
  return (
    <li class="card entry">
      <div class="entry-head">
        <h2>
          {hasOwner && <Who party={trouble} />}
          <span class="muted">
            {hasOwner ? ' · ' : ''}
            {WHAT[kind] ?? kind} {event ?? object ?? ''}
          </span>
          <StatusBadge status={state} />
        </h2>
        {userId && (
          <div class="buttons">
            <Retry id={userId} then={again} />
          </div>
        )}
      </div>
      <Reasons problems={trouble.problems} />
      <p class="muted">
        Looked at again <Moment at={nextProbe} />
      </p>
    </li>
  )
}

/** Properties that are not in HubSpot, and why. */
export function Reasons({ problems }: { problems: Trouble['problems'] }) {
  return (
    <dl class="reasons">
      {problems.map(({ property, code, message }) => (
        <div key={`${property} ${code}`}>
          <dt>{property ? <code>{property}</code> : 'The whole'}</dt>
          <dd class="sentence">{message}</dd>
        </div>
      ))}
    </dl>
  )
}
