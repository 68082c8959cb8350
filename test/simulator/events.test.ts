import { describe, expect, test } from 'vitest'
import type { HubSpotOptions } from '../../local/hubspot/index.ts'
import { createManualClock, open } from './portal.ts'

const ORDER = 'pe891936587_order_completed'
const sketch = {
  name: 'order_completed',
  properties: [{ name: 'total', type: 'number' as const }, { name: 'coupon' }],
}

async function portal(options: HubSpotOptions = {}) {
  const opened = await open(options)
  opened.hubspot.events.define(sketch)
  const { vid } = opened.hubspot.seedContact({ email: 'a@x.com' })
  const event = (more: object = {}) => ({ eventName: ORDER, objectId: vid, properties: { total: '12' }, ...more })
  const send = (more?: object) => opened.call('POST', '/events/v3/send', event(more))
  const sendBatch = (inputs: readonly object[]) => opened.call('POST', '/events/v3/send/batch', { inputs })
  return { ...opened, vid, event, send, sendBatch }
}

describe('events', () => {
  test.each(['/events/v3/send', '/events/custom/2026-09/send'])(
    'facts §9: %s and its batch answer 204 without a body, and the events are there',
    async path => {
      const { call, hubspot, event, vid } = await portal()

      const one = await call('POST', path, event({ uuid: '1', occurredAt: '2026-11-01T10:00:00Z' }))
      const several = await call('POST', `${path}/batch`, { inputs: [event({ uuid: '2' }), event({ uuid: '3' })] })

      expect([one, several]).toMatchObject([
        { status: 204, text: '' },
        { status: 204, text: '' },
      ])
      expect(hubspot.events.of(vid).map(({ uuid }) => uuid)).toEqual(['1', '2', '3'])
      expect(hubspot.events.all('order_completed')[0]).toMatchObject({
        name: 'order_completed',
        recordId: vid,
        identifiedBy: 'objectId',
        occurredAt: Date.parse('2026-11-01T10:00:00Z'),
        properties: { total: '12' },
      })
      expect(hubspot.ledger.deeds).toMatchObject([{ kind: 'event' }, { kind: 'event' }, { kind: 'event' }])
    },
  )

  test.each(['silent', 'rejected'] as const)(
    'facts §9, switch eventUuidTwice %s: of several with one uuid within a year the first is taken',
    async eventUuidTwice => {
      const clock = createManualClock()
      const { send, hubspot } = await portal({ clock, switches: { eventUuidTwice } })
      hubspot.events.define({ name: 'other' })

      const first = await send({ uuid: 'u', properties: { total: '1' } })
      const again = await send({ uuid: 'u', properties: { total: '2' } })
      const other = await send({ uuid: 'u', eventName: 'pe891936587_other', properties: {} })
      await clock.advance(366 * 86_400_000)
      const later = await send({ uuid: 'u', properties: { total: '3' } })

      expect([first, again, other, later].map(({ status }) => status)).toEqual([
        204,
        eventUuidTwice === 'silent' ? 204 : 400,
        204,
        204,
      ])
      expect(hubspot.events.all('order_completed').map(({ properties }) => properties.total)).toEqual(['1', '3'])
    },
  )

  test.each([
    ['an unknown event', { eventName: 'pe891936587_nope' }, 'No event type found for pe891936587_nope'],
    ['no identifier', { objectId: undefined }, 'One of objectId, email and utk must be set'],
    ['no properties', { properties: undefined }, '[properties]'],
    ['a property of another type', { properties: { total: 'many' } }, 'was not a valid number'],
    ['a value of 257 characters', { properties: { coupon: 'x'.repeat(257) } }, 'longer than 256 characters'],
    ['an address of 1,025 characters', { properties: { hs_page_url: 'x'.repeat(1025) } }, 'longer than 1024'],
    ['a time that is none', { occurredAt: 'yesterday' }, 'occurredAt yesterday is no time'],
    ['a bad address', { email: 'nobody' }, 'Email address nobody is invalid'],
  ])('facts §9: %s is 400', async (_, more, message) => {
    const { send, hubspot } = await portal()

    const reply = await send(more)

    expect(reply.status).toBe(400)
    expect(reply.body.message).toContain(message)
    expect(hubspot.events.count).toBe(0)
  })

  test('facts §9: 50 properties are taken, 51 are not; 500 events in a batch, 501 are not', async () => {
    const { send, sendBatch, event, hubspot } = await portal()
    const names = Array.from({ length: 51 }, (_, at) => `p${at}`)
    hubspot.events.define({ name: 'wide', properties: names.map(name => ({ name })) })
    const wide = (count: number) => ({
      eventName: 'pe891936587_wide',
      properties: Object.fromEntries(names.slice(0, count).map(name => [name, 'x'])),
    })
    const many = (count: number) => Array.from({ length: count }, () => event())

    const replies = [await send(wide(50)), await send(wide(51)), await sendBatch(many(500)), await sendBatch(many(501))]

    expect(replies.map(({ status }) => status)).toEqual([204, 400, 204, 400])
    expect(hubspot.events.count).toBe(501)
  })

  test.each(['rejected', 'dropped'] as const)(
    'switch eventUnknownProperty %s: a property that is not defined',
    async eventUnknownProperty => {
      const { send, hubspot } = await portal({ switches: { eventUnknownProperty } })

      const reply = await send({ properties: { total: '1', nope: '2', hs_city: 'Rome' } })

      expect(reply.status).toBe(eventUnknownProperty === 'rejected' ? 400 : 204)
      const taken = hubspot.events.all().map(({ properties }) => properties)
      expect(taken).toEqual(eventUnknownProperty === 'rejected' ? [] : [{ total: '1', hs_city: 'Rome' }])
    },
  )

  test.each([
    ['whole', 400, 0],
    ['others-kept', 400, 2],
    ['silent', 204, 2],
  ] as const)('facts §9 B, switch eventBatch %s: one bad event in a batch', async (eventBatch, status, taken) => {
    const { sendBatch, event, hubspot } = await portal({ switches: { eventBatch } })

    const reply = await sendBatch([event(), event({ eventName: 'pe891936587_nope' }), event()])

    expect(reply.status).toBe(status)
    expect(hubspot.events.count).toBe(taken)
    expect(hubspot.ledger.deeds).toHaveLength(taken)
  })
})

describe('whose event it is', () => {
  test('facts §9: customMatchingId before objectId before email before utk', async () => {
    const { call, hubspot } = await portal()
    const matching = { eventPropertyName: 'user', targetObjectPropertyName: 'user_id' }
    hubspot.events.define({ name: 'seen', properties: [{ name: 'user' }], customMatchingId: matching })
    const byUser = hubspot.seedContact({ properties: { user_id: 'u1' } }).vid
    const byId = hubspot.seedContact().vid
    const byEmail = hubspot.seedContact({ email: 'b@x.com' }).vid
    const utk = '0'.repeat(32)
    const byUtk = hubspot.trackVisit(utk, { email: 'c@x.com' })?.vid
    const all = { properties: { user: 'u1' }, objectId: byId, email: 'B@x.com', utk }
    const { properties: _, ...known } = all
    const { objectId: __, ...addressed } = known

    for (const identifiers of [all, known, addressed, { utk }]) {
      await call('POST', '/events/v3/send', { eventName: 'pe891936587_seen', properties: {}, ...identifiers })
    }

    expect(hubspot.events.all('seen').map(({ identifiedBy, recordId }) => [identifiedBy, recordId])).toEqual([
      ['customMatchingId', byUser],
      ['objectId', byId],
      ['email', byEmail],
      ['utk', byUtk],
    ])
  })

  test('facts §9: events of contacts that are merged later are the survivor’s', async () => {
    const { send, hubspot, vid } = await portal()
    await send()

    const survivor = hubspot.mergeInUi(hubspot.seedContact().vid, vid).vid

    expect(hubspot.events.of(survivor)).toMatchObject([{ recordId: survivor, firstRecordId: vid, objectId: vid }])
  })

  test.each(['followed', 'lost'] as const)(
    'facts §9 B, switch eventMergedAway %s: an event with an id that was merged away',
    async eventMergedAway => {
      const { send, hubspot, vid } = await portal({ switches: { eventMergedAway } })
      const survivor = hubspot.mergeInUi(hubspot.seedContact().vid, vid).vid

      const reply = await send()

      expect(reply.status).toBe(204)
      expect(hubspot.events.of(survivor)).toHaveLength(eventMergedAway === 'followed' ? 1 : 0)
      expect(hubspot.events.count).toBe(1)
    },
  )

  test.each(['unassociated', 'creates'] as const)(
    'facts §9 X, switch eventUnknownEmail %s: an address that nobody has',
    async eventUnknownEmail => {
      const { send, hubspot } = await portal({ switches: { eventUnknownEmail } })

      await send({ objectId: undefined, email: 'New@x.com' })

      const made = hubspot.contactByEmail('new@x.com')
      expect(made === undefined).toBe(eventUnknownEmail === 'unassociated')
      expect(hubspot.events.all().map(({ recordId }) => recordId)).toEqual([made?.vid])
    },
  )

  test.each(['lost', 'rejected'] as const)(
    'switch eventUnknownObject %s: an id that nobody has',
    async eventUnknownObject => {
      const { send, hubspot } = await portal({ switches: { eventUnknownObject } })

      const reply = await send({ objectId: '17' })

      expect(reply.status).toBe(eventUnknownObject === 'lost' ? 204 : 400)
      expect(hubspot.events.all().map(({ recordId }) => recordId)).toEqual(
        eventUnknownObject === 'lost' ? [undefined] : [],
      )
    },
  )
})

describe('what events need', () => {
  test('facts §9: they count neither against the ten seconds nor against the day, but have a limit of their own', async () => {
    const { send, hubspot } = await portal({ clock: createManualClock(), limits: { perTenSeconds: 0, daily: 0 } })

    const taken = await send()
    hubspot.setLimits({ eventsPerSecond: 1 })
    const limited = await send()

    expect([taken.status, limited.status]).toEqual([204, 429])
    expect(limited.body.policyName).toBe('SECONDLY')
  })

  test('facts §9: the scope, and the plan Enterprise', async () => {
    const { send, hubspot } = await portal()

    hubspot.setSwitch('missingScopes', ['analytics.behavioral_events.send'])
    const unscoped = await send()
    hubspot.setSwitches({ missingScopes: [], plan: 'professional' })
    const unpaid = await send()

    expect([unscoped.status, unpaid.status]).toEqual([403, 403])
    expect(unscoped.body.category).toBe('MISSING_SCOPES')
    expect(unpaid.body.message).toContain('Enterprise')
  })
})
