import { describe, expect, it } from 'vitest'
import { canDetach, type PortalKind, portals } from '../../support/identity/portals.ts'
import { Scene } from '../../support/identity/scene.ts'

const EMAIL = 'both@example.com'
const conflict = { u2: { cause: 'conflict', with: 'u1' } }
const kept = (portal: PortalKind): boolean => portal.switches.oldPrimary === 'secondary' && !canDetach(portal)

/** Two users of one address, of whom the second is new, or has a contact under another one. */
async function inConflict(portal: PortalKind, second: 'new' | 'known') {
  const s = new Scene(portal)
  await s.says('u1', { email: EMAIL })
  if (second === 'known') await s.says('u2', { email: 'u2@example.com' })
  await s.quiet()
  await s.says('u2', { email: EMAIL })
  await s.quiet()
  await s.expectUnsynced(conflict)
  return s
}

for (const second of ['new', 'known'] as const) {
  describe.each(portals())(`a conflict of a ${second} user heals, in a portal: $name`, portal => {
    it('when the other user leaves the address', async () => {
      const s = await inConflict(portal, second)
      await s.says('u1', { email: 'left@example.com' })
      await s.quiet()
      await s.probe()

      await s.expectUnsynced(kept(portal) ? conflict : {})
      if (!kept(portal)) expect(s.contactOf('u2').email).toBe(EMAIL)
    })

    it('when the other user has no address any more', async () => {
      const s = await inConflict(portal, second)
      await s.says('u1', { email: null })
      await s.quiet()
      await s.probe()

      await s.expectUnsynced({})
      expect(s.contactOf('u2').email).toBe(EMAIL)
    })

    it('when the other’s contact is deleted in HubSpot and left so', async () => {
      const s = new Scene(portal, { config: { policies: { deletedInHubSpot: 'leave' } } })
      await s.says('u1', { email: EMAIL })
      if (second === 'known') await s.says('u2', { email: 'u2@example.com' })
      await s.quiet()
      await s.says('u2', { email: EMAIL })
      await s.quiet()
      await s.expectUnsynced(conflict)
      s.hubspot.archiveInUi(s.contactOf('u1').vid)
      await s.says('u1')
      await s.quiet()
      await s.probe()

      await s.expectUnsynced({ u1: { cause: 'deleted' } })
      expect(s.contactOf('u2').email).toBe(EMAIL)
    })

    it('when the second user goes elsewhere', async () => {
      const s = await inConflict(portal, second)
      await s.says('u2', { email: 'elsewhere@example.com' })
      await s.quiet()

      await s.expectUnsynced({})
      expect(s.contactOf('u2').email).toBe('elsewhere@example.com')
      await s.says('u1')
      await s.quiet()
      await s.expectUnsynced({})
    })

    it('and while the cause stays it costs a call a probe, an hour apart, then a day', async () => {
      const s = await inConflict(portal, second)
      const calls = s.p.countCalls()
      await s.probe()
      await s.probe()
      await s.probe()

      await s.expectUnsynced(conflict)
      // Schema and account of the portal are read again each time.
      expect(calls()).toBeLessThanOrEqual(50)
    })
  })
}

describe.each(portals())('two contacts that a person has merged, in a portal: $name', portal => {
  it('the second user heals when a person detaches the address', async () => {
    const s = new Scene(portal)
    await s.all([
      ['u1', { email: EMAIL }],
      ['u2', { email: 'u2@example.com' }],
    ])
    await s.quiet()
    s.hubspot.mergeInUi(s.contactOf('u1').vid, s.contactOf('u2').vid)
    await s.says('u1')
    await s.says('u2')
    await s.quiet()
    await s.probe()
    await s.expectUnsynced(conflict)
    const { vid, secondaryEmails } = s.contactOf('u1')
    if (!secondaryEmails.includes('u2@example.com')) return

    await s.detachByHand(vid, 'u2@example.com')
    await s.probe()

    // A portal may keep the id of whoever was merged away: nobody can make a contact with it again.
    const held = portal.switches.loserUnique === 'held'
    await s.expectUnsynced(held ? conflict : {})
    expect(s.contactsOf('u2').map(({ email }) => email)).toEqual(held ? [] : ['u2@example.com'])
    expect(s.hubspot.contactCount).toBe(held ? 1 : 2)
  })
})
