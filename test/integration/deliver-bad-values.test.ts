import { describe, expect, it } from 'vitest'
import { type Pipeline, pipeline } from '../support/pipeline.ts'

/** A portal with properties of every type, one of them with a rule that its people set. */
function portal(options: Parameters<typeof pipeline>[0] = {}): Pipeline {
  const p = pipeline(options)
  p.hubspot.defineProperty({ name: 'seats', type: 'number' })
  p.hubspot.defineProperty({ name: 'tier', type: 'enumeration', options: ['gold', 'silver'] })
  p.hubspot.defineProperty({ name: 'score', type: 'number', calculated: true })
  p.hubspot.defineProperty({
    name: 'code',
    rule: { matches: /^[A-Z]+$/, code: 'INVALID_ALPHA', message: 'must be letters' },
  })
  return p
}

const updates = (p: Pipeline): number => p.routes.filter(route => route === 'POST contacts/batch/update').length
const writes = (p: Pipeline): number => p.routes.filter(route => /create|update/.test(route)).length

describe('a value that HubSpot could not take', () => {
  for (const [when, first] of [
    ['before the portal is known', false],
    ['when the portal is known', true],
  ] as const) {
    it(`becomes a problem of its user and costs only itself, ${when}`, async () => {
      const p = portal()
      if (first) {
        await p.identify('other', { email: 'other@example.com' })
        await p.deliver()
      }
      await p.identify('u1', {
        email: 'alex@example.com',
        firstName: 'Alex',
        nosuch: 1,
        seats: 'many',
        tier: 'bronze',
        score: 7,
      })

      await p.untilQuiet()

      expect(p.contactOf('u1').properties).toMatchObject({ email: 'alex@example.com', firstname: 'Alex' })
      const { folded, delivered } = await p.user('u1')
      const codes = new Map([...folded.problems, ...delivered.withheld].map(([name, { code }]) => [name, code]))
      expect(Object.fromEntries(codes)).toEqual({
        nosuch: 'unknown_property',
        seats: 'invalid_value',
        tier: 'invalid_value',
        score: 'read_only',
      })
      const answers = p.hubspot.ledger.calls.filter(({ route }) => /create|update/.test(route))
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]))
      expect(await p.waiting()).toBe(0)
    })
  }

  it('never displaces the last good one, not even before the first delivery', async () => {
    const p = portal()
    await p.identify('u1', { email: 'alex@example.com', seats: 5 })
    await p.identify('u1', { seats: 'many' })

    await p.untilQuiet()

    expect(p.contactOf('u1').properties.seats).toBe('5')
    const { delivered } = await p.user('u1')
    expect(delivered.withheld.get('seats')?.code).toBe('invalid_value')
  })

  it('and the last good one is not sent again and again', async () => {
    const p = portal()
    await p.identify('u1', { email: 'alex@example.com', seats: 5 })
    await p.identify('u1', { seats: 'many' })
    await p.untilQuiet()

    await p.identify('u1', { firstName: 'Alex' })
    await p.untilQuiet()

    expect(p.hubspot.ledger.writes.at(-1)?.properties).toEqual({ firstname: 'Alex' })
  })

  it('is sent once somebody has made a property of its name', async () => {
    const p = portal()
    await p.identify('u1', { email: 'alex@example.com', nosuch: 'now' })
    await p.untilQuiet()
    p.hubspot.defineProperty({ name: 'nosuch' })

    await p.clock.advance(700_000)
    await p.identify('u1', { firstName: 'Alex' })
    await p.untilQuiet()

    expect(p.contactOf('u1').properties).toMatchObject({ nosuch: 'now', firstname: 'Alex' })
    expect((await p.user('u1')).delivered.withheld.size).toBe(0)
  })

  it('cannot be the user id: traits do not set the unique property', async () => {
    const p = portal()
    await p.identify('u1', { email: 'alex@example.com', internal_user_id: 'u2' })

    await p.untilQuiet()

    expect(p.contactOf('u1').email).toBe('alex@example.com')
  })
})

describe('an email that cannot be one', () => {
  it('costs only itself when we can tell', async () => {
    const p = portal()
    await p.identify('u1', { email: 'not an address', firstName: 'Alex' })

    await p.untilQuiet()

    expect(p.contactOf('u1')).toMatchObject({ email: undefined, properties: { firstname: 'Alex' } })
    expect((await p.user('u1')).folded.problems.get('email')?.code).toBe('invalid_value')
  })

  it('costs only itself when only HubSpot can tell, in a new contact', async () => {
    const p = portal()
    await p.identify('u1', { email: 'alex@example.nosuchtld1', firstName: 'Alex' })

    await p.untilQuiet()

    expect(p.contactOf('u1')).toMatchObject({ email: undefined, properties: { firstname: 'Alex' } })
    expect((await p.user('u1')).delivered).toMatchObject({ state: 'synced' })
    expect((await p.user('u1')).delivered.withheld.get('email')?.code).toBe('rejected')
  })

  it('costs only itself when only HubSpot can tell, in a contact that there is', async () => {
    const p = portal()
    await p.identify('u1', { email: 'alex@example.com' })
    await p.untilQuiet()

    await p.identify('u1', { email: 'alex@example.nosuchtld1', firstName: 'Alex' })
    await p.untilQuiet()

    expect(p.contactOf('u1')).toMatchObject({ email: 'alex@example.com', properties: { firstname: 'Alex' } })
    expect((await p.user('u1')).delivered).toMatchObject({ email: 'alex@example.com' })
  })

  it('does not keep another user from its neighbours’ batch', async () => {
    const p = portal({ switches: { tracesMakePartial: false } })
    await p.identifyAll([
      ['u1', { email: 'alex@example.nosuchtld1', firstName: 'Alex' }],
      ['u2', { email: 'beth@example.com', firstName: 'Beth' }],
    ])

    await p.untilQuiet()

    expect(p.contactOf('u1').properties.firstname).toBe('Alex')
    expect(p.contactOf('u2').email).toBe('beth@example.com')
  })
})

describe('a value that HubSpot refuses', () => {
  for (const tracesMakePartial of [true, false]) {
    const batches = tracesMakePartial ? 'partial' : 'all-or-nothing'
    it(`costs only itself and is remembered with HubSpot's reason, with ${batches} batches`, async () => {
      const p = portal({ switches: { tracesMakePartial } })
      await p.identify('u1', { email: 'alex@example.com', firstName: 'Alex', code: 'x1' })
      await p.identify('u2', { email: 'beth@example.com', code: 'OK' })

      await p.untilQuiet()

      expect(p.contactOf('u1').properties).not.toHaveProperty('code')
      expect(p.contactOf('u1').properties.firstname).toBe('Alex')
      expect(p.contactOf('u2').properties.code).toBe('OK')
      const { delivered, due } = await p.user('u1')
      expect(delivered.withheld.get('code')).toMatchObject({ code: 'rejected', message: 'must be letters' })
      expect(due?.lane).toBe('rejected')
    })
  }

  it('is not sent again until it changes', async () => {
    const p = portal()
    await p.identify('u1', { email: 'alex@example.com', code: 'x1' })
    await p.untilQuiet()
    const before = writes(p)

    await p.identify('u1', { code: 'x1', firstName: 'Alex' })
    await p.untilQuiet()
    for (let day = 0; day < 3; day += 1) {
      await p.clock.advance(86_400_000)
      await p.deliver()
    }
    expect(writes(p)).toBe(before + 1)
    expect(p.hubspot.ledger.writes.at(-1)?.properties).toEqual({ firstname: 'Alex' })

    await p.identify('u1', { code: 'GOOD' })
    await p.untilQuiet()
    expect(p.contactOf('u1').properties.code).toBe('GOOD')
    expect(await p.waiting()).toBe(0)
  })

  it('is sent again when the portal’s properties have changed', async () => {
    const p = portal()
    await p.identify('u1', { email: 'alex@example.com', code: 'x1' })
    await p.untilQuiet()
    p.hubspot.defineProperty({ name: 'code' })
    p.hubspot.defineProperty({ name: 'anything_else' })

    await p.clock.advance(4_000_000)
    await p.deliver()

    expect(p.contactOf('u1').properties.code).toBe('x1')
    expect(await p.waiting()).toBe(0)
  })

  it('does not take the good value of before away', async () => {
    const p = portal()
    await p.identify('u1', { email: 'alex@example.com', code: 'GOOD' })
    await p.untilQuiet()

    await p.identify('u1', { code: 'bad1', city: 'Rome' })
    await p.untilQuiet()

    expect(p.contactOf('u1').properties).toMatchObject({ code: 'GOOD', city: 'Rome' })
  })

  it('does not keep an ever changing user from being delivered', async () => {
    const p = portal()
    for (let event = 1; event <= 5; event += 1) {
      await p.identify('u1', { email: 'alex@example.com', code: `bad${event}`, city: `City ${event}` })
      await p.deliver()
      expect(p.contactOf('u1').properties.city).toBe(`City ${event}`)
    }
    expect(updates(p)).toBe(8)
  })
})

describe('a property that was deleted in the portal', () => {
  it('is noticed by HubSpot’s refusal: the properties are read again, and all else is delivered', async () => {
    const p = portal()
    await p.identify('u1', { email: 'alex@example.com', code: 'GOOD' })
    await p.untilQuiet()
    const reads = p.routes.filter(route => route === 'GET properties/contacts').length
    await deleteProperty(p, 'code')

    await p.identifyAll([
      ['u1', { code: 'BETTER', city: 'Rome' }],
      ['u2', { email: 'beth@example.com', code: 'GOOD', city: 'Oslo' }],
    ])
    await p.untilQuiet()

    expect(p.contactOf('u1').properties.city).toBe('Rome')
    expect(p.contactOf('u2').properties.city).toBe('Oslo')
    expect((await p.user('u1')).delivered.withheld.get('code')?.code).toBe('unknown_property')
    expect(p.routes.filter(route => route === 'GET properties/contacts')).toHaveLength(reads + 1)
    expect(await p.waiting()).toBe(0)
  })
})

async function deleteProperty(p: Pipeline, name: string): Promise<void> {
  const response = p.hubspot.handle({
    method: 'DELETE',
    url: `/crm/v3/properties/contacts/${name}`,
    headers: { authorization: 'Bearer token' },
  })
  expect((await p.clock.run(response)).status).toBe(204)
}
