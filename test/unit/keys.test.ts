import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  isRecordKey,
  kindOf,
  linkKey,
  membershipsKey,
  objectKey,
  objectOf,
  occurrenceKey,
  ownerOf,
  subscriptionsKey,
} from '../../functions/core/keys.ts'
import type { RecordKey } from '../../functions/core/types.ts'
import { itemKeyOf, recordKeyIn } from '../../functions/store/dynamo/attributes.ts'
import { anyKey } from '../support/arbitrary-record.ts'

const OWNER = 'user#a@b#c'
const ALL: readonly [RecordKey, string, boolean][] = [
  [OWNER, 'contact', false],
  ['lead#a@x.test', 'contact', false],
  [objectKey('companies', 'a#b@c'), 'object', false],
  [linkKey(OWNER, 'companies', 'a#b@c'), 'link', true],
  [linkKey(OWNER, 'companies'), 'link', true],
  [membershipsKey(OWNER), 'lists', true],
  [subscriptionsKey(OWNER), 'subscriptions', true],
  [occurrenceKey(OWNER, 'hash'), 'event', true],
]

describe('a key', () => {
  it.each(ALL)('%s tells what it is of, and whose it is', (key, kind, owned) => {
    expect(kindOf(key)).toBe(kind)
    expect(ownerOf(key)).toBe(owned ? OWNER : undefined)
    expect(isRecordKey(key)).toBe(true)
  })

  it.each(['', 'user#', 'email#a@x.test', 'vid#1', 'object#companies', 'lists@', 'lists@vid#1', 'portal#companies', 5])(
    '%j is none of a record',
    key => {
      expect(isRecordKey(key)).toBe(false)
    },
  )

  it('of any record is found again from where the record is kept', () => {
    fc.assert(
      fc.property(anyKey, key => {
        const { pk, sk } = itemKeyOf(key)

        expect(recordKeyIn({ pk: { S: pk }, sk: { S: sk } })).toBe(key)
        expect(isRecordKey(key)).toBe(true)
      }),
    )
  })

  it('fits DynamoDB, however long the id of an object is', () => {
    const { sk } = itemKeyOf(linkKey(OWNER, 'companies', '🦊'.repeat(500)))

    expect(Buffer.byteLength(sk)).toBeLessThanOrEqual(1_024)
  })
})

describe('the id of an object', () => {
  it('has a key of its own, whatever it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1 }), fc.string({ unit: 'binary', minLength: 1 }), (a, b) => {
        expect(objectKey('companies', a) === objectKey('companies', b)).toBe(a === b)
      }),
    )
  })

  it('is not taken for the hash of a long one', () => {
    const long = objectKey('companies', 'x'.repeat(1_000))

    expect(objectKey('companies', long.slice('object#companies#'.length))).not.toBe(long)
  })

  it('is found in the key of the link that leads to it', () => {
    expect(objectOf(linkKey(OWNER, 'companies', 'a#b@c'))).toBe(objectKey('companies', 'a#b@c'))
    expect(objectOf(linkKey(OWNER, 'companies'))).toBeUndefined()
  })
})
