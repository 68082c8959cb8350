import { accountDetails } from './account.ts'
import { batchRead } from './batch-read.ts'
import { batchArchive, batchCreate, batchUpdate, batchUpsert } from './batch-write.ts'
import type { Answer, Call, ObjectCall } from './call.ts'
import { gdprDelete } from './erase.ts'
import { merge } from './merge.ts'
import type { Family, Place } from './paths.ts'
import {
  archiveProperty,
  changeProperty,
  createProperty,
  getProperty,
  listGroups,
  listProperties,
} from './properties.ts'
import { search } from './search.ts'
import { addSecondary, listSecondary, removeSecondary, replaceSecondary } from './secondary-emails.ts'
import { archiveOne, createOne, getOne, list, updateOne } from './single.ts'

/** The segments of a path that stand at a route's placeholders; '' where it has no such one. */
export interface Segments {
  readonly type: string
  readonly id: string
  readonly email: string
}

/** One endpoint. */
export interface Route {
  readonly method: string
  readonly family: Family
  /** `{type}`, `{id}` and `{email}` stand for any segment. */
  readonly path: string
  readonly scopes: readonly string[]
  /** facts §7: has a limit of its own and no rate-limit headers. */
  readonly search?: boolean
  readonly answer: (call: Call, segments: Segments) => Answer
}

const READ = ['crm.objects.contacts.read']
const WRITE = ['crm.objects.contacts.write']
const READ_SCHEMA = ['crm.schemas.contacts.read']
const WRITE_SCHEMA = ['crm.schemas.contacts.write']

type OnType = (call: ObjectCall, id: string) => Answer

const typed =
  (family: Family) =>
  (method: string, path: string, scopes: readonly string[], answer: OnType): Route => ({
    method,
    family,
    path,
    scopes,
    answer: (call, { type, id }) => answer({ ...call, space: call.portal.space(type) }, id),
  })
const objects = typed('objects')
const properties = typed('properties')

const secondary = (
  method: string,
  path: string,
  answer: (call: Call, vid: string, email: string) => Answer,
): Route => ({
  method,
  family: 'secondary-email',
  path,
  scopes: method === 'GET' ? READ : WRITE,
  answer: (call, { id, email }) => answer(call, id, email),
})

/** Literal segments stand before placeholders: the first that fits counts. */
const ROUTES: readonly Route[] = [
  objects('POST', '{type}/batch/read', READ, batchRead),
  objects('POST', '{type}/batch/create', WRITE, batchCreate),
  objects('POST', '{type}/batch/update', WRITE, batchUpdate),
  objects('POST', '{type}/batch/upsert', WRITE, batchUpsert),
  objects('POST', '{type}/batch/archive', WRITE, batchArchive),
  objects('POST', '{type}/merge', WRITE, merge),
  objects('POST', '{type}/gdpr-delete', WRITE, gdprDelete),
  { ...objects('POST', '{type}/search', READ, search), search: true },
  objects('GET', '{type}', READ, list),
  objects('POST', '{type}', WRITE, createOne),
  objects('GET', '{type}/{id}', READ, getOne),
  objects('PATCH', '{type}/{id}', WRITE, updateOne),
  objects('DELETE', '{type}/{id}', WRITE, archiveOne),
  properties('GET', '{type}', READ_SCHEMA, listProperties),
  properties('POST', '{type}', WRITE_SCHEMA, createProperty),
  properties('GET', '{type}/groups', READ_SCHEMA, listGroups),
  properties('GET', '{type}/{id}', READ_SCHEMA, getProperty),
  properties('PATCH', '{type}/{id}', WRITE_SCHEMA, changeProperty),
  properties('DELETE', '{type}/{id}', WRITE_SCHEMA, archiveProperty),
  { method: 'GET', family: 'account', path: 'details', scopes: [], answer: accountDetails },
  secondary('GET', '{id}', listSecondary),
  secondary('PATCH', '{id}', replaceSecondary),
  secondary('PUT', '{id}/email/{email}', addSecondary),
  secondary('DELETE', '{id}/email/{email}', removeSecondary),
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
  const segments = { type: '', id: '', email: '' }
  for (const [index, segment] of pattern.entries()) {
    const actual = rest[index] ?? ''
    if (segment === '{type}') segments.type = actual
    else if (segment === '{id}') segments.id = actual
    else if (segment === '{email}') segments.email = actual
    else if (segment !== actual) return undefined
  }
  return segments
}

function nameOf({ method, family, path }: Route, { type }: Segments): string {
  const start = family === 'objects' ? '' : `${family}/`
  return `${method} ${start}${path.replace('{type}', type)}`
}
