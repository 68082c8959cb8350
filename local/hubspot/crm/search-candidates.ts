import type { ObjectSpace, Portal } from '../portal.ts'
import type { CrmRecord } from './record.ts'
import { uniqueKey } from './save.ts'
import type { Filter } from './search-filter.ts'

export interface Candidate {
  readonly id: string
  readonly current: CrmRecord | undefined
}

/**
 * The records that a search must look at: where every group names a record by id, email or unique value, only those, and
 * whatever changed so recently that search sees it as it was.
 */
export function* candidates(
  portal: Portal,
  space: ObjectSpace,
  groups: readonly (readonly Filter[])[],
): Generator<Candidate> {
  const { store, index } = space
  const recent = new Set(index.recentlyChanged(portal.clock.now()))
  const named = groups.length > 0 ? groups.map(group => idsNamed(portal, space, group)) : [undefined]
  const ids = new Set<string>(recent)
  for (const of of named) for (const id of of ?? []) ids.add(id)
  const scan = named.some(of => of === undefined)
  for (const id of ids) yield { id, current: store.get(id) }
  if (!scan) return
  for (const current of store.live()) if (!ids.has(current.id)) yield { id: current.id, current }
}

/** The ids that a group of filters can only mean; undefined: any. */
function idsNamed(portal: Portal, space: ObjectSpace, group: readonly Filter[]): string[] | undefined {
  for (const { propertyName, operator, value, values } of group) {
    const wanted = operator === 'EQ' ? [value] : operator === 'IN' ? values : undefined
    if (!wanted) continue
    const ids = wanted.map(text => idOf(portal, space, propertyName, text))
    if (ids.every(id => id !== 'any')) return ids.filter(id => id !== undefined)
  }
  return undefined
}

function idOf(portal: Portal, { store, schema, type }: ObjectSpace, property: string, value: string) {
  if (property === 'hs_object_id') return value
  if (property === 'email' && type.hasEmails) return store.byEmail(value.toLowerCase())
  if (schema.get(property)?.hasUniqueValue) return store.byUnique(property, uniqueKey(value, portal))
  return 'any'
}
