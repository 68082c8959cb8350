import { describe, expect, it } from 'vitest'
import { Crash } from '../../support/gate.ts'
import { everyThird, portals } from '../../support/identity/portals.ts'
import { type Pipeline, type PipelineOptions, pipeline } from '../../support/pipeline.ts'

/** `old` and `new` are ids of one person; each has a contact with an address of its own. */
async function bothSynced(options: PipelineOptions = {}) {
  const p = pipeline(options)
  await p.identify('old', { email: 'alex@old.test', firstName: 'Alex', city: 'Rome' })
  await p.identify('new', { email: 'alex@new.test', city: 'Paris' })
  await p.untilQuiet()
  return { p, oldVid: p.contactOf('old').vid, newVid: p.contactOf('new').vid }
}

/** One contact, that of `new`, with what both ids had; and nobody waits for anything. */
async function expectOne(p: Pipeline, properties: Record<string, string>, email: string) {
  expect(p.hubspot.contacts()).toHaveLength(1)
  expect(p.contactOf('new')).toMatchObject({ email, properties })
  const user = await p.user('new')
  expect(user.delivered).toMatchObject({ state: 'synced', vid: p.contactOf('new').vid, email })
  const claims = await p.store.readClaims([`vid#${user.delivered.vid}` as never, `email#${email}` as never])
  expect(new Set([...claims.values()].map(({ owner }) => owner))).toEqual(new Set(['user#new']))
  expect((await p.user('old')).delivered.state).toBe('deleted')
  expect((await p.user('old')).folded.registers.size).toBe(0)
  expect(await p.waiting()).toBe(0)
  expect(await p.store.leftovers()).toEqual([])
  expect(await p.store.countParked()).toBe(0)
}

describe.each(portals())('two ids that become one, in a portal: $name,', portal => {
  const { switches, version } = portal

  it('have one contact when both had one: the newest values of both, the user’s own id', async () => {
    const { p } = await bothSynced({ switches, version })

    await p.alias('old', 'new')
    await p.untilQuiet()

    await expectOne(p, { firstname: 'Alex', city: 'Paris', internal_user_id: 'new' }, 'alex@new.test')
    expect(p.routes.filter(route => route.includes('merge'))).toHaveLength(1)
  })

  it('have the address that was given last, whichever id it was given to', async () => {
    const { p } = await bothSynced({ switches, version })
    await p.clock.advance(1_000)
    await p.identify('old', { email: 'alex@newest.test' })
    await p.untilQuiet()

    await p.alias('old', 'new')
    await p.untilQuiet()

    await expectOne(p, { firstname: 'Alex', city: 'Paris' }, 'alex@newest.test')
  })

  it('have one contact when both were to have the same address', async () => {
    const p = pipeline({ switches, version })
    await p.identify('old', { email: 'alex@example.com', firstName: 'Alex' })
    await p.identify('new', { email: 'alex@example.com', city: 'Paris' })
    await p.untilQuiet()
    expect((await p.user('new')).delivered.state).toBe('conflict')

    await p.alias('old', 'new')
    await p.untilQuiet()

    await expectOne(p, { firstname: 'Alex', city: 'Paris' }, 'alex@example.com')
  })

  it('keep the contact of the previous id when the other has none', async () => {
    const p = pipeline({ switches, version })
    await p.identify('old', { email: 'alex@example.com', firstName: 'Alex' })
    await p.untilQuiet()
    const { vid } = p.contactOf('old')

    await p.alias('old', 'new')
    await p.untilQuiet()

    await expectOne(p, { firstname: 'Alex' }, 'alex@example.com')
    expect(p.contactOf('new').vid).toBe(vid)
    expect(p.routes.includes('POST contacts/merge')).toBe(false)
  })

  it('keep the contact of the previous id when the other is known, and is delivered with it', async () => {
    const p = pipeline({ switches, version })
    await p.identify('old', { email: 'alex@example.com', firstName: 'Alex' })
    await p.untilQuiet()
    const { vid } = p.contactOf('old')

    await p.identify('new', { email: 'other@example.com', city: 'Paris' })
    await p.alias('old', 'new')
    await p.untilQuiet()

    await expectOne(p, { firstname: 'Alex', city: 'Paris' }, 'other@example.com')
    expect(p.contactOf('new').vid).toBe(vid)
  })

  it('make one contact when neither had one', async () => {
    const p = pipeline({ switches, version })
    await p.identify('old', { email: 'alex@example.com', firstName: 'Alex' })
    await p.identify('new', { city: 'Paris' })

    await p.alias('old', 'new')
    await p.untilQuiet()

    await expectOne(p, { firstname: 'Alex', city: 'Paris' }, 'alex@example.com')
  })

  it('cost no call when neither is known, and later events of the previous id are the other’s', async () => {
    const p = pipeline({ switches, version })
    await p.deliver()
    const calls = p.countCalls()
    await p.alias('old', 'new')
    await p.untilQuiet()
    expect(calls()).toBe(0)

    await p.identify('old', { email: 'alex@example.com', firstName: 'Alex' })
    await p.untilQuiet()

    expect(p.hubspot.contacts()).toHaveLength(1)
    expect(p.contactOf('new')).toMatchObject({ email: 'alex@example.com', properties: { firstname: 'Alex' } })
  })

  it('are made one again after the merge has been done in HubSpot by hand, in either direction', async () => {
    for (const direction of ['into', 'from'] as const) {
      const { p, oldVid, newVid } = await bothSynced({ switches, version })
      if (direction === 'into') p.hubspot.mergeInUi(newVid, oldVid)
      else p.hubspot.mergeInUi(oldVid, newVid)

      await p.alias('old', 'new')
      await p.untilQuiet()
      await p.identify('old', { firstName: 'Alexa' })
      await p.untilQuiet()

      expect(p.hubspot.contacts()).toHaveLength(1)
      expect(p.contactOf('new').properties).toMatchObject({ firstname: 'Alexa', city: 'Paris' })
      expect(p.routes.includes('POST contacts/merge')).toBe(false)
    }
  })

  it.runIf(everyThird(portal))('end right wherever the deliverer crashes', async () => {
    const world = await bothSynced({ switches, version })
    await world.p.alias('old', 'new')
    world.p.restart()
    await world.p.deliver()
    const calls = world.p.process.gate.calls.length
    expect(calls).toBeGreaterThan(10)

    for (let call = 1; call <= calls; call += 1) {
      for (const when of ['before', 'after'] as const) {
        const { p } = await bothSynced({ switches, version })
        await p.alias('old', 'new')
        p.restart().gate.crashAt(call, when)
        await p.deliver().catch((error: unknown) => {
          if (!(error instanceof Crash)) throw error
        })
        p.restart()
        await p.untilQuiet()
        await expectOne(p, { firstname: 'Alex', city: 'Paris', internal_user_id: 'new' }, 'alex@new.test')
      }
    }
  })

  it.each(['before', 'after'] as const)('end right when the answer to the merge is lost %s it is done', async when => {
    const { p } = await bothSynced({ switches, version })
    p.hubspot.addFault({ match: { path: /merge/ }, fault: { kind: 'drop', when }, times: 1 })

    await p.alias('old', 'new')
    await p.untilQuiet()

    await expectOne(p, { firstname: 'Alex', city: 'Paris', internal_user_id: 'new' }, 'alex@new.test')
  })

  it.each(['before', 'after'] as const)(
    'end right when the answer to the creation of the previous one is lost %s it is done',
    async when => {
      const p = pipeline({ switches, version })
      await p.deliver()
      p.hubspot.addFault({ match: { path: /create/ }, fault: { kind: 'drop', when }, times: 1 })
      await p.identify('old', { email: 'alex@example.com', firstName: 'Alex' })
      await p.deliver()

      await p.alias('old', 'new')
      await p.identify('new', { city: 'Paris' })
      await p.untilQuiet()

      await expectOne(p, { firstname: 'Alex', city: 'Paris' }, 'alex@example.com')
    },
  )

  it('follow one another: a chain ends at its end', async () => {
    const { p } = await bothSynced({ switches, version })
    await p.identify('oldest', { email: 'alex@oldest.test', lastName: 'Young' })
    await p.untilQuiet()

    await p.alias('oldest', 'old')
    await p.alias('old', 'new')
    await p.untilQuiet()
    await p.identify('oldest', { firstName: 'Alexa' })
    await p.untilQuiet()

    expect(p.hubspot.contacts()).toHaveLength(1)
    expect(p.contactOf('new').properties).toMatchObject({ firstname: 'Alexa', lastname: 'Young' })
  })

  it('follow one another in the other order, too, and with deliveries in between', async () => {
    const { p } = await bothSynced({ switches, version })
    await p.identify('oldest', { email: 'alex@oldest.test', lastName: 'Young' })
    await p.untilQuiet()

    await p.alias('old', 'new')
    await p.untilQuiet()
    await p.alias('oldest', 'old')
    await p.untilQuiet()
    await p.alias('new', 'newest')
    await p.untilQuiet()

    expect(p.hubspot.contacts()).toHaveLength(1)
    expect(p.contactOf('newest').properties).toMatchObject({ firstname: 'Alex', lastname: 'Young', city: 'Paris' })
    expect(await p.waiting()).toBe(0)
  })

  it('are reported and not merged when that is the policy, until a person merges them', async () => {
    const { p, oldVid, newVid } = await bothSynced({
      switches,
      version,
      config: { policies: { aliasedContact: 'report' } },
    })

    await p.alias('old', 'new')
    await p.untilQuiet()

    expect(p.hubspot.contacts()).toHaveLength(2)
    expect(p.contactOf('new').properties).toMatchObject({ firstname: 'Alex', city: 'Paris' })
    const { delivered } = await p.user('new')
    expect(delivered).toMatchObject({ state: 'conflict', problem: { code: 'conflict', with: 'user#old', vid: oldVid } })

    p.hubspot.mergeInUi(newVid, oldVid)
    await p.clock.advance(86_400_000)
    await p.untilQuiet()

    expect((await p.user('new')).delivered.state).toBe('synced')
  })
})

describe.each(portals())('events of an id that has become another’s, in a portal: $name,', ({ switches, version }) => {
  it('go to the other, whenever they come', async () => {
    const { p } = await bothSynced({ switches, version })

    await p.alias('old', 'new')
    await p.identify('old', { firstName: 'Alexa' })
    await p.untilQuiet()
    await p.identify('old', { city: 'Oslo' })
    await p.untilQuiet()

    await expectOne(p, { firstname: 'Alexa', city: 'Oslo' }, 'alex@new.test')
  })

  it('change nothing when they are older than what the other has', async () => {
    const { p } = await bothSynced({ switches, version })
    await p.alias('old', 'new')
    await p.untilQuiet()
    const calls = p.countCalls()

    await p.identify('old', { city: 'Oslo' }, { ago: 3_600_000 })
    await p.untilQuiet()

    expect(calls()).toBe(0)
  })

  it('go where the newest alias says, but contact and values stay where they went', async () => {
    const { p } = await bothSynced({ switches, version })
    await p.identify('third', { email: 'third@example.com' })
    await p.alias('old', 'new')
    await p.untilQuiet()

    await p.alias('old', 'third')
    await p.identify('old', { lastName: 'Young' })
    await p.untilQuiet()

    expect(p.hubspot.contacts()).toHaveLength(2)
    expect(p.contactOf('new').properties).toMatchObject({ firstname: 'Alex', city: 'Paris' })
    expect(p.contactOf('third').properties).toMatchObject({ lastname: 'Young' })
    expect(p.contactOf('third').properties).not.toHaveProperty('firstname')
  })

  it('delete the other when they delete', async () => {
    const { p } = await bothSynced({ switches, version, config: { policies: { deletedUser: 'archive' } } })
    await p.alias('old', 'new')
    await p.untilQuiet()

    await p.delete('old')
    await p.untilQuiet()

    expect(p.hubspot.contacts()).toEqual([])
    expect((await p.user('new')).delivered.state).toBe('deleted')
  })
})

describe.each(portals())(
  'a user who has another id’s contact, and is deleted, in a portal: $name,',
  ({ switches, version }) => {
    it.each(['archive', 'erase', 'clear', 'keep'] as const)('loses both contacts at once (%s)', async deletedUser => {
      const { p } = await bothSynced({ switches, version, config: { policies: { deletedUser } } })

      await p.alias('old', 'new')
      await p.delete('new')
      await p.untilQuiet()

      const names = p.hubspot.contacts().map(({ properties }) => properties.firstname)
      const left = { archive: [], erase: [], clear: [undefined, undefined], keep: ['Alex', undefined] }[deletedUser]
      expect(names).toEqual(left)
      expect((await p.user('new')).delivered.state).toBe('deleted')
      expect(p.routes.includes('POST contacts/merge')).toBe(false)
      expect(await p.waiting()).toBe(0)
    })

    it('loses a contact that was reported, too', async () => {
      const { p } = await bothSynced({
        switches,
        version,
        config: { policies: { deletedUser: 'archive', aliasedContact: 'report' } },
      })
      await p.alias('old', 'new')
      await p.untilQuiet()

      await p.delete('new')
      await p.untilQuiet()

      expect(p.hubspot.contacts()).toEqual([])
    })

    it('loses the contact of an id that had become theirs before, and of which we hear later', async () => {
      const { p } = await bothSynced({ switches, version, config: { policies: { deletedUser: 'archive' } } })
      await p.delete('new')
      await p.untilQuiet()

      await p.alias('old', 'new', { ago: 60_000 })
      await p.untilQuiet()

      expect(p.hubspot.contacts()).toEqual([])
    })

    it('does not take along an id that was deleted before it became theirs', async () => {
      const { p } = await bothSynced({ switches, version, config: { policies: { deletedUser: 'archive' } } })

      await p.delete('old')
      await p.alias('old', 'new')
      await p.untilQuiet()

      expect(p.hubspot.contacts()).toHaveLength(1)
      expect(p.contactOf('new').properties).toMatchObject({ city: 'Paris' })
      expect(p.contactOf('new').properties).not.toHaveProperty('firstname')
      expect((await p.user('new')).delivered.state).toBe('synced')
    })
  },
)

describe.each(portals())('ids that become one another, in a portal: $name,', ({ switches, version }) => {
  it('one after the other are one: the second alias says nothing new', async () => {
    const { p } = await bothSynced({ switches, version })

    await p.alias('old', 'new')
    await p.alias('new', 'old')
    await p.untilQuiet()

    await expectOne(p, { firstname: 'Alex', city: 'Paris' }, 'alex@new.test')
  })

  it.each(['known', 'unknown'] as const)('at the same moment are one, and their events arrive (%s)', async known => {
    const { p } = known === 'known' ? await bothSynced({ switches, version }) : { p: pipeline({ switches, version }) }

    await p.aliasAtOnce(['old', 'new'], ['new', 'old'])
    await p.identify('old', { email: 'alex@example.com' })
    await p.identify('new', { lastName: 'Young' })
    await p.untilQuiet()

    const [contact, ...others] = p.hubspot.contacts()
    expect(others).toEqual([])
    expect(contact).toMatchObject({ email: 'alex@example.com', properties: { lastname: 'Young' } })
    expect(await p.store.countParked()).toBe(0)
  })

  it('three in a circle at the same moment are one', async () => {
    const { p } = await bothSynced({ switches, version })

    await p.aliasAtOnce(['old', 'new'], ['new', 'third'], ['third', 'old'])
    await p.identify('third', { lastName: 'Young' })
    await p.untilQuiet()

    expect(p.hubspot.contacts()).toHaveLength(1)
    expect(p.hubspot.contacts()[0]?.properties).toMatchObject({ firstname: 'Alex', lastname: 'Young' })
  })

  it('and HubSpot refuses to erase the previous one: told as a conflict that ends when it does', async () => {
    const p = pipeline({
      switches,
      version,
      config: { policies: { deletedUser: 'erase' } },
    })
    await p.identify('old', { email: 'alex@old.test' })
    await p.untilQuiet()
    const { vid } = p.contactOf('old')
    const fault = { kind: 'refuse', status: 403, message: 'You may not', category: 'MISSING_SCOPES' } as const
    const allow = p.hubspot.addFault({ match: { path: 'gdpr-delete' }, fault })
    await p.delete('old')
    await p.untilQuiet()
    await p.identify('new', { email: 'alex@new.test' })
    await p.alias('old', 'new')

    await p.untilQuiet()

    expect((await p.user('new')).delivered).toMatchObject({ state: 'conflict', problem: { with: 'user#old', vid } })
    allow()
    await p.clock.advance(86_400_000)
    await p.untilQuiet()
    expect(p.hubspot.contacts().map(({ email }) => email)).toEqual(['alex@new.test'])
    expect((await p.user('new')).delivered).toMatchObject({ state: 'synced', vid: p.contactOf('new').vid })
  })
})
