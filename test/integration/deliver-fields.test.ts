import { describe, expect, it } from 'vitest'
import type { ConfigInput } from '../../functions/core/config.ts'
import type { Switches } from '../../local/hubspot/index.ts'
import { type Pipeline, pipeline } from '../support/pipeline.ts'

const config: ConfigInput = {
  contacts: {
    traits: { credits: false },
    fields: {
      nickname: { from: 'traits.nickname', keepEdits: true },
      interests: { from: 'traits.interests', append: true },
      signup_source: { value: 'product', createOnly: true },
      full_name: { template: '{traits.firstName} {traits.lastName}' },
      points: { compute: ({ traits }) => (typeof traits.credits === 'number' ? traits.credits * 10 : undefined) },
      city: { from: 'traits.city', clear: false },
      renewed: 'traits.renewedAt',
    },
  },
  timeZone: 'Europe/Berlin',
}
const FIRST = { email: 'alex@example.com', nickname: 'Al', interests: ['golf'], city: 'Rome', lifecyclestage: 'lead' }

/** A portal with properties for the fields. */
function empty(switches: Partial<Switches> = {}): Pipeline {
  const p = pipeline({ config, switches })
  for (const name of ['nickname', 'signup_source', 'full_name']) p.hubspot.defineProperty({ name })
  p.hubspot.defineProperty({ name: 'points', type: 'number' })
  p.hubspot.defineProperty({ name: 'renewed', type: 'date' })
  const options = ['golf', 'chess', 'darts']
  p.hubspot.defineProperty({ name: 'interests', type: 'enumeration', fieldType: 'checkbox', options })
  return p
}

/** The same, and a user of whom everything is delivered. */
async function started(switches: Partial<Switches> = {}): Promise<Pipeline> {
  const p = empty(switches)
  await p.identify('u1', FIRST)
  await p.deliver()
  return p
}

const properties = (p: Pipeline) => p.contactOf('u1').properties

async function problems(p: Pipeline): Promise<Record<string, string>> {
  const { delivered } = await p.user('u1')
  return Object.fromEntries([...delivered.withheld].map(([name, { code }]) => [name, code]))
}

describe('fields of contacts', () => {
  it('come from paths, constants, templates and functions, and dates are days of the time zone', async () => {
    const p = await started()

    await p.identify('u1', { firstName: 'Alex', lastName: 'Doe', credits: 7, renewedAt: '2024-02-29T23:30:00Z' })
    await p.deliver()

    expect(properties(p)).toMatchObject({
      ...{ full_name: 'Alex Doe', points: '70', signup_source: 'product', city: 'Rome', nickname: 'Al' },
      renewed: '2024-03-01',
    })
    expect(await problems(p)).toStrictEqual({})
  })

  it('an empty value clears, but where it is not to', async () => {
    const p = await started()

    await p.identify('u1', { city: null, nickname: null })
    await p.deliver()

    expect(properties(p)).toMatchObject({ city: 'Rome' })
    expect(properties(p)).not.toHaveProperty('nickname')
  })
})

describe('a value that somebody has changed in HubSpot', () => {
  it('stays, which is told, and the others are sent', async () => {
    const p = await started()
    p.hubspot.editInUi(p.contactOf('u1').vid, { nickname: 'Alexander' })

    await p.identify('u1', { nickname: 'Ali', city: 'Oslo' })
    await p.deliver()

    expect(properties(p)).toMatchObject({ nickname: 'Alexander', city: 'Oslo' })
    expect(await problems(p)).toStrictEqual({ nickname: 'edited' })
    expect(await p.waiting()).toBe(0)
  })

  it('and has changed back is the product’s again', async () => {
    const p = await started()
    const { vid } = p.contactOf('u1')
    p.hubspot.editInUi(vid, { nickname: 'Alexander' })
    await p.identify('u1', { nickname: 'Ali' })
    await p.deliver()
    p.hubspot.editInUi(vid, { nickname: 'Al' })

    await p.identify('u1', { nickname: 'Alix' })
    await p.deliver()

    expect(properties(p)).toMatchObject({ nickname: 'Alix' })
    expect(await problems(p)).toStrictEqual({})
  })

  it('are not seen in what a call of ours has done that nobody answered for', async () => {
    for (const path of ['batch/update', 'batch/create']) {
      const p = path === 'batch/update' ? await started() : empty()
      p.hubspot.addFault({ match: { path }, fault: { kind: 'drop', when: 'after' }, times: 1 })
      await p.identify('u1', { email: 'alex@example.com', nickname: 'Ali' })
      await p.deliver(1)
      await p.identify('u1', { nickname: 'Alix' })

      await p.untilQuiet()

      expect(properties(p)).toMatchObject({ nickname: 'Alix' })
      expect(await problems(p)).toStrictEqual({})
    }
  })

  it('are not seen in what was ours before two contacts became one', async () => {
    const p = await started()
    p.hubspot.mergeInUi(p.contactOf('u1').vid, p.hubspot.seedContact({ email: 'other@example.com' }).vid)

    await p.identify('u1', { nickname: 'Ali' })
    await p.untilQuiet()

    expect(properties(p)).toMatchObject({ nickname: 'Ali' })
    expect(await problems(p)).toStrictEqual({})
  })

  it('are not seen in what was said of the user as a lead, or under another id', async () => {
    for (const before of [undefined, 'u0']) {
      const p = empty()
      await p.identify(before, { email: 'alex@example.com', nickname: 'Al' })
      await p.untilQuiet()
      await p.identify('u1', { email: 'alex@example.com', nickname: 'Ali' })
      if (before !== undefined) await p.alias(before, 'u1')

      await p.untilQuiet()

      expect(properties(p)).toMatchObject({ nickname: 'Ali' })
      expect(await problems(p)).toStrictEqual({})
    }
  })

  it('costs one reading for each new value, and none for anything else', async () => {
    const p = await started()
    const calls = p.countCalls()

    await p.identify('u1', { city: 'Oslo' })
    await p.deliver()
    const forOthers = calls()
    await p.identify('u1', { nickname: 'Ali' })
    await p.deliver()

    expect(forOthers).toBe(1)
    expect(calls()).toBe(3)
    expect(properties(p)).toMatchObject({ nickname: 'Ali' })
  })
})

describe('a lifecycle stage', () => {
  it.each([{ lifecycleBack: 'ignored' }, { lifecycleBack: 'rejected' }] as const)(
    'goes forward only, whatever HubSpot does about it (%j)',
    async switches => {
      const p = await started(switches)
      await p.identify('u1', { lifecyclestage: 'customer' })
      await p.deliver()

      await p.identify('u1', { lifecyclestage: 'lead', city: 'Oslo' })
      await p.deliver()

      expect(properties(p)).toMatchObject({ lifecyclestage: 'customer', city: 'Oslo' })
      expect(await problems(p)).toStrictEqual({ lifecyclestage: 'backward' })
    },
  )

  it('may be cleared, and begins anew', async () => {
    const p = await started()
    await p.identify('u1', { lifecyclestage: 'customer' })
    await p.deliver()
    await p.identify('u1', { lifecyclestage: null })
    await p.deliver()

    await p.identify('u1', { lifecyclestage: 'lead' })
    await p.deliver()

    expect(properties(p)).toMatchObject({ lifecyclestage: 'lead' })
  })
})

describe('choices that are only added', () => {
  it('join those that people have made in HubSpot', async () => {
    const p = await started()
    p.hubspot.editInUi(p.contactOf('u1').vid, { interests: 'darts' })

    await p.identify('u1', { interests: 'chess' })
    await p.deliver()

    expect(properties(p).interests?.split(';').sort()).toStrictEqual(['chess', 'darts'])
  })

  it('cost nothing when one is no option', async () => {
    const p = await started()

    await p.identify('u1', { interests: ['fishing', 'chess'] })
    await p.deliver()

    expect(properties(p).interests?.split(';').sort()).toStrictEqual(['chess', 'golf'])
    expect((await p.user('u1')).folded.problems.get('interests')?.code).toBe('invalid_value')
  })
})

describe('traits that nothing maps, where properties are to be created', () => {
  it('get properties of their types, in a group of their own, with their values', async () => {
    const p = pipeline({ config: { contacts: { unmapped: 'create', traits: { tier: 'plan_tier' } } } })
    await p.identify('u1', { email: 'alex@example.com', seats: 3, beta: true, 'plan.since': '2024-02-29T10:00:00Z' })
    await p.identify('u1', { motto: 'go', tier: 'gold' })
    await p.untilQuiet()

    const { properties: schema } = (await p.store.readPortal())?.schema ?? { properties: new Map() }
    const types = ['seats', 'beta', 'plan_since', 'motto', 'plan_tier'].map(name => schema.get(name)?.type)
    expect(types).toStrictEqual(['number', 'bool', 'datetime', 'string', undefined])
    expect(properties(p)).toMatchObject({
      seats: '3',
      beta: 'true',
      plan_since: expect.stringContaining('2024-02-29T10:00'),
      motto: 'go',
    })
    expect(await problems(p)).toStrictEqual({ plan_tier: 'unknown_property' })
  })
})

it('an object whose id cannot be used is told with the person, and leaves nothing waiting', async () => {
  const mapping = { from: 'group', id: 'traits.id', uniqueProperty: 'company_id', contact: false } as const
  const p = pipeline({ config: { objects: { companies: mapping } } })
  await p.identify('u1', { email: 'alex@example.com' })
  await p.group('u1', 'initech', { id: ['a', 'b'] })
  await p.untilQuiet()

  const { folded, due } = await p.record('link#companies#@user#u1')

  expect(folded.problems.get('object')?.message).toBe('has no id that can be used: send a text or a number')
  expect(due).toBeUndefined()
  expect(p.hubspot.objects('companies').all()).toStrictEqual([])
})
