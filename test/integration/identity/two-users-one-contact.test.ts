import { describe, expect, it } from 'vitest'
import { portals } from '../../support/identity/portals.ts'
import { Scene } from '../../support/identity/scene.ts'

const MAIN = 'main@example.com'
const SECOND = 'second@example.com'

/** A contact that somebody merged by hand years ago: the address of a second user is a further one of it. */
async function shared(portal: (typeof PORTALS)[number]) {
  const s = new Scene(portal)
  const { vid } = s.hubspot.seedContact({ email: MAIN, secondaryEmails: [SECOND] })
  return { s, vid }
}

const PORTALS = portals()
const conflict = { u2: { cause: 'conflict', with: 'u1' } }

describe.each(PORTALS)('two users, one contact, in a portal: $name', portal => {
  it('the second user is a conflict that names the first; the primary address never flips', async () => {
    const { s, vid } = await shared(portal)
    await s.says('u1', { email: MAIN })
    await s.quiet()
    await s.says('u2', { email: SECOND })
    await s.quiet()
    for (let day = 0; day < 3; day += 1) {
      await s.says('u1')
      await s.says('u2')
      await s.probe()
    }

    await s.expectUnsynced(conflict)
    expect(s.contactOf('u1')).toMatchObject({ vid, email: MAIN, secondaryEmails: [SECOND] })
    expect(s.hubspot.contactCount).toBe(1)
    const flips = s.hubspot.ledger.writes.filter(({ properties }) => properties.email === SECOND)
    expect(flips).toEqual([])
    expect(s.p.routes.filter(route => route.includes('secondary-email'))).toEqual([])
  })

  it('both new at the same moment: the one whose primary address it is has the contact', async () => {
    for (const order of [
      ['u1', 'u2'],
      ['u2', 'u1'],
    ]) {
      const { s, vid } = await shared(portal)
      await s.all(order.map(user => [user, { email: user === 'u1' ? MAIN : SECOND }]))
      await s.quiet()

      await s.expectUnsynced(conflict)
      expect(s.contactOf('u1')).toMatchObject({ vid, email: MAIN })
    }
  })

  it('the second one came years before the first: never a mixture, and the address never flips', async () => {
    const { s, vid } = await shared(portal)
    await s.says('u2', { email: SECOND })
    await s.quiet()
    await s.says('u1', { email: MAIN })
    await s.quiet()

    await s.expectUnsynced({ u1: { cause: 'conflict', with: 'u2' }, u2: { cause: 'email secondary_email' } })
    expect(s.hubspot.contact(vid)).toMatchObject({ email: MAIN, secondaryEmails: [SECOND] })
    expect(s.hubspot.contact(vid)?.properties.city).toBe(s.cityOf('u2'))
  })

  it('the second one heals when a person detaches the address', async () => {
    const { s, vid } = await shared(portal)
    await s.says('u1', { email: MAIN })
    await s.says('u2', { email: SECOND })
    await s.quiet()

    await s.detachByHand(vid, SECOND)
    await s.probe()

    await s.expectUnsynced({})
    expect(s.contactOf('u2')).toMatchObject({ email: SECOND })
    expect(s.hubspot.contactCount).toBe(2)
  })

  it('the second one has a contact already and takes the address: all but the address is delivered', async () => {
    const { s, vid } = await shared(portal)
    await s.says('u1', { email: MAIN })
    await s.says('u2', { email: 'elsewhere@example.com' })
    await s.quiet()
    await s.says('u2', { email: SECOND })
    await s.quiet()

    await s.expectUnsynced(conflict)
    expect(s.contactOf('u2')).toMatchObject({ email: 'elsewhere@example.com', properties: { city: s.cityOf('u2') } })
    await s.detachByHand(vid, SECOND)
    await s.probe()
    await s.expectUnsynced({})
    expect(s.contactOf('u2').email).toBe(SECOND)
  })

  it('ten pairs at once: only the ten second users are conflicts', async () => {
    const s = new Scene(portal)
    const expected: Record<string, { cause: string; with: string }> = {}
    for (let pair = 0; pair < 10; pair += 1) {
      s.hubspot.seedContact({ email: `a${pair}@example.com`, secondaryEmails: [`b${pair}@example.com`] })
      expected[`b${pair}`] = { cause: 'conflict', with: `a${pair}` }
    }
    const users = Object.keys(expected).flatMap(user => [user, user.replace('b', 'a')])
    await s.all(users.map(user => [user, { email: `${user}@example.com` }]))
    await s.quiet()

    await s.expectUnsynced(expected)
    expect(s.hubspot.contactCount).toBe(10)
  })

  it('and what is said of the second one without their id does not reach the first, whenever it is said', async () => {
    for (const together of [false, true]) {
      const { s } = await shared(portal)
      await s.says('u1', { email: MAIN })
      await s.quiet()
      await s.says('u2', { email: SECOND })
      if (!together) await s.quiet()
      await s.leadSays(SECOND, { jobTitle: 'of u2' })

      await s.quiet()

      await s.expectUnsynced(conflict)
      expect(s.contactOf('u1').properties.jobtitle).toBeUndefined()
      expect((await s.p.lead(SECOND)).delivered).toMatchObject({ state: 'conflict', problem: { with: 'user#u1' } })
    }
  })
})
