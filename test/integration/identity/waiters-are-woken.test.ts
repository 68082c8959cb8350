import { describe, expect, it } from 'vitest'
import { canDetach, type PortalKind, portals } from '../../support/identity/portals.ts'
import { Scene } from '../../support/identity/scene.ts'

type Options = ConstructorParameters<typeof Scene>[1]

const FIRST = 'first@example.com'
const SECOND = 'second@example.com'
const conflict = { u2: { cause: 'conflict', with: 'u1' } }

/** The second user wants an address that the first one has. */
async function contested(portal: PortalKind, options: Options = {}) {
  const s = new Scene(portal, options)
  await s.says('u1', { email: FIRST })
  await s.quiet()
  await s.says('u2', { email: FIRST })
  await s.quiet()
  await s.expectUnsynced(conflict)
  return s
}

/** Everything that follows of itself, in less time than the first probe takes. */
async function soon(s: Scene): Promise<void> {
  const before = s.p.clock.now()
  await s.quiet()
  expect(s.p.clock.now() - before).toBeLessThan(50 * 60_000)
}

describe.each(portals())('a conflict heals at once, without a probe, in a portal: $name', portal => {
  it('when the other user leaves the address', async () => {
    const s = await contested(portal)

    await s.says('u1', { email: 'elsewhere@example.com' })
    await soon(s)

    const kept = portal.switches.oldPrimary === 'secondary' && !canDetach(portal)
    await s.expectUnsynced(kept ? conflict : {})
    expect((await s.p.user('u2')).delivered.conflictSince === undefined).toBe(!kept)
  })

  it('when the other user is deleted, and the contact with them', async () => {
    const s = await contested(portal, { config: { policies: { deletedUser: 'archive' } } })

    await s.p.delete('u1')
    await soon(s)

    expect((await s.p.user('u2')).delivered).toMatchObject({ email: FIRST })
  })

  it('when the other’s contact is deleted in HubSpot, where the address was a further one', async () => {
    const s = new Scene(portal)
    const { vid } = s.hubspot.seedContact({ email: FIRST, secondaryEmails: [SECOND] })
    await s.says('u1', { email: FIRST })
    await s.quiet()
    await s.says('u2', { email: SECOND })
    await s.quiet()
    await s.expectUnsynced(conflict)

    s.hubspot.archiveInUi(vid)
    await s.says('u1')
    await soon(s)

    expect((await s.p.user('u2')).delivered).toMatchObject({ state: 'synced', email: SECOND })
  })
})

describe('conflicts', () => {
  const [portal] = portals()
  if (!portal) throw new Error('there is no portal')

  it('of many over one address: when it comes free one of them has it, and the others wait for that one', async () => {
    const s = await contested(portal)
    for (const user of ['u3', 'u4']) await s.says(user, { email: FIRST })
    await s.quiet()

    await s.says('u1', { email: 'elsewhere@example.com' })
    await soon(s)

    const users = ['u2', 'u3', 'u4']
    const states = await Promise.all(users.map(async user => (await s.p.user(user)).delivered.state))
    expect(states.toSorted()).toEqual(['conflict', 'conflict', 'synced'])
    const winner = users[states.indexOf('synced')]
    for (const user of users.filter(each => each !== winner)) {
      expect((await s.p.user(user)).delivered.problem?.with).toBe(`user#${winner}`)
    }
  })

  it('keep the moment at which they began, however often they are probed', async () => {
    const s = await contested(portal)
    const { conflictSince } = (await s.p.user('u2')).delivered

    await s.probe()
    await s.says('u2')
    await s.quiet()

    expect(conflictSince).toBeLessThanOrEqual(s.p.clock.now() - 86_400_000)
    expect((await s.p.user('u2')).delivered.conflictSince).toBe(conflictSince)
  })

  it('whose waiters cannot be noted are left to the slow probe', async () => {
    const s = new Scene(portal)
    s.p.process.gate.watch = ({ what }) => {
      if (what === 'store.wait') throw new Error('the table does not answer')
    }
    await s.says('u1', { email: FIRST })
    await s.quiet()
    await s.says('u2', { email: FIRST })
    await s.quiet()

    await s.says('u1', { email: 'elsewhere@example.com' })
    await s.quiet()
    await s.expectUnsynced(conflict)

    await s.probe()
    await s.expectUnsynced({})
  })
})
