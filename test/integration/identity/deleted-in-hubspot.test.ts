import { describe, expect, it } from 'vitest'
import { portals } from '../../support/identity/portals.ts'
import { Scene } from '../../support/identity/scene.ts'

const EMAIL = 'alex@example.com'

describe.each(portals())('a person deletes a contact in HubSpot, in a portal: $name', portal => {
  it('it is made again by policy, unless HubSpot keeps its id', async () => {
    const s = new Scene(portal)
    await s.says('u1', { email: EMAIL })
    await s.quiet()
    s.hubspot.archiveInUi(s.contactOf('u1').vid)
    await s.says('u1')
    await s.quiet()

    const held = portal.switches.archivedUnique === 'held'
    await s.expectUnsynced(held ? { u1: { cause: 'conflict' } } : {})
    expect(s.hubspot.contactCount).toBe(held ? 0 : 1)
  })

  it.runIf(portal.switches.archivedUnique === 'held')(
    'whose id HubSpot keeps: restored, it is the user’s again',
    async () => {
      const s = new Scene(portal)
      await s.says('u1', { email: EMAIL })
      await s.quiet()
      const { vid } = s.contactOf('u1')
      s.hubspot.archiveInUi(vid)
      await s.says('u1')
      await s.quiet()
      expect((await s.p.user('u1')).delivered.problem).toMatchObject({
        vid,
        message: expect.stringContaining('deleted'),
      })

      s.hubspot.restoreInUi(vid)
      await s.probe()

      await s.expectUnsynced({})
      expect(s.contactOf('u1').vid).toBe(vid)
    },
  )

  it('it is left so by policy, and another user may have the address', async () => {
    const s = new Scene(portal, { config: { policies: { deletedInHubSpot: 'leave' } } })
    await s.says('u1', { email: EMAIL })
    await s.quiet()
    s.hubspot.archiveInUi(s.contactOf('u1').vid)
    await s.says('u1')
    await s.quiet()
    await s.says('u2', { email: EMAIL })
    await s.quiet()

    await s.expectUnsynced({ u1: { cause: 'deleted' } })
    expect(s.contactOf('u2').email).toBe(EMAIL)
  })

  it('and restores it: one contact, and nobody else’s is touched', async () => {
    const s = new Scene(portal)
    await s.says('u1', { email: EMAIL })
    await s.quiet()
    const { vid } = s.contactOf('u1')
    s.hubspot.archiveInUi(vid)
    s.hubspot.restoreInUi(vid)
    await s.says('u1')
    await s.quiet()

    await s.expectUnsynced({})
    expect(s.contactOf('u1').vid).toBe(vid)
  })

  for (const when of ['before', 'after'] as const) {
    it(`for privacy: nothing of the user is sent again; the word of it comes ${when} the next event`, async () => {
      const s = new Scene(portal)
      await s.says('u1', { email: EMAIL })
      await s.quiet()
      const { delivered } = await s.p.user('u1')
      if (delivered.vid === undefined) throw new Error('u1 has no contact')
      const at = s.p.clock.now()
      s.hubspot.eraseInUi(delivered.vid)
      const told = async () => {
        if (delivered.vid !== undefined) await s.p.store.raiseVerify('user#u1', at, { vid: delivered.vid, at })
      }
      if (when === 'before') await told()
      await s.says('u1')
      await s.quiet()
      if (when === 'after') await told()
      const written = s.hubspot.ledger.writes.length
      await s.quiet()
      await s.says('u1')
      await s.quiet()
      await s.probe()

      await s.expectUnsynced({ u1: { cause: 'deleted' } })
      const sent = s.hubspot.ledger.writes.slice(written).filter(({ source }) => source === 'api')
      expect(sent).toEqual([])
      // Where HubSpot does not keep the address from being used, the contact is there again before anybody can know.
      const again = when === 'after' && portal.switches.eraseBlocksFound === false
      const [vid] = s.hubspot.contacts().map(contact => contact.vid)
      expect(vid === undefined).toBe(!again)
      expect((await s.p.user('u1')).delivered.problem?.vid).toBe(vid)
    })
  }

  it.runIf(portal.switches.archivedUnique !== 'held')(
    'for privacy, while a call that nobody answered for made it again: the new contact is named',
    async () => {
      for (const fault of [{ kind: 'drop', when: 'after' } as const, { kind: 'late', after: 8_000 } as const]) {
        const s = new Scene(portal)
        await s.says('u1', { email: EMAIL })
        await s.quiet()
        const { vid } = (await s.p.user('u1')).delivered
        if (vid === undefined) throw new Error('u1 has no contact')
        s.hubspot.archiveInUi(vid)
        await s.says('u1')
        s.hubspot.addFault({ match: { path: 'batch/create' }, fault, times: 1 })
        await s.p.deliver(1)
        const at = s.p.clock.now()
        await s.p.store.raiseVerify('user#u1', at, { vid, at })

        await s.quiet()

        const [made] = s.contactsOf('u1')
        expect(made).toBeDefined()
        expect((await s.p.user('u1')).delivered).toMatchObject({ state: 'deleted', problem: { vid: made?.vid } })
      }
    },
  )

  it('and it is left so, until a person restores it: the user begins anew, unless it is another’s by now', async () => {
    for (const meanwhile of [false, true]) {
      const s = new Scene(portal, { config: { policies: { deletedInHubSpot: 'leave' } } })
      await s.says('u1', { email: EMAIL })
      await s.quiet()
      const { vid } = s.contactOf('u1')
      s.hubspot.archiveInUi(vid)
      await s.says('u1')
      await s.quiet()
      await s.expectUnsynced({ u1: { cause: 'deleted' } })
      s.hubspot.restoreInUi(vid)
      if (meanwhile) {
        s.hubspot.editInUi(vid, { internal_user_id: '' })
        await s.says('u2', { email: EMAIL })
        await s.quiet()
      }

      await s.says('u1')
      await s.quiet()

      expect(await s.unsynced()).toEqual(meanwhile ? { u1: { cause: 'conflict', with: 'u2' } } : {})
      expect(s.contactOf(meanwhile ? 'u2' : 'u1').vid).toBe(vid)
    }
  })
})
