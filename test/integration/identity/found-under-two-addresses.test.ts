import { describe, expect, it } from 'vitest'
import type { ConfigInput } from '../../../functions/core/config.ts'
import { canDetach, everyThird, type PortalKind, portals } from '../../support/identity/portals.ts'
import { Scene } from '../../support/identity/scene.ts'

const policy = (contactWithNewEmail: 'merge' | 'merge-young' | 'report'): { config: ConfigInput } => ({
  config: { policies: { contactWithNewEmail } },
})
const YEAR = 365 * 86_400_000

/** A contact of old; a browser makes another one under the new address; then the user is heard of for the first time. */
async function twice(portal: PortalKind, config: { config?: ConfigInput } = {}) {
  const s = new Scene(portal, config)
  const older = s.hubspot.seedContact({ email: 'older@example.com', properties: { company: 'Old & Sons' } })
  await s.p.clock.advance(YEAR)
  const newer = s.hubspot.submitForm('newer@example.com', { city: 'Bonn' })
  await s.says('u1', { email: 'older@example.com', ago: 60_000 })
  await s.says('u1', { email: 'newer@example.com' })
  return { s, older, newer }
}

/** Our calls' writes to a contact. */
const writesTo = ({ hubspot }: Scene, vid: string) =>
  hubspot.ledger.writes.filter(write => write.vid === vid && write.source === 'api')

describe.each(portals())('a new user with contacts under two addresses, in a portal: $name', portal => {
  it('has one in the end, with what either knew', async () => {
    const { s, older, newer } = await twice(portal)

    await s.quiet()

    await s.expectUnsynced({})
    expect(s.hubspot.contactCount).toBe(1)
    expect(s.contactOf('u1').mergedVids.concat(s.contactOf('u1').vid)).toEqual(
      expect.arrayContaining([older.vid, newer.vid]),
    )
    if (portal.switches.mergeFillsGaps !== false) expect(s.contactOf('u1').properties.company).toBe('Old & Sons')
  })

  it('by policy only where a browser made one of them just now', async () => {
    const { s } = await twice(portal, policy('merge-young'))
    await s.quiet()
    await s.expectUnsynced({})
    expect(s.hubspot.contactCount).toBe(1)

    const both = s.hubspot.seedContact({ email: 'early@example.com' })
    s.hubspot.seedContact({ email: 'late@example.com' })
    await s.p.clock.advance(YEAR)
    await s.says('u2', { email: 'early@example.com', ago: 60_000 })
    await s.says('u2', { email: 'late@example.com' })
    await s.quiet()

    await s.expectUnsynced({ u2: { cause: 'conflict' } })
    expect(writesTo(s, both.vid)).toEqual([])
  })

  it('by policy as a conflict that names the other contact, and that ends when a person merges the two', async () => {
    const { s, older, newer } = await twice(portal, policy('report'))

    await s.quiet()

    await s.expectUnsynced({ u1: { cause: 'conflict' } })
    expect((await s.p.user('u1')).delivered).toMatchObject({ vid: newer.vid, problem: { vid: older.vid } })
    expect(writesTo(s, older.vid)).toEqual([])
    s.hubspot.mergeInUi(newer.vid, older.vid)
    await s.probe()
    await s.expectUnsynced({})
  })

  it('and leaves the other alone where it is somebody else’s', async () => {
    const s = new Scene(portal)
    await s.says('u2', { email: 'c@example.com' })
    await s.quiet()
    const foreign = s.hubspot.seedContact({ email: 'a@example.com', properties: { internal_user_id: 'stranger' } })
    const further = s.hubspot.seedContact({ email: 'who@example.com', secondaryEmails: ['b@example.com'] })
    const theirs = s.contactOf('u2')
    for (const [n, email] of ['a@example.com', 'b@example.com', 'c@example.com'].entries())
      await s.says('u1', { email, ago: 60_000 - n })
    s.hubspot.submitForm('d@example.com')
    await s.says('u1', { email: 'd@example.com' })

    await s.quiet()

    await s.expectUnsynced({})
    expect(s.contactOf('u1').email).toBe('d@example.com')
    expect(s.p.routes.filter(route => route.includes('merge'))).toEqual([])
    for (const { vid } of [foreign, further]) expect(writesTo(s, vid)).toEqual([])
    expect(s.contactOf('u2').vid).toBe(theirs.vid)
  })

  it('and somebody who takes the older address at that very moment keeps the older contact', async () => {
    const { s, older } = await twice(portal)
    await s.says('u2', { email: 'older@example.com' })

    await s.quiet()

    await s.expectUnsynced({})
    expect(s.contactOf('u2').vid).toBe(older.vid)
    expect(s.hubspot.contactCount).toBe(2)
  })

  it('and somebody who takes the older address later gets a contact of their own, where HubSpot lets go of it', async () => {
    const { s } = await twice(portal)
    await s.quiet()

    await s.says('u2', { email: 'older@example.com' })
    await s.quiet()
    await s.probe()

    const kept = s.contactOf('u1').secondaryEmails.includes('older@example.com')
    if (kept) expect(canDetach(portal)).toBe(false)
    await s.expectUnsynced(kept ? { u2: { cause: 'conflict', with: 'u1' } } : {})
  })

  it.runIf(everyThird(portal))('whatever happens to the answers, and wherever a process dies', async () => {
    for (const path of ['contacts/merge', 'batch/update']) {
      for (const when of ['before', 'after'] as const) {
        const { s } = await twice(portal)
        s.hubspot.addFault({ match: { path }, fault: { kind: 'drop', when }, times: 1 })
        await s.quiet()
        await s.probe()
        await s.expectUnsynced({})
        expect(s.hubspot.contactCount).toBe(1)
      }
    }
    for (const when of ['before', 'after'] as const) {
      for (let call = 1; ; call += 1) {
        const { s } = await twice(portal)
        const crash = await s.crashAt(call, when)
        await s.quiet()
        await s.probe()
        await s.expectUnsynced({})
        expect(s.hubspot.contactCount, crash?.message).toBe(1)
        if (!crash) break
      }
    }
  })

  it('and a user who is on their way to the older address keeps what a browser has made of them there', async () => {
    const s = new Scene(portal)
    await s.says('u2', { email: 'beth@example.com' })
    await s.quiet()
    s.hubspot.seedContact({ email: 'newer@example.com' })
    await s.says('u1', { email: 'older@example.com', ago: 60_000 })
    await s.says('u1', { email: 'newer@example.com' })
    const theirs = s.hubspot.submitForm('older@example.com', { company: 'of u2' })
    await s.says('u2', { email: 'older@example.com' })

    await s.quiet()
    await s.probe()

    await s.expectUnsynced({})
    expect(s.contactOf('u2').mergedVids.concat(s.contactOf('u2').vid)).toContain(theirs.vid)
    expect(s.contactOf('u1').mergedVids).not.toContain(theirs.vid)
  })
})
