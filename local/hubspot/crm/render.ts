import type { JsonObject } from '../message.ts'
import type { ObjectSpace, Portal } from '../portal.ts'
import type { CrmRecord } from './record.ts'

/** Properties that HubSpot derives from the record itself (facts §4, §5). */
const DERIVED: Readonly<Record<string, (record: CrmRecord, portal: Portal) => string>> = {
  hs_object_id: record => record.id,
  createdate: (record, portal) => portal.iso(record.createdAt),
  hs_createdate: (record, portal) => portal.iso(record.createdAt),
  lastmodifieddate: (record, portal) => portal.iso(record.updatedAt),
  hs_lastmodifieddate: (record, portal) => portal.iso(record.updatedAt),
  hs_additional_emails: record => record.secondaryEmails.join(';'),
  hs_merged_object_ids: record => record.merged.map(({ id }) => id).join(';'),
  hs_calculated_merged_vids: record => record.merged.map(({ id, at }) => `${id}:${at}`).join(';'),
  hs_all_contact_vids: record => [record.id, ...record.merged.map(({ id }) => id)].join(';'),
  hs_email_domain: ({ properties }) => properties.get('email')?.split('@')[1] ?? '',
  hs_full_name_or_email: ({ properties }) => {
    const name = [properties.get('firstname'), properties.get('lastname')].filter(part => part !== undefined).join(' ')
    return name || (properties.get('email') ?? '')
  },
}

/** The value of a property as answers show it; undefined: not set. */
export function shownValue(portal: Portal, space: ObjectSpace, record: CrmRecord, name: string): string | undefined {
  const derive = Object.hasOwn(DERIVED, name) ? DERIVED[name] : undefined
  if (derive) return derive(record, portal) || undefined
  const value = record.properties.get(name)
  return value !== undefined && space.schema.get(name)?.type === 'datetime' ? portal.isoText(value) : value
}

/** All that is set, derived ones included. */
export function allValues(portal: Portal, space: ObjectSpace, record: CrmRecord): Record<string, string> {
  const names = new Set([...record.properties.keys(), ...Object.keys(DERIVED).filter(name => space.schema.get(name))])
  return Object.fromEntries(
    [...names].flatMap(name => {
      const value = shownValue(portal, space, record, name)
      return value === undefined ? [] : [[name, value]]
    }),
  )
}

export interface Rendering {
  /** Asked for; none: the type's defaults. */
  readonly properties?: readonly string[]
  readonly history?: readonly string[]
  readonly trace?: string | undefined
  readonly warnings?: readonly JsonObject[]
}

/** facts §13: null for what is known but not set, nothing for what is not a property. */
export function render(portal: Portal, space: ObjectSpace, record: CrmRecord, rendering: Rendering = {}): JsonObject {
  const { properties = [], history = [], trace, warnings = [] } = rendering
  const names = new Set([
    ...space.type.alwaysShown,
    ...(properties.length > 0 ? properties : space.type.defaultProperties),
  ])
  const shown: [string, string | null][] = []
  for (const name of names) {
    if (space.schema.get(name)) shown.push([name, shownValue(portal, space, record, name) ?? null])
  }
  return {
    id: record.id,
    properties: Object.fromEntries(shown),
    ...(history.length > 0 ? { propertiesWithHistory: historyOf(portal, space, record, history) } : {}),
    createdAt: portal.iso(record.createdAt),
    updatedAt: portal.iso(record.updatedAt),
    archived: record.archivedAt !== undefined,
    ...(record.archivedAt === undefined ? {} : { archivedAt: portal.iso(record.archivedAt) }),
    ...(trace !== undefined && portal.switches.echoTraces ? { objectWriteTraceId: trace } : {}),
    ...(warnings.length > 0 ? { warnings } : {}),
    url: `https://app.hubspot.com/contacts/${portal.portalId}/record/${space.type.typeId}/${record.id}`,
  }
}

/** The simulator keeps no past: the history of a property is its present value. */
function historyOf(portal: Portal, space: ObjectSpace, record: CrmRecord, names: readonly string[]): JsonObject {
  const timestamp = portal.iso(record.updatedAt)
  const entries = names.flatMap(name => {
    const value = shownValue(portal, space, record, name)
    return value === undefined ? [] : [[name, [{ value, timestamp, sourceType: 'INTEGRATION' }]] as const]
  })
  return Object.fromEntries(entries)
}
