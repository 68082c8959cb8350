import { alreadyExists, alreadyHasThatValue } from '../errors.ts'
import type { ObjectSpace, Portal } from '../portal.ts'
import { emailsOf, refuseBlocked } from './emails.ts'
import type { CrmRecord } from './record.ts'

/** How a unique value is compared (facts §6 B). */
export const uniqueKey = (value: string, portal: Portal) =>
  portal.switches.uniqueIgnoresCase ? value.toLowerCase() : value

/**
 * Puts `next` in the place of `previous` and moves the addresses and unique values that it gained and lost.
 * @throws HubSpotError when another record has one of them (facts §3.7), or an address is blocked
 */
export function save(portal: Portal, space: ObjectSpace, next: CrmRecord, previous: CrmRecord | undefined): void {
  const { store } = space
  if (space.type.hasEmails) moveEmails(portal, space, next, previous)
  moveUniqueValues(portal, space, next, previous)
  store.put(next)
  space.index.changed(next.id, previous, portal.clock.now(), portal.switches.searchLag)
}

/** Takes a record away; its addresses are free, its unique values where `keepUnique` is off. */
export function release(portal: Portal, space: ObjectSpace, record: CrmRecord, keepUnique: boolean): void {
  for (const email of emailsOf(record)) {
    if (space.store.byEmail(email) === record.id) space.store.holdEmail(email, undefined)
  }
  if (keepUnique) return
  for (const [name, key] of uniqueValues(portal, space, record)) {
    // An archived record's values may long be another's.
    if (space.store.byUnique(name, key) === record.id) space.store.holdUnique(name, key, undefined)
  }
}

export function uniqueValues(portal: Portal, space: ObjectSpace, record: CrmRecord | undefined): [string, string][] {
  const values: [string, string][] = []
  for (const [name, value] of record?.properties ?? []) {
    if (space.schema.get(name)?.hasUniqueValue) values.push([name, uniqueKey(value, portal)])
  }
  return values
}

function moveEmails(portal: Portal, space: ObjectSpace, next: CrmRecord, previous: CrmRecord | undefined): void {
  const { store } = space
  const after = emailsOf(next)
  for (const email of after) {
    const owner = store.byEmail(email)
    if (owner === next.id) continue
    if (owner !== undefined)
      throw conflict(portal, space, portal.switches.emailConflict, 'email', email, next.id, owner)
    refuseBlocked(portal, email)
    store.holdEmail(email, next.id)
  }
  for (const email of emailsOf(previous)) if (!after.includes(email)) store.holdEmail(email, undefined)
}

function moveUniqueValues(portal: Portal, space: ObjectSpace, next: CrmRecord, previous: CrmRecord | undefined): void {
  const { store } = space
  const after = uniqueValues(portal, space, next)
  for (const [name, key] of after) {
    const holder = store.byUnique(name, key)
    // What a record's past holds goes with it when it is merged away.
    const owner = holder === undefined ? undefined : store.survivorOf(holder)
    if (holder === next.id) continue
    if (owner !== undefined && owner !== next.id)
      throw conflict(portal, space, portal.switches.uniqueConflict, name, key, next.id, owner)
    store.holdUnique(name, key, next.id)
  }
  for (const [name, key] of uniqueValues(portal, space, previous)) {
    if (!after.some(([kept, value]) => kept === name && value === key)) store.holdUnique(name, key, undefined)
  }
}

function conflict(
  portal: Portal,
  { type }: ObjectSpace,
  shape: '409' | '400',
  property: string,
  value: string,
  ghost: string,
  existing: string,
) {
  if (shape === '409') return alreadyExists(type.label, existing)
  return alreadyHasThatValue({
    portalId: portal.portalId,
    legacyType: type.legacyName,
    property,
    value,
    ghost,
    existing,
  })
}
