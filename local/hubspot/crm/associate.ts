import type { RecordKey } from '../ledger.ts'
import type { Portal } from '../portal.ts'
import type { AssociationType } from './association-types.ts'

/**
 * Associates two records, or changes how they are (facts §11). That they are associated at all always holds beside any
 * label; a record's first company is its primary one, by switch.
 * @param types from the side of `from`. With `replace`, custom labels that are not repeated are gone.
 */
export function associate(
  portal: Portal,
  from: RecordKey,
  to: RecordKey,
  types: readonly AssociationType[],
  manner: 'replace' | 'add',
): void {
  const { associations } = portal
  const known = associations.types.between(from.typeId, to.typeId)
  const before = known.filter(({ typeId }) => associations.between(from, to).includes(typeId))
  const kept = manner === 'add' ? before : before.filter(({ isPrimary }) => isPrimary)
  const primary = known.find(({ isPrimary }) => isPrimary)
  const becomesPrimary = types.some(({ isPrimary }) => isPrimary) || (primary && isFirst(portal, from, to, primary))
  const unlabelled = associations.types.unlabelled(from.typeId, to.typeId)
  if (primary && becomesPrimary) takePrimary(portal, from, to, primary)
  const after = [...kept, ...types, unlabelled, ...(primary && becomesPrimary ? [primary] : [])]
  set(portal, from, to, [...new Set(after.map(({ typeId }) => typeId))])
}

/** Takes labels away; without the one that says that they are associated at all, all are gone (HubSpot's OpenAPI file). */
export function dissociate(portal: Portal, from: RecordKey, to: RecordKey, types?: readonly AssociationType[]): void {
  const before = portal.associations.between(from, to)
  const gone = new Set(types?.map(({ typeId }) => typeId))
  const all = types === undefined || types.some(({ label }) => label === null)
  set(portal, from, to, all ? [] : before.filter(typeId => !gone.has(typeId)))
}

/** facts §11: what was the loser's is the survivor's; where both have a primary company, the primary record's stays. */
export function moveAssociations(portal: Portal, from: RecordKey, to: RecordKey): void {
  const { associations } = portal
  for (const partner of associations.partners(from)) {
    const ids = associations.between(from, partner)
    set(portal, from, partner, [])
    if (partner.typeId === to.typeId && partner.id === to.id) continue
    const types = associations.types.between(from.typeId, partner.typeId).filter(({ typeId }) => ids.includes(typeId))
    const hasPrimary = primaryCompany(portal, to, partner.typeId) !== undefined
    const moved = types.filter(type => !(type.isPrimary && hasPrimary))
    set(portal, to, partner, [...associations.between(to, partner), ...moved.map(({ typeId }) => typeId)])
  }
}

/** Erased for good. */
export function dropAssociations(portal: Portal, record: RecordKey): void {
  for (const partner of portal.associations.partners(record)) set(portal, record, partner, [])
}

/** Live partners, in the order in which they came: archived ones are invisible, and come back when they are restored. */
export function livePartners(portal: Portal, from: RecordKey, toTypeId: string): RecordKey[] {
  const { store } = portal.space(toTypeId)
  const isLive = ({ id }: RecordKey) => store.get(id)?.archivedAt === undefined
  return portal.associations.partners(from, toTypeId).filter(isLive)
}

/** Not established: whether the API makes the first company the primary one, as the app does. */
function isFirst(portal: Portal, from: RecordKey, to: RecordKey, primary: AssociationType): boolean {
  if (!portal.switches.firstCompanyPrimary) return false
  const [record, company] = primary.toTypeId === COMPANY ? [from, to] : [to, from]
  return primaryCompany(portal, record, company.typeId) === undefined
}

function takePrimary(portal: Portal, from: RecordKey, to: RecordKey, primary: AssociationType): void {
  const [record, company] = primary.toTypeId === COMPANY ? [from, to] : [to, from]
  const before = primaryCompany(portal, record, company.typeId)
  if (!before || before.id === company.id) return
  const id = primaryId(portal, record.typeId, company.typeId)
  set(
    portal,
    record,
    before,
    portal.associations.between(record, before).filter(typeId => typeId !== id),
  )
}

function primaryCompany(portal: Portal, record: RecordKey, toTypeId: string): RecordKey | undefined {
  const id = toTypeId === COMPANY ? primaryId(portal, record.typeId, toTypeId) : undefined
  if (id === undefined) return undefined
  return livePartners(portal, record, toTypeId).find(to => portal.associations.between(record, to).includes(id))
}

const primaryId = (portal: Portal, fromTypeId: string, toTypeId: string) =>
  portal.associations.types.between(fromTypeId, toTypeId).find(({ isPrimary }) => isPrimary)?.typeId

const COMPANY = '0-2'

function set(portal: Portal, from: RecordKey, to: RecordKey, typeIds: readonly number[]): void {
  const previous = portal.associations.between(from, to)
  portal.associations.set(from, to, typeIds)
  const associationTypeIds = portal.associations.between(from, to)
  if (associationTypeIds.join() === previous.join()) return
  portal.noteDeed({ kind: 'associate', from, to, associationTypeIds, previous })
}
