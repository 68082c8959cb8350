import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readQueuedEvent } from '../../functions/core/parse/queued-event.ts'
import { httpRequest } from '../support/http-request.ts'
import { signedHeaders, webhook } from '../support/hubspot-webhooks.ts'
import { NOW, openDoor, PUBLIC_URL } from './doors.ts'
import { headers, IDS, NAMES } from './hostile.ts'

const RUNS = 1_500
const PATIENCE = { timeout: 120_000 }
const URI = `${PUBLIC_URL}/hubspot/webhooks`
const requestOf = (body: string | Uint8Array, given: Record<string, string>) =>
  httpRequest({ path: '/hubspot/webhooks', headers: given, body })

const recordId = fc.oneof(
  { weight: 20, arbitrary: fc.integer({ min: 1, max: 2 ** 50 }) },
  { weight: 1, arbitrary: fc.constantFrom<unknown>('101', '0101', 0, -1, 1.5, 2 ** 53, null, {}, [], '9'.repeat(30)) },
  { weight: 1, arbitrary: fc.constantFrom<unknown>(...IDS) },
)
const event = fc
  .tuple(
    fc.constantFrom(
      'contact.merge',
      'contact.deletion',
      'contact.privacyDeletion',
      'object.restore',
      'contact.creation',
    ),
    fc.record(
      {
        objectId: recordId,
        primaryObjectId: recordId,
        newObjectId: recordId,
        mergedObjectIds: fc.oneof(
          { weight: 9, arbitrary: fc.array(recordId, { maxLength: 3 }) },
          { weight: 1, arbitrary: fc.constantFrom<unknown>({}, 'text', 5) },
        ),
        objectTypeId: fc.constantFrom('0-1', '0-2'),
        portalId: recordId,
        occurredAt: fc.oneof(
          { weight: 9, arbitrary: fc.nat() },
          { weight: 1, arbitrary: fc.constantFrom<unknown>('now', null, -1) },
        ),
      },
      { requiredKeys: [], noNullPrototype: true },
    ),
  )
  .map(([type, change]) => webhook(type, change))
/** Of a type that is none. */
const strange = fc.constantFrom<unknown>(7, null, ...NAMES).map(subscriptionType => webhook('', { subscriptionType }))
const anything = fc.oneof(
  { weight: 6, arbitrary: fc.array(event, { maxLength: 4 }) },
  { weight: 1, arbitrary: fc.array(fc.oneof(event, strange), { maxLength: 3 }) },
  { weight: 1, arbitrary: fc.jsonValue() },
)

test(
  'of signed webhooks of all shapes only record ids are queued, all digits, or nothing at all',
  PATIENCE,
  async () => {
    const door = openDoor('notice')
    let queuedInAll = 0
    await fc.assert(
      fc.asyncProperty(anything, async events => {
        const body = JSON.stringify(events)

        const answer = await door.knock(requestOf(body, signedHeaders({ uri: URI, body, timestamp: NOW })))

        const queued = door.taken()
        queuedInAll += queued.length
        expect([202, 400]).toContain(answer.statusCode)
        if (answer.statusCode === 202) expect(JSON.parse(answer.body ?? '')).toEqual({ accepted: queued.length })
        else expect(queued).toEqual([])
        for (const each of queued) {
          expect(each).toMatchObject({ type: 'notice', vid: expect.stringMatching(/^[1-9]\d*$/) })
          expect(body).toContain('vid' in each ? String(each.vid) : '?')
          expect(readQueuedEvent(JSON.stringify(each))).toEqual(each)
        }
      }),
      { numRuns: RUNS },
    )
    expect(queuedInAll).toBeGreaterThan(RUNS / 5)
  },
)

test(
  'whatever headers and bytes come, the answer is JSON and no 5xx, and nothing unsigned is queued',
  PATIENCE,
  async () => {
    const door = openDoor('notice')
    const good = JSON.stringify([webhook('contact.deletion')])
    const signed = signedHeaders({ uri: URI, body: good, timestamp: NOW })
    await fc.assert(
      fc.asyncProperty(
        headers(signed),
        fc.oneof(
          fc.constant<string | Uint8Array>(good),
          fc.uint8Array({ maxLength: 200 }),
          fc.string({ unit: 'binary' }),
        ),
        async (given, body) => {
          const answer = await door.knock(requestOf(body, given))

          const isSigned =
            body === good &&
            Object.entries(signed).every(([name, text]) => !name.startsWith('x-') || given[name] === text)
          expect(answer.statusCode).toBe(isSigned ? 202 : 401)
          expect(JSON.parse(answer.body ?? '')).toBeTypeOf('object')
          expect(door.taken()).toHaveLength(isSigned ? 1 : 0)
        },
      ),
      { numRuns: RUNS },
    )
  },
)

test('signed bytes that are no JSON, no UTF-8 or too many are refused, each with its status', async () => {
  const door = openDoor('notice')
  const cases: readonly (readonly [Buffer, number])[] = [
    [Buffer.from('[{'), 400],
    [Buffer.from([0x5b, 0xff, 0x5d]), 400],
    [Buffer.from(''), 400],
    [Buffer.from('['.repeat(500_000)), 400],
    [Buffer.from(`[${'[],'.repeat(999)}[]]`), 400],
    [Buffer.alloc(1024 * 1024 + 1, 0x20), 413],
  ]

  for (const [body, status] of cases) {
    const answer = await door.knock(requestOf(body, signedHeaders({ uri: URI, body, timestamp: NOW })))
    expect(answer.statusCode).toBe(status)
  }
  expect(door.queue.kept).toEqual([])
})
