import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import type { Millis, RecordKey } from '../../core/types.ts'
import { number, text } from './attributes.ts'

/** What must be true of an item for a write to happen. `#name` is an attribute, `:name` one of `values`. */
export interface Condition {
  readonly text: string
  readonly values?: Readonly<Record<string, AttributeValue>>
}

export const itemDoesNotExist: Condition = { text: 'attribute_not_exists(#pk)' }
export const itemExists: Condition = { text: 'attribute_exists(#pk)' }

/** Nobody has folded since the record was read. */
export const writesAre = (writes: number): Condition => ({
  text: '#writes = :writes',
  values: { ':writes': number(writes) },
})

/** No value has changed since the call was planned. */
export const foldVersionIs = (version: number): Condition => ({
  text: '#version = :foldVersion',
  values: { ':foldVersion': number(version) },
})

/** Nobody has raised a doubt since the call was planned. The counter is born with its first doubt. */
export const verifyIs = (verify: number): Condition =>
  verify === 0
    ? { text: 'attribute_not_exists(#verify)' }
    : { text: '#verify = :verify', values: { ':verify': number(verify) } }

/** It is in the index, and must be looked at no later than `at`. */
export const dueBy = (at: Millis): Condition => ({ text: '#dueAt <= :at', values: { ':at': number(at) } })

/** It is in the index for later, or not at all. */
export const notDueBy = (at: Millis): Condition => ({
  text: '(attribute_not_exists(#dueAt) OR #dueAt > :at)',
  values: { ':at': number(at) },
})

/** No deliverer younger than this one has written. */
export const noNewerDeliverer = (token: number): Condition => ({
  text: '(attribute_not_exists(#token) OR #token <= :token)',
  values: { ':token': number(token) },
})

/** Nor has any other one, older or younger, since the record was read. @param read the token that it had then; 0: none */
export const noOtherDeliverer = (token: number, read: number): Condition => ({
  text: `(#token = :token OR ${read === 0 ? 'attribute_not_exists(#token)' : '#token = :readToken'})`,
  values: { ':token': number(token), ...(read > 0 && { ':readToken': number(read) }) },
})

/** Nobody has taken over the deliverer's item. */
export const stillDeliverer = (token: number): Condition => ({
  text: '#token = :token',
  values: { ':token': number(token) },
})

export const ownerIsMe = (me: RecordKey): Condition => ({ text: '#owner = :me', values: { ':me': text(me) } })
export const ownerIsNamed = (from: RecordKey): Condition => ({
  text: '#owner = :from',
  values: { ':from': text(from) },
})

/** There is room for another member in the set. */
export const fewerWaitersThan = (most: number): Condition => ({
  text: '(attribute_not_exists(#waiters) OR size(#waiters) < :most)',
  values: { ':most': number(most) },
})
export const somebodyWaits: Condition = { text: 'attribute_exists(#waiters)' }

export const portalIs = (id: string): Condition => ({
  text: '#portalId = :portalId',
  values: { ':portalId': text(id) },
})

export const all = (...conditions: readonly Condition[]): Condition => joined(conditions, ' AND ')
export const any = (...conditions: readonly Condition[]): Condition => joined(conditions, ' OR ')

function joined(conditions: readonly Condition[], word: string): Condition {
  return {
    text: conditions.map(condition => condition.text).join(word),
    values: Object.assign({}, ...conditions.map(condition => condition.values ?? {})),
  }
}
