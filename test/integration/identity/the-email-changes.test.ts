import { describe, expect, it } from 'vitest'
import type { ClaimKey } from '../../../functions/core/store.ts'
import { canonicalEmail } from '../../../functions/core/types.ts'
import { portals } from '../../support/identity/portals.ts'
import { Scene } from '../../support/identity/scene.ts'

describe.each(portals())('a user whose email changes, in a portal: $name', portal => {
  it('keeps the contact, whatever the order of the events', async () => {
    const s = new Scene(portal)
    await s.says('u1', { email: 'old@example.com' })
    await s.quiet()
    const { vid } = s.contactOf('u1')

    await s.says('u1', { email: 'new@example.com' })
    await s.says('u1', { email: 'Old@example.com ', ago: 60_000 })
    await s.quiet()
    await s.says('u1', { email: 'older@example.com', ago: 120_000 })
    await s.quiet()

    await s.expectUnsynced({})
    expect(s.contactOf('u1')).toMatchObject({ vid, email: 'new@example.com' })
    expect(s.hubspot.contactCount).toBe(1)
  })

  it('before it was ever delivered has one contact, under whichever address HubSpot knows it', async () => {
    for (const known of ['one@example.com', 'two@example.com', 'three@example.com']) {
      const s = new Scene(portal)
      const { vid } = s.hubspot.seedContact({ email: known })
      await s.says('u1', { email: 'three@example.com' })
      await s.says('u1', { email: 'two@example.com', ago: 60_000 })
      await s.says('u1', { email: 'one@example.com', ago: 120_000 })
      await s.quiet()

      await s.expectUnsynced({})
      expect(s.contactOf('u1')).toMatchObject({ vid, email: 'three@example.com' })
      expect(s.hubspot.contactCount).toBe(1)
    }
  })

  it('keeps the address of before from others while a write that nobody answered for may still land', async () => {
    const s = new Scene(portal)
    await s.says('u1', { email: 'old@example.com' })
    await s.quiet()
    s.hubspot.addFault({ match: { path: 'batch/update' }, fault: { kind: 'drop', when: 'after' }, times: 1 })
    await s.says('u1')
    await s.p.deliver()
    await s.p.clock.advance(3_000)

    await s.says('u1', { email: 'new@example.com' })
    await s.p.deliver()

    const { delivered } = await s.p.user('u1')
    const address: ClaimKey = `email#${canonicalEmail('old@example.com')}`
    expect(delivered.email).toBe('new@example.com')
    expect(delivered.looks).not.toEqual([])
    expect((await s.p.store.readClaims([address])).get(address)?.owner).toBe('user#u1')
  })

  it('there and back again, with everything said twice, ends where it began', async () => {
    const s = new Scene(portal)
    for (const email of ['a@example.com', 'b@example.com', 'a@example.com', 'c@example.com', 'b@example.com']) {
      await s.says('u1', { email })
      await s.says('u1', { email })
      await s.quiet()
    }

    await s.expectUnsynced({})
    expect(s.contactOf('u1').email).toBe('b@example.com')
    expect(s.hubspot.contactCount).toBe(1)
  })
})
