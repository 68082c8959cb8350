import type { Version } from './call.ts'

/** A group of endpoints, whatever the path of its version. */
export type Family =
  | 'objects'
  | 'properties'
  | 'schemas'
  | 'associations'
  | 'object-associations'
  | 'lists'
  | 'events'
  | 'communication-preferences'
  | 'account'
  | 'secondary-email'

export interface Place {
  readonly family: Family
  readonly version: Version
  /** What follows, decoded: `['contacts', 'batch', 'read']`. */
  readonly rest: readonly string[]
}

/** facts §0: date-based versions are not a plain prefix swap. facts §4: the secondary-email API exists as v1 only. */
const PREFIXES: readonly (readonly [prefix: string, family: Family, version: Version])[] = [
  ['/crm/v3/objects', 'objects', 'v3'],
  ['/crm/objects/2026-09', 'objects', '2026-09'],
  ['/crm/v4/objects', 'object-associations', 'v4'],
  ['/crm/v3/properties', 'properties', 'v3'],
  ['/crm/properties/2026-09', 'properties', '2026-09'],
  ['/crm/v3/schemas', 'schemas', 'v3'],
  ['/crm-object-schemas/v3/schemas', 'schemas', 'v3'],
  ['/crm-object-schemas/2026-09/schemas', 'schemas', '2026-09'],
  ['/crm/v4/associations', 'associations', 'v4'],
  ['/crm/associations/2026-09', 'associations', '2026-09'],
  ['/crm/v3/lists', 'lists', 'v3'],
  ['/crm/lists/2026-09', 'lists', '2026-09'],
  ['/events/v3', 'events', 'v3'],
  ['/events/custom/2026-09', 'events', '2026-09'],
  ['/communication-preferences/v4', 'communication-preferences', 'v4'],
  ['/communication-preferences/2026-09', 'communication-preferences', '2026-09'],
  ['/account-info/v3', 'account', 'v3'],
  ['/account-info/2026-09', 'account', '2026-09'],
  ['/contacts/v1/secondary-email', 'secondary-email', 'v1'],
]

export function placeOf(path: string): Place | undefined {
  const entry = PREFIXES.find(([prefix]) => path === prefix || path.startsWith(`${prefix}/`))
  if (!entry) return undefined
  const [prefix, family, version] = entry
  const rest = path
    .slice(prefix.length + 1)
    .replace(/\/$/, '')
    .split('/')
    .map(decode)
  // The date-based version has them among the objects.
  const linked = family === 'objects' && rest[2] === 'associations' && version === '2026-09'
  return { family: linked ? 'object-associations' : family, version, rest }
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}
