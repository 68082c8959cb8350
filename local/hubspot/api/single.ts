import { archiveRecord } from '../crm/archive.ts'
import { livePartners } from '../crm/associate.ts'
import { find } from '../crm/find.ts'
import type { CrmRecord } from '../crm/record.ts'
import { render } from '../crm/render.ts'
import { createRecord, updateRecord } from '../crm/write.ts'
import { notNumeric, resourceNotFound } from '../errors.ts'
import type { JsonObject } from '../message.ts'
import { findArchived } from './batch-read.ts'
import { type Answer, bodyOf, type ObjectCall, propertiesOf, queryList } from './call.ts'
import { associateNew } from './new-associations.ts'
import { parseCreate, parseUpdate } from './parse.ts'

const MOST_LISTED = 100

/** facts §3.8, §4 (secondary addresses), §5 (merged-away ids return the survivor) */
export function getOne(call: ObjectCall, id: string): Answer {
  const record = call.query.get('archived') === 'true' ? findArchived(call, id) : target(call, id)
  if (!record) throw resourceNotFound()
  const body = render(call.portal, call.space, record, renderingOf(call))
  return { status: 200, body: { ...body, ...associationsOf(call, record) } }
}

/** facts §3.1: at most 100 a page; `after` is the last id of the page before. */
export function list(call: ObjectCall): Answer {
  const { portal, space, query } = call
  const limit = Math.min(Math.max(Number(query.get('limit') ?? 10) || 10, 1), MOST_LISTED)
  const page = space.store.page(query.get('after') ?? undefined, limit + 1, query.get('archived') === 'true')
  const rendering = renderingOf(call)
  const results = page
    .slice(0, limit)
    .map(record => ({ ...render(portal, space, record, rendering), ...associationsOf(call, record) }))
  const last = page[limit - 1]
  const paging = page.length > limit && last ? { paging: { next: { after: last.id } } } : {}
  return { status: 200, body: { results, ...paging } }
}

/** facts §3.7 */
export function createOne(call: ObjectCall): Answer {
  const { portal, space } = call
  const body = bodyOf(call)
  const properties = propertiesOf(body)
  const { values, warnings } = parseCreate(call, properties)
  const record = portal.journal.attempt(() => {
    const made = createRecord(portal, space, values)
    associateNew(call, made, body.associations)
    return made
  })
  return { status: 201, body: render(portal, space, record, { properties: Object.keys(properties), warnings }) }
}

/** facts §3.8; §5 B: by a merged-away id, by switch */
export function updateOne(call: ObjectCall, id: string): Answer {
  const { portal, space } = call
  const properties = propertiesOf(bodyOf(call))
  const mergedAway = space.store.isMergedAway(id)
  const record = target(call, id)
  if (!record || (mergedAway && portal.switches.patchMergedAway === 'not-found')) throw resourceNotFound()
  const { values, warnings } = parseUpdate(call, properties)
  const skip = mergedAway && portal.switches.patchMergedAway === 'nothing'
  const updated = skip ? record : portal.journal.attempt(() => updateRecord(portal, space, record, values))
  return { status: 200, body: render(portal, space, updated, { properties: Object.keys(properties), warnings }) }
}

/** facts §3.8: 204, whether or not there was one */
export function archiveOne(call: ObjectCall, id: string): Answer {
  if (!/^\d+$/.test(id)) throw notNumeric()
  archiveRecord(call.portal, call.space, id)
  return { status: 204 }
}

/** @throws HubSpotError 404 for an id that is no number, 400 for an `idProperty` that identifies nobody */
function target({ portal, space, query }: ObjectCall, id: string): CrmRecord | undefined {
  const idProperty = query.get('idProperty') ?? undefined
  if (idProperty === undefined && !/^\d+$/.test(id)) throw notNumeric()
  return find(portal, space, id, idProperty)
}

/** `?associations=companies`: the ids of each type that is asked for and associated. */
function associationsOf({ portal, space, query }: ObjectCall, record: CrmRecord): JsonObject {
  const names = queryList(query, 'associations')
  const from = { typeId: space.type.typeId, id: record.id }
  const found = names.flatMap(name => {
    const { type } = portal.space(name)
    const partners = livePartners(portal, from, type.typeId)
    const kind = `${space.type.legacyName}_to_${type.legacyName}`.toLowerCase()
    return partners.length > 0 ? [[type.name, { results: partners.map(({ id }) => ({ id, type: kind })) }]] : []
  })
  return found.length > 0 ? { associations: Object.fromEntries(found) } : {}
}

const renderingOf = ({ query }: ObjectCall) => ({
  properties: queryList(query, 'properties'),
  history: queryList(query, 'propertiesWithHistory'),
})
