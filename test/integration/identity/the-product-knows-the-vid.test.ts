import { describe, expect, it } from 'vitest'
import type { Json } from '../../../functions/core/types.ts'
import { portals } from '../../support/identity/portals.ts'
import { Scene } from '../../support/identity/scene.ts'

/** What a product says that has kept HubSpot's ids: of a user, or of nothing but the two ids. */
async function links(s: Scene, user: string, vid: string, traits: { readonly [name: string]: Json } = {}) {
  const context = { externalIds: [{ id: vid, type: 'hubspot_vid', collection: 'users', encoding: 'none' }] }
  s.judge.knows(user, typeof traits.email === 'string' ? traits.email : undefined)
  await s.p.callAll([['identify', { userId: user, traits, context }]])
}

const linkedTo = async (s: Scene, user: string) => {
  const { delivered } = await s.p.user(user)
  return { vid: delivered.vid, state: delivered.state }
}

describe.each(portals())('the product knows the contact of a user, in a portal: $name', portal => {
  it('it becomes the user’s although it has another address, and gets the new one; no second contact is made', async () => {
    const s = new Scene(portal)
    const { vid } = s.hubspot.seedContact({ email: 'old@example.com' })

    await links(s, 'u1', vid, { email: 'new@example.com', city: "u1's city" })
    await s.quiet()

    expect(await linkedTo(s, 'u1')).toEqual({ vid, state: 'synced' })
    expect(s.hubspot.contact(vid)).toMatchObject({ email: 'new@example.com', properties: { city: "u1's city" } })
    expect(s.hubspot.contactCount).toBe(1)
    expect(s.judge.offences).toEqual([])
  })

  it('two ids are enough: the contact gets the user’s id, and keeps everything else', async () => {
    const s = new Scene(portal)
    const { vid } = s.hubspot.seedContact({ email: 'ada@example.com', properties: { city: 'Oslo' } })

    await links(s, 'u1', vid)
    await s.quiet()

    expect(await linkedTo(s, 'u1')).toEqual({ vid, state: 'synced' })
    expect(s.hubspot.contact(vid)).toMatchObject({
      email: 'ada@example.com',
      properties: { city: 'Oslo', internal_user_id: 'u1' },
    })
  })

  it('is read before anything is written', async () => {
    const s = new Scene(portal)
    const { vid } = s.hubspot.seedContact({ email: 'ada@example.com' })
    await s.quiet()
    const before = s.p.routes.length

    await links(s, 'u1', vid, { email: 'ada@example.com' })
    await s.quiet()

    const contactCalls = s.p.routes.slice(before).filter(route => route.includes('contacts/batch'))
    expect(contactCalls.map(route => route.replace(/.*contacts\//, ''))).toEqual(['batch/read', 'batch/update'])
  })

  it('another user’s contact is left alone: that is a conflict, which ends when the product says better', async () => {
    const s = new Scene(portal)
    await s.says('u1', { email: 'ada@example.com' })
    await s.quiet()
    const { vid } = s.contactOf('u1')

    await links(s, 'u2', vid, { city: "u2's city" })
    await s.quiet()

    expect((await s.p.user('u2')).delivered).toMatchObject({ state: 'conflict', problem: { vid, with: 'user#u1' } })
    const own = s.hubspot.seedContact({ email: 'bea@example.com' })
    await links(s, 'u2', own.vid)
    await s.quiet()
    await s.probe()
    expect(await linkedTo(s, 'u2')).toEqual({ vid: own.vid, state: 'synced' })
    expect(s.contactOf('u1').vid).toBe(vid)
    expect(s.judge.offences).toEqual([])
  })

  it('two users are said to have the same one: the first gets it, the other is in conflict', async () => {
    const s = new Scene(portal)
    const { vid } = s.hubspot.seedContact({ email: 'ada@example.com' })

    await links(s, 'u1', vid)
    await links(s, 'u2', vid)
    await s.quiet()

    const both = await Promise.all(['u1', 'u2'].map(user => s.p.user(user)))
    expect(both.map(({ delivered }) => delivered.state).toSorted()).toEqual(['conflict', 'synced'])
    expect(s.judge.offences).toEqual([])
  })

  it('it was merged away: the survivor is the user’s', async () => {
    const s = new Scene(portal)
    const [a, b] = [
      s.hubspot.seedContact({ email: 'a@example.com' }),
      s.hubspot.seedContact({ email: 'b@example.com' }),
    ]
    const survivor = s.hubspot.mergeInUi(a.vid, b.vid)

    await links(s, 'u1', b.vid)
    await s.quiet()

    expect(await linkedTo(s, 'u1')).toEqual({ vid: survivor.vid, state: 'synced' })
  })

  it('HubSpot has no such contact: the address finds the user’s; and without an address none is made', async () => {
    const s = new Scene(portal)
    const { vid } = s.hubspot.seedContact({ email: 'ada@example.com' })

    await links(s, 'u1', '987654321', { email: 'ada@example.com' })
    await links(s, 'u2', '987654321')
    await s.quiet()

    expect(await linkedTo(s, 'u1')).toEqual({ vid, state: 'synced' })
    expect((await s.p.user('u2')).delivered).toMatchObject({ state: 'rejected', problem: { code: 'rejected' } })
    expect(s.hubspot.contactCount).toBe(1)
  })

  it('whoever has a contact keeps it', async () => {
    const s = new Scene(portal)
    await s.says('u1', { email: 'ada@example.com' })
    await s.quiet()
    const { vid } = s.contactOf('u1')
    const other = s.hubspot.seedContact({ email: 'bea@example.com' })

    await links(s, 'u1', other.vid)
    await s.quiet()

    expect(await linkedTo(s, 'u1')).toEqual({ vid, state: 'synced' })
  })
})
