import RudderAnalytics from '@rudderstack/rudder-sdk-node'
import { Analytics } from '@segment/analytics-node'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { defineConfig } from '../../functions/core/config.ts'
import { type IdentifyEvent as Event, groupOf, type Event as QueuedEvent } from '../../functions/core/event.ts'
import { sayingsOf } from '../../functions/core/mapping/saying.ts'
import { readQueuedEvent } from '../../functions/core/parse/queued-event.ts'
import { composeReceive } from '../../functions/receive/compose.ts'
import { type HttpApi, serve } from '../../local/http.ts'
import { startEmbeddedSqs } from '../support/embedded-sqs.ts'
import { lambdaContext } from '../support/http-request.ts'
import { testPlatform } from '../support/platform.ts'

let sqs: Awaited<ReturnType<typeof startEmbeddedSqs>>
let api: HttpApi
let queueUrl: string
let answers: { readonly status: number | undefined; readonly type: string | undefined; readonly base64: boolean }[]
let queueNumber = 0

beforeAll(async () => {
  sqs = await startEmbeddedSqs()
})
afterAll(() => sqs.stop())
beforeEach(async () => {
  queueUrl = await sqs.createQueue(`events-${++queueNumber}.fifo`)
  answers = []
  const handler = composeReceive({ EVENTS_QUEUE_URL: queueUrl }, { ...testPlatform(), sqs: sqs.client })
  api = await serve(async event => {
    const answer = await handler(event, lambdaContext())
    const { isBase64Encoded: base64, headers } = event
    answers.push({ status: answer.statusCode, type: headers['content-type'], base64 })
    return answer
  }, 0)
})
afterEach(() => api.close())

const queued = async (): Promise<Event[]> =>
  (await sqs.drain(queueUrl)).map(({ Body = '' }) => JSON.parse(Body)).sort((a, b) => (a.key < b.key ? -1 : 1))

/** As `record` reads them. Of one type, leads first. */
async function queuedByType(): Promise<Readonly<Record<string, readonly QueuedEvent[]>>> {
  const events = (await sqs.drain(queueUrl)).map(({ Body = '' }) => readQueuedEvent(Body))
  return Object.groupBy(
    events.sort((a, b) => (groupOf(a) < groupOf(b) ? -1 : 1)),
    ({ type }) => type,
  )
}

const order = { revenue: 39.95, currency: 'USD', shipped: false, placed: new Date('2026-01-01T00:00:00Z') }
const orderAsJson = { ...order, placed: '2026-01-01T00:00:00.000Z' }

/** The identify of RudderStack's HubSpot documentation. */
const alex = {
  firstName: 'Alex',
  city: 'New Orleans',
  country: 'USA',
  phone: '+1-202-555-0146',
  email: 'alex@example.com',
  custom_flavor: 'chocolate',
  custom_date: 1574769933368,
  custom_date1: new Date('2019-10-14T11:15:53.296Z'),
}
const alexAsJson = { ...alex, custom_date1: '2019-10-14T11:15:53.296Z' }

describe('@segment/analytics-node with its default settings', () => {
  test('delivers an identify', async () => {
    const analytics = new Analytics({ writeKey: 'write-key', host: api.url })
    const begun = Date.now()

    analytics.identify({ userId: 'alex', traits: alex })
    analytics.identify({ userId: 'past', traits: {}, timestamp: new Date('2026-01-01T00:00:00Z') })
    await analytics.closeAndFlush()

    const [event, past] = await queued()
    expect(answers.map(({ status }) => status)).toEqual([202])
    expect(event).toMatchObject({ key: 'user#alex', traits: alexAsJson, priority: 'live' })
    expect(event?.stamp.time).toBeGreaterThanOrEqual(begun)
    expect(event?.stamp.time).toBeLessThanOrEqual(event?.stamp.receivedAt ?? 0)
    expect(past?.stamp.time).toBe(Date.parse('2026-01-01T00:00:00Z'))
  })

  test('delivers a user without an id by email', async () => {
    const analytics = new Analytics({ writeKey: 'write-key', host: api.url })

    analytics.identify({ anonymousId: 'visitor', traits: alex })
    await analytics.closeAndFlush()

    expect(await queued()).toMatchObject([{ key: 'lead#alex@example.com' }])
  })

  test('delivers all its calls, each with what the library says besides', async () => {
    const analytics = new Analytics({ writeKey: 'write-key', host: api.url })
    const context = { library: { name: '@segment/analytics-node', version: expect.any(String) } }

    analytics.identify({ userId: 'alex', traits: alex })
    analytics.track({ userId: 'alex', event: 'Signed up', properties: order })
    analytics.group({ userId: 'alex', groupId: 'acme', traits: { name: 'ACME', domain: 'acme.test' } })
    analytics.alias({ userId: 'alex', previousId: 'visitor' })
    analytics.page({ userId: 'alex', category: 'Docs', name: 'Home', properties: { url: 'https://x.test/' } })
    analytics.screen({ userId: 'alex', name: 'Feed' })
    analytics.track({ anonymousId: 'visitor', event: 'Seen', context: { traits: { email: 'Lead@x.test' } } })
    await analytics.closeAndFlush()

    expect(answers.map(({ status }) => status)).toEqual([202])
    const events = await queuedByType()
    expect(events.identify).toMatchObject([{ key: 'user#alex', context }])
    expect(events.track).toMatchObject([
      { key: 'lead#lead@x.test', name: 'Seen', context: { traits: { email: 'Lead@x.test' } } },
      { key: 'user#alex', name: 'Signed up', properties: orderAsJson, context },
    ])
    expect(events.group).toMatchObject([
      { key: 'user#alex', groupId: 'acme', traits: { name: 'ACME', domain: 'acme.test' }, context },
    ])
    expect(events.alias).toMatchObject([{ key: 'user#visitor', into: 'user#alex' }])
    expect(events.page).toMatchObject([
      { key: 'user#alex', name: 'Home', properties: { url: 'https://x.test/', category: 'Docs' } },
    ])
    expect(events.screen).toMatchObject([{ key: 'user#alex', name: 'Feed', properties: {} }])
  })

  test('gives up at once on a wrong key', async () => {
    const analytics = new Analytics({ writeKey: 'wrong', host: api.url })
    const failures: unknown[] = []
    analytics.on('error', error => failures.push(error))

    analytics.identify({ userId: 'alex', traits: alex })
    await analytics.closeAndFlush()

    expect(answers.map(({ status }) => status)).toEqual([401])
    expect(failures).toHaveLength(1)
  })
})

describe('@rudderstack/rudder-sdk-node with its default settings', () => {
  const clientFor = () => new RudderAnalytics('write-key', { dataPlaneUrl: api.url, logLevel: 'none' })

  test('delivers an identify, in gzip that calls itself a form', async () => {
    const rudder = clientFor()
    const begun = Date.now()

    rudder.identify({ userId: 'alex', traits: alex })
    await rudder.flush()

    await expect.poll(() => answers).toEqual([{ status: 202, type: 'application/x-www-form-urlencoded', base64: true }])
    const [event] = await queued()
    expect(event).toMatchObject({ key: 'user#alex', traits: alexAsJson })
    expect(event?.stamp.time).toBeGreaterThanOrEqual(begun)
    expect(event?.stamp.time).toBeLessThanOrEqual(event?.stamp.receivedAt ?? 0)
  })

  test('delivers traits that it was given in the context, with a timestamp of its own', async () => {
    const rudder = clientFor()

    rudder.identify({ userId: '42', context: { traits: alex }, timestamp: new Date('2026-01-01T00:00:00Z') })
    await rudder.flush()

    await expect.poll(() => answers).toHaveLength(1)
    const [event] = await queued()
    expect(event).toMatchObject({ key: 'user#42', traits: alexAsJson })
    expect(event?.stamp.time).toBe(Date.parse('2026-01-01T00:00:00Z'))
  })

  test('delivers all its calls, each with what the library says besides', async () => {
    const rudder = clientFor()
    const context = { library: { name: 'analytics-node', version: expect.any(String) } }

    rudder.identify({ userId: 'alex', traits: alex })
    rudder.track({ userId: 'alex', event: 'Signed up', properties: order })
    rudder.group({ userId: 'alex', groupId: 'acme', traits: { name: 'ACME', domain: 'acme.test' } })
    rudder.page({ userId: 'alex', name: 'Home', properties: { url: 'https://x.test/' } })
    rudder.screen({ userId: 'alex', name: 'Feed', properties: {} })
    rudder.track({ anonymousId: 'visitor', event: 'Seen', context: { traits: { email: 'Lead@x.test' } } })
    await rudder.flush()

    await expect.poll(() => answers.length).toBeGreaterThan(0)
    await expect.poll(() => answers.map(({ status }) => status)).not.toContain(undefined)
    const events = await queuedByType()
    expect(events.identify).toMatchObject([{ key: 'user#alex', context }])
    expect(events.track).toMatchObject([
      { key: 'lead#lead@x.test', name: 'Seen', context: { traits: { email: 'Lead@x.test' } } },
      { key: 'user#alex', name: 'Signed up', properties: orderAsJson, context },
    ])
    expect(events.group).toMatchObject([
      { key: 'user#alex', groupId: 'acme', traits: { name: 'ACME', domain: 'acme.test' }, context },
    ])
    expect(events.page).toMatchObject([{ key: 'user#alex', name: 'Home', properties: { url: 'https://x.test/' } }])
    expect(events.screen).toMatchObject([{ key: 'user#alex', name: 'Feed' }])
  })

  test('delivers an alias', async () => {
    const rudder = clientFor()

    rudder.alias({ previousId: 'visitor', userId: 'alex', timestamp: new Date('2026-01-01T00:00:00Z') })
    await rudder.flush()

    await expect.poll(() => answers).toHaveLength(1)
    const [event] = await queued()
    expect(event).toMatchObject({ type: 'alias', key: 'user#visitor', into: 'user#alex' })
    expect(event?.stamp.time).toBe(Date.parse('2026-01-01T00:00:00Z'))
  })
})

describe.each(['@segment/analytics-node', '@rudderstack/rudder-sdk-node'])(
  'what the calls of %s say of HubSpot',
  library => {
    const config = defineConfig({
      events: { page: true, screen: true },
      objects: {
        companies: { from: 'group', id: 'groupId', uniqueProperty: 'company_id', fields: { domain: 'traits.domain' } },
      },
      lists: { Customers: { add: { track: 'Signed up' } } },
    })
    const track = {
      ...{ userId: 'alex', event: 'Signed up', properties: order },
      context: {
        hubspotutk: '0123456789abcdef0123456789abcdef',
        campaign: { name: 'spring', source: 'news', medium: 'mail', term: 'shoes', content: 'top' },
      },
    }
    const group = { userId: 'alex', groupId: 'acme', traits: { domain: 'acme.test' } }
    const page = { userId: 'alex', name: 'Home', properties: { url: 'https://x.test/', title: 'Welcome' } }

    async function send(): Promise<void> {
      if (library === '@segment/analytics-node') {
        const analytics = new Analytics({ writeKey: 'write-key', host: api.url })
        analytics.track(track)
        analytics.group(group)
        analytics.page(page)
        return analytics.closeAndFlush()
      }
      const rudder = new RudderAnalytics('write-key', { dataPlaneUrl: api.url, logLevel: 'none' })
      rudder.track(track)
      rudder.group(group)
      rudder.page(page)
      await rudder.flush()
      await expect.poll(() => answers.length).toBeGreaterThan(0)
    }

    test('is their values and nothing that the library says of itself', async () => {
      await send()

      const events = await queuedByType()
      const said = Object.values(events).flatMap(all =>
        all.flatMap(event => (event.type === 'notice' || event.type === 'retry' ? [] : sayingsOf(event, config))),
      )
      const values = said.map(({ key, wishes, occurrence }) => [
        occurrence?.name ?? key,
        Object.fromEntries([...wishes].map(([name, wish]) => [name, 'value' in wish ? wish.value : wish.unfit])),
      ])
      expect(Object.fromEntries(values)).toStrictEqual({
        signed_up: {
          ...orderAsJson,
          ...{ hs_utm_campaign: 'spring', hs_utm_source: 'news', hs_utm_medium: 'mail', hs_utm_term: 'shoes' },
          hs_utm_content: 'top',
        },
        'lists@user#alex': { Customers: true },
        'object#companies#acme': { company_id: 'acme', domain: 'acme.test' },
        'link#companies#acme@user#alex': { labels: '*' },
        page_viewed: { hs_page_url: 'https://x.test/', hs_page_title: 'Welcome' },
      })
      expect(said.find(({ occurrence }) => occurrence?.name === 'signed_up')?.occurrence?.utk).toBe(
        '0123456789abcdef0123456789abcdef',
      )
    })
  },
)
