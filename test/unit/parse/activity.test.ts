import { describe, expect, test } from 'vitest'
import type { ActivityEvent, GroupEvent } from '../../../functions/core/event.ts'
import { readQueuedEvent } from '../../../functions/core/parse/queued-event.ts'
import { parseRequest } from '../../../functions/core/parse/request.ts'
import type { Json } from '../../../functions/core/types.ts'

type Type = 'track' | 'page' | 'screen' | 'group'
type Call = { readonly [name: string]: Json }

const receivedAt = Date.parse('2026-11-01T12:00:00Z')
const reception = { receivedAt, source: 'key:a', newId: () => 'new-id' }
const TYPES = ['track', 'page', 'screen', 'group'] as const
/** What each type cannot be without. */
const LEAST: Readonly<Record<Type, Call>> = {
  track: { event: 'Order Completed' },
  page: {},
  screen: {},
  group: { groupId: 'acme' },
}

const parse = (type: Type, call: Call) => {
  const posted = parseRequest(type, { ...call }, reception)
  expect(parseRequest('batch', { batch: [{ ...call, type }] }, reception).rejected).toEqual(posted.rejected)
  return posted
}

/** The event as `record` gets it. */
const accepted = (type: Type, call: Call): ActivityEvent | GroupEvent => {
  const { accepted, rejected } = parse(type, call)
  expect(rejected).toEqual([])
  const event = readQueuedEvent(JSON.stringify(accepted[0]?.event))
  if (event.type === 'notice' || !('context' in event || 'traits' in event || 'properties' in event))
    throw new Error('Something else was accepted.')
  if (event.type === 'identify') throw new Error('Something else was accepted.')
  return event
}

const rejection = (type: Type, call: Call): string | undefined => {
  const { accepted, rejected } = parse(type, call)
  expect(accepted).toEqual([])
  return rejected[0]?.message
}

describe('the calls of the Segment specification', () => {
  /** https://segment.com/docs/connections/spec/track */
  test('a track call is kept with what was done', () => {
    const event = accepted('track', {
      anonymousId: '23adfd82-aa0f-45a7-a756-24f2a7a4c895',
      context: { library: { name: 'analytics.js', version: '2.11.1' }, ip: '108.0.78.21' },
      event: 'Course Clicked',
      integrations: {},
      messageId: 'ajs-f8ca1e4de5024d9430b3928bd8ac6b96',
      properties: { title: 'Intro to Analytics' },
      timestamp: '2026-10-23T22:28:55.111Z',
      type: 'track',
      userId: 'AiUGstSDIg',
    })

    expect(event).toEqual({
      type: 'track',
      key: 'user#AiUGstSDIg',
      messageId: 'ajs-f8ca1e4de5024d9430b3928bd8ac6b96',
      stamp: expect.objectContaining({ time: Date.parse('2026-10-23T22:28:55.111Z'), receivedAt }),
      hash: expect.stringMatching(/^[\w-]{12}$/),
      priority: 'live',
      name: 'Course Clicked',
      properties: { title: 'Intro to Analytics' },
      context: { library: { name: 'analytics.js', version: '2.11.1' }, ip: '108.0.78.21' },
    })
  })

  /** https://segment.com/docs/connections/spec/page */
  test('a page call is kept with its name and properties', () => {
    const event = accepted('page', {
      userId: '97980cfea0067',
      category: 'Docs',
      name: 'Home',
      properties: { title: 'Welcome | Initech', url: 'https://www.initech.com' },
    })

    expect(event).toMatchObject({
      type: 'page',
      name: 'Home',
      properties: { title: 'Welcome | Initech', url: 'https://www.initech.com', category: 'Docs' },
    })
  })

  test('pages and screens need no name, and may have it among their properties', () => {
    for (const type of ['page', 'screen'] as const) {
      expect(accepted(type, { userId: 'u1' })).toMatchObject({ type, name: '', properties: {} })
      expect(accepted(type, { userId: 'u1', properties: { name: 'Feed' } })).toMatchObject({ name: 'Feed' })
    }
  })

  /** https://segment.com/docs/connections/spec/group */
  test('a group call is kept with the id and the traits of the group', () => {
    const event = accepted('group', {
      userId: '019mr8mf4r',
      groupId: '0e8c78ea9d97a7b8185e8632',
      traits: { name: 'Initech', industry: 'Technology', employees: 329, plan: 'enterprise', 'total billed': 830 },
    })

    expect(event).toMatchObject({
      type: 'group',
      key: 'user#019mr8mf4r',
      groupId: '0e8c78ea9d97a7b8185e8632',
      traits: { name: 'Initech', industry: 'Technology', employees: 329, plan: 'enterprise', 'total billed': 830 },
    })
  })

  test('a group id may be a number', () => {
    expect(accepted('group', { userId: 'u1', groupId: 7 })).toMatchObject({ groupId: '7' })
  })

  test('names are kept without white space around them, and otherwise as they are', () => {
    expect(accepted('track', { userId: 'u1', event: ' Order  Completed ' })).toMatchObject({ name: 'Order  Completed' })
    expect(accepted('track', { userId: 'u1', event: '注文完了 🎉' })).toMatchObject({ name: '注文完了 🎉' })
  })

  test('values that JSON cannot carry on are kept as values that it can', () => {
    const odd = { lone: 'a\uD83E', huge: Number.POSITIVE_INFINITY }
    const kept = { lone: 'a\uFFFD', huge: 'Infinity' }

    expect(accepted('track', { userId: 'u1', ...LEAST.track, properties: odd, context: odd })).toMatchObject({
      properties: kept,
      context: kept,
    })
    expect(accepted('group', { userId: 'u1', ...LEAST.group, traits: odd, context: odd })).toMatchObject({
      traits: kept,
      context: kept,
    })
  })
})

describe.each(TYPES)('of whom a %s call speaks', type => {
  const call = LEAST[type]

  test('of the user whom it names', () => {
    expect(accepted(type, { ...call, userId: 'u1', context: { traits: { email: 'a@x.test' } } }).key).toBe('user#u1')
  })

  test('without a userId, of the lead of the email that its library sends along', () => {
    const context = { traits: { email: ' Jane@Example.com ' } }

    expect(accepted(type, { ...call, anonymousId: 'a', context }).key).toBe('lead#jane@example.com')
    expect(accepted(type, { ...call, userId: '', context }).key).toBe('lead#jane@example.com')
  })

  test.each([{}, { anonymousId: 'a' }, { userId: null }, { context: { traits: { email: '' } } }])(
    'of nobody with %j, and says what to send',
    who => {
      expect(rejection(type, { ...call, ...who })).toBe(
        'The event has neither a userId nor an email as context.traits.email: send one of them.',
      )
    },
  )

  test('an email that is none is said to be none', () => {
    expect(rejection(type, { ...call, context: { traits: { email: 'at home' } } })).toMatch(/not an email address/)
  })

  test('is bulk work when its context says so', () => {
    const context = { vidsync: { priority: 'bulk' } }

    expect(accepted(type, { ...call, userId: 'u1', context }).priority).toBe('bulk')
  })

  test.each([
    { context: 'text' },
    { context: { traits: [] } },
    { [type === 'group' ? 'traits' : 'properties']: 'text' },
  ])('with %j it is rejected', part => {
    expect(rejection(type, { ...call, userId: 'u1', ...part })).toMatch(/must be a JSON object\.$/)
  })

  test('larger than 256 kB it is rejected', () => {
    const text = 'x'.repeat(263_000)

    expect(rejection(type, { ...call, userId: 'u1', context: { text } })).toMatch(/larger than 256 kB/)
  })
})

describe('what a call is about', () => {
  test('the email of a group is not that of the person', () => {
    const call = { groupId: 'acme', traits: { email: 'office@acme.test' } }

    expect(rejection('group', call)).toMatch(/context\.traits\.email/)
    expect(accepted('group', { ...call, userId: 'u1' }).key).toBe('user#u1')
  })

  test('traits of the person beside the properties are kept with those of the context', () => {
    const call = { event: 'A', traits: { email: 'a@x.test', plan: 'b' }, context: { traits: { plan: 'a', age: 1 } } }

    expect(accepted('track', call)).toMatchObject({
      key: 'lead#a@x.test',
      context: { traits: { email: 'a@x.test', plan: 'b', age: 1 } },
    })
  })

  test.each([
    [{}, /does not say what was done: send it as "event"/],
    [{ event: null }, /does not say what was done/],
    [{ event: '' }, /does not say what was done/],
    [{ name: 'Order Completed' }, /does not say what was done/],
    [{ event: '  ' }, /event is blank/],
    [{ event: 5 }, /event must be a string/],
    [{ event: 'x'.repeat(501) }, /longer than 500 characters/],
  ] as const)('a track call with %j is rejected in words', (call, words) => {
    expect(rejection('track', { userId: 'u1', ...call })).toMatch(words)
  })

  test.each([
    [{}, /no groupId: send the id of the company/],
    [{ groupId: '' }, /no groupId/],
    [{ groupId: {} }, /groupId must be a string/],
    [{ groupId: 'a\u0000' }, /control character/],
    [{ groupId: 'x'.repeat(513) }, /longer than 512 bytes/],
  ] as const)('a group call with %j is rejected in words', (call, words) => {
    expect(rejection('group', { userId: 'u1', ...call })).toMatch(words)
  })
})
