import { describe, expect, it } from 'vitest'
import { type Asked, classify, type Reply } from '../../../functions/hubspot/classify.ts'

const READ: Asked = { write: false, sent: () => [] }
const WRITE: Asked = { write: true, sent: () => [] }
const JSON_TYPE = { 'content-type': 'application/json;charset=utf-8' }

const reply = (status: number, body: unknown, headers: Readonly<Record<string, string>> = JSON_TYPE): Reply => ({
  status,
  headers,
  body: typeof body === 'string' ? body : JSON.stringify(body),
})

const BURST = {
  status: 'error',
  message: 'You have reached your ten_secondly_rolling limit.',
  errorType: 'RATE_LIMIT',
  policyName: 'TEN_SECONDLY_ROLLING',
}
const DAILY = { ...BURST, message: 'You have reached your daily limit.', policyName: 'DAILY' }
const error = { status: 'error', message: 'Something is wrong.', correlationId: 'c-1' }
const HTML = { 'content-type': 'text/html' }

describe('classification of an answer', () => {
  const table: [string, Reply, object][] = [
    ['a 200 is ok', reply(200, { results: [] }), { kind: 'ok', value: { results: [] } }],
    ['a 201 is ok, whatever the specification lists', reply(201, { results: [] }), { kind: 'ok' }],
    ['a 207 is ok with its errors inside', reply(207, { results: [], errors: [] }), { kind: 'ok' }],
    ['a 204 is ok without a body', reply(204, '', {}), { kind: 'ok', value: {} }],
    ['a 400 is rejected', reply(400, error), { kind: 'rejected', status: 400, correlationId: 'c-1' }],
    ['a 404 is rejected', reply(404, error), { kind: 'rejected', status: 404 }],
    ['a 409 is rejected', reply(409, error), { kind: 'rejected', status: 409 }],
    ['a 414 is rejected', reply(414, error), { kind: 'rejected', status: 414 }],
    [
      'a 413 of whatever stands before HubSpot is rejected',
      reply(413, '<html>', HTML),
      { kind: 'rejected', status: 413 },
    ],
    ['any other 4xx is rejected', reply(422, error), { kind: 'rejected', status: 422 }],
    ['a 401 is of the account', reply(401, error), { kind: 'account', code: 'unauthorized' }],
    ['a 403 is of the account', reply(403, error), { kind: 'account', code: 'forbidden' }],
    ['the daily limit is of the account', reply(429, DAILY), { kind: 'account', code: 'daily_limit' }],
    [
      'the daily limit is known by its words alone',
      reply(429, { message: DAILY.message }),
      { kind: 'account', code: 'daily_limit' },
    ],
    ['the burst limit throttles', reply(429, BURST), { kind: 'throttled', message: BURST.message }],
    ['a 429 without JSON throttles', reply(429, '<html>', HTML), { kind: 'throttled' }],
    ['a 423 throttles for two seconds', reply(423, error), { kind: 'throttled', retryAfter: 2_000 }],
    [
      'a 477 throttles for as long as it says',
      reply(477, error, { ...JSON_TYPE, 'retry-after': '3600' }),
      { kind: 'throttled', retryAfter: 3_600_000 },
    ],
    ['a 408 is unavailable', reply(408, error), { kind: 'unavailable' }],
    ['a 500 is unavailable', reply(500, error), { kind: 'unavailable' }],
    ['a 502 in HTML is unavailable', reply(502, '<html>', HTML), { kind: 'unavailable' }],
    ['a 524 is unavailable', reply(524, 'error code: 524', { 'content-type': 'text/plain' }), { kind: 'unavailable' }],
    ['a redirect is unavailable', reply(302, '', {}), { kind: 'unavailable' }],
    ['a 200 in HTML is unavailable', reply(200, '<html>', HTML), { kind: 'unavailable' }],
    ['a 200 without a content type is unavailable', reply(200, { results: [] }, {}), { kind: 'unavailable' }],
    ['an empty 200 is unavailable', reply(200, ''), { kind: 'unavailable' }],
    ['a 200 cut off in the middle is unavailable', reply(200, '{"results":['), { kind: 'unavailable' }],
    ['a 200 that is no object is unavailable', reply(200, '[]'), { kind: 'unavailable' }],
    ['a 400 in HTML is unavailable', reply(400, '<html>', HTML), { kind: 'unavailable' }],
    ['a 403 in HTML, from a firewall, is unavailable', reply(403, '<html>', HTML), { kind: 'unavailable' }],
    ['a lost connection is unavailable', { failure: 'ECONNRESET', neverSent: false }, { kind: 'unavailable' }],
  ]

  it.each(table)('%s', (_, given, expected) => {
    const answer = classify(READ, given)

    expect(answer).toMatchObject(expected)
  })

  it('says of a write without a definite answer that it may have been applied, and of a read not', () => {
    const ofWrite = classify(WRITE, reply(502, '<html>', HTML))
    const ofRead = classify(READ, reply(502, '<html>', HTML))

    expect(ofWrite).toEqual({
      kind: 'unavailable',
      message: 'HubSpot answered 502. The write may still have been applied.',
    })
    expect(ofRead).toEqual({ kind: 'unavailable', message: 'HubSpot answered 502.' })
  })

  it('knows a write that never left from one that may have been applied', () => {
    const answer = classify(WRITE, { failure: 'HubSpot could not be reached (ECONNREFUSED)', neverSent: true })

    expect(answer).toMatchObject({ kind: 'unavailable', neverSent: true })
  })

  it('measures a Retry-After date from the date of the answer, since our clock may be off', () => {
    const headers = { date: 'Sun, 01 Nov 2026 10:00:00 GMT', 'retry-after': 'Sun, 01 Nov 2026 10:00:07 GMT' }

    const answer = classify(READ, reply(429, BURST, { ...JSON_TYPE, ...headers }))

    expect(answer).toMatchObject({ kind: 'throttled', retryAfter: 7_000 })
  })

  it('asks for no wait that HubSpot did not ask for', () => {
    const answer = classify(READ, reply(429, BURST, { ...JSON_TYPE, 'retry-after': 'soon' }))

    expect(answer).not.toHaveProperty('retryAfter')
  })

  it('names the scopes that a token lacks', () => {
    const body = {
      ...error,
      category: 'MISSING_SCOPES',
      errors: [{ message: '…', context: { requiredGranularScopes: ['crm.schemas.contacts.write'] } }],
    }

    const answer = classify(WRITE, reply(403, body))

    expect(answer).toMatchObject({ message: 'Something is wrong. Missing scopes: crm.schemas.contacts.write.' })
  })

  it('takes the correlation id from the header before the body', () => {
    const answer = classify(READ, reply(400, error, { ...JSON_TYPE, 'x-hubspot-correlation-id': 'c-2' }))

    expect(answer).toMatchObject({ correlationId: 'c-2' })
  })

  it('takes a 404 about certain records for their absence, though it names nobody', () => {
    const gone = reply(404, { status: 'error', message: 'resource not found' })

    const answer = classify({ ...WRITE, about: ['5', '6'] }, gone)

    expect(answer).toMatchObject({ kind: 'rejected', errors: [{ code: 'not_found', ids: ['5', '6'] }] })
  })

  it('takes a 414 about certain records for too many identities, whatever its words or none', () => {
    const answers = [reply(414, error), reply(414, '<html>', HTML)].map(given =>
      classify({ ...WRITE, about: ['5', '6'] }, given),
    )

    expect(answers).toMatchObject([
      { kind: 'rejected', errors: [{ code: 'too_many_identities' }] },
      { kind: 'rejected', errors: [{ code: 'too_many_identities' }] },
    ])
  })

  it('survives an error without a single known field', () => {
    const answer = classify(WRITE, reply(400, { surprise: true }))

    expect(answer).toEqual({
      kind: 'rejected',
      status: 400,
      errors: [{ traces: [], ids: [], code: 'other', message: '', properties: [] }],
    })
  })
})
