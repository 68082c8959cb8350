import { notUniqueProperty } from '../errors.ts'
import type { ObjectSpace, Portal } from '../portal.ts'
import type { CrmRecord } from './record.ts'
import { uniqueKey } from './save.ts'

/** The live record that an id leads to, merges followed (facts §5). */
export function findById({ store }: ObjectSpace, id: string): CrmRecord | undefined {
  return live(store.get(store.survivorOf(id)))
}

/**
 * The live record of which `property` is `value`; by `email`, also where it is a secondary address (facts §4).
 * @throws HubSpotError 400 for a property that does not identify records (facts §3.6)
 */
export function findByProperty(
  portal: Portal,
  space: ObjectSpace,
  property: string,
  value: string,
): CrmRecord | undefined {
  const { store, type } = space
  refuseUnlessUnique(portal, space, property)
  if (property === 'email' && type.hasEmails) {
    const id = store.byEmail(value.trim().toLowerCase())
    return id === undefined ? undefined : live(store.get(id))
  }
  const key = uniqueKey(value, portal)
  const id = store.byUnique(property, key)
  const record = id === undefined ? undefined : live(store.get(id))
  // A value that is only held by a record's past does not lead to it.
  const own = record?.properties.get(property)
  return own !== undefined && uniqueKey(own, portal) === key ? record : undefined
}

/** @param property undefined or `hs_object_id`: the record id */
export function find(portal: Portal, space: ObjectSpace, id: string, property?: string): CrmRecord | undefined {
  if (property === undefined || property === 'hs_object_id') return findById(space, id)
  return findByProperty(portal, space, property, id)
}

/** @throws HubSpotError 400 (facts §3.6) */
export function refuseUnlessUnique(portal: Portal, { type, schema }: ObjectSpace, property: string): void {
  const identifies = (property === 'email' && type.hasEmails) || schema.get(property)?.hasUniqueValue
  if (!identifies) throw notUniqueProperty(type.typeId, property, portal.portalId)
}

const live = (record: CrmRecord | undefined) => (record?.archivedAt === undefined ? record : undefined)
