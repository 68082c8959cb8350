import { describe, expect, it } from 'vitest'
import { everything } from '../../support/everything.ts'
import { pipeline } from '../../support/pipeline.ts'

describe('a list', () => {
  it('has who is to be in it, by a trait and by what was done', async () => {
    const p = everything()
    await p.identifyAll([
      ['u1', { email: 'alex@example.com', vip: true }],
      ['u2', { email: 'bo@example.com', vip: false }],
      ['u3', { email: 'cem@example.com' }],
    ])
    await p.track('u3', 'Trial Started')
    await p.untilQuiet()

    expect(p.hubspot.lists.members('VIP customers')).toEqual([p.contactOf('u1').vid])
    expect(p.hubspot.lists.members('Trial')).toEqual([p.contactOf('u3').vid])

    await p.identifyAll([
      ['u1', { vip: false }],
      ['u2', { vip: true }],
    ])
    await p.track('u3', 'Trial Ended')
    await p.untilQuiet()

    expect(p.hubspot.lists.members('VIP customers')).toEqual([p.contactOf('u2').vid])
    expect(p.hubspot.lists.members('Trial')).toEqual([])
    expect(await p.waiting()).toBe(0)
  })

  it('gets thousands in one call', async () => {
    const p = everything()
    await p.identifyAll(Array.from({ length: 2_500 }, (_, n) => [`u${n}`, { email: `u${n}@example.com`, vip: true }]))

    await p.untilQuiet()

    expect(p.hubspot.lists.members('VIP customers')).toHaveLength(2_500)
    expect(p.routes.filter(route => route.includes('memberships')).length).toBeLessThanOrEqual(2)
  })

  it('that HubSpot lacks keeps nobody from the others, says so, and is filled when it is there', async () => {
    const p = pipeline({ config: { lists: { Here: { when: 'traits.here' }, Missing: { when: 'traits.missing' } } } })
    p.hubspot.lists.define({ name: 'Here' })
    await p.identify('u1', { email: 'alex@example.com', here: true, missing: true })
    await p.untilQuiet()
    const { withheld } = (await p.record('lists@user#u1')).delivered
    const here = p.hubspot.lists.members('Here')

    p.hubspot.lists.define({ name: 'Missing' })
    await p.clock.advance(3_600_000)
    await p.untilQuiet()

    expect(here).toHaveLength(1)
    expect(withheld.get('Missing')).toMatchObject({ code: 'waiting', message: expect.stringContaining('“Missing”') })
    expect(p.hubspot.lists.members('Missing')).toHaveLength(1)
    expect(await p.waiting()).toBe(0)
  })

  it('has the contact that a deleted one was made again as', async () => {
    const p = everything()
    await p.identify('u1', { email: 'alex@example.com', vip: true })
    await p.untilQuiet()
    p.hubspot.archiveInUi(p.contactOf('u1').vid)

    await p.identify('u1', { city: 'Oslo' })
    await p.untilQuiet()

    expect(p.hubspot.lists.members('VIP customers')).toEqual([p.contactOf('u1').vid])
  })
})

describe('a subscription', () => {
  it('is the person’s choice, and goes along to their new address', async () => {
    const p = everything()
    await p.identify('u1', { email: 'alex@example.com', newsletter: true })
    await p.identify('u2', { email: 'bo@example.com', newsletter: false })
    await p.untilQuiet()

    await p.identify('u2', { email: 'bo@new.example.com' })
    await p.untilQuiet()

    expect(p.hubspot.subscriptions.of('alex@example.com').Newsletter).toBe('SUBSCRIBED')
    expect(p.hubspot.subscriptions.of('bo@example.com').Newsletter).toBe('UNSUBSCRIBED')
    expect(p.hubspot.subscriptions.of('bo@new.example.com').Newsletter).toBe('UNSUBSCRIBED')
    expect(await p.waiting()).toBe(0)
  })

  it('waits for a contact with an address', async () => {
    const p = everything()
    await p.identify('u1', { newsletter: true })
    await p.untilQuiet()
    const { problem } = (await p.record('subscriptions@user#u1')).delivered

    await p.identify('u1', { email: 'alex@example.com' })
    await p.untilQuiet()

    expect(problem?.code).toBe('waiting')
    expect(p.hubspot.subscriptions.of('alex@example.com').Newsletter).toBe('SUBSCRIBED')
  })

  it('of a kind that HubSpot lacks waits, and says what to make', async () => {
    const p = pipeline({ config: { subscriptions: { Offers: { when: 'traits.offers' } } } })
    await p.identify('u1', { email: 'alex@example.com', offers: true })
    await p.untilQuiet()

    const { withheld } = (await p.record('subscriptions@user#u1')).delivered

    expect(withheld.get('Offers')).toMatchObject({ code: 'waiting', message: expect.stringContaining('“Offers”') })
    expect(await p.waiting(['waiting'])).toBe(1)
  })
})
