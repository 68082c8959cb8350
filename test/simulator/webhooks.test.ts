import { Signature } from '@hubspot/api-client'
import { describe, expect, test } from 'vitest'
import { createHubSpot, type HubSpotOptions } from '../../local/hubspot/index.ts'
import type { WebhookOptions } from '../../local/hubspot/webhooks/webhooks.ts'
import { VirtualClock } from '../support/virtual-clock.ts'
import { CONTACTS } from './portal.ts'

type Received = Record<string, unknown>
const HOUR = 3_600_000

/** A portal with an app that keeps what it is sent, and answers what it is told to. */
function listen({ hubspot: options = {}, ...webhooks }: Partial<WebhookOptions> & { hubspot?: HubSpotOptions } = {}) {
  const clock = new VirtualClock()
  const hubspot = createHubSpot({ ...options, clock })
  const requests: { body: string; headers: Readonly<Record<string, string>>; at: number }[] = []
  const answers: (number | Error)[] = []
  const sending = hubspot.sendWebhooks({
    targetUrl: 'https://app.example.com/hooks?a=%2Fb%20c',
    clientSecret: 'secret',
    duplicates: 0,
    send: async ({ body, headers }) => {
      requests.push({ body, headers, at: clock.now() })
      const answer = answers.shift() ?? 200
      if (answer instanceof Error) throw answer
      return answer
    },
    ...webhooks,
  })
  const events = (): Received[] => requests.flatMap(({ body }) => JSON.parse(body))
  return {
    hubspot,
    clock,
    requests,
    answers,
    sending,
    events,
    /** Events of one kind, after everything has been sent. */
    told: async (subscriptionType: string) => {
      await clock.advance(2000)
      return events().filter(event => event.subscriptionType === subscriptionType)
    },
  }
}

describe('webhooks tell', () => {
  test('of a merge that made a new id, all ids', async () => {
    const { hubspot, told } = listen()
    const [a, b] = [hubspot.seedContact({ email: 'a@x.com' }).vid, hubspot.seedContact({ email: 'b@x.com' }).vid]

    const { vid } = hubspot.mergeInUi(a, b)

    expect(await told('contact.merge')).toEqual([
      expect.objectContaining({
        objectId: Number(vid),
        newObjectId: Number(vid),
        primaryObjectId: Number(a),
        mergedObjectIds: [Number(b)],
        changeSource: 'CRM_UI',
        portalId: hubspot.portalId,
        attemptNumber: 0,
      }),
    ])
  })

  test.each(['absent', 'same'] as const)('of a merge that kept the id, with newObjectId %s', async mergeEventNewId => {
    const { hubspot, told } = listen({ hubspot: { switches: { mergeIds: 'primary', mergeEventNewId } } })
    const [a, b] = [hubspot.seedContact().vid, hubspot.seedContact().vid]

    hubspot.mergeInUi(a, b)

    const [event] = await told('contact.merge')
    expect(event).toMatchObject({ objectId: Number(a), primaryObjectId: Number(a), mergedObjectIds: [Number(b)] })
    expect(event?.newObjectId).toBe(mergeEventNewId === 'same' ? Number(a) : undefined)
  })

  test('of deletions and restorations', async () => {
    const { hubspot, told } = listen()
    const { vid } = hubspot.seedContact({ email: 'a@x.com' })

    hubspot.archiveInUi(vid)
    hubspot.restoreInUi(vid)

    expect(await told('contact.deletion')).toMatchObject([{ objectId: Number(vid) }])
    expect(await told('contact.restore')).toMatchObject([{ objectId: Number(vid) }])
    expect(hubspot.contactByEmail('a@x.com')).toMatchObject({ vid, archived: false })
  })

  test('of an erasure twice: as one, and as a deletion', async () => {
    const { hubspot, told } = listen()
    const { vid } = hubspot.seedContact()

    expect(hubspot.eraseInUi(vid)).toBe(true)
    expect(hubspot.eraseInUi(vid)).toBe(false)

    expect(await told('contact.privacyDeletion')).toMatchObject([{ objectId: Number(vid) }])
    expect(await told('contact.deletion')).toMatchObject([{ objectId: Number(vid) }])
  })

  test('of what a token wrote, as from its app; of a property only when it changed', async () => {
    const subscriptions = [
      { subscriptionType: 'contact.creation' },
      { subscriptionType: 'contact.propertyChange', propertyName: 'city' },
    ] as const
    const { hubspot, clock, told, events } = listen({ appId: 77, subscriptions })
    const call = (method: string, path: string, properties: object) =>
      hubspot.handle({
        method,
        url: `${CONTACTS}${path}`,
        headers: { authorization: 'Bearer local', 'content-type': 'application/json' },
        body: JSON.stringify({ properties }),
      })
    const { id } = JSON.parse((await call('POST', '', { email: 'a@x.com', city: 'Rome' })).body)
    await clock.advance(2000)

    await call('PATCH', `/${id}`, { city: 'Rome', zip: '1' })
    await call('PATCH', `/${id}`, { city: 'Oslo' })

    expect(await told('contact.creation')).toMatchObject([{ objectId: Number(id), changeFlag: 'CREATED' }])
    expect((await told('contact.propertyChange')).map(({ propertyValue }) => propertyValue)).toEqual(['Rome', 'Oslo'])
    for (const event of events())
      expect(event).toMatchObject({ appId: 77, changeSource: 'INTEGRATION', sourceId: '77' })
  })

  test('nothing of what was there before, and nothing after they were stopped', async () => {
    const { hubspot, clock, sending, requests } = listen()
    const { vid } = hubspot.seedContact({ email: 'a@x.com' })
    await clock.advance(2000)
    expect(requests).toEqual([])
    hubspot.archiveInUi(vid)

    sending.stop()
    hubspot.restoreInUi(vid)

    await clock.advance(2000)
    expect(requests).toEqual([])
    expect(sending.waiting).toBe(0)
  })
})

describe('webhooks come', () => {
  const fill = (hubspot: ReturnType<typeof createHubSpot>, count: number) => {
    for (let at = 0; at < count; at++) hubspot.submitForm(`c${at}@x.com`)
  }
  const orderOf = (events: Received[]) => events.map(({ eventId }) => Number(eventId))

  test('signed in versions 3 and 1, as HubSpot’s own client checks them', async () => {
    const { hubspot, clock, requests } = listen()
    const clientSecret = 'secret'
    fill(hubspot, 1)
    await clock.advance(2000)

    for (const { body, headers } of requests) {
      const timestamp = Number(headers['x-hubspot-request-timestamp'])
      const v1 = {
        signatureVersion: 'v1',
        requestBody: body,
        clientSecret,
        signature: headers['x-hubspot-signature'] ?? '',
      }
      expect(Signature.isValid(v1)).toBe(true)
      expect(
        Signature.getSignature('POST', 'v3', {
          signature: '',
          requestBody: body,
          clientSecret,
          url: 'https://app.example.com/hooks?a=/b%20c',
          timestamp,
        }),
      ).toBe(headers['x-hubspot-signature-v3'])
    }
    expect(requests.length).toBeGreaterThan(0)
  })

  test('at most a hundred at once, all of them, out of order, the same way with the same seed', async () => {
    const run = async (seed: number) => {
      const { hubspot, clock, requests, events } = listen({ hubspot: { seed } })
      fill(hubspot, 500)
      await clock.advance(2000)
      for (const { body } of requests) expect(JSON.parse(body).length).toBeLessThanOrEqual(100)
      return orderOf(events())
    }

    const order = await run(1)

    expect(new Set(order).size).toBe(1000)
    expect(order).not.toEqual(order.toSorted((a, b) => a - b))
    expect(await run(1)).toEqual(order)
    expect(await run(2)).not.toEqual(order)
  })

  test('twice, as often as asked for', async () => {
    const { hubspot, clock, events } = listen({ duplicates: 0.5 })
    fill(hubspot, 200)
    await clock.advance(2000)

    const times = events().length
    expect(new Set(orderOf(events())).size).toBe(400)
    expect(times).toBeGreaterThan(540)
    expect(times).toBeLessThan(660)
  })

  test('as late as asked for', async () => {
    const { hubspot, clock, requests } = listen({ delay: [60_000, 90_000] })
    const begun = clock.now()
    fill(hubspot, 50)
    await clock.advance(120_000)

    for (const { at } of requests) {
      expect(at - begun).toBeGreaterThanOrEqual(60_000)
      expect(at - begun).toBeLessThanOrEqual(90_250)
    }
  })

  test.each([503, 404, 302, new Error('no answer')])(
    'again after %s, signed anew, and others meanwhile',
    async answer => {
      const { hubspot, clock, requests, answers, events, sending } = listen()
      answers.push(answer)
      const subscribed = hubspot.submitForm('a@x.com')
      await clock.advance(2000)
      hubspot.archiveInUi(subscribed.vid)
      await clock.advance(2000)
      const meanwhile = requests.length

      await clock.advance(HOUR)

      expect(meanwhile).toBeGreaterThan(1)
      const [first] = requests
      const again = requests.find(({ body }) => JSON.parse(body)[0].attemptNumber === 1)
      expect(again?.headers['x-hubspot-signature-v3']).not.toBe(first?.headers['x-hubspot-signature-v3'])
      expect(events().filter(({ attemptNumber }) => attemptNumber === 1)).toHaveLength(
        JSON.parse(first?.body ?? '').length,
      )
      expect([sending.waiting, sending.givenUp]).toEqual([0, 0])
    },
  )

  test('ten times again within a day, and then no more', async () => {
    const { hubspot, clock, events, answers, sending } = listen()
    answers.push(...Array<number>(100).fill(500))
    const { vid } = hubspot.seedContact()
    hubspot.archiveInUi(vid)

    await clock.advance(24 * HOUR)

    expect(events().map(({ attemptNumber }) => attemptNumber)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
    expect([sending.waiting, sending.givenUp]).toEqual([0, 1])
  })
})
