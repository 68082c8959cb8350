import { archiveRecord } from '../crm/archive.ts'
import { find, findById, refuseUnlessUnique } from '../crm/find.ts'
import type { CrmRecord } from '../crm/record.ts'
import { render } from '../crm/render.ts'
import { createRecord, updateRecord } from '../crm/write.ts'
import { alreadyExists, notUniqueProperty, objectsNotFound } from '../errors.ts'
import type { JsonObject } from '../message.ts'
import {
  type BatchInput,
  isPartial,
  rawInputs,
  refuseDuplicates,
  refuseSameRecord,
  writeBatch,
  writeInputs,
} from './batch.ts'
import { type Answer, type ObjectCall, requiredString } from './call.ts'
import { associateNew } from './new-associations.ts'
import { parseCreate, parseUpdate } from './parse.ts'

/** facts §3.7 */
export function batchCreate(call: ObjectCall): Answer {
  const inputs = writeInputs(call)
  const partial = isPartial(call, inputs)
  refuseSameEmail(call, inputs, partial)
  const keepGood = call.portal.switches.untracedCreate === 'partial'
  return writeBatch(call, inputs, { successStatus: 201, partial, keepGood }, input => {
    const { values, warnings } = parseCreate(call, input.properties)
    const record = createRecord(call.portal, call.space, values)
    associateNew(call, record, input.associations)
    return shown(call, input, record, warnings)
  })
}

/** facts §3.3, §3.8; §5: a merged-away id is silently skipped. */
export function batchUpdate(call: ObjectCall): Answer {
  const { portal, space } = call
  const inputs = writeInputs(call)
  for (const { idProperty } of inputs) refuseUpdateBy(call, idProperty)
  refuseDuplicates(inputs.map(input => input.id))
  refuseSameRecord(
    call,
    inputs,
    inputs.map(input => find(portal, space, input.id, input.idProperty)),
  )
  return writeBatch(call, inputs, { successStatus: 200, partial: isPartial(call, inputs) }, input => {
    const byId = input.idProperty === undefined
    if (byId && space.store.isMergedAway(input.id) && portal.switches.updateMergedAway === 'dropped') return undefined
    const record = find(portal, space, input.id, input.idProperty)
    if (!record) throw objectsNotFound(space.type.legacyName, [input.id], portal.switches.untracedUnknownId)
    const { values, warnings } = parseUpdate(call, input.properties)
    return shown(call, input, updateRecord(portal, space, record, values), warnings)
  })
}

/** facts §3.6 */
export function batchUpsert(call: ObjectCall): Answer {
  const { portal, space } = call
  const inputs = writeInputs(call)
  for (const { idProperty = 'hs_object_id' } of inputs) refuseUnlessUnique(portal, space, idProperty)
  const byEmail = inputs.some(input => input.idProperty === 'email')
  refuseDuplicates(inputs.map(input => (input.idProperty === 'email' ? input.id.toLowerCase() : input.id)))
  refuseSameRecord(
    call,
    inputs,
    inputs.map(input => find(portal, space, input.id, input.idProperty)),
  )
  const partial = isPartial(call, inputs) && !(byEmail && portal.switches.upsertByEmail === 'all-or-nothing')
  return writeBatch(call, inputs, { successStatus: 200, partial }, input => {
    const { id, idProperty = 'hs_object_id', properties } = input
    const record = find(portal, space, id, idProperty)
    if (record) {
      const { values, warnings } = parseUpdate(call, properties)
      // Found by a secondary address: naming that address again does not make it the primary one.
      if (idProperty === 'email' && values.get('email') === id.toLowerCase()) values.delete('email')
      return { ...shown(call, input, updateRecord(portal, space, record, values), warnings), new: false }
    }
    const { values, warnings } = parseCreate(call, { [idProperty]: id, ...properties })
    return { ...shown(call, input, createRecord(portal, space, values), warnings), new: true }
  })
}

/** facts §3.8 B: unknown ids do not matter. */
export function batchArchive(call: ObjectCall): Answer {
  const { portal, space } = call
  const ids = rawInputs(call).map(input => requiredString(input, 'id'))
  refuseDuplicates(ids)
  const unknown = ids.filter(id => !findById(space, id))
  if (unknown.length > 0 && portal.switches.archiveUnknown === 404) {
    throw objectsNotFound(space.type.legacyName, unknown)
  }
  for (const id of ids) archiveRecord(portal, space, id)
  return { status: 204 }
}

function shown(call: ObjectCall, input: BatchInput, record: CrmRecord, warnings: readonly JsonObject[]): JsonObject {
  const properties = Object.keys(input.properties)
  return render(call.portal, call.space, record, { properties, trace: input.trace, warnings })
}

/** facts §3.6 X: batch/update by email. @throws HubSpotError 400 */
function refuseUpdateBy({ portal, space }: ObjectCall, idProperty: string | undefined): void {
  if (idProperty === undefined) return
  refuseUnlessUnique(portal, space, idProperty)
  if (idProperty === 'email' && portal.switches.updateByEmail === 'rejected') {
    throw notUniqueProperty(space.type.typeId, idProperty, portal.portalId)
  }
}

/** facts §3.7: two inputs with one email. @throws HubSpotError 409 */
function refuseSameEmail({ portal, space }: ObjectCall, inputs: readonly BatchInput[], partial: boolean): void {
  if (!space.type.hasEmails || (partial && portal.switches.sameEmailTwice === 'second')) return
  const seen = new Set<string>()
  for (const { properties } of inputs) {
    const email = typeof properties.email === 'string' ? properties.email.toLowerCase() : ''
    if (email !== '' && seen.has(email)) throw alreadyExists(space.type.label, portal.nextId())
    seen.add(email)
  }
}
