import { findById } from '../crm/find.ts'
import type { RecordList } from '../crm/lists.ts'
import { liveLists, makeList, refuseTakenName, requireList, requireListByName } from '../crm/make-list.ts'
import { invalid, resourceNotFound } from '../errors.ts'
import type { JsonObject } from '../message.ts'
import type { Portal } from '../portal.ts'
import { type Answer, bodyOf, type Call, optionalString, queryList, requiredString, stringList } from './call.ts'
import { addAndRemove, addMembers, clearMembers, listMembers, removeMembers } from './list-members.ts'
import { type Route, routesOf } from './route.ts'

const lists = routesOf('lists')
const READ = { scopes: ['crm.lists.read'] }
const WRITE = { scopes: ['crm.lists.write'] }

export const LIST_ROUTES: readonly Route[] = [
  lists('GET', '', READ, getSeveral),
  lists('POST', '', WRITE, create),
  lists('POST', 'search', READ, search),
  lists('GET', 'object-type-id/{type}/name/{name}', READ, getByName),
  lists('GET', 'records/{type}/{id}/memberships', READ, listsOfRecord),
  lists('GET', '{id}', READ, get),
  lists('DELETE', '{id}', WRITE, remove),
  lists('PUT', '{id}/restore', WRITE, restore),
  lists('PUT', '{id}/update-list-name', WRITE, rename),
  lists('GET', '{id}/memberships', READ, listMembers),
  lists('GET', '{id}/memberships/join-order', READ, listMembers),
  lists('DELETE', '{id}/memberships', WRITE, clearMembers),
  lists('PUT', '{id}/memberships/add', WRITE, addMembers),
  lists('PUT', '{id}/memberships/remove', WRITE, removeMembers),
  lists('PUT', '{id}/memberships/add-and-remove', WRITE, addAndRemove),
]

/** facts §10: 200, not 201 */
function create(call: Call): Answer {
  const body = bodyOf(call)
  const wanted = requiredString(body, 'processingType')
  const processingType = (['MANUAL', 'SNAPSHOT', 'DYNAMIC'] as const).find(known => known === wanted)
  if (!processingType) throw invalid(`processingType ${wanted} is none of [MANUAL, SNAPSHOT, DYNAMIC]`)
  const sketch = { name: requiredString(body, 'name'), type: requiredString(body, 'objectTypeId'), processingType }
  return { status: 200, body: { list: show(call.portal, makeList(call.portal, sketch)) } }
}

function get({ portal }: Call, id: string): Answer {
  return { status: 200, body: { list: show(portal, requireList(portal, id)) } }
}

/** `?listIds=1&listIds=2`: those that there are */
function getSeveral({ portal, query }: Call): Answer {
  const ids = new Set(queryList(query, 'listIds'))
  return {
    status: 200,
    body: { lists: liveLists(portal).flatMap(list => (ids.has(list.id) ? show(portal, list) : [])) },
  }
}

function getByName({ portal }: Call, type: string, name: string): Answer {
  return { status: 200, body: { list: show(portal, requireListByName(portal, type, name)) } }
}

/** By a part of the name; pages of `count` from `offset`. */
function search(call: Call): Answer {
  const { portal } = call
  const body = bodyOf(call)
  const query = optionalString(body, 'query')?.toLowerCase() ?? ''
  const ids = stringList(body, 'listIds')
  const types = stringList(body, 'processingTypes')
  const found = liveLists(portal).filter(
    ({ id, name, processingType }) =>
      name.toLowerCase().includes(query) &&
      (ids.length === 0 || ids.includes(id)) &&
      (types.length === 0 || types.includes(processingType)),
  )
  const offset = typeof body.offset === 'number' ? body.offset : 0
  const count = typeof body.count === 'number' ? body.count : 20
  const page = found.slice(offset, offset + count)
  const shown = page.map(list => {
    const additionalProperties = { hs_list_size: String(portal.lists.size(list.id)) }
    return { ...show(portal, list), additionalProperties }
  })
  const next = offset + page.length
  return { status: 200, body: { lists: shown, offset: next, hasMore: next < found.length, total: found.length } }
}

function rename({ portal, query }: Call, id: string): Answer {
  const list = requireList(portal, id)
  const name = query.get('listName') ?? ''
  if (name === '') throw invalid('Some required fields were not set: [listName]')
  if (name !== list.name) refuseTakenName(portal, name)
  const updatedList = show(portal, portal.lists.put({ ...list, name, updatedAt: portal.clock.now() }))
  return { status: 200, body: { updatedList } }
}

function remove({ portal }: Call, id: string): Answer {
  portal.lists.put({ ...requireList(portal, id), deletedAt: portal.clock.now() })
  return { status: 204 }
}

function restore({ portal }: Call, id: string): Answer {
  const list = portal.lists.get(id)
  if (!list) throw resourceNotFound()
  const { deletedAt: _, ...restored } = list
  portal.lists.put(restored)
  return { status: 204 }
}

function listsOfRecord({ portal }: Call, type: string, id: string): Answer {
  const space = portal.space(type)
  const recordId = findById(space, id)?.id ?? id
  const results = liveLists(portal).flatMap(list => {
    const joinedAt = list.typeId === space.type.typeId ? portal.lists.joinedAt(list.id, recordId) : undefined
    if (joinedAt === undefined) return []
    const at = portal.iso(joinedAt)
    return [{ listId: list.id, listVersion: 1, firstAddedTimestamp: at, lastAddedTimestamp: at, isPublicList: false }]
  })
  return { status: 200, body: { results, total: results.length } }
}

function show(portal: Portal, list: RecordList): JsonObject {
  return {
    listId: list.id,
    listVersion: 1,
    name: list.name,
    objectTypeId: list.typeId,
    processingType: list.processingType,
    processingStatus: 'COMPLETE',
    size: portal.lists.size(list.id),
    createdAt: portal.iso(list.createdAt),
    updatedAt: portal.iso(list.updatedAt),
  }
}
