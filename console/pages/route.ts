import { useEffect, useState } from 'preact/hooks'

/** What is shown, told from the address behind its `#`, which is never sent anywhere. */
export type Route =
  | { readonly page: 'overview' | 'conflicts' | 'problems' | 'parked' }
  | { readonly page: 'user'; readonly id: string }
  | { readonly page: 'search'; readonly text: string }

const LISTS = ['conflicts', 'problems', 'parked'] as const

function routeOf(hash: string): Route {
  const [page = '', ...rest] = hash.replace(/^#?\/?/, '').split('/')
  const text = decoded(rest.join('/'))
  if (page === 'users' && text) return { page: 'user', id: text }
  if (page === 'search') return { page: 'search', text }
  return { page: LISTS.find(list => list === page) ?? 'overview' }
}

export const userHref = (id: string): string => `#/users/${encodeURIComponent(id)}`
export const searchHref = (text: string): string => `#/search/${encodeURIComponent(text)}`

export function useRoute(): Route {
  const [route, setRoute] = useState(() => routeOf(location.hash))
  useEffect(() => {
    const changed = (): void => setRoute(routeOf(location.hash))
    addEventListener('hashchange', changed)
    return () => removeEventListener('hashchange', changed)
  }, [])
  return route
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
