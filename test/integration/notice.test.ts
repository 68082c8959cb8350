import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Event } from '../../functions/core/event.ts'
import { composeNotice } from '../../functions/notice/compose.ts'
import { type HttpApi, serve } from '../../local/http.ts'
import { clientFor, startEmbeddedSqs, startFaultyProxy } from '../support/embedded-sqs.ts'
import { lambdaContext } from '../support/http-request.ts'
import { signedHeaders, webhook } from '../support/hubspot-webhooks.ts'
import { testPlatform, testSecrets } from '../support/platform.ts'

let sqs: Awaited<ReturnType<typeof startEmbeddedSqs>>
let api: HttpApi
let queueUrl: string
let platform: ReturnType<typeof testPlatform>
let queueNumber = 0

beforeAll(async () => {
  sqs = await startEmbeddedSqs()
})
afterAll(() => sqs.stop())
beforeEach(async () => {
  queueUrl = await sqs.createQueue(`notices-${++queueNumber}.fifo`)
  api = await start()
})
afterEach(() => api.close())

async function start(changes: Parameters<typeof testPlatform>[0] = {}, client = sqs.client): Promise<HttpApi> {
  platform = testPlatform(changes)
  // The address is known only when it listens; nothing arrives before.
  let url = ''
  const opened = await serve(
    event =>
      composeNotice({ EVENTS_QUEUE_URL: queueUrl, PUBLIC_URL: url }, { ...platform, sqs: client })(
        event,
        lambdaContext(5000),
      ),
    0,
  )
  url = opened.url
  return opened
}

interface Sending {
  readonly headers?: Record<string, string>
  readonly secret?: string
  readonly timestamp?: number
  readonly query?: string
}

async function send(events: unknown, { headers, query = '', ...signing }: Sending = {}) {
  const body = typeof events === 'string' || Buffer.isBuffer(events) ? events : JSON.stringify(events)
  const url = `${api.url}/hubspot/webhooks${query}`
  const signed = signedHeaders({ uri: url, body, ...signing })
  const response = await fetch(url, { method: 'POST', headers: headers ?? signed, body })
  return { status: response.status, body: JSON.parse(await response.text()) }
}

const messages = () => sqs.drain(queueUrl)
const queued = async (): Promise<Event[]> => (await messages()).map(({ Body = '' }) => JSON.parse(Body))
const merge = webhook('contact.merge', {
  objectId: 103,
  primaryObjectId: 101,
  mergedObjectIds: [102],
  newObjectId: 103,
})

describe('a webhook of HubSpot', () => {
  test('is answered 202 when the queue has a notice of every contact, each in a group of its own', async () => {
    const answer = await send([merge, webhook('contact.deletion', { objectId: 102 })])

    const received = await messages()
    expect(answer).toEqual({ status: 202, body: { accepted: 3 } })
    expect(received.map(({ Body = '' }) => JSON.parse(Body).vid).sort()).toEqual(['101', '102', '103'])
    expect(new Set(received.map(({ Attributes }) => Attributes?.MessageGroupId)).size).toBe(3)
  })

  test('tells of an erasure with its time', async () => {
    await send([webhook('contact.privacyDeletion')])

    expect(await queued()).toEqual([{ type: 'notice', vid: '101', portal: '4242', erasedAt: 1_764_590_000_000 }])
  })

  test('that HubSpot repeats is queued once, and answered as before', async () => {
    const answers = [await send([merge]), await send([{ ...merge, attemptNumber: 1 }])]

    expect(answers.map(({ status }) => status)).toEqual([202, 202])
    expect(await queued()).toHaveLength(3)
  })

  test('without anything that matters is answered 202, and nothing is queued', async () => {
    const answer = await send([webhook('contact.creation'), webhook('deal.deletion')])

    expect(answer).toEqual({ status: 202, body: { accepted: 0 } })
    expect(await send([])).toMatchObject({ status: 202 })
    expect(await queued()).toEqual([])
  })

  test('may be signed with any of the secrets, and have a query', async () => {
    expect(await send([merge], { secret: 'next-client-secret' })).toMatchObject({ status: 202 })
    expect(await send([merge], { query: '?portal=eu%20west' })).toMatchObject({ status: 202 })
  })

  test('of a hundred merges is taken whole', async () => {
    const events = Array.from({ length: 100 }, (_, at) =>
      webhook('contact.merge', { eventId: at, objectId: 1000 + at, mergedObjectIds: [2000 + at] }),
    )

    expect(await send(events)).toEqual({ status: 202, body: { accepted: 200 } })
    expect(await queued()).toHaveLength(200)
  })
})

describe('what opens nothing', () => {
  const minutes = 60_000

  test.each<[string, Sending]>([
    ['a request without a signature', { headers: { 'content-type': 'application/json' } }],
    ['another secret', { secret: 'stolen' }],
    ['an empty secret', { secret: '' }],
    ['a signature of six minutes ago', { timestamp: Date.now() - 6 * minutes }],
    ['a signature of the future', { timestamp: Date.now() + 6 * minutes }],
    ['an admin key', { headers: { authorization: `Basic ${btoa('admin-key:')}` } }],
  ])('%s', async (_, sending) => {
    const answer = await send([merge], sending)

    expect(answer).toMatchObject({ status: 401, body: { error: expect.stringContaining('client secret') } })
    expect(await queued()).toEqual([])
  })

  test('a signature for another address, and the log says what to compare', async () => {
    const headers = signedHeaders({
      uri: 'https://elsewhere.example.com/hubspot/webhooks',
      body: JSON.stringify([merge]),
    })

    const answer = await send([merge], { headers })

    expect(answer.status).toBe(401)
    expect(platform.recorder.lines).toMatchObject([{ level: 'warn', message: expect.stringContaining('target URL') }])
  })

  test('a recorded request after five minutes', async () => {
    const body = JSON.stringify([merge])
    const headers = signedHeaders({ uri: `${api.url}/hubspot/webhooks`, body })
    expect((await send(body, { headers })).status).toBe(202)
    await messages()
    const url = api.url
    await api.close()
    const clock = { ...testPlatform().clock, now: () => Date.now() + 5 * minutes + 1 }
    const late = composeNotice(
      { EVENTS_QUEUE_URL: queueUrl, PUBLIC_URL: url },
      { ...testPlatform({ clock }), sqs: sqs.client },
    )
    api = await serve(event => late(event, lambdaContext()), 0)

    const again = await send(body, { headers })

    expect(again.status).toBe(401)
    expect(await queued()).toEqual([])
  })

  test('anything, as long as no secret is configured; the log says what to configure', async () => {
    await api.close()
    api = await start({ secrets: { read: async () => ({ ...testSecrets, webhookSecrets: [] }) } })

    const answer = await send([merge], { secret: '' })

    expect(answer.status).toBe(401)
    expect(platform.recorder.lines).toMatchObject([
      { level: 'warn', message: expect.stringContaining('webhookSecrets') },
    ])
  })

  test('an empty secret, though somebody has configured one', async () => {
    await api.close()
    api = await start({ secrets: { read: async () => ({ ...testSecrets, webhookSecrets: [''] }) } })

    expect((await send([merge], { secret: '' })).status).toBe(401)
    expect(await queued()).toEqual([])
  })

  test('a secret that was just rotated in opens at once', async () => {
    await api.close()
    const secrets = {
      read: async ({ refresh = false } = {}) => (refresh ? { ...testSecrets, webhookSecrets: ['new'] } : testSecrets),
    }
    api = await start({ secrets })

    expect((await send([merge], { secret: 'new' })).status).toBe(202)
  })
})

describe('what is signed and wrong', () => {
  test.each<[unknown, number, RegExp]>([
    ['', 400, /empty/],
    ['[{]', 400, /JSON/],
    [Buffer.from([0x5b, 0xff, 0x5d]), 400, /UTF-8/],
    [{}, 400, /list of events/],
    [[{ subscriptionType: 'contact.merge' }], 400, /portalId/],
    ['['.repeat(100_000), 400, /JSON/],
    [`[${'"x",'.repeat(300_000)}1]`, 413, /1 MB/],
  ])('is refused, and the next is taken (%#)', async (body, status, message) => {
    const answer = await send(body)

    expect(answer.status).toBe(status)
    expect(answer.body.error).toMatch(message)
    expect(await send([merge])).toMatchObject({ status: 202 })
  })
})

describe('trouble', () => {
  test('of SQS is a 503 within HubSpot’s five seconds, and HubSpot sends it again', async () => {
    const proxy = await startFaultyProxy(sqs.endpoint)
    await api.close()
    api = await start({}, clientFor(proxy.url, { maxAttempts: 1 }))
    for (let times = 0; times < 50; times++)
      proxy.faults.push({ kind: 'answered', status: 503, body: { __type: 'ServiceUnavailable' } })
    const begun = performance.now()

    const answer = await send([merge])

    expect(answer.status).toBe(503)
    expect(performance.now() - begun).toBeLessThan(5000)
    proxy.faults.length = 0
    expect((await send([{ ...merge, attemptNumber: 1 }])).status).toBe(202)
    expect(await queued()).toHaveLength(3)
    await proxy.stop()
  })

  test('of a lost answer of SQS queues a notice once', async () => {
    const proxy = await startFaultyProxy(sqs.endpoint)
    await api.close()
    api = await start({}, clientFor(proxy.url, { maxAttempts: 1 }))
    proxy.faults.push({ kind: 'answer lost' })

    expect((await send([merge])).status).toBe(202)

    expect(await queued()).toHaveLength(3)
    await proxy.stop()
  })

  test('of the secrets is a 503 without a word of them', async () => {
    await api.close()
    const failing = async () => {
      throw new Error('AccessDenied')
    }
    api = await start({ secrets: { read: failing } })

    const answer = await send([merge])

    expect(answer.status).toBe(503)
    expect(JSON.stringify(answer.body)).not.toMatch(/Access|secret/i)
  })
})

test('whatever comes, signed or not, is never answered 5xx, and nothing unsigned or stale is queued', async () => {
  const header = fc.string({ unit: 'grapheme-ascii' }).map(text => text.replace(/[^\x21-\x7e]/g, ''))
  const forged = fc.record(
    {
      'x-hubspot-signature-v3': header,
      'x-hubspot-request-timestamp': fc.oneof(header, fc.constant(String(Date.now()))),
    },
    { requiredKeys: [] },
  )
  const event = fc.oneof(
    fc.jsonValue(),
    fc.record({
      ...Object.fromEntries(
        Object.entries(merge).map(([name, value]) => [name, fc.oneof(fc.constant(value), fc.jsonValue())]),
      ),
    }),
  )
  const body = fc.oneof(
    fc.array(event, { maxLength: 3 }).map(events => JSON.stringify(events)),
    fc.string({ unit: 'binary' }),
    fc.uint8Array().map(bytes => Buffer.from(bytes)),
  )
  await fc.assert(
    fc.asyncProperty(body, forged, async (bytes, headers) => {
      const { status } = await send(bytes, { headers: { 'content-type': 'application/json', ...headers } })
      expect(status).toBe(401)
    }),
    { numRuns: 150 },
  )
  await fc.assert(
    fc.asyncProperty(body, fc.integer({ min: 300_100, max: 1e9 }), fc.constantFrom(-1, 1), async (bytes, age, sign) => {
      const { status } = await send(bytes, { timestamp: Date.now() + sign * age + sign * 5000 })
      expect(status).toBe(401)
    }),
    { numRuns: 50 },
  )
  expect(await queued()).toEqual([])
  await fc.assert(
    fc.asyncProperty(body, async bytes => {
      const { status } = await send(bytes)
      expect([202, 400]).toContain(status)
    }),
    { numRuns: 200 },
  )
})
