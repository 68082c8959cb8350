import type { RecordList } from '../crm/lists.ts'
import { requireList } from '../crm/make-list.ts'
import { changeMembers } from '../crm/membership.ts'
import { invalid } from '../errors.ts'
import { type Answer, bodyOf, type Call, invalidJson, stringList } from './call.ts'

/** facts §10 B */
const MOST_IDS = 100_000
/** HubSpot's OpenAPI file. */
const MOST_ON_A_PAGE = 250

/** The body is a list of ids. */
export function addMembers(call: Call, id: string): Answer {
  return change(call, id, idsOf(call), [])
}

export function removeMembers(call: Call, id: string): Answer {
  return change(call, id, [], idsOf(call))
}

export function addAndRemove(call: Call, id: string): Answer {
  const body = bodyOf(call)
  return change(call, id, stringList(body, 'recordIdsToAdd'), stringList(body, 'recordIdsToRemove'))
}

export function clearMembers(call: Call, id: string): Answer {
  const list = changeable(call, id)
  changeMembers(call.portal, list, [], call.portal.lists.members(list.id))
  return { status: 204 }
}

/** In the order in which they joined; `after` is a position. */
export function listMembers({ portal, query }: Call, id: string): Answer {
  const list = requireList(portal, id)
  const members = portal.lists.members(list.id)
  const limit = Math.min(Math.max(Number(query.get('limit') ?? 100) || 100, 1), MOST_ON_A_PAGE)
  const start = Number(query.get('after') ?? 0) || 0
  const results = members.slice(start, start + limit).map(recordId => ({
    recordId,
    membershipTimestamp: portal.iso(portal.lists.joinedAt(list.id, recordId) ?? 0),
  }))
  const next = start + results.length
  const paging = next < members.length ? { paging: { next: { after: String(next) } } } : {}
  return { status: 200, body: { results, total: members.length, ...paging } }
}

function change(call: Call, id: string, add: readonly string[], remove: readonly string[]): Answer {
  const list = changeable(call, id)
  if (add.length + remove.length > MOST_IDS) throw invalid(`The maximum number of records in a request is ${MOST_IDS}`)
  const { added, removed, missing } = changeMembers(call.portal, list, add, remove)
  // HubSpot's own spelling (facts §10).
  return { status: 200, body: { recordsIdsAdded: added, recordIdsRemoved: removed, recordIdsMissing: missing } }
}

/** facts §10: only MANUAL and SNAPSHOT. @throws HubSpotError 400 for a list that fills itself, 404 for none */
function changeable({ portal }: Call, id: string): RecordList {
  const list = requireList(portal, id)
  if (list.processingType !== 'DYNAMIC') return list
  throw invalid(`The list ${id} has the processing type DYNAMIC: its memberships can't be changed.`)
}

function idsOf({ body }: Call): string[] {
  if (Array.isArray(body) && body.every(id => typeof id === 'string' || typeof id === 'number')) return body.map(String)
  throw invalidJson('a list of record ids was expected')
}
