import { describe, expect, it } from 'vitest'
import type { Fault } from '../../local/hubspot/index.ts'
import { type Pipeline, pipeline } from '../support/pipeline.ts'
import { dozen, expectDozenDelivered } from '../support/workload.ts'

const CALLS = {
  'reading contacts': 'contacts/batch/read',
  'creating contacts': 'contacts/batch/create',
  'updating contacts': 'contacts/batch/update',
  'reading properties': 'properties/contacts$',
  'asking for the account': 'account-info',
}

const FAULTS: Readonly<Record<string, Fault>> = {
  'a 429 of the ten seconds': { kind: 'throttled', policy: 'TEN_SECONDLY_ROLLING' },
  'a 429 of the second': { kind: 'throttled', policy: 'SECONDLY' },
  'the daily limit': { kind: 'throttled', policy: 'DAILY' },
  'a 423': { kind: 'locked' },
  'a 477': { kind: 'migrating', retryAfter: 60 },
  'a 401': { kind: 'unauthorized' },
  'a 500 in JSON before it was carried out': { kind: 'error', status: 500, when: 'before' },
  'a 500 in JSON after it was carried out': { kind: 'error', status: 500, when: 'after' },
  'a 502 in HTML before it was carried out': { kind: 'error', status: 502, when: 'before', html: true },
  'a 502 in HTML after it was carried out': { kind: 'error', status: 502, when: 'after', html: true },
  'a 524 in HTML after it was carried out': { kind: 'error', status: 524, when: 'after', html: true },
  'no answer, before it was carried out': { kind: 'hang', when: 'before' },
  'no answer, after it was carried out': { kind: 'hang', when: 'after' },
  'a reset before it was carried out': { kind: 'reset', when: 'before' },
  'a reset after it was carried out': { kind: 'reset', when: 'after' },
  'a closed connection before it was carried out': { kind: 'drop', when: 'before' },
  'a closed connection after it was carried out': { kind: 'drop', when: 'after' },
  'JSON called HTML': { kind: 'content-type', type: 'text/html' },
  'JSON called nothing': { kind: 'content-type' },
  'an empty body': { kind: 'empty' },
  'no inputs at all': { kind: 'missing' },
  'some inputs missing': { kind: 'missing', positions: [1, 2] },
  'a refusal that names nobody': { kind: 'refuse', status: 400, message: 'Something is wrong.' },
  'a 404 that names nobody': { kind: 'refuse', status: 404, message: 'resource not found' },
  'a slow answer': { kind: 'latency', for: 9_000 },
  'an answer too late': { kind: 'latency', for: 20_000 },
  'a lost answer to what is carried out 8 s later': { kind: 'late', after: 8_000 },
  'a 504 to what is carried out 40 s later': { kind: 'late', after: 40_000, answer: 'error' },
  'no answer to what is carried out 4 minutes later': { kind: 'late', after: 240_000, answer: 'hang' },
}

describe.each(Object.entries(FAULTS))('%s', (_, fault) => {
  // An answer to a reading that names no input says that there is none: HubSpot lists what it does not find.
  const calls = Object.entries(CALLS).filter(([, path]) => fault.kind !== 'missing' || !path.endsWith('read'))

  it.each(calls)('to %s costs nothing', async (_, path) => {
    const p = await dozen()
    // The properties are due again, and a new process asks whose portal it is.
    if (/properties|account/.test(path)) await p.clock.advance(700_000)
    p.restart()
    p.hubspot.addFault({ match: { path }, fault, times: 1 })
    const struck = () => p.hubspot.ledger.calls.filter(call => call.fault !== undefined)

    await p.untilQuiet()
    await p.clock.advance(60_000)

    expect(struck()).toHaveLength(1)
    await expectDozenDelivered(p)
  })

  it('again and again costs nothing', async () => {
    const p = await dozen()
    const match = fault.kind === 'missing' ? { path: 'create|update' } : {}
    p.hubspot.addFault({ match: { ...match, nth: { every: 2 } }, fault, times: 6 })

    await p.untilQuiet()
    if (fault.kind === 'refuse') {
      // A user who is refused alone waits for the slow look.
      await p.clock.advance(3_600_000)
      await p.untilQuiet()
    }

    await expectDozenDelivered(p)
  })
})

async function oneUser(options: Parameters<typeof pipeline>[0] = {}): Promise<Pipeline> {
  const p = pipeline(options)
  await p.identify('u1', { email: 'alex@example.com', city: 'Rome' })
  await p.untilQuiet()
  return p
}

describe('a pause', () => {
  it.each([
    ['TEN_SECONDLY_ROLLING', undefined, 1_000],
    ['TEN_SECONDLY_ROLLING', 7, 7_000],
    ['SECONDLY', undefined, 1_000],
    ['SECONDLY', 7, 7_000],
    ['DAILY', undefined, 300_000],
  ] as const)('after a 429 of %s with Retry-After %s lasts %i ms', async (policy, retryAfterOn429, length) => {
    const p = await oneUser({ switches: { retryAfterOn429 } })
    p.hubspot.addFault({ fault: { kind: 'throttled', policy }, times: 1 })
    await p.identify('u1', { city: 'Oslo' })

    const delivery = await p.deliver()

    expect(delivery).toHaveProperty('again')
    const pause = await p.pause()
    expect(pause).toMatchObject({ code: policy === 'DAILY' ? 'daily_limit' : 'throttled' })
    expect((pause?.until ?? 0) - p.clock.now()).toBeGreaterThan(length - 200)
    expect((pause?.until ?? 0) - p.clock.now()).toBeLessThanOrEqual(length)
    await p.untilQuiet()
    expect(p.contactOf('u1').properties.city).toBe('Oslo')
    expect(await p.pause()).toBeUndefined()
  })

  it('after a 423 lasts two seconds, after a 477 as long as HubSpot says', async () => {
    for (const [fault, length] of [
      [{ kind: 'locked' }, 2_000],
      [{ kind: 'migrating', retryAfter: 90 }, 90_000],
    ] as const) {
      const p = await oneUser()
      p.hubspot.addFault({ fault, times: 1 })
      await p.identify('u1', { city: 'Oslo' })

      await p.deliver()

      expect(((await p.pause())?.until ?? 0) - p.clock.now()).toBeGreaterThan(length - 200)
    }
  })

  it('after a 403 names the scope that is missing, and ends once it has been granted', async () => {
    const p = await oneUser()
    p.hubspot.setSwitch('missingScopes', ['crm.objects.contacts.write'])
    await p.identify('u1', { city: 'Oslo' })
    await p.deliver()
    expect(await p.pause()).toMatchObject({
      code: 'forbidden',
      reason: expect.stringContaining('crm.objects.contacts.write'),
    })

    p.hubspot.setSwitch('missingScopes', [])
    await p.untilQuiet()

    expect(p.contactOf('u1').properties.city).toBe('Oslo')
  })

  it('makes no call while it lasts', async () => {
    const p = await oneUser()
    p.hubspot.addFault({ fault: { kind: 'unauthorized' }, times: 1 })
    await p.identify('u1', { city: 'Oslo' })
    await p.deliver()
    const calls = p.countCalls()

    for (let seconds = 0; seconds < 290; seconds += 10) {
      expect(await p.deliver()).toHaveProperty('again')
      await p.clock.advance(10_000)
    }

    expect(calls()).toBe(0)
  })

  it('says when to look again: soon when it is short, in half a minute when it is long', async () => {
    const p = await oneUser()
    p.hubspot.addFault({ fault: { kind: 'throttled', policy: 'TEN_SECONDLY_ROLLING' }, times: 1 })
    await p.identify('u1', { city: 'Oslo' })
    expect(await p.deliver()).toEqual({ again: 2 })

    p.hubspot.addFault({ fault: { kind: 'unauthorized' }, times: 1 })
    await p.clock.advance(2_000)
    expect(await p.deliver()).toEqual({ again: 30 })
  })
})

describe('a write that lands late', () => {
  it('after a newer one does not have the last word', async () => {
    for (const after of [9_000, 30_000, 200_000]) {
      const p = await oneUser()
      p.hubspot.addFault({ match: { path: 'batch/update' }, fault: { kind: 'late', after }, times: 1 })
      await p.identify('u1', { city: 'Oslo', zip: '1', email: 'late@example.com' })
      await p.deliver()
      await p.clock.advance(2_000)
      await p.identify('u1', { city: 'Bonn', zip: '2', email: 'last@example.com' })
      await p.deliver()
      expect(p.contactOf('u1')).toMatchObject({ email: 'last@example.com', properties: { city: 'Bonn', zip: '2' } })

      await p.untilQuiet()

      const landed = p.hubspot.ledger.writes.find(({ appliedAt, receivedAt }) => appliedAt - receivedAt >= after)
      expect(landed?.properties).toMatchObject({ city: 'Oslo' })
      expect(p.contactOf('u1')).toMatchObject({ email: 'last@example.com', properties: { city: 'Bonn', zip: '2' } })
      expect((await p.user('u1')).delivered).toMatchObject({ state: 'synced', email: 'last@example.com' })
    }
  })

  it('and creates a contact that was found missing makes no second one', async () => {
    for (const email of ['alex@example.com', undefined]) {
      for (const after of [2_500, 9_000, 30_000, 200_000]) {
        const p = pipeline()
        p.hubspot.addFault({ match: { path: 'batch/create' }, fault: { kind: 'late', after }, times: 1 })
        await p.identify('u1', email === undefined ? { city: 'Oslo' } : { email, city: 'Oslo' })
        await p.deliver()
        await p.clock.advance(2_000)
        await p.identify('u1', email === undefined ? { city: 'Bonn' } : { email: 'new@example.com', city: 'Bonn' })

        await p.untilQuiet()

        expect(p.hubspot.contactCount).toBe(1)
        expect(p.contactOf('u1')).toMatchObject({
          email: email === undefined ? undefined : 'new@example.com',
          properties: { city: 'Bonn' },
        })
        expect(await p.waiting()).toBe(0)
      }
    }
  })
})

describe('an answer that is lost although the write was carried out', () => {
  it('costs a few calls, not one for each user of the batch', async () => {
    const p = pipeline()
    const users = Array.from({ length: 80 }, (_, n) => `u${n}`)
    await p.identifyAll(users.map(user => [user, { email: `${user}@example.com` }]))
    await p.untilQuiet()
    p.hubspot.addFault({ match: { path: /batch\/update/ }, fault: { kind: 'drop', when: 'after' }, times: 1 })
    const calls = p.countCalls()

    await p.identifyAll(users.map(user => [user, { city: 'Rome' }]))
    await p.untilQuiet()

    // The update, the one that tries, the others, and the three looks at what may still land, in two groups.
    expect(calls()).toBeLessThanOrEqual(9)
    expect(users.every(user => p.contactOf(user).properties.city === 'Rome')).toBe(true)
  })
})

describe('one poisonous user among a hundred', () => {
  const REFUSALS: Readonly<Record<string, Fault>> = {
    'refused without being named': { kind: 'refuse', status: 400, message: 'Something is wrong.' },
    'that brings HubSpot down': { kind: 'error', status: 500, when: 'before' },
    'that gets no answer': { kind: 'hang', when: 'before' },
  }

  for (const [how, fault] of Object.entries(REFUSALS)) {
    it(`${how} does not keep the other new ones from being delivered`, async () => {
      const p = pipeline()
      p.hubspot.addFault({ match: { path: 'batch/create', body: 'poison' }, fault })
      await p.identifyAll(hundred(id => ({ email: `${id}@example.com`, city: id === 'u50' ? 'poison' : 'Rome' })))
      const calls = p.countCalls()

      await deliverFor(p, 10)
      expect(p.hubspot.contactCount).toBe(99)
      expect(p.contactsOf('u50')).toEqual([])
      expect(calls()).toBeLessThan(150)

      await p.identify('late', { email: 'late@example.com' })
      await deliverFor(p, 2)
      expect(p.contactOf('late').email).toBe('late@example.com')
      const { delivered, due } = await p.user('u50')
      expect(delivered.problem?.message).toBeTruthy()
      expect(due?.lane).toBe('rejected')
    })

    it(`${how} does not keep the others from being updated`, async () => {
      const p = pipeline()
      await p.identifyAll(hundred(id => ({ email: `${id}@example.com`, city: 'Rome' })))
      await p.untilQuiet()
      p.hubspot.addFault({ match: { path: 'batch/update', body: 'poison' }, fault })

      await p.identifyAll(hundred(id => ({ city: id === 'u50' ? 'poison' : 'Oslo' })))
      await deliverFor(p, 10)

      const cities = p.hubspot.contacts().map(({ properties }) => properties.city)
      expect(cities.filter(city => city === 'Oslo')).toHaveLength(99)
    })
  }
})

const hundred = (traits: (id: string) => Record<string, string>) =>
  Array.from({ length: 100 }, (_, index) => [`u${index}`, traits(`u${index}`)] as const)

/** As the sweep and its own re-arming would have it. */
async function deliverFor(p: Pipeline, minutes: number): Promise<void> {
  const end = p.clock.monotonic() + minutes * 60_000
  while (p.clock.monotonic() < end) {
    const delivery = await p.deliver()
    await p.clock.advance(delivery === 'nothing_due' ? 60_000 : delivery.again * 1_000)
  }
}
