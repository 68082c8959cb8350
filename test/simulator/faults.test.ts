import { describe, expect, test, vi } from 'vitest'
import { ConnectionLost, createHubSpot, type Fault } from '../../local/hubspot/index.ts'
import { CONTACTS, createManualClock, open, traced } from './portal.ts'

const create = { properties: { email: 'a@x.com' } }

describe('faults', () => {
  test.each([
    ['drop', 'before', 0],
    ['drop', 'after', 1],
    ['reset', 'before', 0],
    ['reset', 'after', 1],
  ] as const)('facts §16.13: %s %s the write: no answer, %i contacts', async (kind, when, contacts) => {
    const { call, hubspot } = await open()
    hubspot.addFault({ fault: { kind, when } })

    await expect(call('POST', CONTACTS, create)).rejects.toThrow('fetch failed')

    expect(hubspot.contactCount).toBe(contacts)
    expect(hubspot.calls.byStatus).toEqual({ none: 1 })
  })

  test.each([
    ['before', false, 0],
    ['after', false, 1],
    ['before', true, 0],
    ['after', true, 1],
  ] as const)('facts §16.12: 502 %s the write, HTML %s', async (when, html, contacts) => {
    const { call, hubspot } = await open()
    hubspot.addFault({ fault: { kind: 'error', status: 502, when, html } })

    const reply = await call('POST', CONTACTS, create)

    expect(reply.status).toBe(502)
    expect(reply.headers.get('content-type')).toContain(html ? 'text/html' : 'application/json')
    if (html) expect(reply.text).toMatch(/^<html>/)
    expect(hubspot.contactCount).toBe(contacts)
  })

  test('facts §8: 423, and 477 with the seconds to wait; nothing is written', async () => {
    const { call, hubspot } = await open()
    hubspot.addFault({ fault: { kind: 'locked' }, times: 1 })
    hubspot.addFault({ fault: { kind: 'migrating', retryAfter: 60 }, times: 1 })

    const locked = await call('POST', CONTACTS, create)
    const migrating = await call('POST', CONTACTS, create)
    const good = await call('POST', CONTACTS, create)

    expect([locked.status, migrating.status, good.status]).toEqual([423, 477, 201])
    expect(migrating.headers.get('retry-after')).toBe('60')
  })

  test('facts §8: another app may use up the limit; a token may be revoked', async () => {
    const { call, hubspot } = await open()
    hubspot.addFault({ fault: { kind: 'throttled', policy: 'DAILY' }, times: 1 })
    hubspot.addFault({ fault: { kind: 'unauthorized' }, times: 1 })

    const replies = [await call('POST', CONTACTS, create), await call('POST', CONTACTS, create)]

    expect(replies.map(reply => reply.status)).toEqual([429, 401])
    expect(replies[0]?.body.policyName).toBe('DAILY')
  })

  test.each([
    ['before', 0],
    ['after', 1],
  ] as const)('facts §1: hang %s the write: no answer until the client gives up', async (when, contacts) => {
    const { url, hubspot } = await open()
    hubspot.addFault({ fault: { kind: 'hang', when } })

    const request = fetch(`${url}${CONTACTS}`, {
      method: 'POST',
      headers: { authorization: 'Bearer local', 'content-type': 'application/json' },
      body: JSON.stringify(create),
      signal: AbortSignal.timeout(50),
    })

    await expect(request).rejects.toThrow('aborted')
    expect(hubspot.contactCount).toBe(contacts)
  })

  test.each(['drop', 'error'] as const)(
    'a late landing: the answer is lost (%s), the write comes later',
    async answer => {
      const clock = createManualClock()
      const { call, hubspot } = await open({ clock })
      hubspot.addFault({ fault: { kind: 'late', after: 30_000, answer } })

      const reply = await call('POST', CONTACTS, create).catch(() => undefined)
      const before = hubspot.contactCount
      await clock.advance(30_000)

      expect(reply?.status).toBe(answer === 'error' ? 504 : undefined)
      expect(before).toBe(0)
      expect(hubspot.contactCount).toBe(1)
      expect(hubspot.ledger.writes).toMatchObject([{ kind: 'create', call: 1 }])
      const [write] = hubspot.ledger.writes
      expect((write?.appliedAt ?? 0) - (write?.receivedAt ?? 0)).toBe(30_000)
    },
  )

  test('an outage is 502 in HTML for everything, until it is taken back', async () => {
    const { call, hubspot } = await open()
    const end = hubspot.addFault({ fault: { kind: 'outage' } })

    const during = await call('POST', CONTACTS, create)
    end()
    const after = await call('POST', CONTACTS, create)

    expect([during.status, after.status]).toEqual([502, 201])
    expect(during.headers.get('content-type')).toContain('text/html')
  })

  test('facts §1: answers under another content type, without one, or without a body, though the write was made', async () => {
    const { call, hubspot } = await open()
    hubspot.addFault({ fault: { kind: 'content-type', type: 'application/xml' }, times: 1 })
    hubspot.addFault({ fault: { kind: 'content-type' }, times: 1 })
    hubspot.addFault({ fault: { kind: 'empty' }, times: 1 })

    const replies = []
    for (const email of ['a@x.com', 'b@x.com', 'c@x.com']) {
      replies.push(await call('POST', CONTACTS, { properties: { email } }))
    }

    expect(replies.map(reply => reply.headers.get('content-type'))).toEqual([
      'application/xml',
      null,
      'application/json;charset=utf-8',
    ])
    expect(replies[2]).toMatchObject({ status: 201, text: '' })
    expect(hubspot.contactCount).toBe(3)
  })

  test('inputs may be missing from the results though they were written', async () => {
    const { batch, hubspot } = await open()
    hubspot.addFault({ fault: { kind: 'missing', positions: [0] }, times: 1 })
    hubspot.addFault({ fault: { kind: 'missing' }, times: 1 })

    const one = await batch('create', traced([create, { properties: { email: 'b@x.com' } }]))
    const all = await batch('create', traced([{ properties: { email: 'c@x.com' } }]))

    expect([one.status, all.status]).toEqual([201, 201])
    expect([one.body.results.length, all.body.results.length]).toEqual([1, 0])
    expect(hubspot.contactCount).toBe(3)
  })

  test('poison: whatever batch carries it is refused whole, in words that name nobody', async () => {
    const { batch, hubspot } = await open()
    const refuse: Fault = { kind: 'refuse', status: 400, message: 'Invalid request' }
    hubspot.addFault({ match: { body: /poison@x\.com/ }, fault: refuse })
    const inputs = (...emails: string[]) => traced(emails.map(email => ({ properties: { email } })))

    const both = await batch('create', inputs('a@x.com', 'poison@x.com'))
    const good = await batch('create', inputs('a@x.com'))

    expect(both.status).toBe(400)
    expect(both.body).not.toHaveProperty('context')
    expect(good.status).toBe(201)
  })

  test('rules choose by method, path, number and chance, and end after their times', async () => {
    const { call, hubspot } = await open()
    const locked: Fault = { kind: 'locked' }
    hubspot.addFault({ match: { method: 'PATCH' }, fault: locked })
    hubspot.addFault({ match: { path: /properties/, nth: 2 }, fault: locked })
    hubspot.addFault({ match: { path: 'details$', nth: { every: 3 } }, fault: locked, times: 2 })
    hubspot.addFault({ match: { path: 'groups$', probability: 0 }, fault: locked })
    const statuses = async (path: string, times: number) => {
      const found = []
      for (let count = 0; count < times; count++) found.push((await call('GET', path)).status)
      return found
    }

    expect(await statuses('/crm/v3/properties/contacts', 3)).toEqual([200, 423, 200])
    expect(await statuses('/account-info/v3/details', 9)).toEqual([200, 200, 423, 200, 200, 423, 200, 200, 200])
    expect(await statuses('/crm/v3/properties/contacts/groups', 1)).toEqual([200])
    expect((await call('PATCH', `${CONTACTS}/1`, { properties: {} })).status).toBe(423)
  })

  test('chance is seeded: the same seed strikes the same calls', async () => {
    const statuses = async (seed: number) => {
      const hubspot = createHubSpot({ seed })
      hubspot.addFault({ match: { probability: 0.5 }, fault: { kind: 'locked' } })
      const found = []
      for (let count = 0; count < 40; count++) {
        found.push(
          (await hubspot.handle({ method: 'GET', url: '/account-info/v3/details', headers: AUTHORIZED })).status,
        )
      }
      return found
    }

    const first = await statuses(7)

    expect(await statuses(7)).toEqual(first)
    expect(await statuses(8)).not.toEqual(first)
    expect(new Set(first)).toEqual(new Set([200, 423]))
  })

  test('latency passes on the clock, half before the write and half after', async () => {
    const clock = createManualClock()
    const hubspot = createHubSpot({ clock, latency: 300 })

    const answer = hubspot.handle({ method: 'POST', url: CONTACTS, headers: AUTHORIZED, body: JSON.stringify(create) })
    const counts = [hubspot.contactCount]
    await clock.advance(150)
    await vi.waitFor(() => expect(hubspot.contactCount).toBe(1))
    await clock.advance(150)

    expect(counts).toEqual([0])
    expect((await answer).status).toBe(201)
    expect(hubspot.ledger.calls[0]).toMatchObject({ status: 201 })
  })
})

describe('without a socket', () => {
  test('a lost connection is an error of its own; a hang ends when its signal does', async () => {
    const hubspot = createHubSpot()
    const request = { method: 'POST', url: CONTACTS, headers: AUTHORIZED, body: JSON.stringify(create) }
    hubspot.addFault({ fault: { kind: 'drop', when: 'after' }, times: 1 })
    hubspot.addFault({ fault: { kind: 'hang', when: 'before' }, times: 1 })
    const giveUp = new AbortController()

    const dropped = await hubspot.handle(request).catch((error: unknown) => error)
    const hung = hubspot.handle(request, { signal: giveUp.signal }).catch((error: unknown) => error)
    giveUp.abort()

    expect(dropped).toBeInstanceOf(ConnectionLost)
    expect(await hung).toBeInstanceOf(ConnectionLost)
    expect(hubspot.contactCount).toBe(1)
  })

  test('the same seed and calls give the same answers', async () => {
    const clock = createManualClock()
    const run = async () => {
      const hubspot = createHubSpot({ clock, seed: 3 })
      const inputs = traced(Array.from({ length: 10 }, (_, at) => ({ properties: { email: `u${at}@x.com` } })))
      return hubspot.handle({
        method: 'POST',
        url: `${CONTACTS}/batch/create`,
        headers: AUTHORIZED,
        body: JSON.stringify({ inputs }),
      })
    }

    expect(await run()).toEqual(await run())
  })
})

const AUTHORIZED = { authorization: 'Bearer local', 'content-type': 'application/json' }
