import { ACCOUNT_ROUTES } from './account.ts'
import { ASSOCIATION_ROUTES } from './associations.ts'
import { EVENT_DEFINITION_ROUTES } from './event-definitions.ts'
import { EVENT_ROUTES } from './events.ts'
import { LIST_ROUTES } from './lists.ts'
import { OBJECT_ROUTES } from './object-routes.ts'
import type { Place } from './paths.ts'
import { PROPERTY_ROUTES } from './property-routes.ts'
import type { Route, Segments } from './route.ts'
import { SECONDARY_EMAIL_ROUTES } from './secondary-emails.ts'
import { SUBSCRIPTION_ROUTES } from './subscriptions.ts'

/** Literal segments stand before placeholders: the first that fits counts. */
const ROUTES: readonly Route[] = [
  ...OBJECT_ROUTES,
  ...PROPERTY_ROUTES,
  ...ASSOCIATION_ROUTES,
  ...LIST_ROUTES,
  ...SUBSCRIPTION_ROUTES,
  ...EVENT_ROUTES,
  ...EVENT_DEFINITION_ROUTES,
  ...ACCOUNT_ROUTES,
  ...SECONDARY_EMAIL_ROUTES,
]

export interface Match {
  readonly route: Route
  /** For counting: `POST contacts/batch/read`, without ids and versions. */
  readonly name: string
  readonly segments: Segments
}

/** @returns `wrong-method` where the path exists for other methods */
export function matchRoute(method: string, place: Place): Match | 'wrong-method' | undefined {
  let pathExists = false
  for (const route of ROUTES) {
    const segments = route.family === place.family ? matchPath(route.path, place.rest) : undefined
    if (!segments) continue
    if (route.method === method) return { route, name: nameOf(route, segments), segments }
    pathExists = true
  }
  return pathExists ? 'wrong-method' : undefined
}

function matchPath(path: string, rest: readonly string[]): Segments | undefined {
  const pattern = path.split('/')
  if (pattern.length !== rest.length) return undefined
  const segments = new Map<string, string>()
  for (const [index, segment] of pattern.entries()) {
    const actual = rest[index] ?? ''
    if (segment.startsWith('{')) segments.set(segment.slice(1, -1), actual)
    else if (segment !== actual) return undefined
  }
  return segments
}

function nameOf({ method, family, path }: Route, segments: Segments): string {
  const typed = path.replace('{type}', segments.get('type') ?? '').replace('{toType}', segments.get('toType') ?? '')
  const start = family === 'objects' ? '' : family
  return `${method} ${start}${start && typed ? '/' : ''}${typed}`
}
