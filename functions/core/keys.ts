import { sha256 } from './digest.ts'
import type { BelongingKey, ContactKey, ObjectKey, RecordKey } from './types.ts'

/** What a record is a record of: it decides how it is delivered. */
export type Kind = 'contact' | 'object' | 'link' | 'lists' | 'subscriptions' | 'event'

/** Longer ids are hashed: DynamoDB's sort keys hold 1,024 bytes. */
const LONGEST_TOKEN = 300

/** An id as it stands in keys: printable ASCII without `#` and `@`, another one for each id. */
const token = (id: string): string => {
  // What begins with ~ is a hash.
  const encoded = encodeURIComponent(id.toWellFormed()).replace(/^~/, '%7E')
  return encoded.length <= LONGEST_TOKEN && id.isWellFormed() ? encoded : `~${sha256(id)}`
}

/** @param name the object's name in `sync.config.ts`; `id`: what the product calls this one */
export const objectKey = (name: string, id: string): ObjectKey => `object#${name}#${token(id)}`
export const occurrenceKey = (owner: ContactKey, hash: string): BelongingKey => `event#${hash}@${owner}`
export const membershipsKey = (owner: ContactKey): BelongingKey => `lists@${owner}`
export const subscriptionsKey = (owner: ContactKey): BelongingKey => `subscriptions@${owner}`

/** `id` is absent where a person has but one object of the name, whichever it is. */
export const linkKey = (owner: ContactKey, name: string, id?: string): BelongingKey =>
  `link#${name}#${id === undefined ? '' : token(id)}@${owner}`

export function kindOf(key: RecordKey): Kind {
  if (key.startsWith('user#') || key.startsWith('lead#')) return 'contact'
  const [kind = ''] = key.split(/[#@]/, 1)
  if (kind === 'object' || kind === 'link' || kind === 'lists' || kind === 'subscriptions' || kind === 'event')
    return kind
  throw new RangeError('not the key of a record')
}

/** Whose it is; `undefined` of a person's own record and of an object's. */
export function ownerOf(key: RecordKey): ContactKey | undefined {
  if (kindOf(key) === 'contact' || kindOf(key) === 'object') return undefined
  const owner = key.slice(key.indexOf('@') + 1)
  return isContactKey(owner) ? owner : undefined
}

export const isContactKey = (key: string): key is ContactKey => /^(user|lead)#./su.test(key)

const RECORD_KEY =
  /^(?:(?:event#[^#@]+|link#[^#@]+#[^#@]*|lists|subscriptions)@)?(?:user|lead)#.|^object#[^#@]+#[^#@]+$/su

export const isBelonging = (key: RecordKey): key is BelongingKey => ownerOf(key) !== undefined

export const isRecordKey = (key: unknown): key is RecordKey => typeof key === 'string' && RECORD_KEY.test(key)

/** The name in `sync.config.ts` of the object that an object's or a link's record is about. */
export const objectNameOf = (key: RecordKey): string => key.split('#', 2)[1] ?? ''

/** The object to which a link leads; `undefined` where the link's record itself says to which. */
export function objectOf(link: RecordKey): ObjectKey | undefined {
  const [, name = '', rest = ''] = link.split('#', 3)
  const [id = ''] = rest.split('@', 1)
  return id === '' ? undefined : `object#${name}#${id}`
}
