import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type ConfigInput, defineConfig } from '../../../functions/core/config.ts'
import { sayingsOf } from '../../../functions/core/mapping/saying.ts'
import type { Json } from '../../../functions/core/types.ts'
import { eventFrom, sayingsFrom } from '../../support/calls.ts'
import { NOON } from '../../support/records.ts'

const configOf = (events: ConfigInput['events'] = {}) => defineConfig({ events })
const track = (event: string, properties: { readonly [name: string]: Json } = {}, rest = {}) => ({
  type: 'track',
  event,
  properties,
  ...rest,
})

/** What a call says of its event: its name, its properties, and why others are left out. */
function eventBy(call: { readonly [name: string]: Json }, config = configOf()) {
  const [saying] = sayingsFrom(call, config)
  const wishes = [...(saying?.wishes ?? [])]
  return {
    ...saying?.occurrence,
    properties: Object.fromEntries(wishes.flatMap(([name, wish]) => ('value' in wish ? [[name, wish.value]] : []))),
    unfit: Object.fromEntries(wishes.flatMap(([name, wish]) => ('unfit' in wish ? [[name, wish.unfit]] : []))),
  }
}

describe('the name of an event', () => {
  it.each([
    ['Order Completed', 'order_completed'],
    ['order_completed', 'order_completed'],
    ['  Order   Completed! ', 'order_completed'],
    ['Café bezahlt', 'cafe_bezahlt'],
    ['App.Opened/Again', 'app_opened_again'],
    ['Step 2 Done', 'step_2_done'],
  ])('%j is %s in HubSpot', (event, name) => {
    expect(eventBy(track(event)).name).toBe(name)
  })

  it.each([['2nd Step'], ['Заказ'], ['!!!'], [`Very ${'long '.repeat(10)}`]])(
    '%j has none, which is told instead of sent',
    event => {
      const [saying] = sayingsFrom(track(event), configOf())

      expect(saying?.occurrence).toBeUndefined()
      expect([...(saying?.wishes ?? [])]).toStrictEqual([
        ['name', { unfit: 'is no name that HubSpot takes for an event: give it one in events.names' }],
      ])
    },
  )

  it('is the one that the configuration gives it, or none', () => {
    const config = configOf({ names: { 'Order Completed': 'purchase', Heartbeat: false }, page: true })

    expect(eventBy(track('Order Completed'), config).name).toBe('purchase')
    expect(sayingsFrom(track('Heartbeat'), config)).toStrictEqual([])
    expect(sayingsFrom({ type: 'page', name: 'Heartbeat' }, config)).toStrictEqual([])
  })

  it('is one for all pages, and one for all screens, unless some are named', () => {
    const config = configOf({ page: true, screen: true, names: { Pricing: 'pricing_viewed' } })

    expect(eventBy({ type: 'page', name: 'Docs' }, config)).toMatchObject({
      name: 'page_viewed',
      properties: { hs_page_title: 'Docs' },
    })
    expect(eventBy({ type: 'page' }, config).name).toBe('page_viewed')
    expect(eventBy({ type: 'page', name: 'Pricing' }, config).name).toBe('pricing_viewed')
    expect(eventBy({ type: 'screen', name: 'Docs' }, config).name).toBe('screen_viewed')
  })

  it('no call of a type that is not wanted is an event', () => {
    expect(sayingsFrom({ type: 'page', name: 'Docs' }, configOf())).toStrictEqual([])
    expect(sayingsFrom(track('Done'), configOf({ track: false }))).toStrictEqual([])
  })

  it('is one that HubSpot takes, whatever the product calls it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1, maxLength: 80 }), event => {
        fc.pre(event.trim() !== '')
        expect(eventBy(track(event)).name ?? 'none').toMatch(/^[a-z][a-z0-9_]{0,49}$/)
      }),
    )
  })
})

describe('the moment of an event', () => {
  const at = (call: { readonly [name: string]: Json }) => {
    const event = eventFrom(call, NOON)
    const [saying] = sayingsOf(event, configOf())
    return saying?.occurrence?.at === undefined ? undefined : new Date(saying.occurrence.at).toISOString()
  }

  it.each<[string, { [name: string]: Json }, string]>([
    ['properties.occurred_at', { properties: { occurred_at: '2020-02-29T12:00:00Z' } }, '2020-02-29T12:00:00.000Z'],
    ['occurred_at in seconds', { properties: { occurred_at: 1_582_977_600 } }, '2020-02-29T12:00:00.000Z'],
    ['timestamp', { timestamp: '2023-11-14T10:00:00Z' }, '2023-11-14T10:00:00.000Z'],
    ['originalTimestamp', { originalTimestamp: '2023-11-14T11:00:00Z' }, '2023-11-14T11:00:00.000Z'],
    ['its receipt', {}, new Date(NOON).toISOString()],
  ])('is that of %s', (_, rest, moment) => {
    expect(at({ ...track('Done'), ...rest })).toBe(moment)
  })

  it('of a sender whose clock is wrong is corrected', () => {
    const late = { timestamp: '2030-01-01T00:00:00Z', sentAt: '2030-01-01T00:10:00Z' }

    expect(at(track('Done', {}, late))).toBe(new Date(NOON - 600_000).toISOString())
  })

  it.each([['soon'], ['2099-01-01'], [true]])('occurred_at of %j is told, and the call’s own is sent', occurred_at => {
    const { at: moment, unfit, properties } = eventBy(track('Done', { occurred_at }))

    expect(moment).toBe(NOON)
    expect(unfit.occurred_at).toMatch(/the time of the call is sent$/)
    expect(properties).toStrictEqual({})
  })
})

describe("the token of HubSpot's tracking code", () => {
  const utk = '0123456789ABCDEF0123456789abcdef'

  it.each<[string, { [name: string]: Json }]>([
    ['context.hubspotutk', { context: { hubspotutk: utk } }],
    ['properties.utk', { properties: { utk } }],
    ['traits.utk', { context: { traits: { utk } } }],
  ])('passes through from %s, and is no property', (_, rest) => {
    expect(eventBy({ ...track('Done'), ...rest })).toMatchObject({ utk: utk.toLowerCase(), properties: {}, unfit: {} })
  })

  it('is told when it is none', () => {
    expect(eventBy(track('Done', {}, { context: { hubspotutk: 'me' } }))).toStrictEqual(
      expect.objectContaining({ properties: {}, unfit: { utk: "is no token of HubSpot's tracking code" } }),
    )
  })
})

describe('the uuid of an event', () => {
  const uuid = (messageId: string, event = 'Done') => eventBy(track(event, {}, { messageId })).uuid

  it('is shaped as one, the same for a repetition, and another one for anything else', () => {
    expect(uuid('a')).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    expect(uuid('a')).toBe(uuid('a'))
    expect(new Set([uuid('a'), uuid('b'), uuid('a', 'Other')]).size).toBe(3)
  })
})

describe('the properties of an event', () => {
  it('are its own, named as HubSpot names them, nested ones flat, lists joined, empty ones left out', () => {
    const properties = {
      'Order ID': 7,
      shipping: { City: 'Rome' },
      tags: ['a', 'b'],
      gift: false,
      note: null,
      blank: ' ',
    }

    expect(eventBy(track('Done', properties)).properties).toStrictEqual({
      order_id: 7,
      shipping_city: 'Rome',
      tags: 'a;b',
      gift: false,
    })
  })

  it('stand beside the fields of all events, which win', () => {
    const config = configOf({
      fields: {
        plan: 'traits.plan',
        source: { value: 'product' },
        total: { compute: ({ properties }) => `${properties.total} €` },
      },
    })

    const found = eventBy(track('Done', { total: 5, plan: 'mine' }, { context: { traits: { plan: 'paid' } } }), config)

    expect(found.properties).toStrictEqual({ plan: 'paid', source: 'product', total: '5 €' })
  })

  it.each<[string, number]>([
    ['note', 256],
    ['image_url', 1_024],
    ['referrer', 1_024],
    ['deep_link', 1_024],
  ])('%s holds %i characters', (name, longest) => {
    const fitting = 'x'.repeat(longest)

    expect(eventBy(track('Done', { [name]: fitting })).properties).toStrictEqual({ [name]: fitting })
    expect(eventBy(track('Done', { [name]: `${fitting}x` }))).toMatchObject({
      properties: {},
      unfit: { [name]: `is longer than ${longest} characters` },
    })
  })

  it('are at most fifty, the others are told: fields first, then its own, then HubSpot’s', () => {
    const many = Object.fromEntries(Array.from({ length: 50 }, (_, n) => [`p${n}`, n]))
    const config = configOf({ fields: { plan: { value: 'paid' } } })

    const { properties, unfit } = eventBy(track('Done', many, { context: { userAgent: 'x' } }), config)

    expect(Object.keys(properties)).toHaveLength(50)
    expect(properties.plan).toBe('paid')
    expect(Object.keys(unfit)).toStrictEqual(['p49', 'hs_user_agent'])
  })

  it('of which HubSpot can hold none are told', () => {
    const { unfit, properties } = eventBy(track('Done', { items: [{ a: 1 }], '': 1, '1st': 2, 'A b': 1, a_b: 2 }))

    expect(properties).toStrictEqual({ a_b: 2 })
    expect(Object.keys(unfit).sort()).toStrictEqual(['*', '1st', 'A b', 'items'])
  })
})

describe("HubSpot's own properties", () => {
  it('come from where the specification has them', () => {
    const context = {
      page: { url: 'https://x.test/a', title: 'A', referrer: 'https://y.test/' },
      campaign: { name: 'spring', source: 'news', medium: 'mail', term: 'shoes', content: 'top' },
      device: { type: 'ios', name: 'iPhone' },
      os: { name: 'iOS', version: '17.1' },
      screen: { width: 390, height: 844 },
      location: { city: 'Rome', region: 'Lazio', country: 'Italy' },
      locale: 'it-IT',
      userAgent: 'Mozilla/5.0',
      userAgentData: { brands: [{ brand: 'Safari' }] },
    }
    const asked = {
      ...{
        assetDescription: 'b',
        assetType: 'pdf',
        campaignId: 9,
        elementClass: 'btn',
        elementId: 'buy',
        elementText: 'Buy',
      },
      ...{ href: 'https://x.test/buy', page_id: 'p1', pageContentType: 'landing page', trackingName: 't' },
    }

    expect(eventBy(track('Done', asked, { context })).properties).toStrictEqual({
      ...{ hs_asset_description: 'b', hs_asset_type: 'pdf', hs_campaign_id: '9', hs_element_class: 'btn' },
      ...{ hs_element_id: 'buy', hs_element_text: 'Buy', hs_link_href: 'https://x.test/buy', hs_page_id: 'p1' },
      ...{ hs_page_content_type: 'LANDING_PAGE', hs_tracking_name: 't' },
      ...{ hs_page_url: 'https://x.test/a', hs_page_title: 'A', hs_referrer: 'https://y.test/' },
      ...{ hs_utm_campaign: 'spring', hs_utm_source: 'news', hs_utm_medium: 'mail', hs_utm_term: 'shoes' },
      ...{ hs_utm_content: 'top', hs_device_type: 'Smartphone', hs_device_name: 'iPhone' },
      ...{ hs_operating_system: 'iOS', hs_operating_version: '17.1', hs_screen_width: '390', hs_screen_height: '844' },
      ...{ hs_city: 'Rome', hs_region: 'Lazio', hs_country: 'Italy', hs_language: 'it', hs_user_agent: 'Mozilla/5.0' },
      hs_browser: 'Safari',
    })
  })

  it('that the product sends itself stand', () => {
    const context = { page: { title: 'By the page' } }

    expect(eventBy(track('Done', { hs_page_title: 'By hand' }, { context })).properties).toStrictEqual({
      hs_page_title: 'By hand',
    })
  })

  it('are left out where HubSpot has no choice for what is there', () => {
    const context = { device: { type: 'toaster' }, locale: '1', screen: { width: 'wide' } }

    expect(eventBy(track('Done', { pageContentType: 'poem' }, { context }))).toMatchObject({
      properties: { pagecontenttype: 'poem' },
      unfit: {},
    })
  })
})
