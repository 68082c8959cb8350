import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { canonicalEmail } from '../../functions/core/types.ts'
import { hubSpotClientAt, okOf } from '../support/hubspot-client.ts'
import { json, raw, type ScriptedHubSpot, startScriptedHubSpot } from '../support/scripted-hubspot.ts'
import { vidOf } from '../support/vids.ts'

let hubspot: ScriptedHubSpot

beforeEach(async () => {
  hubspot = await startScriptedHubSpot()
})

afterEach(() => hubspot.stop())

const list = (processingType: string) => ({ list: { listId: 12, name: 'Trial', objectTypeId: '0-1', processingType } })
const [ADA, BOB] = [vidOf('551'), vidOf('552')]

describe('lists', () => {
  it.each(['MANUAL', 'SNAPSHOT'])('are found by name, whatever its letters, when they are %s', async kind => {
    hubspot.answer(json(200, list(kind)))

    const answer = await hubSpotClientAt(hubspot.url).client.findList('Trial / users? 100%')

    expect(okOf(answer)).toBe('12')
    expect(hubspot.seen[0]).toMatchObject({
      method: 'GET',
      path: '/crm/v3/lists/object-type-id/0-1/name/Trial%20%2F%20users%3F%20100%25',
    })
  })

  it('that do not exist are none', async () => {
    hubspot.answer(json(404, { status: 'error', message: 'List does not exist' }))

    const answer = await hubSpotClientAt(hubspot.url).client.findList('Trial')

    expect(answer).toEqual({ kind: 'ok', value: undefined })
  })

  it('in which HubSpot decides who is in them are of no use', async () => {
    hubspot.answer(json(200, list('DYNAMIC')))

    const answer = await hubSpotClientAt(hubspot.url).client.findList('Trial')

    expect(answer).toMatchObject({ kind: 'rejected', errors: [{ code: 'conflict' }] })
  })

  it('are created as lists of contacts that HubSpot leaves alone', async () => {
    hubspot.answer(json(200, list('MANUAL')))

    const answer = await hubSpotClientAt(hubspot.url).client.createList('Trial')

    expect(okOf(answer)).toBe('12')
    expect(hubspot.seen[0]).toMatchObject({
      method: 'POST',
      path: '/crm/v3/lists',
      body: { name: 'Trial', objectTypeId: '0-1', processingType: 'MANUAL' },
    })
  })

  it('whose name is taken are refused as a conflict', async () => {
    const subCategory = 'ILS.DUPLICATE_LIST_NAMES'
    hubspot.answer(json(400, { category: 'VALIDATION_ERROR', subCategory, message: 'List names must be unique.' }))

    const answer = await hubSpotClientAt(hubspot.url).client.createList('Trial')

    expect(answer).toMatchObject({ kind: 'rejected', errors: [{ code: 'conflict' }] })
  })

  it('take and lose members in one call, and say whom they do not know', async () => {
    hubspot.answer(json(200, { recordsIdsAdded: ['551'], recordIdsRemoved: [], recordIdsMissing: [552, 'x'] }))

    const answer = await hubSpotClientAt(hubspot.url).client.changeMembers('12', { add: [ADA], remove: [BOB] })

    expect(okOf(answer)).toEqual({ missing: ['552'] })
    expect(hubspot.seen[0]).toMatchObject({
      method: 'PUT',
      path: '/crm/v3/lists/12/memberships/add-and-remove',
      body: { recordIdsToAdd: ['551'], recordIdsToRemove: ['552'] },
    })
  })

  it('that have gone are named by the refusal', async () => {
    hubspot.answer(json(404, { status: 'error', message: 'List does not exist' }))

    const answer = await hubSpotClientAt(hubspot.url).client.changeMembers('12', { add: [ADA], remove: [] })

    expect(answer).toMatchObject({ kind: 'rejected', errors: [{ code: 'not_found', ids: ['12'] }] })
  })

  it('whose answer says nothing of members have not given a definite one', async () => {
    hubspot.answer(json(200, { surprise: true }))

    const answer = await hubSpotClientAt(hubspot.url).client.changeMembers('12', { add: [ADA], remove: [] })

    expect(answer).toMatchObject({ kind: 'unavailable', message: expect.stringContaining('may still') })
  })

  it('are not changed by nobody, nor by more than we dare at once', async () => {
    const { client } = hubSpotClientAt(hubspot.url)
    const many = Array.from({ length: 5_001 }, (_, n) => vidOf(String(n)))

    expect(okOf(await client.changeMembers('12', { add: [], remove: [] }))).toEqual({ missing: [] })
    await expect(client.changeMembers('12', { add: many, remove: many })).rejects.toThrow(RangeError)
    expect(hubspot.seen).toEqual([])
  })
})

const consent = (email: string, subscriptionId: string, subscribed = true) => ({
  email: canonicalEmail(email),
  subscriptionId,
  subscribed,
})
const status = (subscriberIdString: string, subscriptionId: number, state = 'SUBSCRIBED') => ({
  subscriberIdString,
  subscriptionId,
  status: state,
  channel: 'EMAIL',
  setStatusSuccessReason: 'NO_STATUS_CHANGE',
})

describe('subscriptions', () => {
  it('are those in use', async () => {
    const types = [
      { id: '7', name: 'News', isActive: true },
      { id: 8, name: 'Offers' },
      { id: '9', name: 'Old', isActive: false },
    ]
    hubspot.answer(json(200, { status: 'COMPLETE', results: types }))

    const answer = await hubSpotClientAt(hubspot.url).client.readSubscriptionTypes()

    expect(okOf(answer)).toEqual([
      { id: '7', name: 'News' },
      { id: '8', name: 'Offers' },
    ])
    expect(hubspot.seen[0]?.path).toBe('/communication-preferences/v4/definitions')
  })

  it('are written by address, with the legal basis where there is one', async () => {
    hubspot.answer(json(200, { results: [] }))

    await hubSpotClientAt(hubspot.url, { version: '2026-09' }).client.writeConsents([
      { ...consent('ada@example.com', '7'), legalBasis: 'CONSENT_WITH_NOTICE', explanation: 'Asked at sign-up' },
      consent('bob@example.com', '8', false),
    ])

    expect(hubspot.seen).toMatchObject([{ path: '/communication-preferences/2026-09/statuses/batch/write' }])
    expect(hubspot.seen[0]?.body).toEqual({
      inputs: [
        {
          channel: 'EMAIL',
          subscriberIdString: 'ada@example.com',
          subscriptionId: 7,
          statusState: 'SUBSCRIBED',
          legalBasis: 'CONSENT_WITH_NOTICE',
          legalBasisExplanation: 'Asked at sign-up',
        },
        { channel: 'EMAIL', subscriberIdString: 'bob@example.com', subscriptionId: 8, statusState: 'UNSUBSCRIBED' },
      ],
    })
  })

  it.each([200, 207])(
    'are done where HubSpot shows them as asked, refused where otherwise; errors name addresses (%d)',
    async code => {
      const errors = [
        { category: 'VALIDATION_ERROR', message: 'Subscriber bob+x@example.com is opted out of all.', context: {} },
        { category: 'VALIDATION_ERROR', message: 'No.', context: { subscriberIdString: ['Eve@example.com'] } },
      ]
      const results = [status('Ada@Example.com', 7), status('carl@example.com', 7, 'UNSUBSCRIBED')]
      hubspot.answer(json(code, { results, errors }))
      const inputs = [
        consent('ada@example.com', '7'),
        consent('ada@example.com', '8'),
        consent('bob+x@example.com', '7'),
        consent('x@example.com', '7'),
        consent('carl@example.com', '7'),
        consent('eve@example.com', '7'),
      ]
      const { client, recorder } = hubSpotClientAt(hubspot.url)

      const value = okOf(await client.writeConsents(inputs))

      expect(value.done).toEqual(inputs.slice(0, 1))
      expect(value.errors).toMatchObject([
        { ids: ['bob+x@example.com'], message: 'Subscriber … is opted out of all.' },
        { ids: ['eve@example.com'] },
        { ids: ['carl@example.com'], code: 'invalid', message: 'HubSpot keeps the subscription as UNSUBSCRIBED.' },
      ])
      expect(JSON.stringify(recorder.lines)).not.toContain('example.com')
    },
  )

  it('that are not there concern all addresses that were to have them', async () => {
    const error = { category: 'OBJECT_NOT_FOUND', message: 'Subscription ID 120000009 does not exist.', context: {} }
    const { client } = hubSpotClientAt(hubspot.url)
    const inputs = [
      consent('ada@example.com', '120000009'),
      consent('bob@example.com', '120000008'),
      consent('eve@example.com', '120000009'),
    ]

    hubspot.answer(json(200, { results: [status('bob@example.com', 120_000_008)], errors: [error] }))
    const some = await client.writeConsents(inputs)
    hubspot.answer(json(404, error))
    const all = await client.writeConsents(inputs)

    const named = [{ code: 'not_found', ids: ['ada@example.com', 'eve@example.com'] }]
    expect(okOf(some)).toMatchObject({ done: [inputs[1]], errors: named })
    expect(all).toMatchObject({ kind: 'rejected', errors: named })
  })

  it('that are refused all together keep addresses and reasons to themselves', async () => {
    hubspot.answer(json(400, { message: 'asked AT sign-up is no reason for ada@example.com' }))
    const input = { ...consent('ada@example.com', '7'), explanation: 'Asked at sign-up' }

    const answer = await hubSpotClientAt(hubspot.url).client.writeConsents([input])

    expect(answer).toMatchObject({
      kind: 'rejected',
      errors: [{ ids: ['ada@example.com'], message: '… is no reason for …' }],
    })
  })

  it('whose answer is lost may have been written', async () => {
    hubspot.answer(raw(504, 'text/html', '<html>'))

    const answer = await hubSpotClientAt(hubspot.url).client.writeConsents([consent('ada@example.com', '7')])

    expect(answer).toMatchObject({ kind: 'unavailable', message: expect.stringContaining('may still') })
  })

  it('are no call when there are none, nor when there are more than HubSpot takes', async () => {
    const { client } = hubSpotClientAt(hubspot.url)

    expect(okOf(await client.writeConsents([]))).toEqual({ done: [], errors: [] })
    await expect(client.writeConsents(Array(101).fill(consent('a@b.c', '1')))).rejects.toThrow(RangeError)
    expect(hubspot.seen).toEqual([])
  })
})
