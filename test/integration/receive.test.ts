import { createHmac } from 'node:crypto'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { IdentifyEvent as Event } from '../../functions/core/event.ts'
import { composeReceive } from '../../functions/receive/compose.ts'
import { type HttpApi, serve } from '../../local/http.ts'
import { clientFor, startEmbeddedSqs, startFaultyProxy } from '../support/embedded-sqs.ts'
import { httpRequest, lambdaContext } from '../support/http-request.ts'
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
  queueUrl = await sqs.createQueue(`events-${++queueNumber}.fifo`)
  platform = testPlatform()
  const handler = composeReceive({ EVENTS_QUEUE_URL: queueUrl }, { ...platform, sqs: sqs.client })
  api = await serve(event => handler(event, lambdaContext()), 0)
})
afterEach(() => api.close())

const basic = (key: string) => `Basic ${Buffer.from(`${key}:`).toString('base64')}`
const authorization = basic('write-key')
const good = { userId: 'good', traits: { plan: 'a' } }

type Body = string | Buffer | object
async function post(path: string, body: Body, headers: Record<string, string> = {}) {
  const response = await fetch(`${api.url}${path}`, {
    method: 'POST',
    headers: { authorization, 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body),
  })
  return { status: response.status, headers: response.headers, body: JSON.parse(await response.text()) }
}
const queued = async (): Promise<Event[]> => (await sqs.drain(queueUrl)).map(({ Body = '' }) => JSON.parse(Body))
const queuedKeys = async () => (await queued()).map(({ key }) => key).sort()

/** What every refusal must be, and that it affects nobody else. */
async function expectRefusal(answer: Awaited<ReturnType<typeof post>>, status: number, message: RegExp) {
  expect(answer.body.error).toMatch(message)
  expect(answer.status).toBe(status)
  expect(answer.headers.get('content-type')).toBe('application/json')
  const next = await post('/v1/identify', good)
  expect(next.status).toBe(202)
  expect(await queuedKeys()).toEqual(['user#good'])
}

describe('an event', () => {
  test('is answered 202 when the queue has it', async () => {
    const answer = await post('/v1/identify', { userId: 'u1', messageId: 'm1', traits: { email: 'a@example.com' } })

    expect(answer).toMatchObject({ status: 202, body: { accepted: 1, rejected: [] } })
    expect(await queued()).toMatchObject([{ key: 'user#u1', messageId: 'm1', traits: { email: 'a@example.com' } }])
  })

  test('sent twice with id and timestamp is queued once', async () => {
    const event = { userId: 'u1', messageId: 'm1', timestamp: '2026-01-01T00:00:00Z' }

    await post('/v1/identify', event)
    const again = await post('/v1/identify', { ...event, sentAt: new Date() })

    expect(again.status).toBe(202)
    expect(await queuedKeys()).toEqual(['user#u1'])
  })

  test('sent twice without an id is queued twice: nobody can say that it is the same', async () => {
    await post('/v1/identify', good)
    await post('/v1/identify', good)

    expect(await queuedKeys()).toEqual(['user#good', 'user#good'])
  })

  test('in a batch costs only itself when it is bad', async () => {
    const batch = [
      { type: 'identify', userId: 'a' },
      { type: 'track', userId: 'a', properties: {} },
      { type: 'identify', traits: { email: 'lead@example.com' } },
      { type: 'identify' },
      { type: 'identify', userId: 'b', traits: { text: 'x'.repeat(300_000) } },
    ]

    const answer = await post('/v1/batch', { batch })

    expect(answer.status).toBe(202)
    expect(answer.body).toEqual({
      accepted: 2,
      rejected: [
        {
          index: 1,
          message: 'The track call does not say what was done: send it as "event": "Order Completed".',
        },
        { index: 3, message: 'The event has neither a userId nor an email among its traits: send one of them.' },
        { index: 4, message: 'The event is larger than 256 kB: send fewer or shorter values.' },
      ],
    })
    expect(await queuedKeys()).toEqual(['lead#lead@example.com', 'user#a'])
    expect(platform.recorder.sum('EventsAccepted')).toBe(2)
    expect(platform.recorder.sum('EventsRejected')).toBe(3)
  })

  test('of an emoji id, with odd timestamps or 5,000 traits, is legal', async () => {
    const traits = Object.fromEntries(Array.from({ length: 5000 }, (_, at) => [`trait_${at}`, '🦊']))
    const batch = [
      { type: 'identify', userId: '🦊', timestamp: 'the day before' },
      { type: 'identify', userId: 'much', traits },
      { type: 'identify', userId: 'future', timestamp: 8e15 },
    ]

    const answer = await post('/v1/batch', { batch })

    const byKey = new Map((await queued()).map(event => [event.key, event]))
    expect(answer.body).toEqual({ accepted: 3, rejected: [] })
    expect(byKey.get('user#much')?.traits).toEqual(traits)
    for (const key of ['user#🦊', 'user#future'] as const) {
      const { time, receivedAt } = byKey.get(key)?.stamp ?? { time: 0, receivedAt: 1 }
      expect(time).toBe(receivedAt)
    }
  })

  test('of a batch of 2 MB is accepted', async () => {
    const batch = Array.from({ length: 20 }, (_, at) => ({
      type: 'identify',
      userId: `u${at}`,
      traits: { text: 'x'.repeat(100_000) },
    }))

    const answer = await post('/v1/batch', { batch })

    expect(answer.body).toEqual({ accepted: 20, rejected: [] })
    expect(await queued()).toHaveLength(20)
  })
})

describe('a body', () => {
  const identify = JSON.stringify({ userId: 'packed' })

  test.each([
    ['gzip', gzipSync(identify)],
    ['x-gzip', gzipSync(identify)],
    ['GZIP', gzipSync(identify)],
    ['deflate', deflateSync(identify)],
    ['deflate', deflateRawSync(identify)],
    ['br', brotliCompressSync(identify)],
    ['identity', Buffer.from(identify)],
  ])('compressed with %s is understood', async (encoding, body) => {
    const answer = await post('/v1/identify', body, { 'content-encoding': encoding })

    expect(answer.status).toBe(202)
    expect(await queuedKeys()).toEqual(['user#packed'])
  })

  test.each([
    'application/json',
    'application/json; charset=utf-8',
    'Application/JSON',
    'application/vnd.api+json',
    'application/x-www-form-urlencoded',
    'text/plain;charset=UTF-8',
  ])('of JSON as %s is understood', async type => {
    const answer = await post('/v1/identify', { userId: 'Zoë' }, { 'content-type': type })

    expect(answer.status).toBe(202)
    expect(await queuedKeys()).toEqual(['user#Zoë'])
  })

  test('with a byte order mark is understood', async () => {
    const answer = await post('/v1/identify', `\uFEFF${identify}`)

    expect(answer.status).toBe(202)
  })

  test.each(['text/xml', 'multipart/form-data; boundary=x', 'image/png', 'application/jsonp', 'application'])(
    'of type %s is refused',
    async type => {
      await expectRefusal(await post('/v1/identify', good, { 'content-type': type }), 415, /application\/json/)
    },
  )

  test.each(['zstd', 'gzip, gzip', 'magic'])('encoded as %s is refused', async encoding => {
    const answer = await post('/v1/identify', good, { 'content-encoding': encoding })

    expect(answer.headers.get('accept-encoding')).toBe('gzip, deflate, br')
    await expectRefusal(answer, 415, /send gzip, deflate, br or none/)
  })

  test.each([
    ['gzip', Buffer.from('{}')],
    ['gzip', gzipSync(identify).subarray(0, 20)],
    ['deflate', Buffer.from([0x78, 0x9c, 1, 2, 3])],
    ['br', Buffer.from('{"userId":"u1"}')],
    ['gzip', Buffer.alloc(0)],
  ])('that is no %s although it says so is refused', async (encoding, body) => {
    await expectRefusal(await post('/v1/identify', body, { 'content-encoding': encoding }), 400, /cannot be inflated/)
  })

  test.each([
    ['broken', '{"userId": "u1"'],
    ['of a form', 'userId=u1&name=Jane'],
    ['with a raw null byte', '{"userId": "u\u0000"}'],
    ['of two documents', '{"userId":"u1"}{"userId":"u2"}'],
    ['of a comment', '{"userId":"u1"} // Jane'],
  ])('%s is refused without repeating it', async (_, body) => {
    const answer = await post('/v1/identify', body)

    expect(JSON.stringify(answer.body)).not.toMatch(/Jane|position \d|u1/)
    await expectRefusal(answer, 400, /not valid JSON/)
  })

  test.each(['', '   '])('that is empty is refused: %j', async body => {
    await expectRefusal(await post('/v1/identify', body), 400, /empty/)
  })

  test('that is not UTF-8 is refused: two ids could become one', async () => {
    const latin1 = Buffer.from('{"userId":"Jürgen"}', 'latin1')

    await expectRefusal(await post('/v1/identify', latin1), 400, /not valid UTF-8/)
  })

  test.each(['[]', '"text"', '5', 'null', 'true', '[{"userId":"u1"}]'])('%s is refused', async body => {
    await expectRefusal(await post('/v1/identify', body), 400, /must be a JSON object/)
  })

  test('with a call over 256 kB is refused', async () => {
    const answer = await post('/v1/identify', { userId: 'u1', traits: { text: 'x'.repeat(270_000) } })

    await expectRefusal(answer, 413, /larger than 256 kB/)
  })

  test('over 4 MB is refused', async () => {
    const answer = await post('/v1/batch', { batch: [{ text: 'x'.repeat(4_500_000) }] })

    await expectRefusal(answer, 413, /larger than 4 MB/)
  })

  test.each([
    ['gzip', gzipSync(Buffer.alloc(200_000_000))],
    ['deflate', deflateSync(Buffer.alloc(200_000_000))],
    ['br', brotliCompressSync(Buffer.alloc(50_000_000))],
  ])('that explodes from little %s is refused at once', async (encoding, bomb) => {
    const begun = performance.now()

    const answer = await post('/v1/batch', bomb, { 'content-encoding': encoding })

    expect(performance.now() - begun).toBeLessThan(1000)
    await expectRefusal(answer, 413, /larger than 4 MB/)
  })

  test('over what API Gateway carries is refused', async () => {
    await expectRefusal(await post('/v1/batch', Buffer.alloc(11_000_000)), 413, /larger than 10 MB/)
  })

  test('nested a million levels deep is refused', async () => {
    const deep = `{"userId":"u1","traits":${'['.repeat(100_000)}${']'.repeat(100_000)}}`

    await expectRefusal(await post('/v1/identify', deep), 400, /nested more than 16 levels/)
    await expectRefusal(await post('/v1/batch', '['.repeat(1_000_000)), 400, /not valid JSON/)
  })

  test('with an empty batch is refused', async () => {
    await expectRefusal(await post('/v1/batch', { batch: [] }), 400, /batch is empty.*send \{"batch"/)
  })

  test('of which nothing is valid is refused, and says why of each event', async () => {
    const answer = await post('/v1/batch', { batch: [{ type: 'identify' }, { type: 'page' }] })

    expect(answer.body.rejected.map(({ index }: { index: number }) => index)).toEqual([0, 1])
    await expectRefusal(answer, 400, /None of the events was valid/)
  })

  test.each([
    ['no user', {}, /neither a userId nor an email/],
    ['a null byte in the id', { userId: 'a\u0000' }, /control character/],
    ['an id of 10,000 characters', { userId: 'x'.repeat(10_000) }, /longer than 512 bytes/],
    ['a lone surrogate in the id', { userId: '\uD83E' }, /valid Unicode/],
    ['traits of the wrong type', { userId: 'u1', traits: 'plan' }, /traits must be a JSON object/],
    ['an id of the wrong type', { userId: { id: 1 } }, /userId must be a string/],
    ['a message id of the wrong type', { userId: 'u1', messageId: [] }, /messageId must be a string/],
  ])('with %s is refused', async (_, body, message) => {
    await expectRefusal(await post('/v1/identify', body), 400, message)
  })

  test('with __proto__ keys changes nothing but that event', async () => {
    const answer = await post(
      '/v1/identify',
      '{"userId":"p","__proto__":{"a":1},"traits":{"__proto__":{"polluted":1}}}',
    )

    expect(answer.status).toBe(202)
    expect('polluted' in {}).toBe(false)
    expect(await queuedKeys()).toEqual(['user#p'])
  })
})

describe('a request', () => {
  test.each([
    ['nothing', {}],
    ['a wrong key', { authorization: basic('wrong') }],
    ['the admin key', { authorization: basic('admin-key') }],
    ['the key as a password', { authorization: `Basic ${Buffer.from(':write-key').toString('base64')}` }],
    ['a longer key', { authorization: basic('write-key2') }],
    ['a bearer token', { authorization: 'Bearer write-key' }],
    ['an empty key', { authorization: basic('') }],
    ['what is not base64', { authorization: 'Basic ===' }],
    ['only a scheme', { authorization: 'Basic' }],
  ])('with %s is refused', async (_, headers: Record<string, string>) => {
    const answer = await post('/v1/identify', good, { authorization: '', ...headers })

    expect(answer.headers.get('www-authenticate')).toMatch(/^Basic/)
    await expectRefusal(answer, 401, /write key/)
  })

  test.each([
    ['another active key', basic('next-write-key')],
    ['a password beside the key', `Basic ${Buffer.from('write-key:anything:at all').toString('base64')}`],
    ['the scheme in lower case', authorization.replace('Basic', 'basic')],
  ])('with %s is let in', async (_, value) => {
    expect((await post('/v1/identify', good, { authorization: value })).status).toBe(202)
  })

  test('with a key that was just rotated in is let in', async () => {
    const known = { ...testSecrets, writeKeys: ['old'] }
    const secrets = {
      read: async ({ refresh = false } = {}) => (refresh ? { ...known, writeKeys: ['write-key'] } : known),
    }
    const handler = composeReceive({ EVENTS_QUEUE_URL: queueUrl }, { ...platform, secrets, sqs: sqs.client })
    const rotating = await serve(event => handler(event, lambdaContext()), 0)

    const response = await fetch(`${rotating.url}/v1/identify`, {
      method: 'POST',
      headers: { authorization },
      body: JSON.stringify(good),
    })

    expect(response.status).toBe(202)
    await rotating.close()
  })

  test.each(['GET', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'])(
    'by %s is refused with the method that works',
    async method => {
      const response = await fetch(`${api.url}/v1/identify`, { method, headers: { authorization } })

      expect(response.status).toBe(405)
      expect(response.headers.get('allow')).toBe('POST')
      expect(await response.json()).toEqual({ error: '/v1/identify only takes POST.' })
    },
  )

  test.each([
    '/',
    '/v1',
    '/v1/',
    '/v1/identity',
    '/v2/identify',
    '/v1/IDENTIFY',
    '/v1/identify/',
    '//v1/identify',
    '/v1/constructor',
    '/v1/__proto__',
    '/v1/%69dentify',
    '/v1/..%2Fidentify',
    '/v1/identify%00',
    '/v1/%E0%A4%A',
    '/v1/identify;x=1',
    `/v1/${'x'.repeat(10_000)}`,
  ])('to %s finds nothing', async path => {
    await expectRefusal(await post(path, good), 404, /nothing at this path/)
  })

  test.each([
    ['POST', '/v1/users/u1', 'GET, DELETE'],
    ['PUT', '/v1/users/a/b', 'GET, DELETE'],
    ['POST', '/v1/status', 'GET'],
    ['DELETE', '/v1/conflicts', 'GET'],
    ['GET', '/v1/conflicts/u1/split', 'POST'],
    ['GET', '/hubspot/webhooks', 'POST'],
  ])('by %s to %s, which another function answers, is told what is possible', async (method, path, allow) => {
    const response = await fetch(`${api.url}${path}`, { method, headers: { authorization } })

    expect(response.status).toBe(405)
    expect(response.headers.get('allow')).toBe(allow)
    expect(await response.json()).toEqual({ error: `Only ${allow.replace(', ', ' and ')} can be done here.` })
  })

  test.each([
    ['GET', '/', /identify.*users.*status/],
    ['GET', '/v1/users/', /user id/],
    ['GET', '/v1/users', /user id/],
    ['DELETE', '/v1/users/', /user id/],
  ])('by %s to %s is told where to go, without any credentials', async (method, path, advice) => {
    const response = await fetch(`${api.url}${path}`, { method })

    expect(response.status).toBe(404)
    expect(await response.json()).toEqual({ error: expect.stringMatching(advice) })
  })

  test('that is rejected is logged with its first reason, and without its content', async () => {
    await post('/v1/batch', {
      batch: [{ type: 'identify', userId: { name: 'ada' } }, { type: 'track' }, { type: 'identify', ...good }],
    })

    expect(platform.recorder.lines).toContainEqual({
      level: 'warn',
      message: 'events rejected',
      fields: { events: 2, reason: expect.stringMatching(/^userId must be a string/) },
    })
    expect(JSON.stringify(platform.recorder.lines)).not.toContain('ada')
  })

  test('with a query string is read as if without', async () => {
    expect((await post('/v1/identify?a=1&b', good)).status).toBe(202)
  })

  test.each([
    'GET http://127.0.0.1/v1/identify HTTP/1.1',
    'GET /%%% HTTP/1.1',
    'OPTIONS * HTTP/1.1',
    'GET /\\..\\ HTTP/1.1',
  ])('that begins with %j gets a 4xx', async line => {
    const socket = connect(Number(new URL(api.url).port), '127.0.0.1')
    socket.end(`${line}\r\nhost: a\r\nconnection: close\r\n\r\n`)

    const answer = await text(socket)

    expect(answer).toMatch(/^HTTP\/1\.1 4\d\d /)
  })

  test('for health is answered to anybody', async () => {
    const response = await fetch(`${api.url}/healthz`)

    expect(response.status).toBe(200)
    expect(await response.json()).toEqual({ status: 'ok' })
  })
})

describe('a signed request', () => {
  const whsec = `whsec_${Buffer.from('a secret in base64').toString('base64')}`
  const body = JSON.stringify({ userId: 'signed' })
  const now = () => Math.floor(Date.now() / 1000)
  const sign = (key: string | Buffer, signed: string | Buffer, { id = 'msg_1', timestamp = now() } = {}) => ({
    authorization: '',
    'webhook-id': id,
    'webhook-timestamp': String(timestamp),
    'webhook-signature': `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.`).update(signed).digest('base64')}`,
  })

  test.each([
    ['a plain secret', 'plain secret'],
    ['a whsec_ secret', Buffer.from('a secret in base64')],
  ])('with %s is let in', async (_, key) => {
    const answer = await post('/v1/identify', body, sign(key, body))

    expect(answer.status).toBe(202)
    expect(await queuedKeys()).toEqual(['user#signed'])
  })

  test('with several signatures is let in by one that is current', async () => {
    const headers = sign('plain secret', body)
    const several = `v1,AAAA v1a,BBBB ${headers['webhook-signature']} nonsense`

    expect((await post('/v1/identify', body, { ...headers, 'webhook-signature': several })).status).toBe(202)
  })

  test('is signed as it travels: over the compressed bytes', async () => {
    const packed = gzipSync(body)

    const answer = await post('/v1/identify', packed, { ...sign('plain secret', packed), 'content-encoding': 'gzip' })

    expect(answer.status).toBe(202)
  })

  test.each([
    ['another secret', () => sign('other secret', body)],
    ['no secret at all', () => sign('', body)],
    ['the text of a whsec_ secret', () => sign(whsec, body)],
    ['another body', () => sign('plain secret', `${body} `)],
    ['an old timestamp', () => sign('plain secret', body, { timestamp: now() - 310 })],
    ['a timestamp to come', () => sign('plain secret', body, { timestamp: now() + 310 })],
    ['another id', () => ({ ...sign('plain secret', body), 'webhook-id': 'msg_2' })],
    ['a timestamp that is none', () => ({ ...sign('plain secret', body), 'webhook-timestamp': 'now' })],
    ['no signature', () => ({ authorization: '', 'webhook-id': 'a', 'webhook-timestamp': String(now()) })],
    ['an empty signature', () => ({ ...sign('plain secret', body), 'webhook-signature': 'v1,' })],
    [
      'another version',
      () => ({
        ...sign('plain secret', body),
        'webhook-signature': sign('plain secret', body)['webhook-signature'].replace('v1', 'v2'),
      }),
    ],
  ])('with %s is refused', async (_, headers) => {
    await expectRefusal(await post('/v1/identify', body, headers()), 401, /signature/)
  })

  test('minutes late is let in', async () => {
    const headers = sign('plain secret', body, { timestamp: now() - 290 })

    expect((await post('/v1/identify', body, headers)).status).toBe(202)
  })
})

describe('when it cannot do its work', () => {
  const invoke = async (changes: Partial<typeof platform>, client = sqs.client, remaining = 1500) => {
    const handler = composeReceive({ EVENTS_QUEUE_URL: queueUrl }, { ...platform, ...changes, sqs: client })
    const once = await serve(event => handler(event, lambdaContext(remaining)), 0)
    const body = JSON.stringify({ batch: ['a', 'b', 'c', 'd'].map(userId => ({ type: 'identify', userId })) })
    const response = await fetch(`${once.url}/v1/batch`, { method: 'POST', headers: { authorization }, body })
    const answer = { status: response.status, headers: response.headers, body: await response.json() }
    await once.close()
    return answer
  }

  test('the queue away: it says which events to send again, and to send them all', async () => {
    const proxy = await startFaultyProxy(sqs.endpoint)
    const refuse = { kind: 'some refused', refuse: (id: string) => id === '1' } as const
    proxy.faults.push(...Array.from({ length: 100 }, () => refuse))

    const answer = await invoke({}, clientFor(proxy.url))

    expect(answer.status).toBe(503)
    expect(answer.headers.get('retry-after')).toBe('5')
    expect(answer.body).toMatchObject({ error: expect.stringMatching(/1 of 4.*whole request again/), notAccepted: [1] })
    expect(platform.recorder.sum('QueueRefusals')).toBe(1)
    await proxy.stop()
  })

  test('the queue hanging: it answers in time', async () => {
    const proxy = await startFaultyProxy(sqs.endpoint)
    proxy.faults.push(...Array.from({ length: 100 }, () => ({ kind: 'never answered' }) as const))
    const begun = performance.now()

    const answer = await invoke({}, clientFor(proxy.url))

    expect(performance.now() - begun).toBeLessThan(1500)
    expect(answer).toMatchObject({ status: 503, body: { notAccepted: [0, 1, 2, 3] } })
    await proxy.stop()
  })

  test('the secrets unreadable: it says so to nobody but the log', async () => {
    const secrets = { read: () => Promise.reject(new Error('AccessDenied: arn of the secret')) }

    const answer = await invoke({ secrets })

    expect(answer.status).toBe(503)
    expect(JSON.stringify(answer.body)).not.toContain('arn')
    expect(platform.recorder.lines).toContainEqual(expect.objectContaining({ level: 'error' }))
  })

  test('a fault of its own: it answers 500 and logs no data', async () => {
    const random = {
      number: () => 0,
      id: () => {
        throw new Error('jane@example.com')
      },
    }

    const answer = await invoke({ random })

    expect(answer).toMatchObject({ status: 500, body: { error: expect.any(String) } })
    expect(JSON.stringify([answer.body, platform.recorder.lines])).not.toContain('jane')
  })
})

describe('whatever bytes arrive', () => {
  const handlerOf = () => composeReceive({ EVENTS_QUEUE_URL: queueUrl }, { ...platform, sqs: sqs.client })
  const body = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    fc.json().map(text => Buffer.from(text)),
    fc.json().map(text => gzipSync(text)),
    fc.json().map(text => Buffer.from(`{"batch":[${text}]}`)),
  )

  test('the answer is JSON and no 5xx', async () => {
    const handler = handlerOf()

    await fc.assert(
      fc.asyncProperty(
        fc.oneof(fc.constantFrom('/v1/identify', '/v1/batch', '/v1/track', '/healthz'), fc.webPath(), fc.string()),
        fc.constantFrom('POST', 'POST', 'POST', 'GET', 'TRACE'),
        fc.record({
          authorization: fc.oneof(fc.constant(authorization), fc.string()),
          'content-type': fc.oneof(fc.constant('application/json'), fc.string()),
          'content-encoding': fc.oneof(fc.constantFrom('gzip', 'deflate', 'br', 'identity', ''), fc.string()),
          'webhook-id': fc.string(),
          'webhook-timestamp': fc.oneof(fc.string(), fc.constant(String(Math.floor(Date.now() / 1000)))),
          'webhook-signature': fc.oneof(
            fc.string(),
            fc.base64String().map(text => `v1,${text}`),
          ),
        }),
        body,
        async (path, method, headers, bytes) => {
          const result = await handler(httpRequest({ path, method, headers, body: bytes }), lambdaContext())
          expect(result.statusCode).toBeLessThan(500)
          expect(JSON.parse(result.body ?? '')).toBeTypeOf('object')
        },
      ),
      { numRuns: 500 },
    )
  })
})
