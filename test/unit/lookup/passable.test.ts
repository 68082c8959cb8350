import { describe, expect, test } from 'vitest'
import type { ContactRecord, Delivered, Due, Problem, Withheld } from '../../../functions/core/record.ts'
import { notDelivered } from '../../../functions/core/record.ts'
import { canonicalEmail } from '../../../functions/core/types.ts'
import { passableFor } from '../../../functions/lookup/passable.ts'
import { deliveredOf, foldedOf, NOON, registerOf, stampOf, vidOf } from '../../support/records.ts'

const OLD = canonicalEmail('old@example.com')
const NEW = canonicalEmail('new@example.com')
const vid = vidOf('101')
const live: Due = { lane: 'live', at: NOON }
const probe = (lane: 'conflict' | 'rejected' | 'verifying'): Due => ({ lane, at: NOON + 3_600_000 })
const withheld = (code: Problem['code']): ReadonlyMap<string, Withheld> =>
  new Map([['email', { code, message: 'why', value: 'fingerprint', schema: 'revision' }]])

interface Sketch {
  /** `undefined`: the product never gave one. */
  readonly wanted: string | undefined
  readonly delivered: Delivered
  readonly due?: Due
  readonly verify?: number
}

function recordOf({ wanted, delivered, due, verify = 0 }: Sketch): ContactRecord {
  const registers = new Map([
    ['firstname', registerOf('Alex')],
    ...(wanted === undefined ? [] : [['email', registerOf(wanted, stampOf(2), 2)] as const]),
  ])
  return { key: 'user#u1', folded: foldedOf(2, { registers }), delivered, verify, ...(due && { due }) }
}

describe('an address is told', () => {
  test.each<[string, Sketch, ReturnType<typeof passableFor>]>([
    [
      'when HubSpot holds the newest one',
      { wanted: NEW, delivered: deliveredOf(2, { vid, email: NEW }) },
      { email: NEW, pending: false },
    ],
    [
      'when the newest one is written otherwise',
      { wanted: ' NEW@Example.com', delivered: deliveredOf(2, { vid, email: NEW }) },
      { email: NEW, pending: false },
    ],
    [
      'when only something else is on its way',
      { wanted: NEW, delivered: deliveredOf(1, { vid, email: NEW }), due: live },
      { email: NEW, pending: false },
    ],
    [
      'as it was, while a newer one is on its way',
      { wanted: NEW, delivered: deliveredOf(1, { vid, email: OLD }), due: live },
      { email: OLD, pending: true },
    ],
    [
      'as it was, while a newer one is on its way in a backfill',
      { wanted: NEW, delivered: deliveredOf(1, { vid, email: OLD }), due: { lane: 'bulk', at: NOON } },
      { email: OLD, pending: true },
    ],
    [
      'as it was, when HubSpot refused the newer one',
      {
        wanted: NEW,
        delivered: deliveredOf(2, { vid, email: OLD, withheld: withheld('rejected') }),
        due: probe('rejected'),
      },
      { email: OLD, pending: false },
    ],
    [
      'when nothing else could be delivered',
      { wanted: NEW, delivered: deliveredOf(2, { vid, email: NEW, state: 'rejected' }), due: probe('rejected') },
      { email: NEW, pending: false },
    ],
    [
      'when a write was not answered that had no address in it',
      {
        wanted: NEW,
        delivered: deliveredOf(2, { vid, email: NEW, looks: [NOON], suspects: ['city'] }),
        due: probe('verifying'),
      },
      { email: NEW, pending: false },
    ],
  ])('%s', (_, sketch, told) => {
    expect(passableFor(recordOf(sketch))).toEqual(told)
  })
})

describe('no address is told', () => {
  test('of a user of whom nothing is known, whose first event may be on its way', () => {
    expect(passableFor(undefined)).toEqual({ email: null, pending: true })
  })

  test.each<[string, Sketch, boolean]>([
    ['before there is a contact', { wanted: NEW, delivered: notDelivered, due: live }, true],
    [
      'of a contact that was adopted, before anything is sent to it',
      { wanted: NEW, delivered: deliveredOf(0, { vid, email: OLD, state: 'pending' }), due: live },
      true,
    ],
    [
      'of a contact that was adopted anew, after a merge by hand',
      { wanted: NEW, delivered: deliveredOf(0, { vid, email: canonicalEmail('another@example.com') }), due: live },
      true,
    ],
    [
      'that the product never gave',
      { wanted: undefined, delivered: deliveredOf(2, { vid, email: OLD }), due: live },
      false,
    ],
    ['that is being taken away', { wanted: '', delivered: deliveredOf(1, { vid, email: OLD }), due: live }, false],
    ['of a contact that has none', { wanted: NEW, delivered: deliveredOf(1, { vid }), due: live }, true],
    [
      'that is in conflict',
      {
        wanted: NEW,
        delivered: deliveredOf(2, { vid, email: OLD, state: 'conflict', withheld: withheld('conflict') }),
        due: probe('conflict'),
      },
      false,
    ],
    [
      'of a contact that is another user’s',
      { wanted: NEW, delivered: deliveredOf(2, { vid, email: NEW, state: 'conflict' }), due: probe('conflict') },
      false,
    ],
    [
      'of a conflict that a newer address may end',
      { wanted: NEW, delivered: deliveredOf(1, { vid, email: OLD, state: 'conflict' }), due: live },
      true,
    ],
    [
      'that would become the primary one by being told',
      {
        wanted: NEW,
        delivered: deliveredOf(2, { vid, email: OLD, withheld: withheld('secondary_email') }),
        due: probe('rejected'),
      },
      false,
    ],
    [
      'while nobody knows which one HubSpot holds',
      {
        wanted: NEW,
        delivered: deliveredOf(1, { vid, email: OLD, looks: [NOON], suspects: ['email'] }),
        due: live,
        verify: 1,
      },
      true,
    ],
    [
      'while a write of an address may still land',
      {
        wanted: NEW,
        delivered: deliveredOf(2, { vid, email: NEW, looks: [NOON], suspects: ['city', 'email'] }),
        due: probe('verifying'),
      },
      false,
    ],
    [
      'while another contact may be merged into the user’s',
      { wanted: NEW, delivered: deliveredOf(1, { vid, email: OLD, merging: vidOf('102'), looks: [NOON] }), due: live },
      true,
    ],
    [
      'while a webhook gives reason to doubt',
      { wanted: NEW, delivered: deliveredOf(2, { vid, email: NEW, verified: 3 }), due: live, verify: 4 },
      true,
    ],
    [
      'of a contact that was deleted',
      { wanted: NEW, delivered: deliveredOf(2, { vid, email: NEW, state: 'deleted' }), due: live },
      false,
    ],
    [
      'where the very first address was refused',
      { wanted: NEW, delivered: { ...notDelivered, state: 'rejected' }, due: probe('rejected') },
      false,
    ],
  ])('%s', (_, sketch, pending) => {
    expect(passableFor(recordOf(sketch))).toEqual({ email: null, pending })
  })
})
