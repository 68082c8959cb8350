import { describe, expect, it } from 'vitest'
import { canonicalEmail } from '../../../functions/core/types.ts'
import { type PortalKind, portals } from '../../support/identity/portals.ts'
import { Scene } from '../../support/identity/scene.ts'
import { pipeline } from '../../support/pipeline.ts'

type Policy = 'keep' | 'clear' | 'archive' | 'erase'

async function synced({ switches, version }: PortalKind, deletedUser: Policy) {
  const p = pipeline({ switches, version, config: { policies: { deletedUser } } })
  await p.identify('u1', { email: 'alex@example.com', firstName: 'Alex' })
  await p.identify('u2', { email: 'beth@example.com', firstName: 'Beth' })
  await p.untilQuiet()
  return { p, vid: p.contactOf('u1').vid }
}

describe.each(portals())('a user whom the product deletes, in a portal: $name', portal => {
  it('stays in HubSpot as they are when the policy is to keep', async () => {
    const { p, vid } = await synced(portal, 'keep')

    await p.delete('u1')
    await p.untilQuiet()

    expect(p.hubspot.contact(vid)).toMatchObject({ email: 'alex@example.com', archived: false })
    expect((await p.user('u1')).delivered).toMatchObject({ state: 'deleted' })
  })

  it('loses what vidsync has written when the policy is to clear', async () => {
    const { p, vid } = await synced(portal, 'clear')
    p.hubspot.editInUi(vid, { city: 'Rome' })

    await p.delete('u1')
    await p.untilQuiet()

    const contact = p.hubspot.contact(vid)
    expect(contact?.email).toBeUndefined()
    expect(contact?.properties).not.toHaveProperty('firstname')
    expect(contact?.properties).not.toHaveProperty('internal_user_id')
    expect(contact?.properties.city).toBe('Rome')
  })

  it.each(['archive', 'erase'] as const)('is gone from HubSpot when the policy is to %s', async policy => {
    const { p, vid } = await synced(portal, policy)

    await p.delete('u1')
    await p.untilQuiet()

    expect(p.hubspot.contacts().map(contact => contact.vid)).not.toContain(vid)
    expect(p.contactOf('u2').properties.firstname).toBe('Beth')
  })

  it('stops nobody else when the token may not erase, and is told of', async () => {
    const { p } = await synced(portal, 'erase')
    const fault = { kind: 'refuse', status: 403, message: 'no scope', category: 'MISSING_SCOPES' } as const
    p.hubspot.addFault({ match: { path: /gdpr-delete/ }, fault })

    await p.delete('u1')
    await p.deliver()
    await p.clock.advance(2_000)
    await p.identify('u3', { email: 'cleo@example.com' })
    await p.deliver()

    expect(await p.pause()).toBeUndefined()
    expect(p.contactOf('u3').email).toBe('cleo@example.com')
    expect((await p.user('u1')).delivered.problem?.message).toContain('no scope')
  })

  it.each(['keep', 'clear', 'archive', 'erase'] as const)('leaves only a tombstone with us (%s)', async policy => {
    const { p } = await synced(portal, policy)

    await p.delete('u1')
    await p.untilQuiet()

    const { folded, delivered } = await p.user('u1')
    const values = [...folded.registers.values()].flatMap(({ candidates }) => candidates.map(({ value }) => value))
    expect(values.every(value => value === '')).toBe(true)
    expect(delivered).not.toHaveProperty('vid')
    expect(delivered).not.toHaveProperty('email')
    expect(delivered).not.toHaveProperty('left')
    expect(await p.store.readClaims([`email#${canonicalEmail('alex@example.com')}`])).toStrictEqual(new Map())
    expect(await p.waiting()).toBe(0)
  })

  it.each(['keep', 'clear', 'archive', 'erase'] as const)(
    'is not brought back by an event from before (%s)',
    async policy => {
      const { p } = await synced(portal, policy)
      await p.delete('u1')
      await p.untilQuiet()
      const calls = p.countCalls()

      await p.identify('u1', { email: 'alex@example.com', firstName: 'Late' }, { ago: 60_000 })
      await p.untilQuiet()

      expect(calls()).toBe(0)
      expect((await p.user('u1')).delivered.state).toBe('deleted')
    },
  )

  it('is not brought back by a later event either, unless the policy says so', async () => {
    const { p } = await synced(portal, 'archive')
    await p.delete('u1')
    await p.untilQuiet()

    await p.clock.advance(60_000)
    await p.identify('u1', { email: 'alex@example.com' })
    await p.untilQuiet()

    expect(p.hubspot.contactByEmail('alex@example.com')).toBeUndefined()
  })

  it('gets the same contact back when they sign up again and contacts are kept', async () => {
    const { p, vid } = await synced(portal, 'keep')
    await p.delete('u1')
    await p.untilQuiet()

    await p.clock.advance(60_000)
    await p.identify('u1', { email: 'alex@example.com', lastName: 'Again' })
    await p.untilQuiet()

    expect(p.contactOf('u1')).toMatchObject({ vid, properties: { firstname: 'Alex', lastname: 'Again' } })
    expect((await p.user('u1')).delivered).toMatchObject({ state: 'synced', vid })
  })

  it('gets the same contact back by their id when they sign up again under another address', async () => {
    const { p, vid } = await synced(portal, 'keep')
    await p.delete('u1')
    await p.untilQuiet()

    await p.clock.advance(60_000)
    await p.identify('u1', { email: 'again@example.com', lastName: 'Again' })
    await p.untilQuiet()

    expect(p.contactOf('u1')).toMatchObject({ vid, email: 'again@example.com', properties: { lastname: 'Again' } })
    expect(p.hubspot.contactByEmail('again@example.com')).toMatchObject({ vid })
  })

  it('gets the same contact back, merged with the one that a form has made under their new address', async () => {
    const { p } = await synced(portal, 'keep')
    await p.delete('u1')
    await p.untilQuiet()
    p.hubspot.submitForm('again@example.com')

    await p.identify('u1', { email: 'again@example.com', lastName: 'Again' })
    await p.untilQuiet()

    const { vid } = p.contactOf('u1')
    expect(p.contactOf('u1')).toMatchObject({ email: 'again@example.com', properties: { lastname: 'Again' } })
    expect(p.hubspot.contactByEmail('again@example.com')).toMatchObject({ vid })
    expect((await p.user('u1')).delivered).toMatchObject({ state: 'synced', vid })
  })

  it('gets the same contact back when both are told at once', async () => {
    const { p, vid } = await synced(portal, 'keep')

    await p.delete('u1')
    await p.identify('u1', { email: 'alex@example.com', lastName: 'Again' })
    await p.untilQuiet()

    expect(p.contactOf('u1')).toMatchObject({ vid, properties: { lastname: 'Again' } })
  })

  it('does not make another user’s contact suffer who has got it meanwhile', async () => {
    const { p, vid } = await synced(portal, 'archive')
    p.hubspot.mergeInUi(p.contactOf('u2').vid, vid)

    await p.delete('u1')
    await p.untilQuiet()

    expect(p.contactOf('u2')).toMatchObject({ email: 'beth@example.com', properties: { firstname: 'Beth' } })
    expect((await p.user('u1')).delivered.state).toBe('deleted')
  })

  it('frees the address for another user', async () => {
    const { p } = await synced(portal, 'archive')
    await p.delete('u1')
    await p.identify('u3', { email: 'alex@example.com' })
    await p.untilQuiet(120)

    expect(p.contactOf('u3').email).toBe('alex@example.com')
  })

  it.each(['before', 'after'] as const)(
    'is deleted once the answer that was lost %s the deletion is known',
    async when => {
      const { p, vid } = await synced(portal, 'archive')
      p.hubspot.addFault({ match: { path: /archive/ }, fault: { kind: 'drop', when }, times: 1 })

      await p.delete('u1')
      await p.untilQuiet()

      expect(p.hubspot.contacts().map(contact => contact.vid)).not.toContain(vid)
      expect((await p.user('u1')).delivered.state).toBe('deleted')
      expect(await p.waiting()).toBe(0)
    },
  )

  it('was never in HubSpot: nothing is called', async () => {
    const p = pipeline({
      switches: portal.switches,
      version: portal.version,
      config: { policies: { deletedUser: 'archive' } },
    })
    await p.deliver()
    const calls = p.countCalls()

    await p.delete('nobody')
    await p.untilQuiet()

    expect(calls()).toBe(0)
    expect((await p.user('nobody')).delivered.state).toBe('deleted')
  })

  it('and who comes back owns their contact before anything is written to it: nobody else gets it', async () => {
    const s = new Scene(portal, { config: { policies: { deletedUser: 'clear', eventsAfterDeletion: 'revive' } } })
    await s.says('u1', { email: 'alex@example.com' })
    await s.quiet()
    await s.p.delete('u1')
    await s.quiet()
    const found = s.hubspot.submitForm('alex@example.com')
    await s.says('u1', { email: 'alex@example.com' })
    const fault = { kind: 'throttled', policy: 'TEN_SECONDLY_ROLLING' } as const
    s.hubspot.addFault({ match: { path: 'batch/update' }, fault, times: 1 })
    await s.p.deliver()
    await s.says('u2', { email: 'alex@example.com' })

    await s.quiet()

    await s.expectUnsynced({ u2: { cause: 'conflict', with: 'u1' } })
    expect(s.contactOf('u1').vid).toBe(found.vid)
  })
})
