import { find, findById, refuseUnlessUnique } from '../crm/find.ts'
import type { CrmRecord } from '../crm/record.ts'
import { render } from '../crm/render.ts'
import { objectsNotFound } from '../errors.ts'
import { batchAnswer, rawInputs, refuseDuplicates } from './batch.ts'
import { type Answer, bodyOf, type ObjectCall, optionalString, requiredString, stringList } from './call.ts'

/** facts §3.8, §5: unknown ids make one error together; merged-away ids return the survivor under its own id. */
export function batchRead(call: ObjectCall): Answer {
  const { portal, space } = call
  const startedAt = portal.clock.now()
  const body = bodyOf(call)
  const idProperty = optionalString(body, 'idProperty')
  if (idProperty !== undefined && idProperty !== 'hs_object_id') refuseUnlessUnique(portal, space, idProperty)
  let ids = rawInputs(call).map(input => requiredString(input, 'id'))
  if (portal.switches.duplicateReadIds === 'rejected') refuseDuplicates(ids)
  else ids = [...new Set(ids)]

  const archived = call.query.get('archived') === 'true'
  const lookUp = (id: string) => (archived ? findArchived(call, id) : find(portal, space, id, idProperty))
  const found: CrmRecord[] = []
  const missing: string[] = []
  const seen = new Set<string>()
  for (const id of ids) {
    const record = lookUp(id)
    if (!record) missing.push(id)
    else if (portal.switches.readSameRecord === 'twice' || !seen.has(record.id)) found.push(record)
    if (record) seen.add(record.id)
  }
  const rendering = { properties: stringList(body, 'properties'), history: stringList(body, 'propertiesWithHistory') }
  const results = found.map(record => render(portal, space, record, rendering))
  const errors = missing.length > 0 ? [objectsNotFound(space.type.legacyName, missing).item({})] : []
  return batchAnswer(call, results, errors, 200, startedAt)
}

export function findArchived({ space }: ObjectCall, id: string): CrmRecord | undefined {
  const record = findById(space, id) ?? space.store.get(id)
  return record?.archivedAt === undefined ? undefined : record
}
