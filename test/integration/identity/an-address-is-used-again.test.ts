import { describe, expect, it } from 'vitest'
import { canDetach, type PortalKind, portals } from '../../support/identity/portals.ts'
import { Scene } from '../../support/identity/scene.ts'

const EMAIL = 'team@example.com'
const kept = (portal: PortalKind): boolean => portal.switches.oldPrimary === 'secondary' && !canDetach(portal)
const PORTALS = [
  ...portals(),
  ...portals({ version: 'v3', secondaryEmailApi: 'served', oldPrimary: 'secondary' }).slice(0, 3),
]

describe.each(PORTALS)('an address is used again, in a portal: $name', portal => {
  it('A has left it, B takes it; late older events of A do not take it back', async () => {
    for (const isNew of [true, false]) {
      const s = new Scene(portal)
      await s.says('a', { email: EMAIL })
      if (!isNew) await s.says('b', { email: 'b@example.com' })
      await s.quiet()
      await s.says('a', { email: 'a@example.com' })
      await s.quiet()
      await s.says('b', { email: EMAIL })
      await s.says('a', { email: EMAIL, ago: 600_000 })
      await s.quiet()
      await s.says('a', { email: EMAIL, ago: 1_200_000 })
      await s.says('a')
      await s.quiet()

      await s.expectUnsynced(kept(portal) ? { b: { cause: 'conflict', with: 'a' } } : {})
      expect(s.contactOf('a').email).toBe('a@example.com')
      if (kept(portal)) {
        await s.detachByHand(s.contactOf('a').vid, EMAIL)
        await s.probe()
        await s.expectUnsynced({})
      }
      expect(s.contactOf('b').email).toBe(EMAIL)
      expect(s.hubspot.contactCount).toBe(2)
    }
  })

  it('A leaves and B takes it at the same moment, in either order', async () => {
    for (const order of [
      ['a', 'b'],
      ['b', 'a'],
    ]) {
      for (const isNew of [true, false]) {
        const s = new Scene(portal)
        await s.says('a', { email: EMAIL })
        if (!isNew) await s.says('b', { email: 'b@example.com' })
        await s.quiet()
        await s.all(order.map(user => [user, { email: user === 'a' ? 'a@example.com' : EMAIL }]))
        await s.quiet()

        await s.expectUnsynced(kept(portal) ? { b: { cause: 'conflict', with: 'a' } } : {})
        if (!kept(portal)) expect(s.contactOf('b').email).toBe(EMAIL)
      }
    }
  })

  it('and handed on from user to user', async () => {
    const s = new Scene(portal)
    for (const user of ['a', 'b', 'c', 'd']) {
      await s.says(user, { email: EMAIL })
      await s.quiet()
      await s.says(user, { email: `${user}@example.com` })
      await s.quiet()
    }
    await s.probe()

    if (!kept(portal)) {
      await s.expectUnsynced({})
      expect(s.hubspot.contactCount).toBe(4)
    } else expect(s.judge.offences).toEqual([])
  })

  it('where nobody answered when A left it', async () => {
    const s = new Scene(portal)
    await s.says('a', { email: EMAIL })
    await s.quiet()
    s.hubspot.addFault({ match: { path: 'batch/update' }, fault: { kind: 'drop', when: 'after' }, times: 1 })
    await s.says('a', { email: 'a@example.com' })
    await s.p.deliver()
    await s.says('b', { email: EMAIL })
    await s.quiet()
    await s.probe()

    await s.expectUnsynced(kept(portal) ? { b: { cause: 'conflict', with: 'a' } } : {})
  })
})
