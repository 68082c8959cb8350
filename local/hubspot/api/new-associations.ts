import { associate } from '../crm/associate.ts'
import type { AssociationType } from '../crm/association-types.ts'
import type { CrmRecord } from '../crm/record.ts'
import { invalid } from '../errors.ts'
import { isObject, type JsonObject } from '../message.ts'
import { idAt, recordAt } from './association-inputs.ts'
import { invalidJson, type ObjectCall, requiredString } from './call.ts'

/**
 * Associates a record that was just made, by the `associations` of the input that made it (facts §3.2): the id of the
 * association type says which type of record is meant. @throws HubSpotError 400 for an unknown type or record
 */
export function associateNew(call: ObjectCall, record: CrmRecord, associations: unknown): void {
  if (associations === undefined || associations === null) return
  if (!Array.isArray(associations) || !associations.every(isObject)) {
    throw invalidJson('"associations" must be a list of objects')
  }
  const { portal, space } = call
  const from = { typeId: space.type.typeId, id: record.id }
  for (const association of associations) {
    const types = typesOf(call, association)
    const [first] = types
    if (!first) throw invalid('Some required fields were not set: [types]')
    const to = portal.space(first.toTypeId)
    associate(portal, from, recordAt({ ...call, to }, to, idAt(association, 'to')), types, 'add')
  }
}

function typesOf({ portal, space }: ObjectCall, { types }: JsonObject): AssociationType[] {
  if (!Array.isArray(types) || !types.every(isObject)) throw invalidJson('"types" must be a list of association types')
  return types.map(spec => {
    const category = requiredString(spec, 'associationCategory')
    const found = portal.associations.types.from(space.type.typeId, Number(spec.associationTypeId), category)
    if (found) return found
    throw invalid(`${category} association type ${spec.associationTypeId} does not exist from ${space.type.typeId}`, {
      subCategory: 'crm.associations.INVALID_ASSOCIATION_TYPE',
    })
  })
}
