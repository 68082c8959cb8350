import { describe, expect, it } from 'vitest'
import { type Pipeline, pipeline } from '../support/pipeline.ts'

const DAY = 86_400_000
const CONTACTS = /contacts\/batch/

const OUTAGES = [
  ['for a day', { kind: 'outage' }, DAY],
  ['for an hour in which nothing is answered', { kind: 'hang', when: 'before' }, 3_600_000],
  ['for an hour of resets', { kind: 'reset', when: 'before' }, 3_600_000],
] as const

const users = (count: number, traits: (index: number) => Record<string, string>, prefix = 'u') =>
  Array.from({ length: count }, (_, index) => [`${prefix}${index}`, traits(index)] as const)

const contactCalls = (p: Pipeline) => p.hubspot.ledger.calls.filter(({ route }) => CONTACTS.test(route))

/** As its own re-arming and the sweep would have it. */
async function deliverFor(p: Pipeline, duration: number): Promise<void> {
  const end = p.clock.monotonic() + duration
  while (p.clock.monotonic() < end) {
    const delivery = await p.deliver()
    await p.clock.advance(delivery === 'nothing_due' ? 60_000 : delivery.again * 1_000)
  }
}

describe('batches', () => {
  it('are full: three thousand new users take sixty calls, and as many updates half of that', async () => {
    const p = pipeline()
    await p.identifyAll(users(3_000, index => ({ email: `u${index}@example.com`, city: 'Rome' })))
    await p.untilQuiet()
    expect(p.hubspot.contactCount).toBe(3_000)
    expect(contactCalls(p)).toHaveLength(60)
    const calls = p.countCalls()

    await p.identifyAll(users(3_000, () => ({ city: 'Oslo' })))
    await p.untilQuiet()

    expect(calls()).toBe(30)
    expect(new Set(contactCalls(p).map(({ inputs }) => inputs))).toEqual(new Set([100]))
  })

  it('never hold more than a hundred inputs, nor an id, an address or a trace twice', async () => {
    const p = pipeline({ switches: { duplicateReadIds: 'rejected' } })
    await p.identifyAll([
      ...users(250, index => ({ email: `u${index % 200}@example.com`, city: 'Rome' })),
      ...users(20, () => ({ email: 'same@example.com' }), 'same'),
    ])

    await p.untilQuiet()

    for (const { inputs, traces, status } of contactCalls(p)) {
      expect(inputs).toBeLessThanOrEqual(100)
      expect(new Set(traces).size).toBe(traces.length)
      expect(status).not.toBe(400)
    }
    expect(p.hubspot.contactCount).toBe(201)
  })

  it('wait for events that are still on their way, five seconds at most', async () => {
    const p = pipeline()
    await p.identify('u1', { email: 'u1@example.com' })
    p.eventsQueued = 3
    const begun = p.clock.monotonic()
    const delivery = p.process.deliver()
    await p.clock.advance(1_000)
    expect(contactCalls(p)).toHaveLength(0)
    await p.identify('u2', { email: 'u2@example.com' })
    await p.clock.run(delivery)

    expect(contactCalls(p).map(({ inputs }) => inputs)).toEqual([2, 2])
    expect(p.clock.monotonic() - begun).toBeLessThan(7_000)
  })

  it('do not wait when nothing is on its way', async () => {
    const p = pipeline()
    await p.identify('u1', { email: 'u1@example.com' })

    const begun = p.clock.monotonic()
    await p.deliver()

    expect(p.clock.monotonic() - begun).toBeLessThan(1_000)
  })
})

describe('the pace', () => {
  it('keeps the calls within HubSpot’s limit, over several invocations and processes', async () => {
    const p = pipeline({ pace: 10, hubspot: { limits: { perTenSeconds: 10 } } })
    await p.identifyAll(users(2_000, index => ({ email: `u${index}@example.com` })))

    const begun = p.clock.monotonic()
    for (let run = 0; (await p.deliver(40)) !== 'nothing_due'; run += 1) {
      await p.clock.advance(2_000)
      if (run % 2 === 0) p.restart()
    }
    const took = p.clock.monotonic() - begun

    expect(p.hubspot.contactCount).toBe(2_000)
    expect(p.hubspot.calls.byStatus).not.toHaveProperty('429')
    // 42 calls, ten in 10.5 seconds and what each takes.
    expect(took).toBeLessThan(70_000)
  })

  it('makes a round smaller for which an invocation is too short, so that it gets to writing at all', async () => {
    const p = pipeline({ pace: 10 })
    await p.identifyAll(users(2_000, index => ({ email: `u${index}@example.com` })))

    for (let run = 0; run < 30 && (await p.deliver(15)) !== 'nothing_due'; run += 1) await p.clock.advance(2_000)

    expect(p.hubspot.contactCount).toBe(2_000)
  })

  it('starts no call after the deadline, and says that work is left', async () => {
    const p = pipeline({ pace: 10, config: { delivery: { callsAtOnce: 10 } } })
    await p.identifyAll(users(3_000, index => ({ email: `u${index}@example.com` })))
    const deadline = p.clock.now() + 12_000

    const delivery = await p.deliver(12)

    expect(delivery).toEqual({ again: 2 })
    for (const { receivedAt } of p.hubspot.ledger.calls) expect(receivedAt).toBeLessThanOrEqual(deadline)
    expect(await p.store.leftovers()).toEqual([])
    await p.untilQuiet()
    expect(p.hubspot.contactCount).toBe(3_000)
  })

  it('goes on at once where the last deliverer stopped, also when the index of due work lags', async () => {
    const p = pipeline({ indexLag: () => 300 })
    await p.identifyAll(users(5_000, index => ({ email: `u${index}@example.com` })))
    await p.clock.advance(1_000)

    await p.deliver()

    expect(p.hubspot.contactCount).toBe(5_000)
  })
})

describe('priorities', () => {
  it('put live work before bulk work', async () => {
    const p = pipeline({ config: { delivery: { callsAtOnce: 1 } } })
    await p.identifyAll(
      users(4_000, index => ({ email: `bulk${index}@example.com` }), 'bulk'),
      { priority: 'bulk' },
    )
    await p.identifyAll(users(50, index => ({ email: `live${index}@example.com` }), 'live'))

    await p.deliver()

    const created = p.hubspot.ledger.writes.map(({ properties }) => properties.internal_user_id ?? '')
    const lastLive = created.findLastIndex(id => id.startsWith('live'))
    expect(lastLive).toBeLessThan(2_000)
  })

  it('fill batches of live work up with bulk work', async () => {
    const p = pipeline()
    await p.identifyAll(
      users(50, index => ({ email: `bulk${index}@example.com` }), 'bulk'),
      { priority: 'bulk' },
    )
    await p.identifyAll(users(50, index => ({ email: `live${index}@example.com` }), 'live'))

    await p.deliver()

    expect(contactCalls(p).map(({ inputs }) => inputs)).toEqual([100, 100])
  })

  it('let live work that comes during a backfill wait for one round at most', async () => {
    const p = pipeline()
    await p.identifyAll(
      users(10_000, index => ({ email: `bulk${index}@example.com` }), 'bulk'),
      { priority: 'bulk' },
    )
    const run = p.process.deliver()
    await p.clock.advance(3_000)
    await p.identify('live', { email: 'live@example.com' })
    const asked = p.clock.now()
    await p.clock.run(run)
    await p.untilQuiet()

    const { appliedAt } = p.hubspot.ledger.writes.find(({ properties }) => properties.email === 'live@example.com') ?? {
      appliedAt: Number.POSITIVE_INFINITY,
    }
    expect(appliedAt - asked).toBeLessThan(12_000)
  })
})

describe('an outage', () => {
  const outages = {
    'of everything': {},
    'of writing alone': { path: 'create|update' },
    'of reading alone': { path: 'batch/read' },
  }
  for (const [what, match] of Object.entries(outages)) {
    for (const [how, fault, duration] of match === outages['of reading alone'] ? OUTAGES.slice(1) : OUTAGES) {
      it(`${what} ${how} costs a trickle of calls and no data`, async () => {
        const p = pipeline()
        await p.identifyAll(users(50, index => ({ email: `old${index}@example.com` }), 'old'))
        await p.untilQuiet()
        p.hubspot.addFault({ match, fault })
        await p.identifyAll([
          ...users(150, index => ({ email: `new${index}@example.com` }), 'new'),
          ...users(50, () => ({ city: 'Oslo' }), 'old'),
        ])
        const calls = p.countCalls()

        await deliverFor(p, duration)
        const during = calls()
        p.hubspot.clearFaults()
        await deliverFor(p, 120_000)

        // A pause is half a minute at the most; then one record is tried: read back, looked up, and written.
        expect(during).toBeLessThan(40 + 3 * (duration / 30_000))
        expect(p.hubspot.contactCount).toBe(200)
        expect(p.contactOf('old7').properties.city).toBe('Oslo')
        await p.untilQuiet()
        expect(await p.waiting()).toBe(0)
      })
    }
  }

  it('ends with one call that tries whether HubSpot is back, then the others', async () => {
    const p = pipeline()
    await p.identifyAll(users(1_000, index => ({ email: `u${index}@example.com` })))
    const end = p.hubspot.addFault({ fault: { kind: 'outage' } })
    await p.deliver()
    await p.clock.advance(2_000)
    const calls = p.countCalls()

    await p.deliver()
    expect(calls()).toBe(1)

    end()
    await p.untilQuiet()
    expect(p.hubspot.contactCount).toBe(1_000)
  })

  it('of the token for a day costs one call in five minutes', async () => {
    const p = pipeline()
    await p.identify('u1', { email: 'u1@example.com' })
    const end = p.hubspot.addFault({ fault: { kind: 'unauthorized' } })

    await deliverFor(p, DAY)
    expect(p.hubspot.calls.calls).toBeLessThanOrEqual(DAY / 300_000 + 1)

    end()
    await deliverFor(p, 400_000)
    expect(p.contactOf('u1').email).toBe('u1@example.com')
  })

  it('of the token is tried once by every process that begins, and no sooner by one that is warm', async () => {
    const p = pipeline()
    await p.identify('u1', { email: 'u1@example.com' })
    const end = p.hubspot.addFault({ fault: { kind: 'unauthorized' } })
    await p.deliver()
    const calls = p.countCalls()

    p.restart()
    await deliverFor(p, 200_000)
    expect(calls()).toBe(1)

    end()
    p.restart()
    await deliverFor(p, 10_000)
    expect(p.contactOf('u1').email).toBe('u1@example.com')
  })
})

describe('a record that brings the process down', () => {
  it('is quarantined after three crashes alone, while its neighbours go out', async () => {
    const p = pipeline()
    await p.identifyAll(users(300, index => ({ email: `u${index}@example.com` })))
    let crashes = 0
    for (let run = 0; run < 60; run += 1) {
      p.restart().gate.crashWhen(
        ({ when, args }) => when === 'after' && JSON.stringify(args).includes('u7@example.com'),
      )
      const delivery = await p.deliver().catch(() => 'crashed' as const)
      if (delivery === 'crashed') crashes += 1
      await p.clock.advance(delivery === 'nothing_due' ? 60_000 : 2_000)
    }

    expect(crashes).toBeLessThan(20)
    expect((await p.user('u7')).delivered).toMatchObject({ problem: { code: 'internal' } })
    expect((await p.user('u7')).due?.lane).toBe('rejected')
    for (let index = 0; index < 300; index += 1) {
      if (index !== 7) expect((await p.user(`u${index}`)).delivered.state).toBe('synced')
    }

    p.restart()
    await p.clock.advance(3_600_000)
    await p.untilQuiet()
    expect(p.hubspot.contactCount).toBe(300)
    expect((await p.user('u7')).delivered.state).toBe('synced')
  })

  it('halves the round with every crash, and doubles it with every success', async () => {
    const p = pipeline()
    await p.identifyAll(users(400, index => ({ email: `u${index}@example.com` })))
    const limits: number[] = []
    for (let run = 0; run < 4; run += 1) {
      p.restart().gate.crashWhen(({ what }) => what.endsWith('batch/read'))
      await p.deliver().catch(() => undefined)
      await p.clock.advance(2_000)
      p.restart().gate.crashWhen(({ what }) => what === 'store.due')
      await p.deliver().catch(() => undefined)
      limits.push((await p.store.readDeliverer())?.roundLimit ?? 0)
    }
    expect(limits.every((limit, index) => index === 0 || limit < (limits[index - 1] ?? 0))).toBe(true)

    p.restart()
    await p.untilQuiet()

    expect(p.hubspot.contactCount).toBe(400)
  })
})
