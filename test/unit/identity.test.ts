import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fingerprint } from '../../functions/core/fingerprint.ts'
import type { Contact } from '../../functions/core/hubspot.ts'
import {
  addressesIn,
  addressesOf,
  backs,
  ownershipOf,
  primaryEmail,
  uniqueIdOf,
  wantedEmail,
} from '../../functions/core/identity.ts'
import type { ContactRecord, Delivered } from '../../functions/core/record.ts'
import { canonicalEmail, leadKey, type RecordKey } from '../../functions/core/types.ts'
import { claimOnEmail, claimOnVid, vidOf } from '../support/records.ts'
import { contactOf, knownUser, newUser } from '../support/works.ts'

const idOf = (id: string): string => uniqueIdOf(`user#${id}`) ?? ''

describe('the value of the unique property', () => {
  /** Well-formed, as every id that is accepted: whole characters, some of them near the limits of what is plain. */
  const anyId = fc.oneof(
    fc.string({ unit: 'binary', minLength: 1 }),
    fc.string({ unit: 'grapheme', minLength: 1 }),
    fc.string({
      unit: fc.constantFrom('a', 'A', '~', '=', '7', 'e', 'İ', 'ß', 'K', ' ', '\u0000'),
      minLength: 1,
      maxLength: 6,
    }),
    fc.string({ unit: fc.constantFrom('a', 'A'), minLength: 30, maxLength: 104 }),
  )

  it('differs between different users, even where case does not count', () => {
    fc.assert(
      fc.property(anyId, anyId, (one, other) => {
        const equal = idOf(one).toLowerCase() === idOf(other).toLowerCase()

        expect(equal).toBe(one === other)
      }),
      { numRuns: 5_000 },
    )
  })

  it('of one user is never the value of another: no id imitates an escape or a hash', () => {
    fc.assert(
      fc.property(anyId, id => {
        const value = idOf(id)
        const once = idOf(value)

        expect(once === value).toBe(value === id)
      }),
      { numRuns: 2_000 },
    )
  })

  it('is at most 100 printable characters of lower-case ASCII', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          anyId,
          fc.string({ minLength: 90, maxLength: 110 }),
          fc.string({ minLength: 1_000, maxLength: 2_000 }),
        ),
        id => {
          expect(idOf(id)).toMatch(/^[!-@[-~]{1,100}$/)
        },
      ),
      { numRuns: 2_000 },
    )
  })

  it.each([
    ['u-1', 'u-1'],
    ['alex@example.com', 'alex@example.com'],
    ['a/b?c=d#[e]{f}', 'a/b?c=d#[e]{f}'],
    ['Alex', '~=41lex'],
    ['~a', '~=7ea'],
    ['a~', 'a~'],
    ['a b', '~a=20b'],
    ['ü', '~=c3=bc'],
    ['a'.repeat(100), 'a'.repeat(100)],
    ['a'.repeat(101), `~~${'9d0793397991b57a99a07c6e6b4a92bab68dbf605345cd0b87f385a448a726bc'}`],
  ])('of %s is %s', (id, value) => {
    expect(idOf(id)).toBe(value)
  })

  it('is none for a lead', () => {
    expect(uniqueIdOf(leadKey(canonicalEmail('a@x.test')))).toBeUndefined()
  })

  it('keeps apart what only white space or Unicode form tells apart', () => {
    const ids = ['1', ' 1', '1 ', '1\u00a0', '\u00e9', 'e\u0301', '\u212a', 'k', 'K'].map(id => idOf(id))

    expect(new Set(ids.map(id => id.toLowerCase())).size).toBe(ids.length)
  })
})

describe('addresses', () => {
  it('of a record are its candidates, newest first, without the wish to have none', () => {
    const { record } = newUser({ email: 'a@x.test' }, { email: 'b@x.test' }, { email: null })

    expect(addressesOf(record)).toStrictEqual(['b@x.test', 'a@x.test'])
    expect(wantedEmail(record)).toBe('')
    expect(wantedEmail(newUser({}).record)).toBeUndefined()
  })

  it('of a contact are its primary one and then the others', () => {
    const contact = contactOf('1', { email: 'A@x.test', hs_additional_emails: 'B@x.test; c@x.test' })

    expect(addressesIn(contact)).toStrictEqual(['a@x.test', 'b@x.test', 'c@x.test'])
    expect(primaryEmail(contact)).toBe('a@x.test')
    expect(primaryEmail(contactOf('1', { email: null }))).toBeUndefined()
    expect(primaryEmail(contactOf('1'))).toBeUndefined()
  })
})

describe('a claim', () => {
  const rejected = (address: string): Delivered['withheld'] =>
    new Map([['email', { code: 'rejected', message: 'no', value: fingerprint(address), schema: 'first' }]])
  const owner = (change: Partial<Delivered> = {}, record: Partial<ContactRecord> = {}) =>
    knownUser({ email: 'now@x.test' }, { email: canonicalEmail('before@x.test'), ...change }, record).record

  it.each<[string, ContactRecord | undefined, ReturnType<typeof claimOnEmail>, boolean]>([
    ['whose owner is gone', undefined, claimOnVid('501'), false],
    ["on its owner's contact", owner(), claimOnVid('501'), true],
    ['on another contact', owner(), claimOnVid('502'), false],
    ['on another contact, in doubt', owner({ looks: [1] }, { verify: 1 }), claimOnVid('502'), false],
    ['on the address that its owner has', owner(), claimOnEmail('before@x.test'), true],
    ['on the address that its owner wants', owner(), claimOnEmail('now@x.test'), true],
    ['on an address that its owner had', owner(), claimOnEmail('old@x.test'), false],
    ['on an address of before, while a write may still land', owner({ looks: [1] }), claimOnEmail('old@x.test'), true],
    ['on an address of before, while it is in doubt', owner({}, { verify: 1 }), claimOnEmail('old@x.test'), true],
    [
      'on an address that HubSpot refuses',
      owner({ withheld: rejected('now@x.test') }),
      claimOnEmail('now@x.test'),
      false,
    ],
    [
      'on an address that came after the refused one',
      owner({ withheld: rejected('old@x.test') }),
      claimOnEmail('now@x.test'),
      true,
    ],
    ['of a deleted user on the contact', owner({ state: 'deleted' }), claimOnVid('501'), false],
    ['of a deleted user on the address', owner({ state: 'deleted' }), claimOnEmail('now@x.test'), false],
  ])('%s: backed or free', (_, record, claim, backed) => {
    expect(backs(record, claim)).toBe(backed)
  })
})

describe('whose a contact is', () => {
  const us: RecordKey = 'user#alex'
  const them: RecordKey = 'user#them'
  const backing = { ...knownUser({}).record, key: them }
  const notBacking = { ...knownUser({}, { vid: vidOf('7') }).record, key: them }
  const carrying = (id: string | null): Contact => contactOf('501', { internal_user_id: id })
  const claimed = (owner: RecordKey, ownerRecord?: ContactRecord) => ({ key: claimOnVid('501'), owner, ownerRecord })

  it.each([
    ['nobody claims it, it carries nothing', undefined, null, { whose: 'nobody' }],
    ['nobody claims it, it carries an empty id', undefined, '', { whose: 'nobody' }],
    ['nobody claims it, it carries our id', undefined, 'alex', { whose: 'ours' }],
    ['nobody claims it, it carries our id in capitals', undefined, 'ALEX', { whose: 'ours' }],
    ["nobody claims it, it carries another's id", undefined, 'them', { whose: 'another' }],
    ['we claim it, it carries nothing', claimed(us), null, { whose: 'ours' }],
    ['we claim it, it carries our id', claimed(us), 'alex', { whose: 'ours' }],
    ["we claim it, it carries another's id", claimed(us), 'them', { whose: 'another' }],
    ['they claim it and mean it', claimed(them, backing), null, { whose: 'another', owner: them }],
    ['they claim it and mean it, it carries our id', claimed(them, backing), 'alex', { whose: 'another', owner: them }],
    ['they claim it no more', claimed(them, notBacking), null, { whose: 'nobody', from: them }],
    ['they claim it no more, it carries our id', claimed(them, notBacking), 'alex', { whose: 'ours', from: them }],
    ['they claim it no more, it carries their id', claimed(them, notBacking), 'them', { whose: 'another' }],
    ['they claim it, their record is gone', claimed(them), null, { whose: 'nobody', from: them }],
  ] as const)('%s', (_, claim, carried, expected) => {
    expect(ownershipOf(carrying(carried), us, claim, 'internal_user_id')).toStrictEqual(expected)
  })

  it.each([
    ['it carries the id of one of us, and nobody claims it', undefined, 'them', { whose: 'absorbed' }],
    ['it carries the id of one of us, and we claim it', claimed(us), 'them', { whose: 'absorbed' }],
    ['they claim it no more', claimed(them, notBacking), null, { whose: 'absorbed', from: them }],
    [
      'they claim it no more, it carries their id',
      claimed(them, notBacking),
      'them',
      { whose: 'absorbed', from: them },
    ],
    ['they still mean it', claimed(them, backing), 'them', { whose: 'another', owner: them }],
    ['they claim it no more, it carries a third id', claimed(them, notBacking), 'third', { whose: 'another' }],
    ['it carries our id', claimed(them, notBacking), 'alex', { whose: 'ours', from: them }],
  ] as const)('when their id has become ours: %s', (_, claim, carried, expected) => {
    expect(ownershipOf(carrying(carried), us, claim, 'internal_user_id', [them])).toStrictEqual(expected)
  })

  it('its email says nothing about that', () => {
    const contact = contactOf('501', { email: 'alex@x.test' })

    expect(ownershipOf(contact, us, undefined, 'internal_user_id').whose).toBe('nobody')
  })

  it('a lead owns what nobody with an id does', () => {
    const lead = leadKey(canonicalEmail('a@x.test'))

    expect(ownershipOf(carrying(null), lead, undefined, 'internal_user_id').whose).toBe('nobody')
    expect(ownershipOf(carrying('alex'), lead, undefined, 'internal_user_id').whose).toBe('another')
  })
})
