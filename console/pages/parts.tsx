import type { ComponentChildren } from 'preact'
import type { ApiError } from './api.ts'
import { userHref } from './route.ts'
import type { Party } from './schemas.ts'
import { ago, date, nameOf } from './words.ts'

/** A moment as people say it; the date is in its title. */
export function Moment({ at }: { at: string | null | undefined }) {
  if (!at) return <span class="muted">–</span>
  return (
    <time dateTime={at} title={date(at)}>
      {ago(at)}
    </time>
  )
}

/** Who is meant, with the way to their page. */
export function Who({ party }: { party: Party }) {
  return party.userId ? <a href={userHref(party.userId)}>{party.userId}</a> : <span>{nameOf(party)}</span>
}

export function Failure({ error }: { error: ApiError | undefined }) {
  if (!error || error.status === 0 || error.status === 401) return null
  return (
    <p class="error" role="alert">
      {error.message}
    </p>
  )
}

/** A list's place before its first answer, and when there is nothing in it. */
export function Empty({ known, children }: { known: boolean; children: ComponentChildren }) {
  return known ? <p class="empty">{children}</p> : <p class="empty muted">Looking…</p>
}
