import { describe, expect, it } from 'vitest'
import { everything } from '../../support/everything.ts'
import { type Called, type Pipeline, pipeline } from '../../support/pipeline.ts'
import { testSecrets } from '../../support/platform.ts'

const told = (p: Pipeline) => p.hubspot.events.of(p.contactOf('u1').vid).map(({ properties }) => properties)
const started = (n: number): Called => ['track', { userId: 'u1', event: 'Trial Started', properties: { n } }]

describe('the definition of an event', () => {
  it('gets the properties that its events come with later', async () => {
    const p = everything()
    await p.identify('u1', { email: 'alex@example.com' })
    await p.track('u1', 'Trial Started', { plan: 'pro' })
    await p.untilQuiet()

    await p.track('u1', 'Trial Started', { plan: 'pro', seats: 3 })
    await p.track('u1', 'Trial Started', { plan: 'team', coupon: 'x' })
    await p.untilQuiet()

    expect(told(p)).toEqual([{ plan: 'pro' }, { plan: 'pro', seats: '3' }, { plan: 'team', coupon: 'x' }])
    expect(p.routes.filter(route => route.endsWith('/property'))).toHaveLength(2)
    expect(await p.waiting()).toBe(0)
  })

  it('stays as people have made it where that is wished, and what it lacks is left out', async () => {
    const p = pipeline({ config: { events: { create: false } } })
    p.hubspot.events.define({ name: 'trial_started', properties: [{ name: 'plan' }] })
    await p.identify('u1', { email: 'alex@example.com' })

    await p.track('u1', 'Trial Started', { plan: 'pro', seats: 3 })
    await p.untilQuiet()

    expect(told(p)).toEqual([{ plan: 'pro' }])
    expect(p.recorder.sum('EventPropertiesLeftOut')).toBe(1)
  })

  it('that HubSpot will not extend costs one call and the property', async () => {
    const p = everything()
    p.hubspot.events.define({ name: 'trial_started', properties: [{ name: 'plan' }] })
    p.hubspot.addFault({ match: { path: '/property' }, fault: { kind: 'error', status: 400, when: 'before' } })
    await p.identify('u1', { email: 'alex@example.com' })
    for (let n = 0; n < 3; n += 1) {
      await p.track('u1', 'Trial Started', { plan: 'pro', seats: n })
      await p.untilQuiet()
    }

    expect(told(p)).toEqual([{ plan: 'pro' }, { plan: 'pro' }, { plan: 'pro' }])
    expect(p.routes.filter(route => route.endsWith('/property'))).toHaveLength(1)
    expect(p.recorder.sum('EventPropertiesLeftOut')).toBe(3)
  })

  it('is not filled without end by names that are made of ids', async () => {
    const p = everything()
    await p.identify('u1', { email: 'alex@example.com' })
    await p.callAll(
      Array.from(
        { length: 300 },
        (_, n): Called => ['track', { userId: 'u1', event: 'Trial Started', properties: { [`p${n}`]: 1 } }],
      ),
    )

    await p.untilQuiet()

    expect(told(p)).toHaveLength(300)
    expect(p.routes.filter(route => route.endsWith('/property')).length).toBeLessThanOrEqual(100)
  })

  it('that somebody deletes is found out by one event: the others of its kind wait, and all else goes out', async () => {
    const p = everything()
    await p.identify('u1', { email: 'alex@example.com' })
    await p.callAll([started(-1)])
    await p.untilQuiet()
    const headers = { authorization: `Bearer ${testSecrets.hubspotAccessToken}` }
    const url = '/events/v3/event-definitions/trial_started'
    await p.clock.run(p.hubspot.handle({ method: 'DELETE', url, headers }))
    await p.callAll(Array.from({ length: 600 }, (_, n) => started(n)))
    await p.track('u1', 'Page Read', {})
    const calls = p.countCalls()

    await p.deliver()

    expect(calls()).toBeLessThan(30)
    expect(await p.waiting(['waiting'])).toBe(600)
    expect(await p.waiting(['rejected'])).toBe(0)
    expect(told(p)).toHaveLength(2)
  })
})
