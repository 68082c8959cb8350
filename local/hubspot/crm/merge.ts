import { invalid, resourceNotFound, tooManyIdentities } from '../errors.ts'
import type { ObjectSpace, Portal } from '../portal.ts'
import { moveAssociations } from './associate.ts'
import { emailsOf } from './emails.ts'
import { findById } from './find.ts'
import { moveMemberships } from './membership.ts'
import type { CrmRecord } from './record.ts'
import { release, save, uniqueValues } from './save.ts'

/** facts §5 */
const MOST_MERGES = 250

/**
 * Merges `loserId` into `primaryId`; merges of before are followed (facts §5). By switch `mergeIds`:
 *
 *     new       A ─┐                         primary   A ──► A
 *               B ─┴─► C (a new id)                    B ──┘
 *
 * The primary's values win. @throws HubSpotError 404 for unknown ids, 400 for one record twice, 414 after 250 merges
 */
export function mergeRecords(portal: Portal, space: ObjectSpace, primaryId: string, loserId: string): CrmRecord {
  const { store, index } = space
  const { switches } = portal
  const primary = findById(space, primaryId)
  const loser = findById(space, loserId)
  if (!primary || !loser) throw resourceNotFound()
  if (primary.id === loser.id) throw invalid(`Can't merge record ${primary.id} with itself`)
  const merges = primary.merges + loser.merges + 1
  if (merges > MOST_MERGES) throw tooManyIdentities()

  const at = portal.clock.now()
  const id = switches.mergeIds === 'new' ? portal.nextId() : primary.id
  const gone = [primary, loser].filter(record => record.id !== id)
  const survivor: CrmRecord = {
    id,
    createdAt: Math.min(primary.createdAt, loser.createdAt),
    updatedAt: at,
    properties: mergedProperties(portal, space, primary, loser),
    secondaryEmails: mergedEmails(portal, primary, loser),
    merged: [...primary.merged, ...loser.merged, ...gone.map(record => ({ id: record.id, at }))],
    merges,
  }
  for (const record of [primary, loser]) release(portal, space, record, false)
  const { typeId } = space.type
  for (const record of gone) {
    moveAssociations(portal, { typeId, id: record.id }, { typeId, id })
    moveMemberships(portal, typeId, record.id, id)
    store.remove(record.id)
    store.redirect(record.id, id)
    index.changed(record.id, record, at, switches.searchLag)
  }
  save(portal, space, survivor, id === primary.id ? primary : undefined)
  if (switches.loserUnique === 'held') {
    for (const [name, key] of uniqueValues(portal, space, loser)) store.holdUnique(name, key, id)
  }
  portal.note({
    objectTypeId: typeId,
    vid: id,
    kind: 'merge',
    properties: {},
    previous: {},
    mergedVids: gone.map(record => record.id),
  })
  return survivor
}

function mergedProperties(portal: Portal, space: ObjectSpace, primary: CrmRecord, loser: CrmRecord) {
  const properties = new Map(primary.properties)
  if (portal.switches.mergeFillsGaps) {
    for (const [name, value] of loser.properties) if (!properties.has(name)) properties.set(name, value)
  }
  if (!space.type.hasEmails || primary.properties.has('email')) return properties
  const email = portal.switches.loserEmail === 'secondary' ? loser.properties.get('email') : undefined
  if (email === undefined) properties.delete('email')
  else properties.set('email', email)
  return properties
}

/** A primary without an address takes the loser's as its primary one. */
function mergedEmails({ switches }: Portal, primary: CrmRecord, loser: CrmRecord): string[] {
  const lost = switches.loserEmail === 'secondary' ? emailsOf(loser) : loser.secondaryEmails
  const promoted = primary.properties.has('email') ? undefined : loser.properties.get('email')
  return [...new Set([...primary.secondaryEmails, ...lost])].filter(email => email !== promoted)
}
