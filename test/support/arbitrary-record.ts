import fc from 'fast-check'
import type { Stamp } from '../../functions/core/event.ts'
import { linkKey, membershipsKey, objectKey, occurrenceKey, subscriptionsKey } from '../../functions/core/keys.ts'
import { spelled } from '../../functions/core/parse/id.ts'
import type { Candidate, Delivered, Folded, ProblemCode, Register, Scalar } from '../../functions/core/record.ts'
import {
  type ContactKey,
  canonicalEmail,
  type Email,
  leadKey,
  type RecordKey,
  userKey,
} from '../../functions/core/types.ts'
import { vidOf } from './records.ts'

/** Objects as everybody makes them: fast-check's own have no prototype every now and then. */
const plain = { noNullPrototype: true } as const

const anyText = fc.string({ unit: 'binary' })
/** Names of properties, hostile ones among them. */
const propertyName = fc.oneof(fc.constantFrom('email', '__proto__', 'constructor', 'hasOwnProperty', '7', ''), anyText)
const number = fc.double({ noNaN: true, noDefaultInfinity: true }).map(value => value + 0)
const scalar: fc.Arbitrary<Scalar> = fc.oneof(anyText, number, fc.integer(), fc.boolean())
const millis = fc.integer({ min: 0, max: 4e12 })
const counter = fc.nat({ max: 1e9 })
const hash = fc.string({ unit: fc.constantFrom(...'abcXYZ019-_'), minLength: 12, maxLength: 12 })

const stamp: fc.Arbitrary<Stamp> = fc.record(
  {
    time: fc.oneof(millis, fc.constantFrom(1_700_000_000_000, 1_700_000_000_001)),
    receivedAt: millis,
    index: fc.nat({ max: 100 }),
    id: fc.oneof(hash, fc.constantFrom('aaaaaaaaaaaa', 'bbbbbbbbbbbb')),
  },
  plain,
)
const stamps = fc.array(stamp, { minLength: 1, maxLength: 4 })

const code = fc.constantFrom<ProblemCode>('unknown_property', 'invalid_value', 'rejected', 'conflict', 'internal')
const vid = fc.bigInt({ min: 1n, max: 2n ** 53n }).map(id => vidOf(String(id)))
const email: fc.Arbitrary<Email> = fc.emailAddress().map(canonicalEmail)

const anyId = fc.string({ unit: 'binary', minLength: 1, maxLength: 40 })
const anyOwner: fc.Arbitrary<ContactKey> = fc.oneof(
  anyId.map(id => userKey(spelled(id))),
  email.map(leadKey),
)
const objectName = fc.stringMatching(/^[a-z][a-z0-9_-]{0,9}$/)

export const anyKey: fc.Arbitrary<RecordKey> = fc.oneof(
  anyOwner,
  fc.tuple(objectName, anyId).map(([name, id]) => objectKey(name, id)),
  fc.tuple(anyOwner, hash).map(([owner, id]) => occurrenceKey(owner, id)),
  fc.tuple(anyOwner, objectName, fc.option(anyId, { nil: undefined })).map(given => linkKey(...given)),
  anyOwner.map(membershipsKey),
  anyOwner.map(subscriptionsKey),
)

/** Records share a few stamps between many properties, as events do. */
export const anyFolded: fc.Arbitrary<Folded> = stamps.chain(shared => {
  const someStamp = fc.constantFrom(...shared)
  const candidate: fc.Arbitrary<Candidate> = fc.record({ value: scalar, stamp: someStamp }, plain)
  const register: fc.Arbitrary<Register> = fc.record(
    {
      candidates: fc
        .tuple(candidate, fc.array(candidate, { maxLength: 4 }))
        .map(([newest, older]) => [newest, ...older]),
      version: fc.integer({ min: 1, max: 3 }),
    },
    plain,
  )
  return fc.record(
    {
      writes: fc.constant(1),
      version: counter,
      registers: mapOf(register),
      ring: fc.array(hash, { maxLength: 16 }),
      problems: mapOf(fc.record({ code, message: anyText, stamp: someStamp }, plain)),
      aliasOf: fc.record({ key: anyKey, stamp: someStamp, heir: anyKey }, plain),
      absorbs: fc.array(anyKey, { maxLength: 3 }),
      updatedAt: millis,
      deletion: someStamp,
      split: fc.record({ vid, stamp: someStamp }, plain),
      hint: fc.record({ vid, stamp: someStamp }, plain),
      occurrence: fc.record(
        { name: hash, at: millis, uuid: fc.uuid(), utk: anyText },
        { ...plain, requiredKeys: ['name', 'at', 'uuid'] },
      ),
    },
    { ...plain, requiredKeys: ['writes', 'version', 'registers', 'ring', 'problems', 'updatedAt'] },
  )
})

export const anyDelivered: fc.Arbitrary<Delivered> = fc.record(
  {
    version: counter,
    state: fc.constantFrom('pending', 'synced', 'conflict', 'rejected', 'deleted'),
    vid,
    email,
    linked: fc.stringMatching(/^\d{1,12}$/),
    sent: mapOf(hash),
    absorbed: fc.array(anyKey, { maxLength: 3 }),
    withheld: mapOf(fc.record({ code, message: anyText, value: anyText, schema: hash }, plain)),
    problem: fc.record({ code, message: anyText, with: anyKey, vid }, { ...plain, requiredKeys: ['code', 'message'] }),
    deletion: millis,
    split: millis,
    conflictSince: millis,
    left: fc.array(email, { maxLength: 3 }),
    merging: vid,
    besides: fc.array(fc.record({ vid, email }, plain), { maxLength: 3 }),
    verified: counter,
    looks: fc.array(millis, { maxLength: 3 }),
    suspects: fc.array(propertyName, { maxLength: 3 }),
    maybeCreated: fc.boolean(),
    attempts: fc.nat({ max: 30 }),
    updatedAt: millis,
  },
  {
    ...plain,
    requiredKeys: [
      'version',
      'state',
      'withheld',
      'verified',
      'looks',
      'suspects',
      'maybeCreated',
      'attempts',
      'updatedAt',
    ],
  },
)

function mapOf<Value>(value: fc.Arbitrary<Value>): fc.Arbitrary<ReadonlyMap<string, Value>> {
  return fc
    .uniqueArray(fc.tuple(propertyName, value), { selector: ([name]) => name, maxLength: 8 })
    .map(entries => new Map(entries))
}
