import { describe, expect, it } from 'vitest'
import { IdentityWorkload, type Variant } from '../../../bench/identity-workload.ts'
import { pipeline } from '../../support/pipeline.ts'

const SCALE = { events: 1_000, users: 400, changes: 40, pairs: 10, lostEvery: 4 }

/** The workload that `npm run bench -- identity` posts, wave by wave, until nothing is in doubt any more. */
async function callsFor(variant: Variant): Promise<number> {
  const { contacts, waves, fault } = new IdentityWorkload(variant, SCALE)
  const p = pipeline()
  for (const contact of contacts) p.hubspot.seedContact(contact)
  if (fault) p.hubspot.addFault(fault)
  const calls = p.countCalls()
  for (const { events } of waves) {
    await p.identifyAll(events.map(({ userId, traits }) => [userId, { ...traits }] as const))
    while ((await p.waiting(['live'])) > 0) {
      await p.deliver()
      await p.clock.advance(2_000)
    }
  }
  await p.untilQuiet()
  const written = p.hubspot.ledger.calls.flatMap(({ traces }) => traces)
  expect(new Set(written).size).toBe(written.length)
  return calls()
}

describe('lost answers', () => {
  it('of every fourth write cost at most half as many calls again as none', async () => {
    const clean = await callsFor('clean')

    const lost = await callsFor('answers lost')

    expect(lost).toBeLessThanOrEqual(clean * 1.5)
  })

  it('to a hundred creates: one reading, and nothing is sent again', async () => {
    const p = pipeline()
    p.hubspot.addFault({ match: { path: 'batch/create' }, fault: { kind: 'drop', when: 'after' }, times: 1 })
    const users = Array.from(
      { length: 100 },
      (_, n) => [`u${n}`, { email: `u${n}@example.com`, city: `${n}` }] as const,
    )
    await p.identifyAll(users)
    await p.deliver()
    const before = p.routes.length

    await p.clock.advance(2_000)
    await p.deliver()

    expect(p.routes.slice(before)).toEqual(['POST contacts/batch/read'])
    expect((await p.user('u7')).delivered).toMatchObject({ state: 'synced', vid: p.contactOf('u7').vid })
    expect(p.hubspot.contactCount).toBe(100)
    // Known to be there, and looked at again all the same.
    expect(await p.waiting(['verifying'])).toBe(100)
  })

  it('to an update of an adopted contact: what it carries already is not sent again, its id neither', async () => {
    const p = pipeline()
    p.hubspot.seedContact({ email: 'alex@example.com' })
    p.hubspot.addFault({ match: { path: 'batch/update' }, fault: { kind: 'drop', when: 'after' }, times: 1 })
    await p.identify('u1', { email: 'alex@example.com', city: 'Bonn' })

    await p.untilQuiet()

    expect(p.routes.filter(route => route.endsWith('batch/update'))).toHaveLength(1)
    expect(p.contactOf('u1').properties.city).toBe('Bonn')
  })

  it('to a create, and a person changes what it made before it is read back: only that is sent again', async () => {
    const p = pipeline()
    p.hubspot.addFault({ match: { path: 'batch/create' }, fault: { kind: 'drop', when: 'after' }, times: 1 })
    await p.identify('u1', { email: 'alex@example.com', city: 'Bonn', firstName: 'Alex' })
    await p.deliver()
    const { vid } = p.contactOf('u1')
    p.hubspot.editInUi(vid, { city: 'Paris' })

    await p.untilQuiet()

    const updates = p.hubspot.ledger.writes.filter(({ kind, source }) => kind === 'update' && source === 'api')
    expect(updates.map(({ properties }) => properties)).toEqual([{ city: 'Bonn' }])
  })

  it('to a create that was not carried out: it is made', async () => {
    const p = pipeline()
    p.hubspot.addFault({ match: { path: 'batch/create' }, fault: { kind: 'reset', when: 'before' }, times: 1 })
    await p.identify('u1', { email: 'alex@example.com', city: 'Bonn' })

    await p.untilQuiet()

    expect(p.contactOf('u1').properties.city).toBe('Bonn')
  })

  it('to two updates, of which the older lands after the newer was read back: a later look mends it', async () => {
    const p = pipeline()
    await p.identify('u1', { email: 'alex@example.com', city: 'Bonn' })
    await p.untilQuiet()
    p.hubspot.addFault({ match: { path: 'batch/update' }, fault: { kind: 'late', after: 45_000 }, times: 1 })
    p.hubspot.addFault({ match: { path: 'batch/update' }, fault: { kind: 'drop', when: 'after' }, times: 1 })
    await p.identify('u1', { city: 'Older' })
    await p.deliver()
    await p.identify('u1', { city: 'Newer' })
    await p.clock.advance(2_000)
    await p.deliver()
    await p.clock.advance(2_000)
    await p.deliver()
    expect(p.contactOf('u1').properties.city).toBe('Newer')

    await p.untilQuiet()

    const cities = p.hubspot.ledger.writes.flatMap(({ properties: { city } }) => (city ? [city] : []))
    expect(cities.slice(-3)).toEqual(['Newer', 'Older', 'Newer'])
  })

  it('when HubSpot does not take writes at all: a hundred are read together, and one alone tries', async () => {
    const p = pipeline()
    p.hubspot.addFault({ match: { path: 'batch/create' }, fault: { kind: 'reset', when: 'before' } })
    await p.identifyAll(Array.from({ length: 100 }, (_, n) => [`u${n}`, { email: `u${n}@example.com` }] as const))
    await p.deliver()
    const before = p.hubspot.ledger.calls.length

    await p.clock.advance(2_000)
    await p.deliver()
    await p.clock.advance(2_000)
    await p.deliver()

    const calls = p.hubspot.ledger.calls.slice(before).map(({ route, inputs }) => `${route} ${inputs}`)
    expect(calls.filter(call => call.includes('create'))).toEqual(Array(2).fill('POST contacts/batch/create 1'))
    // From the second try on one user alone is asked for, too.
    expect(calls.slice(-3).filter(call => call.includes('read'))).toEqual(Array(2).fill('POST contacts/batch/read 1'))
  })
})
