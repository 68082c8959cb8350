import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { promisify } from 'node:util'
import { beforeAll, describe, expect, test } from 'vitest'
import { PROJECT } from '../../cdk/bundling.ts'
import { testSecrets } from '../support/platform.ts'
import { type Run, SOON, startRun } from './run.ts'

const SECRET = `whsec_${Buffer.from('a secret that is shared').toString('base64')}`
const SENDERS = `${PROJECT}examples/senders`
let run: Run

beforeAll(async () => {
  run = await startRun({
    secrets: { ...testSecrets, writeKeys: ['local'], adminKeys: ['local'], signingSecrets: [SECRET] },
  })
  process.env.VIDSYNC_URL = run.apiUrl
  process.env.VIDSYNC_SIGNING_SECRET = SECRET
})

const contact = (email: string) => expect.poll(() => run.hubspot?.contactByEmail(email)?.properties, SOON)

test('curl: the user is a contact, and sent again they are the same', async () => {
  const environment = { PATH: process.env.PATH, VIDSYNC_URL: run.apiUrl }

  const { stdout } = await promisify(execFile)('sh', [`${SENDERS}/curl.sh`], { env: environment })
  await promisify(execFile)('sh', [`${SENDERS}/curl.sh`], { env: environment })

  expect(JSON.parse(stdout)).toEqual({ accepted: 1, rejected: [] })
  await contact('ada@example.com').toMatchObject({ firstname: 'Ada', internal_user_id: 'u1' })
})

describe('Express', () => {
  test('whoever signs up is a contact, and their order an event of theirs', async () => {
    const { app } = await import('../../examples/senders/express.ts')
    const server = app.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    if (typeof address !== 'object' || address === null) throw new Error('the server listens at no port')
    const post = (path: string, body: unknown) =>
      fetch(`http://127.0.0.1:${address.port}${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })

    const signedUp = await post('/signup', { id: 'u2', email: 'bo@example.com', name: 'Bo' })
    const ordered = await post('/orders', { userId: 'u2', orderId: 7, total: 12.5 })
    server.close()

    expect([signedUp.status, ordered.status]).toEqual([201, 201])
    await contact('bo@example.com').toMatchObject({ firstname: 'Bo', internal_user_id: 'u2' })
    await expect
      .poll(() => run.hubspot?.events.all().map(({ name, properties }) => [name, properties.order_id]), SOON)
      .toEqual([[expect.stringContaining('order_completed'), '7']])
  })

  test('what is refused is an error that says why', async () => {
    const { send } = await import('../../examples/senders/send.ts')

    await expect(send('identify', { traits: { plan: 'pro' } })).rejects.toThrow(/neither a userId nor an email/)
  })
})

test('Next.js: the profile that was saved is in HubSpot, by a signed request', async () => {
  const { POST } = await import('../../examples/senders/next-route.ts')
  const body = new URLSearchParams({ userId: 'u3', email: 'cy@example.com', firstName: 'Cy' })

  const response = await POST(new Request('https://product.example/api/profile', { method: 'POST', body }))

  expect([response.status, await response.json()]).toEqual([200, { saved: true }])
  await contact('cy@example.com').toMatchObject({ firstname: 'Cy', internal_user_id: 'u3' })
})

describe('a destination function of Segment', () => {
  class RetryError extends Error {}
  class EventNotSupported extends Error {}
  class InvalidEventPayload extends Error {}
  const functions = new Function(
    ...['RetryError', 'EventNotSupported', 'InvalidEventPayload'],
    `${readFileSync(`${SENDERS}/segment-function.js`, 'utf8')}; return { onIdentify, onTrack, onGroup, onPage, onScreen, onAlias }`,
  )(RetryError, EventNotSupported, InvalidEventPayload)
  const settings = { url: '', writeKey: 'local' }
  beforeAll(() => {
    settings.url = run.apiUrl
  })
  const event = {
    version: 2,
    channel: 'server',
    messageId: 'segment-1',
    timestamp: '2026-11-22T00:00:00.000Z',
    userId: 'u4',
  }

  test('passes events on as they come', async () => {
    await functions.onIdentify({ ...event, type: 'identify', traits: { email: 'di@example.com' } }, settings)

    await contact('di@example.com').toMatchObject({ internal_user_id: 'u4' })
  })

  test('tells Segment what to send again and what not', async () => {
    const anonymous = { ...event, type: 'page', userId: null, anonymousId: 'a1' }

    await expect(functions.onPage(anonymous, settings)).rejects.toThrow(EventNotSupported)
    await expect(functions.onPage(anonymous, { ...settings, writeKey: 'wrong' })).rejects.toThrow(InvalidEventPayload)
  })
})
