import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { isRecordKey, ownerOf } from '../../core/keys.ts'
import type { RecordKey } from '../../core/types.ts'
import { UnreadableItem } from '../errors.ts'
import { itemKind } from '../item-write.ts'

/** An item of the table, as DynamoDB's wire format has it. */
export type Item = Record<string, AttributeValue>

export interface ItemKey {
  readonly pk: string
  readonly sk: string
}

export const text = (value: string): AttributeValue => ({ S: value })
export const number = (value: number): AttributeValue => ({ N: String(value) })
export const bytes = (value: Uint8Array): AttributeValue => ({ B: value })
export const keyOf = (key: ItemKey): Item => ({ pk: text(key.pk), sk: text(key.sk) })

/** @throws UnreadableItem when the attribute is missing or no text. */
export function textOf(item: Item, attribute: string): string {
  return item[attribute]?.S ?? missing(item, attribute)
}

/** @throws UnreadableItem when the attribute is missing or no number. */
export function numberOf(item: Item, attribute: string): number {
  return Number(item[attribute]?.N ?? missing(item, attribute))
}

/** A counter that nobody has raised yet is absent and counts as 0. */
export function counterOf(item: Item, attribute: string): number {
  return item[attribute] === undefined ? 0 : numberOf(item, attribute)
}

/** @throws UnreadableItem when the attribute is missing or not binary. */
export function bytesOf(item: Item, attribute: string): Uint8Array {
  return item[attribute]?.B ?? missing(item, attribute)
}

/** @throws UnreadableItem when the attribute does not hold a record's key. */
export function recordKeyOf(item: Item, attribute: string): RecordKey {
  const key = textOf(item, attribute)
  return isRecordKey(key) ? key : missing(item, attribute)
}

/** Contacts and objects have an item of this sort key. What belongs to a contact stands beside it, under the same `pk`. */
export const RECORD = 'record'

/** Where a record is kept: `user#42` + `record`, and `user#42` + `lists` for what has the key `lists@user#42`. */
export function itemKeyOf(key: RecordKey): ItemKey {
  const owner = ownerOf(key)
  return owner === undefined ? { pk: key, sk: RECORD } : { pk: owner, sk: key.slice(0, key.indexOf('@')) }
}

/** The key of the record that an item, or an entry of the index, is of. @throws UnreadableItem when it is no record's */
export function recordKeyIn(item: Item): RecordKey {
  const [pk, sk] = [textOf(item, 'pk'), textOf(item, 'sk')]
  const key = sk === RECORD ? pk : `${sk}@${pk}`
  return isRecordKey(key) ? key : unreadable(item, 'its keys are not those of a record')
}

/** @throws UnreadableItem, always: what the item lacks. */
export function unreadable(item: Item, why: string): never {
  const pk = item.pk?.S ?? ''
  throw new UnreadableItem(itemKind(pk), pk, why)
}

function missing(item: Item, attribute: string): never {
  return unreadable(item, `its attribute ${attribute} is missing or of another type`)
}
