import { describe, expect, it } from 'vitest'
import type { UserId } from '../../functions/core/types.ts'
import { viewOf } from '../../functions/lookup/view.ts'
import { type Pipeline, pipeline } from '../support/pipeline.ts'

const READ = 'GET properties/contacts'
const count = (p: Pipeline, route: string): number => p.routes.filter(one => one === route).length

/** A portal whose properties have just been read, and a user who is delivered. */
async function started(): Promise<Pipeline> {
  const p = pipeline()
  await p.identify('u1', { email: 'alex@example.com', favourite: 'red' })
  await p.identify('u2', { email: 'beth@example.com' })
  await p.untilQuiet()
  return p
}

/** What `deliver` does by itself in so many seconds, woken by the sweep alone. */
async function pass(p: Pipeline, seconds: number): Promise<void> {
  for (let left = seconds; left > 0; left -= 20) {
    await p.clock.advance(20_000)
    await p.deliver()
  }
}

async function problems(p: Pipeline): Promise<string[]> {
  const schema = (await p.store.readPortal())?.schema
  return viewOf('u1' as UserId, await p.user('u1'), schema).problems.map(
    ({ property, message }) => `${property}: ${message}`,
  )
}

const LACKING =
  'favourite: HubSpot has no contact property of this name; create it there and the value follows with the next event that gives it, or any new value, to the user'

describe('a property that is made in HubSpot after its first value came', () => {
  it('gets the earlier value and the new one with the next event', async () => {
    const p = await started()
    await p.identify('u1', { shade: 'dark' })
    await p.untilQuiet()
    p.hubspot.defineProperty({ name: 'favourite' })
    p.hubspot.defineProperty({ name: 'shade' })
    await p.clock.advance(61_000)

    await p.identify('u1', { shade: 'light' })
    await p.deliver()

    expect(p.contactOf('u1').properties).toMatchObject({ favourite: 'red', shade: 'light' })
    expect(await problems(p)).toEqual([])
    expect(await p.waiting()).toBe(0)
  })

  it.each([
    ['the same value once more', { favourite: 'red' }],
    ['another value', { favourite: 'blue' }],
    ['something else that is new', { city: 'Rome' }],
  ])('gets its value soon although the properties have just been read, when that event says %s', async (_, traits) => {
    const p = await started()
    await p.clock.advance(61_000)
    await p.identify('u2', { favourite: 'green' })
    await p.deliver()
    p.hubspot.defineProperty({ name: 'favourite' })

    await p.identify('u1', traits)
    await p.deliver()
    const during = await problems(p)
    await pass(p, 80)

    expect(during).toEqual([LACKING])
    expect(p.contactOf('u1').properties).toMatchObject({ favourite: 'red', ...traits })
    expect(await problems(p)).toEqual([])
    expect(await p.waiting()).toBe(0)
  })

  it('is told as made where another user’s event has shown it, until the user’s own comes', async () => {
    const p = await started()
    p.hubspot.defineProperty({ name: 'favourite' })
    await p.clock.advance(61_000)
    await p.identify('u2', { favourite: 'green' })
    await p.deliver()
    const before = await problems(p)

    await p.identify('u1', {})
    await p.clock.advance(31_000)
    await p.identify('u1', { email: 'alex@example.com' })
    await p.deliver()

    expect(before).toEqual([expect.stringContaining('favourite: HubSpot has this contact property by now')])
    expect(p.contactOf('u1').properties.favourite).toBe('red')
    expect(await problems(p)).toEqual([])
  })

  it('gets the newest value that fits its type', async () => {
    const p = await started()
    await p.identify('u1', { seats: 5 })
    await p.identify('u1', { seats: 'many' })
    await p.untilQuiet()
    p.hubspot.defineProperty({ name: 'seats', type: 'number' })
    await p.clock.advance(61_000)

    await p.identify('u1', { city: 'Rome' })
    await p.deliver()

    expect(p.contactOf('u1').properties.seats).toBe('5')
    expect((await p.user('u1')).delivered.withheld.get('seats')?.code).toBe('invalid_value')
  })

  it('gets nothing of a user who has been delivered when it is for new contacts alone, and nobody looks for ever', async () => {
    const p = pipeline({ config: { contacts: { createOnly: ['favourite'] } } })
    await p.identify('u1', { email: 'alex@example.com', favourite: 'red' })
    await p.untilQuiet()
    p.hubspot.defineProperty({ name: 'favourite' })
    await p.clock.advance(61_000)

    await p.identify('u1', { city: 'Rome' })
    await p.untilQuiet()
    await p.clock.advance(61_000)
    await p.identify('u1', { city: 'Rome' })

    expect(p.contactOf('u1').properties).not.toHaveProperty('favourite')
    expect(await problems(p)).toEqual([])
    expect(await p.waiting()).toBe(0)
  })
})

describe('values that HubSpot has no property for', () => {
  it('cost two calls a minute at most, however many of them come, from however many users', async () => {
    const p = await started()
    const calls = p.countCalls()

    for (let event = 0; event < 240; event += 1) {
      await p.clock.advance(5_000)
      if (event % 50 === 0) p.restart()
      await p.identify(event % 2 === 0 ? 'u1' : 'u2', { favourite: `colour ${event}` })
      await p.deliver()
    }

    expect(calls()).toBeGreaterThan(20)
    expect(calls()).toBeLessThanOrEqual(2 * 21 + 5)
    expect(p.routes.filter(route => /create|update/.test(route))).toHaveLength(1)
  })

  it('cost nothing when no event comes that names them, or says anything new', async () => {
    const p = await started()
    await p.clock.advance(61_000)
    const reads = count(p, READ)

    await p.identify('u1', { email: 'alex@example.com' })
    const due = await p.waiting()
    await pass(p, 500)

    expect(due).toBe(0)
    expect(count(p, READ)).toBe(reads)
  })

  it('are looked at twice in a burst, and then left alone', async () => {
    const p = await started()
    const calls = p.countCalls()
    await p.identifyAll(
      Array.from({ length: 250 }, (_, n) => [`new${n}`, { email: `new${n}@example.com`, favourite: `${n}` }] as const),
    )

    await p.untilQuiet()

    // Three creates, whatever finds them, and one more reading of the properties.
    expect(calls()).toBeLessThanOrEqual(14)
    expect(count(p, READ)).toBe(2)
    expect(p.hubspot.contactCount).toBe(252)
    expect(await p.waiting()).toBe(0)
  })
})
