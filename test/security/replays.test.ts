import { describe, expect, test } from 'vitest'
import { httpRequest } from '../support/http-request.ts'
import { signedHeaders, webhook } from '../support/hubspot-webhooks.ts'
import { webhookHeaders } from '../support/standard-webhooks.ts'
import { NOW, openDoor, PUBLIC_URL } from './doors.ts'

const SECONDS = NOW / 1_000
const MINUTES = 60
const identify = JSON.stringify({ userId: 'u1', traits: { plan: 'a' } })

const signed = (body: string, given: Partial<Parameters<typeof webhookHeaders>[0]> = {}, path = '/v1/identify') =>
  httpRequest({ path, body, headers: webhookHeaders({ body, timestamp: SECONDS, ...given }) })

describe('a request signed by Standard Webhooks', () => {
  test.each([
    [-5 * MINUTES - 1, 401],
    [-5 * MINUTES, 202],
    [5 * MINUTES, 202],
    [5 * MINUTES + 1, 401],
  ])('of %d s from now is answered %d', async (off, status) => {
    const door = openDoor('receive')

    const answer = await door.knock(signed(identify, { timestamp: SECONDS + off }))

    expect(answer.statusCode).toBe(status)
  })

  test('that is played back within the five minutes is the same request, although its event has neither id nor time', async () => {
    const door = openDoor('receive')
    const request = signed(identify)
    await door.knock(request)
    door.ahead = 4 * 60_000

    const again = await door.knock(request)

    expect(again.statusCode).toBe(202)
    expect(door.queue.kept).toHaveLength(1)
  })

  test('that its sender repeats with a new timestamp is the same request: each event of it, and no two are one', async () => {
    const door = openDoor('receive')
    const event = { type: 'track', userId: 'u1', event: 'Ordered' }
    const body = JSON.stringify({ batch: [event, event] })
    await door.knock(signed(body, {}, '/v1/batch'))
    door.ahead = 60_000

    await door.knock(signed(body, { timestamp: SECONDS + 60 }, '/v1/batch'))

    const events = door.taken()
    expect(events).toHaveLength(2)
    expect(new Set(events.map(queued => 'hash' in queued && queued.hash)).size).toBe(2)
  })

  test('under another id is another one, whatever it says', async () => {
    const door = openDoor('receive')

    for (const id of ['msg_1', 'msg_2']) await door.knock(signed(identify, { id }))

    expect(new Set(door.taken().map(event => 'hash' in event && event.hash)).size).toBe(2)
  })

  test('cannot be cut at another dot: what was text of a body does not become one', async () => {
    const door = openDoor('receive')
    const inner = JSON.stringify({ userId: 'victim' })
    const body = `{"userId":"u1","note":"x"}.${SECONDS}.${inner}`
    const { 'webhook-signature': signature = '' } = webhookHeaders({ body, timestamp: SECONDS })
    const headers = {
      'webhook-id': `msg_1.${SECONDS}.{"userId":"u1","note":"x"}`,
      'webhook-timestamp': String(SECONDS),
      'webhook-signature': signature,
    }

    const answer = await door.knock(httpRequest({ path: '/v1/identify', body: inner, headers }))

    expect(answer.statusCode).toBe(401)
    expect(door.queue.kept).toEqual([])
  })
})

describe('a webhook of HubSpot', () => {
  const body = JSON.stringify([webhook('contact.deletion')])
  const uri = `${PUBLIC_URL}/hubspot/webhooks`
  const from = (timestamp: number) =>
    httpRequest({ path: '/hubspot/webhooks', body, headers: signedHeaders({ uri, body, timestamp }) })

  test.each([
    [-5 * 60_000 - 1, 401],
    [-5 * 60_000, 202],
    [5 * 60_000, 202],
    [5 * 60_000 + 1, 401],
  ])('of %d ms from now is answered %d', async (off, status) => {
    const door = openDoor('notice')

    const answer = await door.knock(from(NOW + off))

    expect(answer.statusCode).toBe(status)
  })

  test('that is played back is the same one', async () => {
    const door = openDoor('notice')
    await door.knock(from(NOW))
    door.ahead = 4 * 60_000

    await door.knock(from(NOW))

    expect(door.queue.kept).toHaveLength(1)
  })
})

describe('while a secret is changed for another', () => {
  test.each(['old secret', 'new secret'])('what is signed with the %s is let in', async key => {
    const door = openDoor('receive', { signingSecrets: ['old secret', 'new secret'] })

    expect((await door.knock(signed(identify, { key }))).statusCode).toBe(202)
  })

  test.each(['old secret', 'new secret'])('so is what HubSpot signs with the %s', async secret => {
    const door = openDoor('notice', { webhookSecrets: ['old secret', 'new secret'] })
    const body = JSON.stringify([webhook('contact.deletion')])
    const headers = signedHeaders({ uri: `${PUBLIC_URL}/hubspot/webhooks`, body, timestamp: NOW, secret })

    expect((await door.knock(httpRequest({ path: '/hubspot/webhooks', body, headers }))).statusCode).toBe(202)
  })

  test('one that was taken out opens nothing any more', async () => {
    const door = openDoor('receive', { signingSecrets: ['new secret'] })

    expect((await door.knock(signed(identify, { key: 'old secret' }))).statusCode).toBe(401)
  })
})
