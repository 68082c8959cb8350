import { useCallback, useEffect, useMemo, useRef, useState } from 'preact/hooks'
import type { Api } from './api.ts'
import { Conflicts } from './conflicts.tsx'
import { ConsoleContext } from './context.ts'
import { Overview } from './overview.tsx'
import { Parked } from './parked.tsx'
import { Problems } from './problems.tsx'
import { type Route, useRoute } from './route.ts'
import { type Status, status as statusSchema } from './schemas.ts'
import { Search, SearchField } from './search.tsx'
import { type Polled, usePoll } from './use-poll.ts'
import { UserPage } from './user.tsx'
import { count } from './words.ts'

/** Between two looks at the whole, in seconds. */
const STATUS_EVERY = 3
/** For how long a message stays, in milliseconds. */
const MESSAGE_TIME = 8_000

/** What all pages stand in: the way around, what was done last, and whether the API answers. */
export function Shell({ api, refused, leave }: { api: Api; refused: () => void; leave: () => void }) {
  const [message, setMessage] = useState('')
  const timer = useRef(0)
  const say = useCallback((text: string) => {
    clearTimeout(timer.current)
    setMessage(text)
    timer.current = setTimeout(() => setMessage(''), MESSAGE_TIME)
  }, [])
  // Whoever asks goes on asking the same: a new function would begin anew.
  const last = useRef(refused)
  last.current = refused
  const context = useMemo(() => ({ api, say, refused: () => last.current() }), [api, say])
  return (
    <ConsoleContext.Provider value={context}>
      <Frame leave={leave} />
      <div class="toast" role="status" data-shown={message !== ''}>
        {message}
      </div>
    </ConsoleContext.Provider>
  )
}

function Frame({ leave }: { leave: () => void }) {
  const route = useRoute()
  const polled = usePoll('/v1/status', statusSchema, STATUS_EVERY)
  const main = useRef<HTMLElement>(null)
  const page = 'id' in route ? `user ${route.id}` : route.page
  const shown = useRef(page)
  useEffect(() => {
    document.title = `${page[0]?.toUpperCase()}${page.slice(1)} · vidsync`
    // Another page: whoever uses the keyboard or a screen reader begins at its top.
    if (shown.current !== page) main.current?.focus()
    shown.current = page
  }, [page])

  return (
    <>
      <button type="button" class="skip" onClick={() => main.current?.focus()}>
        Skip to the page
      </button>
      <header>
        <a class="brand" href="#/">
          <img src="console/icon.svg" alt="" width="22" height="22" /> vidsync
        </a>
        <nav aria-label="Pages">
          <Tab route={route} page="overview" href="#/" title="Overview" />
          <Tab route={route} page="conflicts" href="#/conflicts" title="Conflicts" n={polled.data?.conflicts} />
          <Tab route={route} page="problems" href="#/problems" title="Problems" n={troubles(polled.data)} />
          <Tab route={route} page="parked" href="#/parked" title="Parked" n={polled.data?.parked} />
        </nav>
        <SearchField />
        <button type="button" class="quiet" onClick={leave}>
          Sign out
        </button>
      </header>
      {polled.error && polled.error.status !== 401 && (
        <p class="banner" role="alert">
          {polled.error.message} What you see is from before; it is asked again every few seconds.
        </p>
      )}
      <main id="main" ref={main} tabIndex={-1}>
        <Page route={route} polled={polled} />
      </main>
    </>
  )
}

const troubles = (status: Status | undefined): number | undefined => status && status.rejected + status.waiting

function Tab({
  route,
  page,
  href,
  title,
  n = 0,
}: {
  route: Route
  page: Route['page']
  href: string
  title: string
  n?: number | undefined
}) {
  return (
    <a href={href} aria-current={route.page === page ? 'page' : undefined}>
      {title} {n > 0 && <span class="badge">{count(n)}</span>}
    </a>
  )
}

function Page({ route, polled }: { route: Route; polled: Polled<Status> }) {
  switch (route.page) {
    case 'overview':
      return <Overview polled={polled} />
    case 'conflicts':
      return <Conflicts />
    case 'problems':
      return <Problems />
    case 'parked':
      return <Parked />
    case 'user':
      return <UserPage key={route.id} id={route.id} />
    case 'search':
      return <Search key={route.text} text={route.text} />
  }
}
