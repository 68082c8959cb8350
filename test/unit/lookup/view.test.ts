import { describe, expect, it } from 'vitest'
import { settle } from '../../../functions/core/delivery/settle.ts'
import type { ContactRecord, Delivered } from '../../../functions/core/record.ts'
import type { UserId } from '../../../functions/core/types.ts'
import { viewOf } from '../../../functions/lookup/view.ts'
import { claimOnEmail, deliveredOf, NOON, vidOf } from '../../support/records.ts'
import { propertyOf, schemaOf } from '../../support/schemas.ts'
import { knowClaim, knownUser, newUser, saying, worldOf } from '../../support/works.ts'

const world = worldOf()
const ALEX = 'alex' as UserId
const view = (record: ContactRecord, schema = world.schema) => viewOf(ALEX, record, schema)
const withheld = (name: string, code: 'rejected' | 'conflict' | 'unknown_property'): Delivered['withheld'] =>
  new Map([[name, { code, message: 'not taken', value: 'fingerprint', schema: 'first' }]])

describe('a user is shown', () => {
  it('as pending before there is a contact', () => {
    expect(view(newUser({ email: 'a@x.test' }).record)).toStrictEqual({
      userId: 'alex',
      vid: null,
      status: 'pending',
      email: null,
      problems: [],
      updatedAt: new Date(NOON).toISOString(),
    })
  })

  it('as synced with the vid and the email that HubSpot is confirmed to hold', () => {
    const { record } = saying(knownUser({ email: 'a@x.test' }), { email: 'b@x.test' })

    expect(view(knownUser({ email: 'a@x.test' }).record)).toMatchObject({
      vid: '501',
      status: 'synced',
      email: 'a@x.test',
    })
    expect(view(record)).toMatchObject({ vid: '501', status: 'pending', email: 'a@x.test' })
  })

  it.each<[string, Partial<ContactRecord>]>([
    ['waits for a second look', { due: { lane: 'verifying', at: NOON } }],
    ['is looked at since HubSpot gave notice', { due: { lane: 'live', at: NOON }, verify: 1 }],
  ])('as synced while it only %s', (_, change) => {
    expect(view(knownUser({ age: 5 }, {}, change).record).status).toBe('synced')
  })

  it('as pending while something new waits, whatever lane it waits in', () => {
    expect(view(saying(knownUser({ age: 5 }), { age: 6 }).record).status).toBe('pending')
  })

  it('as synced with problems when some of the values are not taken', () => {
    const { record } = knownUser(
      { age: 5 },
      { withheld: withheld('age', 'rejected') },
      { due: { lane: 'rejected', at: NOON } },
    )

    expect(view(record)).toMatchObject({
      status: 'synced',
      problems: [{ property: 'age', code: 'rejected', message: 'not taken' }],
    })
  })

  it('as rejected when nothing could be delivered, with the reason', () => {
    const work = newUser({ age: 5 })
    const { delivered } = settle(work, { code: 'rejected', message: 'HubSpot said no' }, world)

    expect(view({ ...work.record, delivered })).toMatchObject({
      status: 'rejected',
      problems: [{ property: '', code: 'rejected', message: 'HubSpot said no' }],
    })
  })

  it.each([
    ['while something new waits', { due: { lane: 'live', at: NOON } as const }],
    ['while it waits for its probe', { due: { lane: 'conflict', at: NOON } as const }],
  ])('as a conflict %s, which names the user and the contact in the way', (_, change) => {
    const { record } = knownUser(
      { email: 'a@x.test' },
      {
        state: 'conflict',
        withheld: withheld('email', 'conflict'),
        problem: { code: 'conflict', message: 'another user has the address', with: 'user#bo', vid: vidOf('7') },
      },
      change,
    )

    expect(view(record)).toMatchObject({
      status: 'conflict',
      problems: [
        { property: 'email', code: 'conflict', message: 'another user has the address (user bo) (contact 7)' },
      ],
    })
  })

  it('as deleted where that is the policy', () => {
    const { record } = knownUser({}, { state: 'deleted', problem: { code: 'deleted', message: 'it was deleted' } })

    expect(view(record)).toMatchObject({ status: 'deleted', problems: [{ code: 'deleted' }] })
  })
})

describe('problems', () => {
  it('of folding and of delivery are shown together, once for each property', () => {
    const work = saying(knownUser({ age: 5 }, { withheld: withheld('plan', 'rejected') }), {
      age: 'old',
      nowhere: 1,
    })

    const { problems } = view(work.record)

    expect(problems.map(({ property, code }) => [property, code])).toStrictEqual([
      ['plan', 'rejected'],
      ['nowhere', 'unknown_property'],
      ['age', 'invalid_value'],
    ])
  })

  it('of properties that HubSpot lacks are judged by what HubSpot has now, and leave the user synced', () => {
    const work = saying(knownUser({ age: 5, nowhere: 1 }, { withheld: withheld('nowhere', 'unknown_property') }), {
      elsewhere: 2,
      nowhere: 3,
    })

    const lacking = view(work.record)
    const making = view(work.record, schemaOf(propertyOf('nowhere'), propertyOf('elsewhere')))
    const made = view(
      { ...work.record, delivered: deliveredOf(9, { vid: vidOf('501') }) },
      schemaOf(propertyOf('nowhere')),
    )

    expect(lacking.status).toBe('synced')
    expect(lacking.problems.map(({ property, code }) => [property, code])).toStrictEqual([
      ['nowhere', 'unknown_property'],
      ['elsewhere', 'unknown_property'],
    ])
    expect(lacking.problems[0]?.message).toContain('create it there')
    expect(making.status).toBe('pending')
    expect(making.problems.map(({ property, message }) => [property, message])).toStrictEqual([
      ['nowhere', "HubSpot has this contact property by now; the value follows with the user's next event"],
    ])
    expect(made.problems.map(({ property }) => property)).toStrictEqual(['elsewhere'])
  })

  it('are those of the last delivery where the portal has never been read', () => {
    const { record } = knownUser({ nowhere: 1 }, { withheld: withheld('nowhere', 'unknown_property') })

    expect(viewOf(ALEX, record).problems.map(({ property }) => property)).toStrictEqual(['nowhere'])
  })

  it('never show a value, nor the address of a lead', () => {
    const work = saying(knownUser({ email: 'a@x.test' }), { email: 'b@x.test', age: 'SECRET' })
    knowClaim(work, claimOnEmail('b@x.test'), 'lead#secret@x.test', { ...work.record, key: 'lead#secret@x.test' })
    const { delivered } = settle(work, undefined, world)

    expect(JSON.stringify(view({ ...work.record, delivered }).problems)).not.toMatch(/secret/i)
  })
})
