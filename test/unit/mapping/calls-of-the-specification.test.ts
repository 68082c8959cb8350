import { describe, expect, it } from 'vitest'
import { defineConfig } from '../../../functions/core/config.ts'
import { eventFrom, saidBy, sayingsFrom } from '../../support/calls.ts'
import { NOON } from '../../support/records.ts'

const config = defineConfig({
  contacts: { fields: { full_name: { template: '{traits.firstName} {traits.lastName}' } } },
  events: { page: true, screen: true },
  objects: {
    companies: {
      from: 'group',
      id: 'groupId',
      uniqueProperty: 'company_id',
      fields: { name: 'traits.name', numberofemployees: 'traits.employees' },
      contact: { labelsFrom: 'context.role', removedBy: { track: 'Company Left' } },
    },
    deals: {
      from: { track: ['Order Completed', 'Order Updated'] },
      id: 'properties.order_id',
      uniqueProperty: 'order_number',
      fields: { amount: 'properties.total', dealstage: { value: 'closedwon' } },
    },
  },
  lists: { Newsletter: { when: 'traits.newsletter' }, Buyers: { add: { track: 'Order Completed' } } },
  subscriptions: { Tips: { subscribe: { track: 'Tips Wanted' }, unsubscribe: { track: 'Tips Refused' } } },
})
const USER = 'user#019mr8mf4r'

describe("calls in the shape of the Segment specification's examples", () => {
  it('identify speaks of the contact, and of what else its traits are for', () => {
    const said = saidBy(
      {
        type: 'identify',
        traits: {
          firstName: 'Peter',
          lastName: 'Gibbons',
          email: 'Peter@Example.com',
          plan: 'premium',
          newsletter: true,
        },
        context: { ip: '24.5.68.47' },
      },
      config,
    )

    expect(said).toStrictEqual({
      [USER]: {
        email: 'peter@example.com',
        full_name: 'Peter Gibbons',
        firstname: 'Peter',
        lastname: 'Gibbons',
        plan: 'premium',
      },
      [`lists@${USER}`]: { Newsletter: true },
    })
  })

  it('track speaks of an event, the order, its buyer and the list, and never of the contact', () => {
    const said = saidBy(
      {
        type: 'track',
        event: 'Order Completed',
        properties: { order_id: 'A-1001', total: 27.5, currency: 'USD', products: [{ sku: 'G-32' }] },
        context: { page: { url: 'https://shop.example/checkout', title: 'Checkout' }, userAgent: 'Mozilla/5.0' },
      },
      config,
    )

    expect(said).toStrictEqual({
      [`event@${USER}`]: {
        order_id: 'A-1001',
        total: 27.5,
        currency: 'USD',
        products: '✗ is a list of more than plain values',
        hs_page_url: 'https://shop.example/checkout',
        hs_page_title: 'Checkout',
        hs_user_agent: 'Mozilla/5.0',
      },
      'object#deals#A-1001': { order_number: 'A-1001', amount: 27.5, dealstage: 'closedwon' },
      [`link#deals#A-1001@${USER}`]: { labels: '*' },
      [`lists@${USER}`]: { Buyers: true },
    })
  })

  it('page speaks of an event of its own', () => {
    const said = saidBy(
      {
        type: 'page',
        name: 'Home',
        properties: { title: 'Welcome', url: 'https://example.com/', path: '/', referrer: 'https://search.example/' },
      },
      config,
    )

    expect(said).toStrictEqual({
      [`event@${USER}`]: {
        path: '/',
        hs_page_title: 'Welcome',
        hs_page_url: 'https://example.com/',
        hs_referrer: 'https://search.example/',
      },
    })
  })

  it('screen speaks of an event of its own', () => {
    const call = { type: 'screen', name: 'Home', properties: { 'Feed Type': 'private' } }

    expect(sayingsFrom(call, config)[0]?.occurrence?.name).toBe('screen_viewed')
    expect(saidBy(call, config)).toStrictEqual({
      [`event@${USER}`]: { feed_type: 'private', hs_page_title: 'Home' },
    })
  })

  it('group speaks of the company and of who belongs to it, and never of the contact', () => {
    const said = saidBy(
      {
        type: 'group',
        groupId: '0e8c78ea9d97a7b8185e8632',
        traits: { name: 'Initech', industry: 'Technology', employees: 329, newsletter: true },
        context: { role: ['Owner', 'Admin'] },
      },
      config,
    )

    expect(said).toStrictEqual({
      'object#companies#0e8c78ea9d97a7b8185e8632': {
        company_id: '0e8c78ea9d97a7b8185e8632',
        name: 'Initech',
        numberofemployees: 329,
      },
      [`link#companies#0e8c78ea9d97a7b8185e8632@${USER}`]: { labels: 'Admin;Owner' },
    })
  })

  it.each([
    ['alias', { type: 'alias', previousId: 'before' }],
    ['a track call that is left out', { type: 'track', event: 'Heartbeat' }],
  ])('%s says nothing by itself', (_, call) => {
    const without = defineConfig({ events: { names: { Heartbeat: false } } })

    expect(sayingsFrom(call, without)).toStrictEqual([])
  })

  it('the same event says the same each time, and no record twice', () => {
    const event = { type: 'track', event: 'Order Completed', properties: { order_id: 7, total: 1 } }
    const once = sayingsFrom(event, config)

    expect(sayingsFrom(event, config)).toStrictEqual(once)
    expect(new Set(once.map(({ key }) => key)).size).toBe(once.length)
  })
})

describe("the samples of RudderStack's HubSpot documentation", () => {
  it('identify', () => {
    const traits = {
      ...{
        firstName: 'Alex',
        city: 'New Orleans',
        country: 'USA',
        phone: '+1-202-555-0146',
        email: 'alex@example.com',
      },
      ...{ custom_flavor: 'chocolate', custom_date: 1574769933368, custom_date1: '2019-10-14T11:15:53.296Z' },
    }

    expect(saidBy({ type: 'identify', userId: 'alex', traits }, defineConfig({}))).toStrictEqual({
      'user#alex': {
        email: 'alex@example.com',
        firstname: 'Alex',
        phone: '+1-202-555-0146',
        city: 'New Orleans',
        country: 'USA',
        custom_flavor: 'chocolate',
        custom_date: 1574769933368,
        custom_date1: '2019-10-14T11:15:53.296Z',
      },
    })
  })

  it('track', () => {
    const call = {
      type: 'track',
      event: 'Product Added',
      originalTimestamp: '2023-11-14T12:00:00.000Z',
      context: {
        traits: { email: 'alex@example.com', address: { city: 'New Orleans', country: 'USA' } },
        device: { name: 'maguro' },
        hubspotutk: '0123456789abcdef0123456789abcdef',
      },
      properties: {
        name: "Rubik's Cube",
        revenue: 4.99,
        assetType: 'toys',
        assetDescription: 'A cube',
        elementClass: 'btn',
      },
    }

    const [said] = sayingsFrom(call, defineConfig({}))

    expect(said?.occurrence).toMatchObject({
      name: 'product_added',
      at: Date.parse('2023-11-14T12:00:00.000Z'),
      utk: '0123456789abcdef0123456789abcdef',
    })
    expect(saidBy(call, defineConfig({}))).toStrictEqual({
      [`event@${USER}`]: {
        name: "Rubik's Cube",
        revenue: 4.99,
        hs_asset_description: 'A cube',
        hs_asset_type: 'toys',
        hs_city: 'New Orleans',
        hs_country: 'USA',
        hs_device_name: 'maguro',
        hs_element_class: 'btn',
      },
    })
  })
})

it('nothing that is said can be changed by a clock: the stamp of the event is all there is of time', () => {
  const call = { type: 'track', event: 'Tips Wanted', timestamp: '2023-11-14T10:00:00Z' }

  expect(eventFrom(call, NOON).stamp.time).toBe(Date.parse('2023-11-14T10:00:00Z'))
  expect(sayingsFrom(call, config)[0]?.occurrence?.at).toBe(Date.parse('2023-11-14T10:00:00Z'))
})
