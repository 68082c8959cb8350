import { describe, expect, it } from 'vitest'
import { everything } from '../../support/everything.ts'
import { type Pipeline, pipeline } from '../../support/pipeline.ts'

const DAY = 86_400_000

const eventsOf = (p: Pipeline, userId: string) => p.hubspot.events.of(p.contactOf(userId).vid)

describe('what a user has done', () => {
  it('is told to the timeline of their contact, after its properties, and defined when it is new', async () => {
    const p = everything()
    await p.identify('u1', { email: 'alex@example.com' })
    await p.track('u1', 'Trial Started', { plan: 'pro', seats: 3 }, { ago: 60_000 })
    const happened = p.clock.now() - 60_000

    await p.untilQuiet()

    expect(eventsOf(p, 'u1')).toMatchObject([
      {
        name: 'trial_started',
        identifiedBy: 'objectId',
        occurredAt: happened,
        properties: { plan: 'pro', seats: '3' },
      },
    ])
    expect(p.routes.indexOf('POST events/send/batch')).toBeGreaterThan(p.routes.indexOf('POST contacts/batch/create'))
    expect(p.hubspot.events.definitions()).toHaveLength(1)
    expect(await p.waiting()).toBe(0)
  })

  it('waits, visibly, for a contact of theirs', async () => {
    const p = everything()
    await p.track('u1', 'Trial Started', { plan: 'pro' })
    await p.untilQuiet()
    const waiting = await p.waiting(['waiting'])
    const [key] = await p.store.belongingsOf('user#u1', 'waiting')
    const { problem } = (await p.record(key ?? 'user#u1')).delivered

    await p.identify('u1', { email: 'alex@example.com' })
    await p.untilQuiet()

    expect(waiting).toBeGreaterThan(0)
    expect(problem?.code).toBe('waiting')
    expect(eventsOf(p, 'u1')).toHaveLength(1)
    expect(await p.waiting()).toBe(0)
  })

  it.each(['comes', 'is somebody else'])('waits at a look a day, and is told at once when their user %s', async how => {
    const p = everything()
    if (how !== 'comes') await p.identify('u2', { email: 'alex@example.com' })
    await p.track('u1', 'Trial Started', { plan: 'pro' })
    for (let hour = 0; hour < 72; hour += 1) {
      await p.untilQuiet()
      await p.clock.advance(3_600_000)
    }
    const [key] = await p.store.belongingsOf('user#u1', 'waiting')
    const { attempts } = (await p.record(key ?? 'user#u1')).delivered

    if (how === 'comes') await p.identify('u1', { email: 'alex@example.com' })
    else await p.alias('u1', 'u2')
    await p.untilQuiet()

    expect(attempts).toBeLessThan(25)
    expect(eventsOf(p, how === 'comes' ? 'u1' : 'u2')).toHaveLength(1)
  })

  it('expires where nobody ever comes, and is counted', async () => {
    const p = everything()
    await p.track('u1', 'Page Read', {})
    await p.untilQuiet()

    await p.clock.advance(31 * DAY)
    await p.untilQuiet()

    expect(p.recorder.sum('EventsExpired')).toBe(1)
    expect(await p.waiting()).toBe(0)
    expect(await p.store.belongingsOf('user#u1')).toEqual([])
  })

  it('before they were deleted is told to nobody', async () => {
    const p = everything()
    await p.identify('u1', { email: 'alex@example.com' })
    await p.untilQuiet()
    await p.track('u1', 'Trial Started', { plan: 'pro' })

    await p.delete('u1')
    await p.untilQuiet()
    await p.clock.advance(3_600_000)
    await p.untilQuiet()

    expect(p.hubspot.events.count).toBe(0)
    expect(await p.waiting()).toBe(0)
  })

  it('is told once, whatever is delivered twice and whichever answers are lost', async () => {
    const p = everything()
    await p.identify('u1', { email: 'alex@example.com' })
    for (let n = 0; n < 30; n += 1) await p.track('u1', 'Trial Started', { n }, {})
    p.hubspot.addFault({ match: { path: 'send/batch' }, fault: { kind: 'drop', when: 'after' }, times: 2 })

    await p.untilQuiet()

    expect(eventsOf(p, 'u1')).toHaveLength(30)
    expect(new Set(eventsOf(p, 'u1').map(({ uuid }) => uuid))).toHaveLength(30)
    expect(await p.waiting()).toBe(0)
  })

  it('that HubSpot refuses costs itself alone', async () => {
    const p = everything()
    p.hubspot.events.define({
      name: 'order_completed',
      properties: [{ name: 'total', type: 'number' }, { name: 'order_id' }],
    })
    await p.identify('u1', { email: 'alex@example.com' })
    for (let n = 0; n < 99; n += 1) await p.track('u1', 'Order Completed', { total: n })
    await p.track('u1', 'Order Completed', { total: 'a lot' })
    const calls = p.countCalls()

    await p.untilQuiet()

    const told = eventsOf(p, 'u1').length
    expect(told).toBeGreaterThanOrEqual(99)
    expect(calls()).toBeLessThan(40)
    const rejected = await p.waiting(['rejected'])
    expect(told + rejected).toBe(100)
  })

  it('goes 500 a call', async () => {
    const p = everything()
    await p.identify('u1', { email: 'alex@example.com' })
    await p.untilQuiet()
    await p.callAll(
      Array.from({ length: 1_200 }, (_, n) => ['track', { userId: 'u1', event: 'Trial Started', properties: { n } }]),
    )

    await p.untilQuiet()

    expect(eventsOf(p, 'u1')).toHaveLength(1_200)
    expect(p.routes.filter(route => route === 'POST events/send/batch')).toHaveLength(3)
  })

  it('in an account that has no custom events waits, while all else goes out', async () => {
    const p = everything({ switches: { plan: 'professional' } })
    await p.identify('u1', { email: 'alex@example.com', vip: true })
    await p.track('u1', 'Trial Started', { plan: 'pro' })
    await p.group('u1', 'acme', { name: 'Acme' })
    for (let minute = 0; minute < 6; minute += 1) {
      await p.deliver()
      await p.clock.advance(60_000)
    }
    const pauses = (await p.store.readDeliverer())?.pauses

    await p.identify('u1', { city: 'Oslo' })
    await p.deliver()

    expect(pauses).toMatchObject([{ capability: 'events', code: 'forbidden' }])
    expect(p.contactOf('u1').properties.city).toBe('Oslo')
    expect(p.hubspot.lists.members('VIP customers')).toHaveLength(1)
    expect(p.hubspot.objects('companies').count).toBe(1)
    expect(await p.waiting(['events'])).toBe(1)
    const tries = p.routes.filter(route => route.includes('event'))
    expect(tries.length).toBeLessThan(6)
    expect(p.recorder.sum('HubSpotForbids')).toBeGreaterThan(0)
    expect(p.recorder.sum('DeliveriesPaused') + p.recorder.sum('HubSpotUnauthorized')).toBe(0)

    p.hubspot.setSwitch('plan', 'enterprise')
    await p.untilQuiet()
    expect(eventsOf(p, 'u1')).toHaveLength(1)
  })

  it('in an account that never gets custom events expires all the same', async () => {
    const p = everything({ switches: { plan: 'professional' } })
    await p.identify('u1', { email: 'alex@example.com' })
    await p.track('u1', 'Page Read')
    await p.deliver()

    await p.clock.advance(31 * DAY)
    await p.deliver()

    expect(p.recorder.sum('EventsExpired')).toBe(1)
    expect(await p.waiting()).toBe(0)
  })

  it('with a property that its event does not have in HubSpot is told without, and the log says so', async () => {
    const p = pipeline({ config: { events: { create: false } } })
    p.hubspot.events.define({ name: 'page_read', properties: [{ name: 'page' }] })
    await p.identify('u1', { email: 'alex@example.com' })
    await p.track('u1', 'Page Read', { page: 'home', unheard: 'x' })
    await p.track('u1', 'Page Read', { page: 'about', unheard: 'y' })
    await p.untilQuiet()

    expect(eventsOf(p, 'u1').map(({ properties }) => properties)).toEqual([{ page: 'home' }, { page: 'about' }])
    const warned = p.recorder.lines.filter(({ fields }) => fields.event === 'page_read')
    expect(warned.map(({ fields }) => fields.properties)).toEqual([['unheard']])
  })

  it('of an event that is not to be defined waits until somebody defines it', async () => {
    const p = pipeline({ config: { events: { create: false } } })
    await p.identify('u1', { email: 'alex@example.com' })
    await p.track('u1', 'Trial Started', { plan: 'pro' })
    await p.untilQuiet()
    const [key] = await p.store.belongingsOf('user#u1', 'waiting')
    const { problem } = (await p.record(key ?? 'user#u1')).delivered

    p.hubspot.events.define({ name: 'trial_started', properties: [{ name: 'plan' }] })
    await p.clock.advance(3_600_000)
    await p.untilQuiet()

    expect(problem).toMatchObject({ code: 'waiting', message: expect.stringContaining('“trial_started”') })
    expect(eventsOf(p, 'u1')).toMatchObject([{ properties: { plan: 'pro' } }])
  })
})
