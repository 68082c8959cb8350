import type { Version } from './call.ts'

/** A group of endpoints, whatever the path of its version. */
export type Family = 'objects' | 'properties' | 'account' | 'secondary-email'

export interface Place {
  readonly family: Family
  readonly version: Version
  /** What follows, decoded: `['contacts', 'batch', 'read']`. */
  readonly rest: readonly string[]
}

/** facts §0: date-based versions are not a plain prefix swap. facts §4: the secondary-email API exists as v1 only. */
const PREFIXES: readonly { readonly prefix: string; readonly family: Family; readonly version: Version }[] = [
  { prefix: '/crm/v3/objects/', family: 'objects', version: 'v3' },
  { prefix: '/crm/objects/2026-09/', family: 'objects', version: '2026-09' },
  { prefix: '/crm/v3/properties/', family: 'properties', version: 'v3' },
  { prefix: '/crm/properties/2026-09/', family: 'properties', version: '2026-09' },
  { prefix: '/account-info/v3/', family: 'account', version: 'v3' },
  { prefix: '/account-info/2026-09/', family: 'account', version: '2026-09' },
  { prefix: '/contacts/v1/secondary-email/', family: 'secondary-email', version: 'v1' },
]

export function placeOf(path: string): Place | undefined {
  const entry = PREFIXES.find(({ prefix }) => path.startsWith(prefix))
  if (!entry) return undefined
  const rest = path.slice(entry.prefix.length).replace(/\/$/, '').split('/').map(decode)
  return { family: entry.family, version: entry.version, rest }
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}
