import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { RequestType } from '../../../functions/core/parse/calls.ts'
import { readQueuedEvent } from '../../../functions/core/parse/queued-event.ts'
import { LARGEST_BATCH, type ParsedRequest, parseRequest, Unreadable } from '../../../functions/core/parse/request.ts'
import type { Json } from '../../../functions/core/types.ts'

const receivedAt = Date.parse('2026-11-01T12:00:00Z')
let ids = 0
const reception = { receivedAt, source: 'key:a', newId: () => `id-${++ids}` }

const parse = (body: Json, type: RequestType = 'identify', changes: Partial<typeof reception> = {}) =>
  parseRequest(type, body, { ...reception, ...changes })
const only = ({ accepted: [event], rejected }: ParsedRequest) => {
  expect(rejected).toEqual([])
  if (!event) throw new Error('Nothing was accepted.')
  return event
}
const accepted = (body: Json) => {
  const { event, ...rest } = only(parse(body))
  if (event.type !== 'identify') throw new Error('Something else was accepted.')
  return { ...rest, event }
}
const rejection = (body: Json) => {
  const { accepted, rejected } = parse(body)
  expect(accepted).toEqual([])
  return rejected[0]?.message
}
const nested = (levels: number): Json => (levels === 0 ? 1 : { in: nested(levels - 1) })

describe('an identify call', () => {
  test('is kept with its key, traits and stamp', () => {
    const { event } = accepted({
      userId: 'u1',
      messageId: 'm1',
      timestamp: '2026-11-01T11:00:00Z',
      traits: { email: 'Alex@example.com', plan: null, tags: ['a', { b: 1 }] },
    })

    expect(event).toEqual({
      type: 'identify',
      key: 'user#u1',
      messageId: 'm1',
      stamp: { time: receivedAt - 3_600_000, receivedAt, index: 0, id: expect.stringMatching(/^[\w-]{12}$/) },
      hash: expect.stringMatching(/^[\w-]{12}$/),
      priority: 'live',
      traits: { email: 'Alex@example.com', plan: null, tags: ['a', { b: 1 }] },
    })
  })

  test('is kept with what the library says of the circumstances', () => {
    const context = { library: { name: 'x' }, ip: '1.2.3.4', vidsync: { priority: 'bulk' } }

    const { event } = accepted({ userId: 'u1', context: { ...context, traits: { a: 1 } } })

    expect(event).toMatchObject({ traits: { a: 1 } })
    expect(event.context).toEqual(context)
  })

  test('needs no traits', () => {
    expect(accepted({ userId: 'u1' }).event.traits).toEqual({})
    expect(accepted({ userId: 'u1', traits: null }).event.traits).toEqual({})
  })

  test('has the traits of its context too, and its own before them', () => {
    const { event } = accepted({ userId: 'u1', traits: { a: 1 }, context: { traits: { a: 2, b: 3 } } })

    expect(event.traits).toEqual({ a: 1, b: 3 })
  })

  test('with an email that is no address is accepted: that costs the email alone', () => {
    expect(accepted({ userId: 'u1', traits: { email: 7, plan: 'a' } }).event.traits).toEqual({ email: 7, plan: 'a' })
  })

  test('is bulk work when its context says so', () => {
    expect(accepted({ userId: 'u1', context: { vidsync: { priority: 'bulk' } } }).event.priority).toBe('bulk')
    expect(rejection({ userId: 'u1', context: { vidsync: { priority: 'urgent' } } })).toMatch(/"live" or "bulk"/)
  })

  test('keeps traits named like parts of every object, and no object changes', () => {
    const body = JSON.parse('{"userId":"u1","traits":{"__proto__":{"polluted":1},"constructor":2,"prototype":3}}')

    const { event } = accepted(body)

    expect(Object.entries(event.traits)).toEqual([
      ['__proto__', { polluted: 1 }],
      ['constructor', 2],
      ['prototype', 3],
    ])
    expect(Object.getPrototypeOf(event.traits)).toBe(Object.prototype)
    expect('polluted' in {}).toBe(false)
  })

  test('takes nothing from a __proto__ beside its fields', () => {
    expect(rejection(JSON.parse('{"__proto__":{"userId":"u1"}}'))).toMatch(/neither a userId nor an email/)
  })

  test('with 5,000 traits is accepted', () => {
    const traits = Object.fromEntries(Array.from({ length: 5000 }, (_, at) => [`trait_${at}`, at]))

    expect(accepted({ userId: 'u1', traits }).event.traits).toEqual(traits)
  })

  test('keeps values that JSON cannot carry on as values that it can', () => {
    const { event } = accepted({ userId: 'u1', traits: { lone: 'a\uD83E', huge: Number.POSITIVE_INFINITY } })

    expect(event.traits).toEqual({ lone: 'a\uFFFD', huge: 'Infinity' })
  })

  test.each([
    ['a string', 'text'],
    ['a list', ['a']],
    ['a number', 1],
    ['true', true],
  ])('with %s for traits is rejected', (_, traits) => {
    expect(rejection({ userId: 'u1', traits })).toBe('traits must be a JSON object.')
  })

  test.each([{ context: 'text' }, { context: { traits: [] } }, { context: { vidsync: 1 } }])(
    'with %j is rejected',
    part => {
      expect(rejection({ userId: 'u1', ...part })).toMatch(/^context.*must be a JSON object\.$/)
    },
  )

  test('nested 16 levels deep is accepted, deeper is rejected', () => {
    expect(accepted({ userId: 'u1', traits: nested(15) }).event.traits).toEqual(nested(15))
    expect(rejection({ userId: 'u1', traits: nested(16) })).toMatch(/nested more than 16 levels/)
  })

  test('nested a hundred thousand levels deep is rejected, too', () => {
    const deep = JSON.parse(`${'['.repeat(100_000)}${']'.repeat(100_000)}`)

    expect(rejection({ userId: 'u1', traits: { deep } })).toMatch(/nested more than 16 levels/)
  })

  test('larger than 256 kB is rejected, in bytes', () => {
    expect(accepted({ userId: 'u1', traits: { text: 'é'.repeat(130_000) } }).index).toBe(0)
    expect(rejection({ userId: 'u1', traits: { text: 'é'.repeat(132_000) } })).toMatch(/larger than 256 kB/)
  })
})

describe('a user id', () => {
  test.each([
    'u1',
    ' leading and trailing ',
    'UPPER',
    'a/b?c#d%2Fe',
    '🦊',
    'e\u0301',
    '\u00e9',
    '../../etc',
    'a@example.com',
    '__proto__',
    'constructor',
    'é'.repeat(256),
  ])('%j is kept as it is', userId => {
    expect(accepted({ userId }).event.key).toBe(`user#${userId}`)
  })

  test.each([
    [42, '42'],
    [-1.5, '-1.5'],
    [0, '0'],
  ])('%d is the text %s', (userId, text) => {
    expect(accepted({ userId }).event.key).toBe(`user#${text}`)
  })

  test.each([
    ['é'.repeat(257), /longer than 512 bytes/],
    ['x'.repeat(10_000), /longer than 512 bytes/],
    ['a\u0000b', /control character/],
    ['a\nb', /control character/],
    ['a\u0085b', /control character/],
    ['a\uD83E', /valid Unicode/],
    ['a\uFFFDb', /valid Unicode/],
    ['   ', /blank/],
    [2 ** 53, /send it as a string/],
    [Number.POSITIVE_INFINITY, /send it as a string/],
    [true, /must be a string/],
    [{}, /must be a string/],
    [['u1'], /must be a string/],
  ])('%j is rejected with what to do', (userId, message) => {
    expect(rejection({ userId, traits: { email: 'a@example.com' } })).toMatch(message)
  })
})

describe('an event without a user id', () => {
  test.each([
    { traits: { email: ' Jane@Example.COM ' } },
    { userId: '', traits: { email: 'jane@example.com' } },
    { userId: null, context: { traits: { email: 'jane@example.com' } } },
    { anonymousId: 'a', traits: { email: 'jane@example.com' } },
  ])('%j is a lead under its canonical email', body => {
    expect(accepted(body).event.key).toBe('lead#jane@example.com')
  })

  test.each([
    {},
    { anonymousId: 'a' },
    { userId: '' },
    { userId: null, traits: { email: null } },
    { traits: { email: '' } },
  ])('%j is rejected: nobody is meant', body => {
    expect(rejection(body)).toMatch(/neither a userId nor an email/)
  })

  test.each([
    5,
    'no address',
    'a@b',
    '@example.com',
    `${'a'.repeat(300)}@example.com`,
    { a: 1 },
    'a\u0000@example.com',
  ])('and with the email %j is rejected', email => {
    expect(rejection({ traits: { email } })).toMatch(/not an email address/)
  })
})

describe('an alias call', () => {
  const call = { previousId: 'visitor', userId: 'alex', messageId: 'm1', timestamp: '2026-11-01T11:00:00Z' }

  test('is kept under the previous id, with the id that it becomes', () => {
    const single = only(parse(call, 'alias'))
    const batched = only(parse({ batch: [{ ...call, type: 'alias', traits: { email: 'a@x.test' } }] }, 'batch'))

    for (const { event } of [single, batched]) {
      expect(event).toEqual({
        type: 'alias',
        key: 'user#visitor',
        into: 'user#alex',
        messageId: 'm1',
        stamp: { time: receivedAt - 3_600_000, receivedAt, index: 0, id: expect.stringMatching(/^[\w-]{12}$/) },
        hash: expect.stringMatching(/^[\w-]{12}$/),
        priority: 'live',
      })
    }
  })

  test('keeps ids apart that differ in case or white space alone', () => {
    expect(only(parse({ previousId: 'Alex', userId: 'alex' }, 'alias')).event).toMatchObject({ key: 'user#Alex' })
    expect(only(parse({ previousId: 'alex ', userId: 'alex' }, 'alias')).event).toMatchObject({ key: 'user#alex ' })
  })

  test.each([
    [{ userId: 'alex' }, /no previousId/],
    [{ previousId: '', userId: 'alex' }, /no previousId/],
    [{ previousId: 'visitor' }, /no userId/],
    [{ previousId: 'visitor', userId: null }, /no userId/],
    [{ previousId: 'alex', userId: 'alex' }, /the same id/],
    [{ previousId: 7, userId: '7' }, /the same id/],
    [{ previousId: {}, userId: 'alex' }, /previousId must be a string/],
    [{ previousId: ' ', userId: 'alex' }, /previousId is blank/],
    [{ previousId: 'a\u0000', userId: 'alex' }, /control character/],
  ] as const)('%j is rejected in words', (body, words) => {
    const { accepted, rejected } = parse(body, 'alias')

    expect(accepted).toEqual([])
    expect(rejected[0]?.message).toMatch(words)
  })
})

describe('other calls', () => {
  test('a type that disagrees with the path is rejected', () => {
    expect(rejection({ type: 'track', userId: 'u1' })).toMatch(/posted to \/v1\/identify.*"track"/)
    expect(accepted({ type: 'identify', userId: 'u1' }).event.type).toBe('identify')
  })

  test.each([undefined, null, 'identity', 'constructor', '__proto__', 'batch', 5, {}])('the type %j is none', type => {
    const { accepted, rejected } = parse({ batch: [{ ...(type !== undefined && { type }), userId: 'u1' }] }, 'batch')

    expect(accepted).toEqual([])
    expect(rejected[0]?.message).toMatch(/send "type": "identify"/)
  })
})

describe('a batch', () => {
  const good = (userId: string) => ({ type: 'identify', userId })

  test('is read event by event: a bad one costs only itself', () => {
    const { accepted, rejected } = parse({ batch: [good('a'), null, good('b'), 'text', [], good('')] }, 'batch')

    expect(accepted.map(({ index, event }) => [index, event.stamp.index, event.key])).toEqual([
      [0, 0, 'user#a'],
      [2, 2, 'user#b'],
    ])
    expect(rejected.map(({ index }) => index)).toEqual([1, 3, 4, 5])
  })

  test('says for all its events when it was sent, and of what priority', () => {
    const hourAgo = new Date(receivedAt - 3_600_000).toISOString()
    const { accepted } = parse(
      {
        batch: [
          { ...good('a'), timestamp: hourAgo },
          { ...good('b'), timestamp: hourAgo, sentAt: new Date(receivedAt).toISOString() },
          { ...good('c'), context: { vidsync: { priority: 'live' } } },
        ],
        sentAt: hourAgo,
        context: { vidsync: { priority: 'bulk' } },
      },
      'batch',
    )

    expect(accepted.map(({ event }) => event.stamp.time)).toEqual([receivedAt, receivedAt - 3_600_000, receivedAt])
    expect(accepted.map(({ event }) => event.priority)).toEqual(['bulk', 'bulk', 'live'])
  })

  test('an event forwarded by a collector keeps the timestamp that was corrected there', () => {
    const [event] = parse(
      {
        batch: [
          {
            ...good('a'),
            timestamp: '2026-10-01T10:00:00Z',
            originalTimestamp: '2026-10-01T09:00:00Z',
            sentAt: '2026-10-01T09:00:01Z',
            receivedAt: '2026-10-01T10:00:01Z',
          },
        ],
        sentAt: '2026-10-01T10:00:02Z',
      },
      'batch',
    ).accepted

    expect(event?.event.stamp.time).toBe(Date.parse('2026-10-01T10:00:00Z'))
  })

  test.each([{}, { batch: 'text' }, { batch: {} }, [], 'text', 5, null, true])('%j is unreadable', body => {
    expect(() => parse(body, 'batch')).toThrow(Unreadable)
  })

  test('that is empty is unreadable', () => {
    expect(() => parse({ batch: [] }, 'batch')).toThrow(/The batch is empty/)
  })

  test('of more events than can be queued in time is too large', () => {
    const batch = Array.from({ length: LARGEST_BATCH + 1 }, () => good('a'))

    expect(() => parse({ batch }, 'batch')).toThrow(expect.objectContaining({ reason: 'too_large' }))
  })

  test('with a large context takes no longer for having many events', () => {
    const batch = Array.from({ length: 2000 }, (_, at) => good(`u${at}`))
    const begun = performance.now()

    const { accepted } = parse({ batch, context: { page: 'x'.repeat(3_000_000) } }, 'batch')

    expect(accepted).toHaveLength(2000)
    expect(performance.now() - begun).toBeLessThan(2000)
  })
})

describe('a repeated event', () => {
  const event = {
    userId: 'u1',
    messageId: 'm1',
    timestamp: '2026-11-01T11:00:00Z',
    traits: { a: 1, b: { c: 2, d: 3 } },
  }

  test('is recognised, in whatever order its members come, and whenever it is sent', () => {
    const first = accepted({ ...event, sentAt: '2026-11-01T11:59:59Z' })
    const again = only(
      parse(
        {
          traits: { b: { d: 3, c: 2 }, a: 1 },
          timestamp: event.timestamp,
          sentAt: '2026-11-01T12:30:00Z',
          messageId: 'm1',
          userId: 'u1',
        },
        'identify',
        { receivedAt: receivedAt + 1_800_000 },
      ),
    )

    expect(again.deduplicationId).toBe(first.deduplicationId)
    expect(again.event.hash).toBe(first.event.hash)
    expect(first.deduplicationId).toMatch(/^[\w-]{1,128}$/)
  })

  test.each([
    { ...event, traits: { a: 2 } },
    { ...event, messageId: 'm2' },
    { ...event, userId: 'u2' },
    { ...event, timestamp: '2026-11-01T11:00:00.001Z' },
  ])('is another one when anything else differs: %j', other => {
    expect(accepted(other).deduplicationId).not.toBe(accepted(event).deduplicationId)
    expect(accepted(other).event.hash).not.toBe(accepted(event).event.hash)
  })

  test('from another source is another one', () => {
    expect(only(parse(event, 'identify', { source: 'key:b' })).deduplicationId).not.toBe(
      accepted(event).deduplicationId,
    )
  })

  test.each([
    { userId: 'u1', messageId: 'm1' },
    { userId: 'u1', messageId: 'm1', timestamp: 'never' },
    { userId: 'u1', timestamp: event.timestamp },
  ])('cannot be told from a second one without id or time, so %j is never dropped', vague => {
    expect(accepted(vague).deduplicationId).not.toBe(accepted(vague).deduplicationId)
  })

  test('without a message id gets one of its own', () => {
    const [one, other] = [accepted({ userId: 'u1' }), accepted({ userId: 'u1' })]

    expect(one.event.messageId).not.toBe(other.event.messageId)
    expect(one.event.hash).not.toBe(other.event.hash)
  })
})

describe('whatever is sent', () => {
  const field = fc.constantFrom(
    'type',
    'userId',
    'traits',
    'context',
    'messageId',
    'timestamp',
    'sentAt',
    'email',
    'event',
    'name',
    'groupId',
    'properties',
    '__proto__',
  )
  const wild = fc.letrec<{ json: Json }>(tie => ({
    json: fc.oneof(
      { depthSize: 'small' },
      fc.constantFrom('identify', 'track', 'group', 'page', 'u1', 'a@example.com', '\u0000', '\uD83E'),
      fc.string({ unit: 'binary' }),
      fc.double(),
      fc.boolean(),
      fc.constant(null),
      fc.array(tie('json')),
      fc.dictionary(fc.oneof(field, fc.string()), tie('json')),
    ),
  })).json

  test('every event is accepted, or rejected with a message, and JSON carries it on unchanged', () => {
    fc.assert(
      fc.property(fc.array(wild, { minLength: 1, maxLength: 5 }), events => {
        const { accepted, rejected } = parse({ batch: events }, 'batch')

        const indexes = [...accepted, ...rejected].map(({ index }) => index).sort()
        expect(indexes).toEqual(events.map((_, at) => at))
        for (const { message } of rejected) expect(message).toMatch(/^[\w"].*\.$/)
        for (const { event } of accepted) {
          expect(JSON.parse(JSON.stringify(event))).toEqual(event)
          expect(readQueuedEvent(JSON.stringify(event))).toEqual(event)
        }
      }),
      { numRuns: 500 },
    )
  })

  test('a body is read or unreadable, never anything else', () => {
    fc.assert(
      fc.property(wild, fc.constantFrom('identify', 'batch', 'track', 'group', 'page'), (body, type) => {
        try {
          parse(body, type)
        } catch (error) {
          expect(error).toBeInstanceOf(Unreadable)
        }
      }),
      { numRuns: 500 },
    )
  })
})
