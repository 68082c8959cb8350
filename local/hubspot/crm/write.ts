import { invalid } from '../errors.ts'
import type { ObjectSpace, Portal } from '../portal.ts'
import { LIFECYCLE_ORDER } from './contact-properties.ts'
import { secondaryAfter } from './emails.ts'
import { COMPANIES } from './object-type.ts'
import type { CrmRecord } from './record.ts'
import { save } from './save.ts'
import { parseEmail } from './values.ts'

/** Values as `parseValues` leaves them: '' clears. */
type Values = ReadonlyMap<string, string>

/** @throws HubSpotError for conflicts (facts §3.7); an id is used up either way */
export function createRecord(portal: Portal, space: ObjectSpace, values: Values, id = portal.nextId()): CrmRecord {
  const now = portal.clock.now()
  const blank: CrmRecord = {
    id,
    createdAt: now,
    updatedAt: now,
    properties: new Map(),
    secondaryEmails: [],
    merged: [],
    merges: 0,
  }
  const record = withValues(portal, space, blank, values)
  save(portal, space, record, undefined)
  note(portal, space, 'create', record, undefined, values)
  return record
}

/** @throws HubSpotError for conflicts (facts §3.7, §4) */
export function updateRecord(portal: Portal, space: ObjectSpace, record: CrmRecord, values: Values): CrmRecord {
  const next = { ...withValues(portal, space, record, values), updatedAt: portal.clock.now() }
  save(portal, space, next, record)
  note(portal, space, 'update', next, record, values)
  return next
}

function withValues(portal: Portal, space: ObjectSpace, record: CrmRecord, values: Values): CrmRecord {
  const properties = new Map(record.properties)
  let secondaryEmails = record.secondaryEmails
  for (const [name, value] of values) {
    if (name === 'hs_additional_emails' && space.type.hasEmails) {
      secondaryEmails = parseAdditional(portal, value, secondaryEmails)
      continue
    }
    if (name === 'lifecyclestage' && !mayMove(portal, record.properties.get(name), value)) continue
    const resolved = resolve(portal, space, name, value, properties.get(name))
    if (resolved === '') properties.delete(name)
    else properties.set(name, resolved)
  }
  const email = values.get('email')
  if (email !== undefined && space.type.hasEmails) {
    secondaryEmails = secondaryAfter({ ...record, secondaryEmails }, email, portal)
  }
  return { ...record, properties, secondaryEmails }
}

/** What a property holds after it was sent `value`. */
function resolve(portal: Portal, space: ObjectSpace, name: string, value: string, before: string | undefined): string {
  if (value.startsWith(';') && isCheckbox(space, name)) return append(before, value)
  const isDomain = name === 'domain' && space.type.typeId === COMPANIES.typeId
  return isDomain && portal.switches.companyDomain === 'bare' ? bareDomain(value) : value
}

const bareDomain = (value: string) =>
  value
    .toLowerCase()
    .replace(/^https?:\/\//, '')
    .replace(/^www\./, '')
    .replace(/[/?#].*$/, '')

const isCheckbox = (space: ObjectSpace, name: string) => space.schema.get(name)?.fieldType === 'checkbox'

/** facts §13: a leading `;` appends to a multiple checkbox. */
function append(before: string | undefined, value: string): string {
  const chosen = [...(before ?? '').split(';'), ...value.split(';')].filter(part => part !== '')
  return [...new Set(chosen)].join(';')
}

/** facts §13: forward only, unless cleared first. */
function mayMove(portal: Portal, before: string | undefined, value: string): boolean {
  if (before === undefined || value === '') return true
  if (LIFECYCLE_ORDER.indexOf(value) >= LIFECYCLE_ORDER.indexOf(before)) return true
  if (portal.switches.lifecycleBack === 'ignored') return false
  throw invalid(`lifecyclestage can't be moved back from ${before} to ${value}`)
}

/** facts §4 X: `;`-separated; only reached where the property is writable. */
function parseAdditional(portal: Portal, value: string, before: readonly string[]): readonly string[] {
  const appends = value.startsWith(';')
  const addresses = value.split(';').filter(part => part !== '')
  const parsed = addresses.map(address => {
    const email = parseEmail(address, portal.switches)
    if (typeof email !== 'string') throw invalid(email.message)
    return email
  })
  return [...new Set([...(appends ? before : []), ...parsed])]
}

function note(
  portal: Portal,
  { type }: ObjectSpace,
  kind: 'create' | 'update',
  record: CrmRecord,
  previous: CrmRecord | undefined,
  values: Values,
): void {
  const names = [...values.keys()]
  const read = (from: CrmRecord | undefined) =>
    Object.fromEntries(names.map(name => [name, from?.properties.get(name) ?? '']))
  portal.note({ objectTypeId: type.typeId, vid: record.id, kind, properties: read(record), previous: read(previous) })
}
