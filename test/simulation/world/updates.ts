import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import type { Item, Placeholders } from './conditions.ts'

interface Clause {
  readonly word: 'SET' | 'ADD' | 'REMOVE' | 'DELETE'
  readonly changes: readonly (readonly [attribute: string, value: string])[]
}

const parsed = new Map<string, readonly Clause[]>()

/** The item after an update expression of the kinds `SET #a = :a`, `ADD #b :b`, `DELETE #c :c` and `REMOVE #d`. */
export function updated(item: Item, expression: string, given: Placeholders): Item {
  const clauses = parsed.get(expression) ?? parse(expression)
  parsed.set(expression, clauses)
  const next: Record<string, AttributeValue> = { ...item }
  for (const { word, changes } of clauses) {
    for (const [attribute, placeholder] of changes) {
      const name = given.names[attribute] ?? attribute
      const value = given.values[placeholder]
      if (word === 'REMOVE') {
        delete next[name]
        continue
      }
      if (value === undefined) throw new Error(`The update "${expression}" lacks the value ${placeholder}`)
      const changed = word === 'SET' ? value : word === 'ADD' ? sum(next[name], value) : less(next[name], value)
      if (changed) next[name] = changed
      else delete next[name]
    }
  }
  return next
}

function parse(expression: string): Clause[] {
  return [...expression.matchAll(/(SET|ADD|REMOVE|DELETE) (.*?)(?= (?:SET|ADD|REMOVE|DELETE) |$)/g)].map(
    ([, word, list = '']) => {
      const changes = list.split(',').map((change): readonly [string, string] => {
        const [attribute = '', value = ''] = change.trim().split(/ = | /)
        if (!/^[#\w]+$/.test(attribute) || !/^(:\w+)?$/.test(value)) {
          throw new Error(`The table in memory does not understand the update "${expression}"`)
        }
        return [attribute, value]
      })
      if (word === 'SET' || word === 'ADD' || word === 'REMOVE' || word === 'DELETE') return { word, changes }
      throw new Error(`The table in memory does not understand the update "${expression}"`)
    },
  )
}

function sum(before: AttributeValue | undefined, value: AttributeValue): AttributeValue {
  if (value.SS) return { SS: [...new Set([...(before?.SS ?? []), ...value.SS])] }
  return { N: String(Number(before?.N ?? 0) + Number(value.N)) }
}

function less(before: AttributeValue | undefined, value: AttributeValue): AttributeValue | undefined {
  const rest = (before?.SS ?? []).filter(member => !value.SS?.includes(member))
  return rest.length > 0 ? { SS: rest } : undefined
}
