import { useEffect, useRef } from 'preact/hooks'
import { Failure } from './parts.tsx'
import { searchHref, userHref } from './route.ts'
import { found as foundSchema } from './schemas.ts'
import { StatusBadge } from './status-badge.tsx'
import { usePoll } from './use-poll.ts'
import { nameOf } from './words.ts'

/** The field in the head of every page. `/` leads into it. */
export function SearchField() {
  const input = useRef<HTMLInputElement>(null)
  useEffect(() => {
    const pressed = (event: KeyboardEvent): void => {
      const typing = event.target instanceof HTMLElement && event.target.closest('input, textarea, select, dialog')
      if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey || typing) return
      event.preventDefault()
      input.current?.focus()
    }
    addEventListener('keydown', pressed)
    return () => removeEventListener('keydown', pressed)
  }, [])
  const submit = (event: Event): void => {
    event.preventDefault()
    const text = input.current?.value.trim() ?? ''
    if (text) location.hash = searchHref(text)
  }
  return (
    <search>
      <form onSubmit={submit}>
        <input
          ref={input}
          type="search"
          aria-label="Find a user by id, vid or email"
          aria-keyshortcuts="/"
          placeholder="User id, vid or email"
          spellcheck={false}
          autocomplete="off"
          autocapitalize="off"
        />
      </form>
    </search>
  )
}

const BY: Readonly<Record<string, string>> = { id: 'has this id', vid: 'has this contact', email: 'has this address' }

/** What a search has found. One find is opened at once. */
export function Search({ text }: { text: string }) {
  const { data, error } = usePoll(`/v1/search?q=${encodeURIComponent(text)}`, foundSchema, 10)
  const [only, ...more] = data?.found ?? []
  useEffect(() => {
    if (only?.userId && more.length === 0) location.replace(userHref(only.userId))
  }, [only, more.length])
  return (
    <>
      <h1>Search</h1>
      <Failure error={error} />
      {data && data.found.length === 0 && (
        <p class="empty">
          Nobody has the id, the vid or the address <q>{text}</q>. Ids are compared letter by letter, case included;
          vidsync knows addresses and vids of contacts that it has found or made, and no others.
        </p>
      )}
      <ul class="results">
        {data?.found.map(each => (
          <li key={nameOf(each)} class="card">
            {each.userId ? <a href={userHref(each.userId)}>{each.userId}</a> : <span>{nameOf(each)}</span>}
            <StatusBadge status={each.status} />
            <span class="muted">
              {BY[each.by]} · {each.vid ? `contact ${each.vid}` : 'no contact yet'} ·{' '}
              {each.email ?? 'no confirmed address'}
            </span>
          </li>
        ))}
      </ul>
    </>
  )
}
