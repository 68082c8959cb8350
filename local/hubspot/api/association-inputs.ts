import type { AssociationType } from '../crm/association-types.ts'
import { findById } from '../crm/find.ts'
import { HubSpotError, invalid } from '../errors.ts'
import type { RecordKey } from '../ledger.ts'
import { isObject, type JsonObject } from '../message.ts'
import type { ObjectSpace } from '../portal.ts'
import { invalidJson, type ObjectCall, requiredString } from './call.ts'

/** A call about associations from records of one type to those of another. */
export interface PairCall extends ObjectCall {
  readonly to: ObjectSpace
}

/** `{ "id": "551" }` at a place of an input. @throws HubSpotError 400 */
export function idAt(input: JsonObject, name: string): string {
  const place = input[name]
  if (!isObject(place)) throw invalid(`Some required fields were not set: [${name}]`)
  return requiredString(place, 'id')
}

/** The live record, merges followed by switch. @throws HubSpotError for an id that nobody has */
export function recordAt({ portal }: PairCall, space: ObjectSpace, id: string): RecordKey {
  const { type, store } = space
  const lost = store.isMergedAway(id) && portal.switches.associateMergedAway === 'invalid'
  const record = lost ? undefined : findById(space, id)
  if (record) return { typeId: type.typeId, id: record.id }
  throw new HubSpotError(400, {
    message: `${type.legacyName}=${id} is not valid`,
    category: 'VALIDATION_ERROR',
    subCategory: 'crm.associations.INVALID_OBJECT_IDS',
    context: { [type.legacyName]: [id] },
  })
}

/** facts §11: at least one, each of them a type between the two. @throws HubSpotError 400 */
export function typesOf({ portal, space, to }: PairCall, raw: unknown): AssociationType[] {
  if (!Array.isArray(raw) || !raw.every(isObject)) throw invalidJson('"types" must be a list of association types')
  if (raw.length === 0) throw invalid('Some required fields were not set: [types]')
  return raw.map(spec => {
    const typeId = Number(spec.associationTypeId)
    const category = requiredString(spec, 'associationCategory')
    const type = portal.associations.types.get(space.type.typeId, to.type.typeId, typeId, category)
    if (type) return type
    throw invalid(
      `${category} association type ${spec.associationTypeId} does not exist from ${space.type.typeId} to ${to.type.typeId}`,
      { subCategory: 'crm.associations.INVALID_ASSOCIATION_TYPE' },
    )
  })
}

/** How two records are associated, as answers show it: nothing labelled comes first. */
export function showTypes({ portal, space, to }: PairCall, typeIds: readonly number[]): JsonObject[] {
  return portal.associations.types
    .between(space.type.typeId, to.type.typeId)
    .filter(({ typeId }) => typeIds.includes(typeId))
    .map(({ category, typeId, label }) => ({ category, typeId, label }))
}
