import { describe, expect, test } from 'vitest'
import { CONTACTS, createManualClock, open } from './portal.ts'

const DETAILS = '/account-info/v3/details'

describe('limits', () => {
  test('facts §8: the call after the last allowed one in 10 s is 429 TEN_SECONDLY_ROLLING, and the window rolls', async () => {
    const clock = createManualClock()
    const { call } = await open({ clock, limits: { perTenSeconds: 3 } })

    const allowed = [await call('GET', DETAILS)]
    await clock.advance(6_000)
    allowed.push(await call('GET', DETAILS), await call('GET', DETAILS))
    const refused = await call('GET', DETAILS)
    await clock.advance(4_000)
    const rolled = [await call('GET', DETAILS), await call('GET', DETAILS)]

    expect(allowed.map(reply => reply.status)).toEqual([200, 200, 200])
    expect(refused.status).toBe(429)
    expect(refused.body).toMatchObject({
      status: 'error',
      message: 'You have reached your ten_secondly_rolling limit.',
      errorType: 'RATE_LIMIT',
      policyName: 'TEN_SECONDLY_ROLLING',
    })
    expect(rolled.map(reply => reply.status)).toEqual([200, 429])
  })

  test('facts §8: 100 calls in 10 s by default, per app', async () => {
    const { call } = await open({ clock: createManualClock(), tokens: ['local', 'other'] })

    const replies = await Promise.all(Array.from({ length: 101 }, () => call('GET', DETAILS)))
    const other = await call('GET', DETAILS, undefined, { authorization: 'Bearer other' })

    expect(replies.filter(reply => reply.status === 429)).toHaveLength(1)
    expect(other.status).toBe(200)
  })

  test('facts §8: the daily limit is shared by all apps and ends at midnight', async () => {
    const clock = createManualClock(Date.parse('2026-11-21T23:59:00Z'))
    const { call } = await open({ clock, limits: { daily: 2 }, tokens: ['local', 'other'] })
    await call('GET', DETAILS)
    await call('GET', DETAILS, undefined, { authorization: 'Bearer other' })

    const refused = await call('GET', DETAILS)
    await clock.advance(60_000)
    const tomorrow = await call('GET', DETAILS)

    expect(refused.status).toBe(429)
    expect(refused.body).toMatchObject({ message: 'You have reached your daily limit.', policyName: 'DAILY' })
    expect(tomorrow.status).toBe(200)
  })

  test('facts §7: searches have a limit of 5 a second of their own and no rate-limit headers', async () => {
    const { call } = await open({ clock: createManualClock(), limits: { perTenSeconds: 1 } })

    const replies = []
    for (let count = 0; count < 6; count++) replies.push(await call('POST', `${CONTACTS}/search`, {}))
    const other = await call('GET', DETAILS)

    expect(replies.map(reply => reply.status)).toEqual([200, 200, 200, 200, 200, 429])
    expect(replies[5]?.body.policyName).toBe('SECONDLY')
    expect(replies[0]?.headers.get('x-hubspot-ratelimit-max')).toBeNull()
    expect(other.status).toBe(200)
  })

  test('facts §8: other answers show what is left', async () => {
    const { call } = await open({ clock: createManualClock(), limits: { perTenSeconds: 190, daily: 625_000 } })

    const { headers } = await call('GET', DETAILS)

    expect(Object.fromEntries([...headers].filter(([name]) => name.startsWith('x-hubspot-ratelimit')))).toEqual({
      'x-hubspot-ratelimit-max': '190',
      'x-hubspot-ratelimit-remaining': '189',
      'x-hubspot-ratelimit-interval-milliseconds': '10000',
      'x-hubspot-ratelimit-daily': '625000',
      'x-hubspot-ratelimit-daily-remaining': '624999',
    })
  })

  test.each([undefined, 7])('facts §8, switch retryAfterOn429 %s', async retryAfterOn429 => {
    const { call } = await open({ limits: { perTenSeconds: 0 }, switches: { retryAfterOn429 } })

    const { headers } = await call('GET', DETAILS)

    expect(headers.get('retry-after')).toBe(retryAfterOn429 === undefined ? null : '7')
  })

  test.each(['errorType', 'category'] as const)('facts §8, switch rateLimitShape %s', async rateLimitShape => {
    const { call } = await open({ limits: { perTenSeconds: 0 }, switches: { rateLimitShape } })

    const { body } = await call('GET', DETAILS)

    expect(body[rateLimitShape]).toBe(rateLimitShape === 'errorType' ? 'RATE_LIMIT' : 'RATE_LIMITS')
  })
})

describe('access', () => {
  test.each([undefined, 'Bearer nobody', 'Basic bG9jYWw='])(
    'facts §3.9: authorization %s is 401',
    async authorization => {
      const { url } = await open()

      const reply = await fetch(url + DETAILS, authorization === undefined ? {} : { headers: { authorization } })

      expect(reply.status).toBe(401)
      expect(await reply.json()).toMatchObject({
        status: 'error',
        category: 'INVALID_AUTHENTICATION',
        message: expect.stringMatching(/^Authentication credentials not found\. This API supports OAuth 2\.0/),
      })
    },
  )

  test('facts §3.9, switch missingScopes: 403 MISSING_SCOPES names the scopes, and only their calls fail', async () => {
    const { call } = await open({ switches: { missingScopes: ['crm.schemas.contacts.write'] } })

    const refused = await call('POST', '/crm/v3/properties/contacts', {})
    const allowed = await call('GET', '/crm/v3/properties/contacts')

    expect(refused.status).toBe(403)
    expect(refused.body.category).toBe('MISSING_SCOPES')
    expect(refused.body.errors[0]?.context.requiredGranularScopes).toEqual(['crm.schemas.contacts.write'])
    expect(allowed.status).toBe(200)
  })

  test('facts §3.9: every answer has a correlation id, and it is that of the body', async () => {
    const { call } = await open()

    const good = await call('GET', DETAILS)
    const bad = await call('GET', `${CONTACTS}/17`)

    expect(good.headers.get('x-hubspot-correlation-id')).toMatch(/^[0-9a-f-]{36}$/)
    expect(bad.headers.get('x-hubspot-correlation-id')).toBe(bad.body.correlationId)
    expect(good.headers.get('content-type')).toBe('application/json;charset=utf-8')
  })

  test('facts §0: account details name the portal in both versions', async () => {
    const { call } = await open({ portalId: 4711 })

    const replies = [await call('GET', DETAILS), await call('GET', '/account-info/2026-09/details')]

    expect(replies.map(reply => reply.body.portalId)).toEqual([4711, 4711])
  })

  test('facts §0: both versions see the same contacts; the type may be given by its id', async () => {
    const { call } = await open()
    const { body } = await call('POST', '/crm/objects/2026-09/contacts', { properties: { email: 'a@x.com' } })

    const replies = await Promise.all(
      [`${CONTACTS}/${body.id}`, `/crm/objects/2026-09/0-1/${body.id}`].map(path => call('GET', path)),
    )

    expect(replies.map(reply => reply.body.id)).toEqual([body.id, body.id])
  })

  test('unknown paths are 404, other methods 405, other content types 415, other object types 400', async () => {
    const { call } = await open()

    const replies = [
      await call('GET', '/crm/v4/nothing'),
      await call('PUT', `${CONTACTS}/1`),
      await call('POST', CONTACTS, '{}', { 'content-type': 'text/plain' }),
      await call('GET', '/crm/v3/objects/unicorns/1'),
    ]

    expect(replies.map(reply => reply.status)).toEqual([404, 405, 415, 400])
  })
})
