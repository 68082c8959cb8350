import { describe, expect, it } from 'vitest'
import { type ConfigInput, defineConfig } from '../../../functions/core/config.ts'
import { fold } from '../../../functions/core/fold.ts'
import { statementOf } from '../../../functions/core/folding/statement.ts'
import { objectKey } from '../../../functions/core/keys.ts'
import { wantedLink } from '../../../functions/core/mapping/link.ts'
import { sayingsOf } from '../../../functions/core/mapping/saying.ts'
import type { ContactRecord } from '../../../functions/core/record.ts'
import type { Json } from '../../../functions/core/types.ts'
import { eventFrom, saidBy } from '../../support/calls.ts'
import { recordOf } from '../../support/events.ts'
import { NOON } from '../../support/records.ts'

type Mapping = NonNullable<ConfigInput['objects']>[string]

const companies: Mapping = { from: 'group', id: 'groupId', uniqueProperty: 'company_id' }
const configOf = (change: Partial<Mapping> = {}) =>
  defineConfig({ objects: { companies: { ...companies, ...change } } })
const group = (groupId: string, traits: { [name: string]: Json } = {}) => ({ type: 'group', groupId, traits })
const USER = 'user#019mr8mf4r'

describe('the id of an object', () => {
  it.each<[unknown, string]>([
    ['A-1', 'A-1'],
    [' A-1 ', 'A-1'],
    [42, '42'],
    ['ACME & Söhne', 'ACME & Söhne'],
  ])('%j is the text %j, in the key and in the unique property', (order_id, id) => {
    const config = defineConfig({
      objects: {
        deals: { from: { track: 'Sold' }, id: 'properties.order_id', uniqueProperty: 'number', contact: false },
      },
    })

    const said = saidBy({ type: 'track', event: 'Sold', properties: { order_id } as never }, config)

    expect(said[objectKey('deals', id)]).toStrictEqual({ number: id })
  })

  it.each([[null], [''], ['  ']])('%j names no object', id => {
    const config = configOf({ from: 'identify', id: 'traits.company_id' })

    expect(Object.keys(saidBy({ type: 'identify', traits: { company_id: id } }, config))).toStrictEqual([USER])
  })

  it.each<[Json]>([[['A']], [{ id: 'A' }], [true], ['x'.repeat(256)]])(
    'that cannot be used is told beside the person (%j)',
    company_id => {
      const config = configOf({ from: 'identify', id: 'traits.company_id' })

      const said = saidBy({ type: 'identify', traits: { company_id } }, config)

      expect(Object.keys(said)).toStrictEqual([USER, `link#companies#@${USER}`])
      expect(said[`link#companies#@${USER}`]).toStrictEqual({ object: expect.stringMatching(/^✗ has (no|an) id/) })
    },
  )

  it('is that of the group in calls of other types, too', () => {
    const config = configOf({ from: ['group', { track: 'Plan Changed' }], contact: false })

    const said = saidBy({ type: 'track', event: 'Plan Changed', context: { groupId: 'initech' } }, config)

    expect(said['object#companies#initech']).toStrictEqual({ company_id: 'initech' })
  })
})

describe('values of an object that no field names', () => {
  const traits = { name: 'Initech', address: { city: 'Austin' }, 'Annual Revenue': 1_000, company_id: 'mine' }

  it('are dropped unless it is said otherwise', () => {
    expect(saidBy(group('initech', traits), configOf())['object#companies#initech']).toStrictEqual({
      company_id: 'initech',
    })
  })

  it.each(['send', 'create'] as const)('go to the properties of their own names where they are to (%s)', unmapped => {
    const config = configOf({ unmapped, fields: { brand: 'traits.name' } })

    expect(saidBy(group('initech', traits), config)['object#companies#initech']).toStrictEqual({
      company_id: 'initech',
      brand: 'Initech',
      address_city: 'Austin',
      annual_revenue: 1_000,
    })
  })

  it('are those of the call that is about the object: the traits of an identify are the person’s', () => {
    const config = configOf({ from: 'identify', id: 'traits.company.id', unmapped: 'send' })

    const said = saidBy({ type: 'identify', traits: { age: 3, company: { id: 'initech' } } }, config)

    expect(said['object#companies#initech']).toStrictEqual({ company_id: 'initech' })
  })
})

describe('several mappings', () => {
  it('make one call speak of several objects', () => {
    const config = defineConfig({
      objects: {
        companies: { ...companies, from: { track: 'Order Completed' }, id: 'properties.account' },
        deals: { from: { track: 'Order Completed' }, id: 'properties.order_id', uniqueProperty: 'number' },
        lines: {
          type: '2-77',
          from: { track: 'Order Completed' },
          id: 'properties.products.0.sku',
          uniqueProperty: 'sku',
        },
      },
    })
    const properties = { account: 'initech', order_id: 7, products: [{ sku: 'G-32' }, { sku: 'G-33' }] }

    const said = saidBy({ type: 'track', event: 'Order Completed', properties }, config)

    expect(Object.keys(said).filter(key => key.startsWith('object#'))).toStrictEqual([
      'object#companies#initech',
      'object#deals#7',
      'object#lines#G-32',
    ])
  })
})

/** What the links of a person ask for after calls, of which the nth was made in the nth minute. */
function linksAfter(calls: readonly { [name: string]: Json }[], order: readonly number[], change: Partial<Mapping>) {
  const config = configOf(change)
  const records = new Map<string, ContactRecord>()
  for (const n of order) {
    const timestamp = new Date(NOON + n * 60_000).toISOString()
    const event = eventFrom({ ...calls[n], messageId: `message-${n}`, timestamp }, NOON + 3_600_000)
    for (const saying of sayingsOf(event, config)) {
      if (!saying.key.startsWith('link#')) continue
      const world = { schema: undefined, config, now: NOON }
      const { folded } = fold(saying.key, records.get(saying.key), [statementOf(event, saying)], world)
      records.set(saying.key, recordOf(folded, { key: saying.key }))
    }
  }
  return Object.fromEntries([...records].map(([key, { folded }]) => [key.split('@')[0], wantedLink(folded)]))
}

const left = (properties: { [name: string]: Json } = {}) => ({ type: 'track', event: 'Left', properties })
const orders = [
  [0, 1, 2],
  [2, 1, 0],
  [1, 0, 2],
  [2, 0, 1],
]

describe('associations', () => {
  it('are plain, or labelled, by the mapping and by the call', () => {
    const labels: Mapping['contact'] = { labels: ['Member'], labelsFrom: 'traits.role' }
    const roles = [{ role: 'Owner' }, {}, { role: 'Owner;Admin' }, { role: { name: 'Owner' } }]

    const wanted = roles.map(traits => linksAfter([group('a', traits)], [0], { contact: labels })['link#companies#a'])

    expect(wanted).toStrictEqual([
      { labels: ['Member', 'Owner'] },
      { labels: ['Member'] },
      { labels: ['Admin', 'Member', 'Owner'] },
      { labels: ['Member'] },
    ])
    expect(linksAfter([group('a')], [0], {})).toStrictEqual({ 'link#companies#a': { labels: [] } })
  })

  it('a label that cannot be read is told', () => {
    const config = configOf({ contact: { labelsFrom: 'traits.role' } })

    expect(saidBy(group('a', { role: { name: 'Owner' } }), config)[`link#companies#a@${USER}`]).toStrictEqual({
      labels: '*',
      labelsFrom: '✗ is an object',
    })
  })

  it('of several companies stand side by side until a call takes one away', () => {
    const contact = { removedBy: { track: 'Left' }, removedId: 'properties.company' } as const
    const calls = [group('a'), group('b'), left({ company: 'a' })]

    for (const order of orders)
      expect(linksAfter(calls, order, { contact })).toStrictEqual({
        'link#companies#a': undefined,
        'link#companies#b': { labels: [] },
      })
  })
})

describe('the only object that a person has of a kind', () => {
  const contact = { one: true, removedBy: { track: 'Left' }, removedId: 'properties.company' } as const
  const a = objectKey('companies', 'a')
  const b = objectKey('companies', 'b')

  it.each(orders)(
    'is the one that they have joined last, in whatever order it becomes known (%i, %i, %i)',
    (...order) => {
      const calls = [group('a'), group('b'), group('a')]

      expect(linksAfter(calls, order, { contact })).toStrictEqual({ 'link#companies#': { object: a, labels: [] } })
    },
  )

  it.each(orders)('stays when they have left another (%i, %i, %i)', (...order) => {
    const calls = [group('a'), group('b'), left({ company: 'a' })]

    expect(linksAfter(calls, order, { contact })).toStrictEqual({ 'link#companies#': { object: b, labels: [] } })
  })

  it.each(orders)('is gone when they have left it, whether they say which it was or not (%i, %i, %i)', (...order) => {
    const calls = [group('a'), group('b')]

    expect(linksAfter([...calls, left({ company: 'b' })], order, { contact })).toStrictEqual({
      'link#companies#': undefined,
    })
    expect(linksAfter([...calls, left()], order, { contact })).toStrictEqual({ 'link#companies#': undefined })
  })

  it.each(orders)('may be joined again (%i, %i, %i)', (...order) => {
    const calls = [group('a'), left({ company: 'a' }), group('a')]

    expect(linksAfter(calls, order, { contact })).toStrictEqual({ 'link#companies#': { object: a, labels: [] } })
  })

  it('says nothing while all that is known is that they have left one', () => {
    expect(linksAfter([left({ company: 'a' })], [0], { contact })).toStrictEqual({ 'link#companies#': 'nothing' })
  })
})
