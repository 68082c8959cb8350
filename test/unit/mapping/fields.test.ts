import { describe, expect, it } from 'vitest'
import { type ConfigInput, defineConfig } from '../../../functions/core/config.ts'
import type { Call, Path } from '../../../functions/core/mapping-settings.ts'
import type { Json } from '../../../functions/core/types.ts'
import { saidBy } from '../../support/calls.ts'

type Fields = NonNullable<NonNullable<ConfigInput['contacts']>['fields']>
type Traits = { readonly [name: string]: Json }

/** What an identify call says of the contact. */
function contactBy(traits: Traits, contacts: ConfigInput['contacts'], context: Traits = {}): Record<string, unknown> {
  return saidBy({ type: 'identify', userId: 'alex', traits, context }, defineConfig({ contacts }))['user#alex'] ?? {}
}

const fieldBy = (field: Fields[string], traits: Traits = {}, context: Traits = {}): unknown =>
  contactBy(traits, { fields: { x: field }, unmapped: 'drop' }, context).x

describe('a path', () => {
  it.each<[Path, unknown]>([
    ['traits.address.town', 'Rome'],
    ['traits.tags.1', 'b'],
    ['traits.tags', 'a;b'],
    ['traits.dotted.name', 'dotted'],
    ['traits.deep.dotted.name', 'deep'],
    ['context.campaign.name', 'spring'],
    ['userId', 'alex'],
    ['timestamp', '2023-11-14T22:13:20.000Z'],
    ['traits.nothing', undefined],
    ['traits.address.nothing.further', undefined],
    ['traits.constructor.name', undefined],
    ['traits.tags.9', undefined],
    ['traits.address', '✗ is an object'],
    ['traits.items', '✗ is a list of more than plain values'],
  ])('%s leads to %j', (path, value) => {
    const traits = {
      address: { town: 'Rome' },
      tags: ['a', 'b'],
      items: [{ a: 1 }],
      'dotted.name': 'dotted',
      deep: { 'dotted.name': 'deep' },
    }

    expect(fieldBy(path, traits, { campaign: { name: 'spring' } })).toBe(value)
  })

  it.each<[Json, unknown]>([
    [null, ''],
    ['', ''],
    [0, 0],
    [false, false],
  ])('to %j gives %j: what is empty clears', (x, value) => {
    expect(fieldBy('traits.x', { x })).toBe(value)
  })

  it.each<[Json]>([[null], [''], ['  ']])('to %j says nothing where an empty value is not to clear', x => {
    expect(fieldBy({ from: 'traits.x', clear: false }, { x })).toBeUndefined()
  })
})

describe('other sources', () => {
  it('a constant is the same for everybody', () => {
    expect(fieldBy({ value: 'product' })).toBe('product')
  })

  it.each<[Traits, unknown]>([
    [{ first: 'Ada', last: 'Lovelace' }, 'Ada Lovelace'],
    [{ first: 'Ada', last: 1 }, 'Ada 1'],
    [{ first: '{traits.last}', last: '$&' }, '{traits.last} $&'],
    [{ first: 'Ada' }, undefined],
    [{ first: 'Ada', last: '' }, undefined],
    [{ first: 'Ada', last: {} }, '✗ is an object'],
  ])('a template of %j gives %j', (traits, value) => {
    expect(fieldBy({ template: '{traits.first} {traits.last}' }, traits)).toBe(value)
  })

  it.each<[string, (call: Call) => unknown, unknown]>([
    ['what it returns', ({ traits }) => String(traits.a).toUpperCase(), 'B'],
    ['a list of it', () => ['a', 'b'], 'a;b'],
    ['nothing', () => undefined, undefined],
    ['a clearing', () => null, ''],
    ['its own mistake', () => JSON.parse('SECRET'), '✗ could not be computed: the function has thrown a SyntaxError'],
    ['whatever it throws', () => Promise.reject.call(undefined, 'SECRET'), expect.stringMatching(/^✗ could not/)],
    ['no JSON', () => new Date(), '✗ could not be computed: the function has returned no JSON value'],
    ['no number', () => Number.NaN, '✗ could not be computed: the function has returned no JSON value'],
    ['a promise', async () => 'later', '✗ could not be computed: the function has returned no JSON value'],
  ])('a function gives %s', (_, compute, value) => {
    const field = { compute: compute as (call: Call) => Json | undefined }

    expect(fieldBy(field, { a: 'b' })).toStrictEqual(value)
  })

  it('a function costs its own field alone, and changes nothing for others', () => {
    const vandal = ({ traits }: Call): Json => {
      Object.assign(traits, { plan: 'stolen' })
      throw new RangeError(String(traits.email))
    }

    const said = contactBy(
      { email: 'a@x.test', plan: 'paid' },
      { fields: { a: { compute: vandal }, b: 'traits.plan' } },
    )

    expect(said).toStrictEqual({
      email: 'a@x.test',
      a: '✗ could not be computed: the function has thrown a RangeError',
      b: 'paid',
    })
  })
})

describe('fields and traits', () => {
  it('a field stands instead of what traits map to, even where it says nothing', () => {
    expect(contactBy({ phone: '1', mobile: '2' }, { fields: { phone: 'traits.mobile' } })).toStrictEqual({ phone: '2' })
    expect(contactBy({ phone: '1' }, { fields: { phone: 'traits.mobile' } })).toStrictEqual({})
  })

  it('a trait that a field reads does not go to a property of its own name', () => {
    const fields = { plan_name: 'traits.plan', town: { template: '{traits.home.town}' } } as const

    expect(contactBy({ plan: 'paid', home: { town: 'Rome', zip: '1' } }, { fields })).toStrictEqual({
      plan_name: 'paid',
      town: 'Rome',
      home_zip: '1',
    })
  })

  it('an address is one, and the email comes first, wherever it is taken from', () => {
    const said = contactBy({ age: 1, contact: { mail: ' A@X.test' } }, { fields: { email: 'traits.contact.mail' } })

    expect(Object.entries(said)).toStrictEqual([
      ['email', 'a@x.test'],
      ['age', 1],
    ])
    expect(contactBy({ mail: 'nobody' }, { fields: { email: 'traits.mail' } }).email).toBe('✗ is not an email address')
  })

  it.each([
    ['send', { firstname: 'Ada', plan: 'paid' }],
    ['create', { firstname: 'Ada', plan: 'paid' }],
    ['drop', { firstname: 'Ada' }],
  ] as const)('traits that nothing maps: %s', (unmapped, said) => {
    expect(contactBy({ firstName: 'Ada', plan: 'paid' }, { unmapped })).toStrictEqual(said)
  })
})

describe('choices that are only added', () => {
  const fields = { interests: { from: 'traits.interests', append: true } } as const

  it.each<[Json, Record<string, unknown>]>([
    [['golf', 'chess'], { 'interests;golf': true, 'interests;chess': true }],
    ['golf; chess;golf', { 'interests;golf': true, 'interests;chess': true }],
    ['', {}],
    [null, {}],
    [{ golf: true }, { interests: '✗ is an object' }],
    ['x'.repeat(256), { interests: '✗ has a choice of more than 255 characters' }],
  ])('%j is a register for each', (interests, said) => {
    expect(contactBy({ interests }, { fields })).toStrictEqual(said)
  })
})
