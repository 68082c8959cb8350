import { accountDetails } from './account.ts'
import { batchRead } from './batch-read.ts'
import { batchArchive, batchCreate, batchUpdate, batchUpsert } from './batch-write.ts'
import type { Answer, Call, ObjectCall } from './call.ts'
import type { Family, Place } from './paths.ts'
import {
  archiveProperty,
  changeProperty,
  createProperty,
  getProperty,
  listGroups,
  listProperties,
} from './properties.ts'
import { archiveOne, createOne, getOne, list, updateOne } from './single.ts'

/** One endpoint. `{type}` and `{id}` stand for any segment. */
export interface Route {
  readonly method: string
  readonly family: Family
  readonly path: string
  readonly scopes: readonly string[]
  /** facts §7: has a limit of its own and no rate-limit headers. */
  readonly search?: boolean
  /** @param ids the segments at the placeholders, in order, `{type}` left out */
  readonly answer: (call: Call, type: string, id: string) => Answer
}

const READ = ['crm.objects.contacts.read']
const WRITE = ['crm.objects.contacts.write']
const READ_SCHEMA = ['crm.schemas.contacts.read']
const WRITE_SCHEMA = ['crm.schemas.contacts.write']

const onType =
  (answer: (call: ObjectCall, id: string) => Answer): Route['answer'] =>
  (call, type, id) =>
    answer({ ...call, space: call.portal.space(type) }, id)

const objects = (
  method: string,
  path: string,
  scopes: readonly string[],
  answer: (call: ObjectCall, id: string) => Answer,
): Route => ({
  method,
  family: 'objects',
  path,
  scopes,
  answer: onType(answer),
})

const properties = (
  method: string,
  path: string,
  scopes: readonly string[],
  answer: (call: ObjectCall, id: string) => Answer,
): Route => ({
  method,
  family: 'properties',
  path,
  scopes,
  answer: onType(answer),
})

/** The first that fits counts: literal segments before placeholders. */
export const ROUTES: readonly Route[] = [
  objects('POST', '{type}/batch/read', READ, batchRead),
  objects('POST', '{type}/batch/create', WRITE, batchCreate),
  objects('POST', '{type}/batch/update', WRITE, batchUpdate),
  objects('POST', '{type}/batch/upsert', WRITE, batchUpsert),
  objects('POST', '{type}/batch/archive', WRITE, batchArchive),
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
]

export interface Match {
  readonly route: Route
  /** For counting: `POST contacts/batch/read`, without ids and versions. */
  readonly name: string
  readonly type: string
  readonly id: string
}

/** @returns `wrong-method` where the path exists for other methods */
export function matchRoute(method: string, place: Place): Match | 'wrong-method' | undefined {
  let pathExists = false
  for (const route of ROUTES) {
    const match = route.family === place.family ? matchPath(route, place.rest) : undefined
    if (!match) continue
    if (route.method === method) return match
    pathExists = true
  }
  return pathExists ? 'wrong-method' : undefined
}

function matchPath(route: Route, rest: readonly string[]): Match | undefined {
  const pattern = route.path.split('/')
  if (pattern.length !== rest.length) return undefined
  let type = ''
  let id = ''
  for (const [index, segment] of pattern.entries()) {
    const actual = rest[index] ?? ''
    if (segment === '{type}') type = actual
    else if (segment === '{id}') id = actual
    else if (segment !== actual) return undefined
  }
  const family = route.family === 'objects' ? '' : `${route.family}/`
  return { route, name: `${route.method} ${family}${route.path.replace('{type}', type)}`, type, id }
}
