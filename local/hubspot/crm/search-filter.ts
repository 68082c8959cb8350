import { invalid } from '../errors.ts'
import { isObject } from '../message.ts'
import { emailsOf } from './emails.ts'
import type { CrmRecord } from './record.ts'

export interface Filter {
  readonly propertyName: string
  readonly operator: string
  readonly value: string
  readonly highValue: string
  readonly values: readonly string[]
}

/** facts §7 */
const MOST_GROUPS = 5
const MOST_FILTERS_IN_A_GROUP = 6
const MOST_FILTERS = 18

const OPERATORS = new Set([
  'EQ',
  'NEQ',
  'LT',
  'LTE',
  'GT',
  'GTE',
  'BETWEEN',
  'IN',
  'NOT_IN',
  'HAS_PROPERTY',
  'NOT_HAS_PROPERTY',
  'CONTAINS_TOKEN',
  'NOT_CONTAINS_TOKEN',
])

/** Any group, all filters of it. @throws HubSpotError 400 beyond facts §7's limits */
export function parseFilterGroups(raw: unknown): Filter[][] {
  if (raw === undefined || raw === null) return []
  if (!Array.isArray(raw) || raw.length > MOST_GROUPS) throw invalid(`There may be ${MOST_GROUPS} filterGroups`)
  const groups = raw.map(group => {
    const filters: unknown = isObject(group) ? group.filters : undefined
    if (!Array.isArray(filters)) throw invalid('Every filterGroup needs filters')
    if (filters.length > MOST_FILTERS_IN_A_GROUP) throw invalid(`A group may have ${MOST_FILTERS_IN_A_GROUP} filters`)
    return filters.map(parseFilter)
  })
  if (groups.flat().length > MOST_FILTERS) throw invalid(`There may be ${MOST_FILTERS} filters`)
  return groups
}

function parseFilter(raw: unknown): Filter {
  if (!isObject(raw) || typeof raw.propertyName !== 'string' || !OPERATORS.has(String(raw.operator))) {
    throw invalid('A filter needs a propertyName and a known operator')
  }
  const values = Array.isArray(raw.values) ? raw.values.map(String) : []
  return {
    propertyName: raw.propertyName,
    operator: String(raw.operator),
    value: String(raw.value ?? ''),
    highValue: String(raw.highValue ?? ''),
    values,
  }
}

/** @param secondary facts §4 X: whether `email EQ` finds secondary addresses */
export function matchesFilter(
  filter: Filter,
  record: CrmRecord,
  read: (name: string) => string | undefined,
  secondary: boolean,
): boolean {
  const { propertyName, operator, value, highValue, values } = filter
  const own = read(propertyName)
  const same = (wanted: string) =>
    propertyName === 'email' && secondary
      ? emailsOf(record).includes(wanted.toLowerCase())
      : own?.toLowerCase() === wanted.toLowerCase()
  switch (operator) {
    case 'EQ':
      return same(value)
    case 'NEQ':
      return own !== undefined && !same(value)
    case 'IN':
      return values.some(same)
    case 'NOT_IN':
      return own !== undefined && !values.some(same)
    case 'HAS_PROPERTY':
      return own !== undefined
    case 'NOT_HAS_PROPERTY':
      return own === undefined
    case 'CONTAINS_TOKEN':
      return own !== undefined && containsToken(own, value)
    case 'NOT_CONTAINS_TOKEN':
      return own !== undefined && !containsToken(own, value)
    default:
      return own !== undefined && inRange(operator, own, value, highValue)
  }
}

function containsToken(text: string, token: string): boolean {
  const wanted = token.toLowerCase().replaceAll('*', '')
  const tokens = text.toLowerCase().split(/[\s;,@.]+/)
  return token.includes('*') ? text.toLowerCase().includes(wanted) : tokens.includes(wanted) || text === wanted
}

/** Times and numbers are compared as such, anything else as text. */
function inRange(operator: string, own: string, value: string, highValue: string): boolean {
  const [left, right, high] = [own, value, highValue].map(comparable)
  if (left === undefined || right === undefined || high === undefined) return false
  switch (operator) {
    case 'LT':
      return left < right
    case 'LTE':
      return left <= right
    case 'GT':
      return left > right
    case 'GTE':
      return left >= right
    default:
      return left >= right && left <= high
  }
}

function comparable(text: string): number | string {
  if (/^-?\d+(\.\d+)?$/.test(text)) return Number(text)
  const time = /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(text) : Number.NaN
  return Number.isNaN(time) ? text : time
}
