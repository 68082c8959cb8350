import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { number } from './attributes.ts'
import type { Condition } from './conditions.ts'

/** What an update does to the attributes of one item. */
export interface Change {
  readonly set?: Readonly<Record<string, AttributeValue>>
  /** Numbers are added, members are put into a set. */
  readonly add?: Readonly<Record<string, number | AttributeValue>>
  readonly remove?: readonly string[]
}

interface Expressions {
  UpdateExpression?: string
  ConditionExpression?: string
  ExpressionAttributeNames?: Record<string, string>
  ExpressionAttributeValues?: Record<string, AttributeValue>
}

/**
 * Spells a change and its condition in DynamoDB's language. Every attribute goes by a placeholder, so that none of the
 * 573 reserved words is ever in the way; DynamoDB refuses placeholders that are not used, so only those are named.
 */
export function expressions(condition?: Condition, change: Change = {}): Expressions {
  const { set = {}, add = {}, remove = [] } = change
  const clauses = [
    clause('SET', Object.keys(set), name => `#${name} = :set_${name}`),
    clause('REMOVE', remove, name => `#${name}`),
    clause('ADD', Object.keys(add), name => `#${name} :add_${name}`),
  ]
  const update = clauses.filter(text => text !== '').join(' ')
  const names = new Set(`${update} ${condition?.text ?? ''}`.match(/#\w+/g))
  const values = {
    ...condition?.values,
    ...Object.fromEntries(Object.entries(set).map(([name, value]) => [`:set_${name}`, value])),
    ...Object.fromEntries(
      Object.entries(add).map(([name, value]) => [`:add_${name}`, typeof value === 'number' ? number(value) : value]),
    ),
  }
  return {
    ...(update !== '' && { UpdateExpression: update }),
    ...(condition && { ConditionExpression: condition.text }),
    ...(names.size > 0 && {
      ExpressionAttributeNames: Object.fromEntries([...names].map(name => [name, name.slice(1)])),
    }),
    ...(Object.keys(values).length > 0 && { ExpressionAttributeValues: values }),
  }
}

function clause(keyword: string, names: readonly string[], spell: (name: string) => string): string {
  return names.length > 0 ? `${keyword} ${names.map(spell).join(', ')}` : ''
}
