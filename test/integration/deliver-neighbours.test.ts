import { describe, expect, it } from 'vitest'
import { type Pipeline, pipeline } from '../support/pipeline.ts'

const many = (count: number): string[] => Array.from({ length: count }, (_, index) => `user-${index}`)

/** Lets `deliver` run as often as it asks to, for so long. */
async function deliverFor(p: Pipeline, seconds: number): Promise<void> {
  const end = p.clock.monotonic() + seconds * 1_000
  while (p.clock.monotonic() < end) {
    const delivery = await p.deliver()
    await p.clock.advance(delivery === 'nothing_due' ? 10_000 : delivery.again * 1_000)
  }
}

describe('users and leads of one contact', () => {
  it('a lead whose values go to a user’s contact does not keep the user’s own from going there', async () => {
    const p = pipeline()
    await p.identify('u1', { email: 'alex@example.com', firstname: 'Alex' })
    await p.untilQuiet()

    await p.identify(undefined, { email: 'alex@example.com', city: 'Rome' })
    await p.identify('u1', { firstname: 'Alexandra' })
    const calls = p.countCalls()
    await p.untilQuiet()

    expect(p.contactOf('u1').properties).toMatchObject({ firstname: 'Alexandra', city: 'Rome' })
    expect((await p.user('u1')).delivered.state).toBe('synced')
    expect(await p.waiting()).toBe(0)
    expect(calls()).toBeLessThanOrEqual(3)
  })

  it('a lead that has just lost its contact to a user writes nothing over the user’s values', async () => {
    for (const seed of [1, 2, 3, 4, 5, 6]) {
      const random = seed * 37
      const p = pipeline({ seed, hubspot: { latency: () => 50 + ((random * p.hubspot.calls.calls) % 300) } })
      await p.identify(undefined, { email: 'alex@example.com', firstname: 'Lead' })
      // So many that the two would be in different batches.
      const others = many(150)
      await p.identifyAll(others.map(id => [id, { email: `${id}@example.com` }] as const))
      await p.untilQuiet()
      await p.clock.advance(300_000)

      await p.identify('u1', { email: 'alex@example.com', firstname: 'User' })
      await p.identifyAll(others.map(id => [id, { firstname: id }] as const))
      await p.identify(undefined, { email: 'alex@example.com', firstname: 'Later lead' }, { ago: 100_000 })
      await p.untilQuiet()

      expect(p.contactOf('u1').properties.firstname).toBe('User')
      expect(await p.waiting()).toBe(0)
    }
  })
})

describe('a long line of users', () => {
  it('moves on although each waits for the next to leave an address', async () => {
    const p = pipeline()
    const users = many(80)
    await p.identifyAll(users.map(id => [id, { email: `${id}@example.com` }] as const))
    await p.untilQuiet()

    const address = (index: number) => `${users[index + 1] ?? 'the-end'}@example.com`
    await p.identifyAll(users.map((id, index) => [id, { email: address(index) }] as const))
    await p.untilQuiet()

    expect(users.map(id => p.contactOf(id).properties.email)).toEqual(users.map((_, index) => address(index)))
    expect(p.recorder.sum('RecordsQuarantined')).toBe(0)
    expect(await p.waiting()).toBe(0)
  })

  it('looks again within an hour when whoever was to leave an address has not done so soon', async () => {
    const p = pipeline()
    await p.identifyAll([
      ['leaver', { email: 'wanted@example.com' }],
      ['waiter', { email: 'old@example.com' }],
    ])
    await p.untilQuiet()
    await p.identify('leaver', { email: 'new@example.com' }, { priority: 'bulk' })
    await keepBusy(p, 'leaver', 300_000)

    await p.identify('waiter', { email: 'wanted@example.com' })
    await deliverFor(p, 120)
    const { due, delivered } = await p.user('waiter')
    await p.untilQuiet()
    await p.clock.advance(3_600_000)
    await p.untilQuiet()

    expect(delivered.state).toBe('conflict')
    expect((due?.at ?? 0) - p.clock.now()).toBeLessThanOrEqual(0)
    expect(p.contactOf('waiter').properties.email).toBe('wanted@example.com')
  })
})

/** Makes `deliver` find the user's work only later, as if much other work were before it. */
async function keepBusy(p: Pipeline, id: string, duration: number): Promise<void> {
  const { key, folded, verify, delivered } = await p.user(id)
  const { token } = await p.store.open()
  const basis = { foldVersion: folded.version, verify }
  await p.store.settle(token, { key, delivered, basis, due: { lane: 'bulk', at: p.clock.now() + duration } })
}

describe('a merge that HubSpot never answers, or does not allow,', () => {
  async function mover(): Promise<Pipeline> {
    const p = pipeline()
    await p.identify('mover', { email: 'old@example.com' })
    await p.untilQuiet()
    p.hubspot.seedContact({ email: 'new@example.com' })
    return p
  }

  it('is tried a few times, then slowly, and keeps nothing else back', async () => {
    const p = await mover()
    p.hubspot.addFault({ match: { path: /merge/ }, fault: { kind: 'error', status: 500, when: 'before' } })

    await p.identify('mover', { email: 'new@example.com', city: 'Rome' })
    const calls = p.countCalls()
    await deliverFor(p, 3_600)

    expect(p.routes.filter(route => route.includes('merge')).length).toBeLessThanOrEqual(10)
    expect(calls()).toBeLessThan(80)
    expect(p.contactOf('mover').properties).toMatchObject({ email: 'old@example.com', city: 'Rome' })
    expect((await p.user('mover')).delivered.state).toBe('conflict')
  })

  it('happens when HubSpot answers again', async () => {
    const p = await mover()
    const end = p.hubspot.addFault({ match: { path: /merge/ }, fault: { kind: 'error', status: 500, when: 'before' } })
    await p.identify('mover', { email: 'new@example.com' })
    await deliverFor(p, 600)

    end()
    await deliverFor(p, 25 * 3_600)

    expect(p.contactOf('mover').properties.email).toBe('new@example.com')
    expect(await p.waiting()).toBe(0)
  })

  it('stops nobody else when the token may not merge', async () => {
    const p = await mover()
    const fault = { kind: 'refuse', status: 403, message: 'no', category: 'MISSING_SCOPES' } as const
    p.hubspot.addFault({ match: { path: /merge/ }, fault })
    await p.identify('mover', { email: 'new@example.com' })
    await deliverFor(p, 10)

    await p.identify('other', { email: 'other@example.com' })
    await deliverFor(p, 10)

    expect(p.contactsOf('other')).toHaveLength(1)
    expect(await p.pause()).toBeUndefined()
    expect((await p.user('mover')).delivered.state).toBe('conflict')
  })
})

describe('a user whose every write HubSpot puts off', () => {
  it.each([{ kind: 'locked' }, { kind: 'refuse', status: 403, message: 'no', category: 'MISSING_SCOPES' }] as const)(
    'is not the only one by whom it is tried whether HubSpot can be written: $kind',
    async fault => {
      const p = pipeline()
      await p.identify('put-off', { email: 'put-off@example.com' })
      await p.untilQuiet()
      p.hubspot.addFault({ match: { path: /batch\/update/, body: /poison/ }, fault })
      await p.identify('put-off', { firstname: 'poison' })
      await p.deliver()

      const others = many(20)
      await p.identifyAll(others.map(id => [id, { email: `${id}@example.com` }] as const))
      await deliverFor(p, 3_600)

      expect(others.filter(id => p.contactsOf(id).length === 1)).toEqual(others)
    },
  )
})
