import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Rejected } from '../../../functions/core/parse/rejected.ts'
import { readWebhooks } from '../../../functions/core/parse/webhooks.ts'
import type { Json } from '../../../functions/core/types.ts'
import { webhook } from '../../support/hubspot-webhooks.ts'

const read = (...events: object[]) => readWebhooks(JSON.parse(JSON.stringify(events)), 'internal_user_id')
const noticesOf = (...events: object[]) => read(...events).map(({ event }) => event)
const vidsOf = (...events: object[]) => noticesOf(...events).map(({ vid }) => vid)

describe('contacts that must be read back', () => {
  test.each(['contact.merge', 'contact.deletion', 'contact.restore', 'contact.privacyDeletion'])(
    '%s concerns its contact',
    subscriptionType => {
      expect(noticesOf(webhook(subscriptionType))).toMatchObject([{ type: 'notice', vid: '101', portal: '4242' }])
    },
  )

  test('a merge concerns every contact that it names, by the old ids and the new', () => {
    const merge = webhook('contact.merge', {
      objectId: 103,
      primaryObjectId: 101,
      mergedObjectIds: [102, 99],
      newObjectId: 103,
    })

    expect(vidsOf(merge).sort()).toEqual(['101', '102', '103', '99'])
  })

  test('a merge that kept the primary’s id names no new one', () => {
    const merge = webhook('contact.merge', { primaryObjectId: 101, mergedObjectIds: [102], newObjectId: null })

    expect(vidsOf(merge).sort()).toEqual(['101', '102'])
  })

  test.each(['email', 'internal_user_id'])('a change of %s concerns its contact', propertyName => {
    expect(vidsOf(webhook('contact.propertyChange', { propertyName, propertyValue: 'x' }))).toEqual(['101'])
  })

  test('the newer subscriptions say what object they mean', () => {
    const change = { propertyName: 'email' }

    expect(vidsOf(webhook('object.merge', { objectTypeId: '0-1' }))).toEqual(['101'])
    expect(vidsOf(webhook('object.propertyChange', { objectTypeId: '0-1', ...change }))).toEqual(['101'])
    expect(vidsOf(webhook('object.merge', { objectTypeId: '0-2' }))).toEqual([])
    expect(vidsOf(webhook('object.merge'))).toEqual([])
  })

  test('ids beyond 32 bits keep their digits, as numbers and as texts', () => {
    expect(vidsOf(webhook('contact.deletion', { objectId: 552_239_500_007 }))).toEqual(['552239500007'])
    expect(vidsOf(webhook('contact.deletion', { objectId: '9007199254740993' }))).toEqual(['9007199254740993'])
  })
})

describe('what cannot matter is left out', () => {
  test.each([
    webhook('contact.creation'),
    webhook('contact.associationChange'),
    webhook('company.merge'),
    webhook('conversation.newMessage', { objectId: undefined, messageId: 'x' }),
    webhook('contact.somethingNew', { objectId: undefined }),
    webhook('contact.propertyChange', { propertyName: 'city' }),
    webhook('contact.propertyChange'),
  ])('$subscriptionType', event => {
    expect(read(event)).toEqual([])
  })

  test('the echo of a change that our own app made', () => {
    const echo = { propertyName: 'email', changeSource: 'INTEGRATION', sourceId: '1160452' }

    expect(vidsOf(webhook('contact.propertyChange', echo))).toEqual([])
    expect(vidsOf(webhook('contact.propertyChange', { ...echo, sourceId: '99' }))).toEqual(['101'])
    expect(vidsOf(webhook('contact.propertyChange', { ...echo, sourceId: undefined, appId: undefined }))).toEqual([
      '101',
    ])
    expect(vidsOf(webhook('contact.merge', echo))).toEqual(['101'])
  })
})

describe('many events', () => {
  test('of one contact are one notice, those of one portal besides those of another', () => {
    const events = [
      webhook('contact.deletion'),
      webhook('contact.deletion', { attemptNumber: 1 }),
      webhook('contact.restore', { eventId: 5 }),
      webhook('contact.restore', { portalId: 7 }),
    ]

    expect(noticesOf(...events)).toEqual([
      { type: 'notice', vid: '101', portal: '4242' },
      { type: 'notice', vid: '101', portal: '7' },
    ])
  })

  test('that tell of an erasure say so with its time, wherever it stands among them', () => {
    const erasure = webhook('contact.privacyDeletion', { occurredAt: 2000 })
    const earlier = webhook('contact.privacyDeletion', { occurredAt: 1000 })
    const deletion = webhook('contact.deletion', { occurredAt: 3000 })

    for (const events of [
      [erasure, deletion, earlier],
      [earlier, deletion, erasure],
      [deletion, earlier, erasure],
    ])
      expect(noticesOf(...events)).toEqual([{ type: 'notice', vid: '101', portal: '4242', erasedAt: 2000 }])
  })
})

describe('deduplication ids', () => {
  const idsOf = (...events: object[]) => read(...events).map(({ deduplicationId }) => deduplicationId)

  test('are the same for a repetition, in another order and at another attempt', () => {
    const [a, b] = [webhook('contact.deletion'), webhook('contact.restore', { eventId: 5 })]

    expect(idsOf(a, b)).toEqual(idsOf({ ...b, attemptNumber: 3 }, a, a))
  })

  test.each([{ occurredAt: 5 }, { eventId: 5 }, { subscriptionId: 5 }, { portalId: 5 }, { objectId: 5 }])(
    'are others for another event: %j',
    change => {
      expect(idsOf(webhook('contact.deletion', change))).not.toEqual(idsOf(webhook('contact.deletion')))
    },
  )

  test('are legal for SQS', () => {
    for (const id of idsOf(webhook('contact.deletion'))) expect(id).toMatch(/^[\w-]{1,128}$/)
  })
})

describe('what is not as HubSpot sends it', () => {
  test.each<[Json, RegExp]>([
    [{}, /must be a list/],
    [null, /must be a list/],
    ['[]', /must be a list/],
    [Array(1001).fill({}), /more than 1000/],
    [[1], /must be a JSON object/],
    [[null], /must be a JSON object/],
    [[{}], /subscriptionType/],
    [[webhook('contact.merge', { objectId: null })], /objectId/],
    [[webhook('contact.merge', { objectId: '' })], /objectId/],
    [[webhook('contact.merge', { objectId: -1 })], /objectId/],
    [[webhook('contact.merge', { objectId: 1.5 })], /objectId/],
    [[webhook('contact.merge', { objectId: 1e300 })], /objectId/],
    [[webhook('contact.merge', { objectId: '1#x' })], /objectId/],
    [[webhook('contact.merge', { primaryObjectId: {} })], /objectId/],
    [[webhook('contact.merge', { mergedObjectIds: 102 })], /mergedObjectIds/],
    [[webhook('contact.merge', { mergedObjectIds: ['x'] })], /objectId/],
    [[webhook('contact.merge', { portalId: null })], /portalId/],
    [[webhook('contact.merge', { occurredAt: 'now' })], /occurredAt/],
  ])('is refused with a word about it: %j', (body, message) => {
    expect(() => readWebhooks(body, 'internal_user_id')).toThrow(Rejected)
    expect(() => readWebhooks(body, 'internal_user_id')).toThrow(message)
  })

  test('never throws anything else, and finds only contacts that are named', () => {
    const id = fc.oneof(fc.integer({ min: -1, max: 9 }), fc.jsonValue())
    const event = fc.record(
      {
        subscriptionType: fc.constantFrom('contact.merge', 'contact.privacyDeletion', 'contact.propertyChange', 'x'),
        portalId: fc.oneof(fc.constant(1), id),
        occurredAt: fc.oneof(fc.constant(1), fc.jsonValue()),
        propertyName: fc.constantFrom('email', 'city'),
        objectId: id,
        primaryObjectId: id,
        newObjectId: id,
        mergedObjectIds: fc.oneof(fc.array(id), fc.jsonValue()),
      },
      { requiredKeys: [] },
    )
    fc.assert(
      fc.property(fc.oneof(fc.array(event), fc.jsonValue()), body => {
        const json: Json = JSON.parse(JSON.stringify(body))
        try {
          for (const { event } of readWebhooks(json, 'internal_user_id')) {
            expect(event.vid).toMatch(/^[1-9]\d*$/)
            expect(JSON.stringify(json)).toContain(event.vid)
          }
        } catch (error) {
          if (!(error instanceof Rejected)) throw error
        }
      }),
      { numRuns: 500 },
    )
  })
})
