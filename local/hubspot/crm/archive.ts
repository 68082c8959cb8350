import { resourceNotFound } from '../errors.ts'
import type { ObjectSpace, Portal } from '../portal.ts'
import { dropAssociations } from './associate.ts'
import { emailsOf } from './emails.ts'
import { findById } from './find.ts'
import { dropMemberships } from './membership.ts'
import type { CrmRecord } from './record.ts'
import { release, save } from './save.ts'

/**
 * facts §3.8: archived records are invisible, and their addresses free. Doing it again, or to an unknown or merged-away
 * id, is nothing.
 */
export function archiveRecord(portal: Portal, space: ObjectSpace, id: string): void {
  const record = space.store.get(id)
  if (!record || record.archivedAt !== undefined) return
  const now = portal.clock.now()
  release(portal, space, record, portal.switches.archivedUnique === 'held')
  dropMemberships(portal, space.type.typeId, id)
  space.store.put({ ...record, archivedAt: now, updatedAt: now })
  space.index.changed(id, record, now, portal.switches.searchLag)
  portal.note({ objectTypeId: space.type.typeId, vid: id, kind: 'archive', properties: {}, previous: {} })
}

/** Within 90 days a person may take it out of the recycle bin. @throws HubSpotError when another has its address by now */
export function restoreRecord(portal: Portal, space: ObjectSpace, id: string): CrmRecord {
  const record = space.store.get(id)
  if (record?.archivedAt === undefined) throw resourceNotFound()
  const { archivedAt: _, ...kept } = record
  const restored = { ...kept, updatedAt: portal.clock.now() }
  save(portal, space, restored, undefined)
  portal.note({ objectTypeId: space.type.typeId, vid: id, kind: 'restore', properties: {}, previous: {} })
  return restored
}

/** facts §14: the record is gone for good, and its addresses blocked. @returns whether there was one */
export function eraseRecord(portal: Portal, space: ObjectSpace, id: string): boolean {
  const record: CrmRecord | undefined = findById(space, id) ?? space.store.get(id)
  if (!record) return false
  release(portal, space, record, false)
  dropMemberships(portal, space.type.typeId, record.id)
  dropAssociations(portal, { typeId: space.type.typeId, id: record.id })
  space.store.remove(record.id)
  if (portal.switches.eraseBlocksFound) for (const email of emailsOf(record)) portal.block(email)
  space.index.changed(record.id, undefined, portal.clock.now(), portal.switches.searchLag)
  portal.note({ objectTypeId: space.type.typeId, vid: record.id, kind: 'erase', properties: {}, previous: {} })
  return true
}
