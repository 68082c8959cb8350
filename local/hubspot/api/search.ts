import type { CrmRecord } from '../crm/record.ts'
import { render, shownValue } from '../crm/render.ts'
import { candidates } from '../crm/search-candidates.ts'
import { type Filter, matchesFilter, parseFilterGroups } from '../crm/search-filter.ts'
import { invalid } from '../errors.ts'
import { isObject, type JsonObject } from '../message.ts'
import { type Answer, bodyOf, invalidJson, type ObjectCall, optionalString, stringList } from './call.ts'

/** facts §7 */
const MOST_ON_A_PAGE = 200
const MOST_RESULTS = 10_000
const LONGEST_QUERY = 3_000
/** By HubSpot's page on search. */
const IN_QUERY: Readonly<Record<string, readonly string[]>> = {
  contacts: ['email', 'firstname', 'lastname', 'phone', 'company', 'hs_object_id'],
  companies: ['name', 'domain', 'website', 'phone', 'hs_object_id'],
  deals: ['dealname', 'description', 'hs_object_id'],
  tickets: ['subject', 'content', 'hs_object_id'],
}

/** facts §7: sees every record as it was `searchLag` ago. */
export function search(call: ObjectCall): Answer {
  const { portal, space } = call
  const body = bodyOf(call)
  const groups = parseFilterGroups(body.filterGroups)
  const query = optionalString(body, 'query')?.toLowerCase() ?? ''
  if (query.length > LONGEST_QUERY) throw invalid(`The query may have ${LONGEST_QUERY} characters`)
  const { after, limit } = pageOf(body)

  const now = portal.clock.now()
  const queried = space.type.custom?.searchableProperties ?? IN_QUERY[space.type.name] ?? []
  const value = (record: CrmRecord, name: string) => shownValue(portal, space, record, name)
  const fits = (record: CrmRecord) => {
    const inGroup = (group: readonly Filter[]) =>
      group.every(filter => matchesFilter(filter, record, name => value(record, name), portal.switches.searchSecondary))
    const inQuery = queried.some(name => value(record, name)?.toLowerCase().includes(query))
    return (groups.length === 0 || groups.some(inGroup)) && (query === '' || inQuery)
  }
  const found: CrmRecord[] = []
  for (const record of candidates(portal, space, groups)) {
    const seen = space.index.seen(record.id, record.current, now)
    if (seen && seen.archivedAt === undefined && fits(seen)) found.push(seen)
  }
  sort(found, body, value)

  const page = found.slice(after, after + limit)
  const properties = stringList(body, 'properties')
  const next = after + page.length
  return {
    status: 200,
    body: {
      total: found.length,
      results: page.map(record => render(portal, space, record, { properties })),
      ...(next < found.length ? { paging: { next: { after: String(next) } } } : {}),
    },
  }
}

function pageOf(body: JsonObject): { after: number; limit: number } {
  const limit = body.limit === undefined ? 10 : Number(body.limit)
  const after = Number(body.after === undefined || body.after === '' ? 0 : body.after)
  if (!Number.isInteger(limit) || limit < 0 || limit > MOST_ON_A_PAGE) {
    throw invalid(`limit must be between 0 and ${MOST_ON_A_PAGE}`)
  }
  if (!Number.isInteger(after) || after < 0) throw invalid('after must be an integer')
  if (after + limit > MOST_RESULTS) throw invalid(`Paging beyond ${MOST_RESULTS} results is not possible`)
  return { after, limit }
}

/** `sorts`: names, or `{propertyName, direction}`; without, the oldest come first. */
function sort(found: CrmRecord[], body: JsonObject, value: (record: CrmRecord, name: string) => string | undefined) {
  const sorts: unknown = body.sorts ?? []
  if (!Array.isArray(sorts)) throw invalidJson('"sorts" must be a list')
  const [first] = sorts
  const name = isObject(first) ? optionalString(first, 'propertyName') : first
  if (typeof name !== 'string') {
    found.sort((a, b) => a.createdAt - b.createdAt || Number(a.id) - Number(b.id))
    return
  }
  const sign = isObject(first) && first.direction === 'DESCENDING' ? -1 : 1
  found.sort((a, b) => sign * (value(a, name) ?? '').localeCompare(value(b, name) ?? '', 'en', { numeric: true }))
}
