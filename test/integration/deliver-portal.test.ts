import { describe, expect, it } from 'vitest'
import { type Pipeline, pipeline } from '../support/pipeline.ts'

const count = (p: Pipeline, route: string): number => p.routes.filter(one => one === route).length
const READ = 'GET properties/contacts'
const CREATE = 'POST properties/contacts'

describe('the portal', () => {
  it('gets the unique property when it lacks it, once', async () => {
    const p = pipeline()
    await p.identify('u1', { email: 'alex@example.com' })
    await p.deliver()
    await p.clock.advance(700_000)
    await p.identify('u1', { city: 'Rome' })
    await p.deliver()

    expect(count(p, CREATE)).toBe(1)
    expect(count(p, READ)).toBe(2)
    expect(p.contactOf('u1').properties).toMatchObject({ internal_user_id: 'u1', city: 'Rome' })
  })

  it('keeps a unique property that is there already', async () => {
    const p = pipeline({ config: { contacts: { uniqueProperty: 'app_id' } } })
    p.hubspot.defineProperty({ name: 'app_id', hasUniqueValue: true })
    await p.identify('u1', { email: 'alex@example.com' })

    await p.deliver()

    expect(count(p, CREATE)).toBe(0)
    expect(p.hubspot.contactByEmail('alex@example.com')?.properties.app_id).toBe('u1')
  })

  it('whose property of that name is not unique gets nothing, and an operator a sentence that says what to do', async () => {
    const p = pipeline({ config: { contacts: { uniqueProperty: 'app_id' } } })
    p.hubspot.defineProperty({ name: 'app_id' })
    await p.identify('u1', { email: 'alex@example.com' })

    const delivery = await p.deliver()

    expect(delivery).toEqual({ again: 30 })
    expect(p.hubspot.contactCount).toBe(0)
    expect((await p.pause())?.reason).toContain('name another one in sync.config.ts')
  })

  it('is asked for its properties every ten minutes, by however many processes', async () => {
    const p = pipeline()
    for (let minute = 0; minute < 30; minute += 1) {
      if (minute % 3 === 0) p.restart()
      await p.identify('u1', { email: 'alex@example.com', city: `City ${minute}` })
      await p.deliver()
      await p.clock.advance(60_000)
    }

    expect(count(p, READ)).toBe(3)
  })

  it('is asked for nothing but its properties when there is nothing due', async () => {
    const p = pipeline()
    await p.identify('u1', { email: 'alex@example.com' })
    await p.deliver()
    const before = p.routes.length

    for (let minute = 0; minute < 120; minute += 1) {
      await p.clock.advance(60_000)
      await p.deliver()
    }

    const since = p.routes.slice(before)
    expect(new Set(since)).toEqual(new Set(['GET account/details', READ]))
    expect(since.length).toBeLessThanOrEqual(24)
  })

  it('that changes within the ten minutes costs one more reading, when a value meets the change', async () => {
    const p = pipeline()
    p.hubspot.defineProperty({ name: 'plan' })
    await p.identify('u1', { email: 'alex@example.com', plan: 'a' })
    await p.deliver()
    const headers = { authorization: 'Bearer token' }
    await p.clock.run(p.hubspot.handle({ method: 'DELETE', url: '/crm/v3/properties/contacts/plan', headers }))

    for (const plan of ['b', 'c', 'd']) {
      await p.identify('u1', { plan, city: plan })
      await p.deliver()
    }

    expect(p.contactOf('u1').properties.city).toBe('d')
    expect(count(p, READ)).toBe(2)
  })

  it.each(['v3', '2026-09'] as const)('is served in version %s', async version => {
    const p = pipeline({ version })
    await p.identify('u1', { email: 'alex@example.com' })
    await p.deliver()
    await p.identify('u1', { email: 'new@example.com', birthday: '1990-05-01' })
    await p.deliver()

    expect(p.contactOf('u1').email).toBe('new@example.com')
    expect(p.hubspot.ledger.calls.every(({ path }) => path.includes(version) || path.includes('account-info'))).toBe(
      true,
    )
  })
})

describe('a table that was filled for another portal', () => {
  it('refuses to deliver with one sentence, and makes no call about contacts', async () => {
    const p = pipeline()
    await p.identify('u1', { email: 'alex@example.com' })
    await p.deliver()
    const other = pipeline({ hubspot: { portalId: 42 }, table: p.store })
    await other.identify('u1', { city: 'Oslo' })

    const delivery = await other.deliver()
    for (let minute = 0; minute < 60; minute += 1) {
      await other.clock.advance(60_000)
      await other.deliver()
    }

    expect(delivery).toEqual({ again: 30 })
    expect(new Set(other.routes)).toEqual(new Set(['GET account/details']))
    expect(other.routes.length).toBeLessThanOrEqual(13)
    expect(await other.pause()).toMatchObject({ code: 'other_portal' })
    expect((await other.pause())?.reason).toMatch(/belongs to another portal than this table\. Put the token/)
    expect(other.hubspot.contactCount).toBe(0)
  })

  it('delivers again when it gets the token of its own portal back', async () => {
    const p = pipeline()
    await p.identify('u1', { email: 'alex@example.com' })
    await p.deliver()
    const other = pipeline({ hubspot: { portalId: 42 }, table: p.store, portal: { clock: p.clock } })
    await p.identify('u1', { city: 'Oslo' })
    await other.deliver()

    await p.clock.advance(301_000)
    p.restart()
    await p.deliver()

    expect(p.contactOf('u1').properties.city).toBe('Oslo')
  })
})
