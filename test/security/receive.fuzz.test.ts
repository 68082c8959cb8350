import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Event } from '../../functions/core/event.ts'
import { readQueuedEvent } from '../../functions/core/parse/queued-event.ts'
import { httpRequest } from '../support/http-request.ts'
import { openDoor, WITH_KEY } from './doors.ts'
import { call, encodings, headers } from './hostile.ts'
import { type Reading, readingOf } from './reading.ts'

const PATHS = ['identify', 'track', 'group', 'alias', 'page', 'screen', 'batch'] as const
const RUNS = 1_500
const PATIENCE = { timeout: 120_000 }
const TYPES = ['application/json', 'text/plain; charset=utf-8', 'application/x-www-form-urlencoded', '']

/** What `reading.ts` says of an event. */
function saidBy(event: Event): Reading {
  if (event.type === 'notice') throw new Error('receive queues no notices')
  const { type, key } = event
  switch (event.type) {
    case 'identify':
    case 'group':
      return { type, key, says: event.traits }
    case 'alias':
      return { type, key, says: event.into }
    case 'track':
    case 'page':
    case 'screen':
      return { type, key, says: event.properties }
    default:
      return { type, key, says: undefined }
  }
}
/** Distinguishes a member called `__proto__` from a prototype, as matchers may not. */
const asText = (readings: readonly (Reading | undefined)[]) => readings.map(reading => JSON.stringify(reading))

test(
  'of calls of all shapes, those are queued that can be read, as they are read, and the others are refused',
  PATIENCE,
  async () => {
    const door = openDoor('receive')
    let [accepted, refused] = [0, 0]
    await fc.assert(
      fc.asyncProperty(
        fc.array(call, { minLength: 1, maxLength: 3 }),
        fc.constantFrom(...PATHS),
        fc.constantFrom(...encodings),
        fc.constantFrom(...TYPES),
        async (calls, path, [encoding, encode], type) => {
          const text = JSON.stringify(path === 'batch' ? { batch: calls } : calls[0])
          const sent: readonly unknown[] = path === 'batch' ? JSON.parse(text).batch : [JSON.parse(text)]
          const readings = sent.map(each => readingOf(each, path))
          const expected = readings.filter(reading => reading !== undefined)

          const answer = await door.knock(
            httpRequest({
              path: `/v1/${path}`,
              headers: { ...WITH_KEY, 'content-type': type, 'content-encoding': encoding },
              body: encode(Buffer.from(text)),
            }),
          )

          const queued = door.taken()
          expect(answer.statusCode).toBe(expected.length > 0 ? 202 : 400)
          expect(asText(queued.map(saidBy))).toEqual(asText(expected))
          const { rejected = [] } = JSON.parse(answer.body ?? '')
          expect(rejected.map(({ index }: { index: number }) => index)).toEqual(
            readings.flatMap((reading, index) => (reading ? [] : [index])),
          )
          for (const event of queued) expect(readQueuedEvent(JSON.stringify(event))).toEqual(event)
          accepted += expected.length
          refused += readings.length - expected.length
        },
      ),
      { numRuns: RUNS },
    )
    // Were nearly everything refused, nothing would have been tried.
    expect(Math.min(accepted, refused)).toBeGreaterThan(RUNS / 5)
    expect({}).not.toHaveProperty('polluted')
  },
)

test('whatever headers and bytes come, the answer is JSON, says what is wrong, and is no 5xx', PATIENCE, async () => {
  const door = openDoor('receive')
  const known = {
    ...WITH_KEY,
    'content-type': 'application/json',
    'content-encoding': 'gzip',
    'webhook-id': 'msg_1',
    'webhook-timestamp': '1793534400',
    'webhook-signature': 'v1,AAAA v1,BBBB',
  }
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 300 }),
    fc.tuple(fc.constantFrom(...encodings), call, fc.nat({ max: 400 }), fc.nat({ max: 255 })).map(spoilt),
  )
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...PATHS),
      headers(known),
      bytes,
      fc.boolean(),
      async (path, given, body, asText) => {
        const request = httpRequest({
          path: `/v1/${path}`,
          headers: given,
          body: asText ? Buffer.from(body).toString('latin1') : body,
        })

        const answer = await door.knock(request)

        expect([202, 400, 401, 413, 415]).toContain(answer.statusCode)
        expect(JSON.parse(answer.body ?? '')).toHaveProperty(answer.statusCode === 202 ? 'accepted' : 'error')
        expect(door.taken().length > 0).toBe(answer.statusCode === 202)
      },
    ),
    { numRuns: RUNS },
  )
})

/** One byte of a good request is another one. */
function spoilt([[, encode], said, at, byte]: [(typeof encodings)[number], object, number, number]): Uint8Array {
  const bytes = Buffer.from(encode(Buffer.from(JSON.stringify(said))))
  bytes.writeUInt8(byte, at % bytes.length)
  return bytes
}

test('whatever paths and methods come, too', PATIENCE, async () => {
  const door = openDoor('receive')
  const segment = fc.oneof(
    fc.constantFrom(
      'v1',
      'users',
      'identify',
      'conflicts',
      'split',
      'healthz',
      '..',
      '%2F',
      '%2e%2e',
      '%',
      '%ff',
      '%00',
      '',
    ),
    fc.webSegment(),
    fc.string({ unit: 'binary' }),
  )
  const path = fc.array(segment, { maxLength: 5 }).map(segments => `/${segments.join('/')}`)
  const method = fc.constantFrom('GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS', 'TRACE', 'post', '')
  await fc.assert(
    fc.asyncProperty(path, method, fc.constantFrom<Record<string, string>>(WITH_KEY, {}), async (at, by, given) => {
      const answer = await door.knock(httpRequest({ path: at, method: by, headers: given, body: '{}' }))

      expect([200, 400, 401, 404, 405]).toContain(answer.statusCode)
      expect(JSON.parse(answer.body ?? '')).toBeTypeOf('object')
      // The write key deletes nobody, and nothing can be read from {}.
      expect(door.taken()).toEqual([])
    }),
    { numRuns: RUNS },
  )
})

test('503 is what a good request gets while the queue is away, and a bad one still 400', async () => {
  const door = openDoor('receive')
  door.queue.isAway = true

  const statuses = await Promise.all(
    ['{"userId":"u1"}', '{"userId":""}'].map(
      async body => (await door.knock(httpRequest({ path: '/v1/identify', headers: WITH_KEY, body }))).statusCode,
    ),
  )

  expect(statuses).toEqual([503, 400])
})
