import { describe, expect, it } from 'vitest'
import { linkKey } from '../../../functions/core/keys.ts'
import { companyOf, everything, joinedTo } from '../../support/everything.ts'
import type { Called, Pipeline } from '../../support/pipeline.ts'

const count = (p: Pipeline, route: string) => p.routes.filter(each => each === route).length

async function members(p: Pipeline, length: number, company = 'acme'): Promise<void> {
  const ids = Array.from({ length }, (_, n) => `u${n}`)
  await p.identifyAll(ids.map(id => [id, { email: `${id}@example.com` }]))
  await p.callAll(ids.map((userId): Called => ['group', { userId, groupId: company, traits: { name: 'Acme' } }]))
}

describe('two thousand members of a company', () => {
  it('are joined with it in one call', { timeout: 60_000 }, async () => {
    const p = everything()
    await members(p, 2_000)

    await p.untilQuiet()

    expect(p.hubspot.associations.between('contacts', 'companies')).toHaveLength(2_000)
    expect(count(p, 'POST associations/contacts/companies/batch/associate/default')).toBe(1)
    expect(count(p, 'POST companies/batch/upsert')).toBe(1)
    expect(await p.waiting()).toBe(0)
  })

  it('are written down before the call, in entries that the table can hold', { timeout: 60_000 }, async () => {
    const p = everything()
    await members(p, 2_000)
    const sizes: number[] = []
    p.restart().gate.watch = ({ what, when, args }) => {
      if (what === 'store.journal' && when === 'before') sizes.push(Buffer.byteLength(JSON.stringify(args)))
    }

    await p.untilQuiet()

    expect(Math.max(...sizes)).toBeLessThan(300_000)
    expect(await p.store.leftovers()).toEqual([])
  })
})

describe('trouble with one part of HubSpot', () => {
  it('stops that part alone, costs a call every five minutes, and ends by itself', async () => {
    const p = everything({ switches: { missingScopes: ['crm.lists.read', 'crm.lists.write'] } })
    await p.identify('u1', { email: 'alex@example.com', vip: true, newsletter: true })
    await p.group('u1', 'acme', { name: 'Acme' })
    for (let minute = 0; minute < 11; minute += 1) {
      await p.deliver()
      await p.clock.advance(60_000)
    }
    const tries = p.routes.filter(route => route.includes('lists/')).length
    const pauses = (await p.store.readDeliverer())?.pauses

    p.hubspot.setSwitch('missingScopes', [])
    await p.untilQuiet()

    expect(tries).toBeLessThanOrEqual(3)
    expect(pauses).toMatchObject([{ capability: 'lists', code: 'forbidden' }])
    expect(joinedTo(p, 'u1')).toHaveLength(1)
    expect(p.hubspot.subscriptions.of('alex@example.com').Newsletter).toBe('SUBSCRIBED')
    expect(p.hubspot.lists.members('VIP customers')).toHaveLength(1)
    expect(await p.waiting()).toBe(0)
  })

  it('that fails again and again is tried by one call at a time', async () => {
    const p = everything()
    await members(p, 30)
    await p.untilQuiet()
    const remove = p.hubspot.addFault({
      match: { path: 'companies/batch/upsert' },
      fault: { kind: 'error', status: 500, when: 'before' },
    })
    await p.callAll(
      Array.from(
        { length: 300 },
        (_, n): Called => ['group', { userId: `u${n % 30}`, groupId: `c${n}`, traits: { name: `Name ${n}` } }],
      ),
    )
    const calls = p.countCalls()
    for (let n = 0; n < 20; n += 1) {
      const delivery = await p.deliver()
      await p.clock.advance(delivery === 'nothing_due' ? 60_000 : delivery.again * 1_000)
    }
    const tries = calls()
    remove()
    await p.untilQuiet(60)

    expect(tries).toBeLessThan(50)
    expect(p.hubspot.objects('companies').count).toBe(301)
    expect(p.hubspot.associations.between('contacts', 'companies')).toHaveLength(330)
  })

  it('with the account as a whole stops everything', async () => {
    const p = everything()
    await p.identify('u1', { email: 'alex@example.com' })
    await p.untilQuiet()
    p.hubspot.addFault({ fault: { kind: 'unauthorized' }, times: 1 })
    await p.track('u1', 'Trial Started')
    await p.deliver()
    const calls = p.countCalls()
    await p.identify('u1', { city: 'Oslo' })
    await p.deliver()

    expect(calls()).toBe(0)
    expect((await p.store.readDeliverer())?.pauses).toMatchObject([{ capability: 'contacts', code: 'unauthorized' }])
    await p.untilQuiet()
    expect(p.hubspot.lists.members('Trial')).toHaveLength(1)
  })
})

describe('one bad record', () => {
  it('among associations costs itself alone', async () => {
    const p = everything()
    await members(p, 40)
    await p.untilQuiet()
    await p.callAll(
      Array.from(
        { length: 40 },
        (_, n): Called => [
          'group',
          { userId: `u${n}`, groupId: n === 20 ? 'gone' : 'other', traits: { name: 'Other' } },
        ],
      ),
    )
    const gate = p.restart().gate
    gate.watch = ({ what, when }) => {
      // Somebody deletes it between the two calls.
      if (when === 'before' && what.includes('associate'))
        p.hubspot.objects('companies').archive(companyOf(p, 'gone')?.id ?? '')
    }
    await p.untilQuiet()

    expect(p.hubspot.associations.between('contacts', 'companies')).toHaveLength(79)
    const { delivered } = await p.record(linkKey('user#u20', 'companies', 'gone'))
    expect(delivered).toMatchObject({ state: 'pending', problem: { code: 'waiting' } })
  })
})
