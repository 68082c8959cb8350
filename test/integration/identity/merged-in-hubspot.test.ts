import { describe, expect, it } from 'vitest'
import { everyThird, portals } from '../../support/identity/portals.ts'
import { Scene } from '../../support/identity/scene.ts'

const PORTALS = portals()

/** Two delivered users. */
async function two(portal: (typeof PORTALS)[number]) {
  const s = new Scene(portal)
  await s.all([
    ['u1', { email: 'u1@example.com' }],
    ['u2', { email: 'u2@example.com' }],
  ])
  await s.quiet()
  return { s, one: s.contactOf('u1').vid, two: s.contactOf('u2').vid }
}

describe.each(PORTALS)('a person merges in HubSpot, in a portal: $name', portal => {
  for (const as of ['primary', 'loser'] as const) {
    it(`a user’s contact, as the ${as}, with nobody’s: its user goes on with the survivor`, async () => {
      const { s, one } = await two(portal)
      const other = s.hubspot.seedContact({ email: 'nobody@example.com', properties: { city: 'Bonn' } })
      const survivor = as === 'primary' ? s.hubspot.mergeInUi(one, other.vid) : s.hubspot.mergeInUi(other.vid, one)

      await s.says('u1')
      await s.says('u2')
      await s.quiet()

      // HubSpot keeps the primary address of the survivor; that is no event of the product.
      expect(s.contactOf('u1')).toMatchObject({ vid: survivor.vid, properties: { city: s.cityOf('u1') } })
      expect((await s.p.user('u1')).delivered).toMatchObject({ vid: survivor.vid, state: 'synced' })
      expect(s.judge.offences).toEqual([])
      expect(s.hubspot.contactCount).toBe(2)
      await s.says('u1', { email: 'new@example.com' })
      await s.quiet()
      await s.expectUnsynced({})
    })
  }

  it('two users’ contacts: the survivor’s user goes on, the other is a conflict that names them', async () => {
    for (const order of ['u1 first', 'u2 first', 'at one moment'] as const) {
      const { s, one, two: second } = await two(portal)
      const survivor = s.hubspot.mergeInUi(one, second)
      if (order === 'at one moment') {
        await s.all([
          ['u2', {}],
          ['u1', {}],
        ])
      } else {
        for (const user of order === 'u1 first' ? ['u1', 'u2'] : ['u2', 'u1']) {
          await s.says(user)
          await s.quiet()
        }
      }
      await s.quiet()

      // Named at once, not only by the first probe.
      await s.expectUnsynced({ u2: { cause: 'conflict', with: 'u1' } })
      await s.probe()
      await s.expectUnsynced({ u2: { cause: 'conflict', with: 'u1' } })
      expect(s.contactOf('u1')).toMatchObject({ vid: survivor.vid, email: 'u1@example.com' })
      expect((await s.p.user('u2')).delivered.problem).toMatchObject({ vid: survivor.vid })
      expect(s.hubspot.contactCount).toBe(1)
    }
  })

  it('three contacts, one into the other: the old ids lead to the last one', async () => {
    const { s, one } = await two(portal)
    const a = s.hubspot.seedContact({ email: 'a@example.com' })
    const b = s.hubspot.seedContact({ email: 'b@example.com' })
    const first = s.hubspot.mergeInUi(one, a.vid)
    const last = s.hubspot.mergeInUi(first.vid, b.vid)

    await s.says('u1')
    await s.quiet()

    await s.expectUnsynced({})
    expect(s.contactOf('u1').vid).toBe(last.vid)
  })
})

/** HubSpot itself follows the old id, so that the first write after the merge lands in the other user's contact. */
const FOLLOWING = portals({ updateMergedAway: 'survivor' })

describe.each(FOLLOWING)('a person merges two users’ contacts, and HubSpot follows the old id: $name', portal => {
  /** u2's contact is in u1's, and nobody has noticed. */
  async function merged() {
    const { s, one, two: second } = await two(portal)
    const survivor = s.hubspot.mergeInUi(one, second)
    return { s, survivor }
  }
  const expectHealed = async (s: Scene) => {
    expect(await s.unsynced()).toEqual({ u2: { cause: 'conflict', with: 'u1' } })
    expect(s.contactOf('u1')).toMatchObject({ email: 'u1@example.com', properties: { city: s.cityOf('u1') } })
    expect(await s.p.waiting(['live', 'bulk', 'verifying'])).toBe(0)
  }

  it('what the one overwrites of the other’s is sent again', async () => {
    const { s } = await merged()
    await s.says('u2')

    await s.quiet()

    await expectHealed(s)
  })

  it('also where the owner is written at the same moment, before or after', async () => {
    for (const order of [
      ['u1', 'u2'],
      ['u2', 'u1'],
    ] as const) {
      const { s } = await merged()
      await s.all(order.map(user => [user, {}]))

      await s.quiet()

      await expectHealed(s)
    }
  })

  it('also where the write was never answered, and where it lands late', async () => {
    for (const fault of [
      { kind: 'drop', when: 'after' },
      { kind: 'late', after: 45_000 },
    ] as const) {
      const { s } = await merged()
      s.hubspot.addFault({ match: { path: 'batch/update' }, fault, times: 1 })
      await s.says('u2')

      await s.quiet()

      await expectHealed(s)
    }
  })

  it.runIf(everyThird(portal))('also where a process dies at any of its calls', async () => {
    for (const sayings of [['u2'], ['u2', 'u1']]) {
      for (const when of ['before', 'after'] as const) {
        for (let call = 1; ; call += 1) {
          const { s } = await merged()
          await s.all(sayings.map(user => [user, {}]))
          const crash = await s.crashAt(call, when)
          await s.quiet()
          try {
            await expectHealed(s)
          } catch (error) {
            throw new Error(crash?.message, { cause: error })
          }
          if (!crash) break
        }
      }
    }
  })
})
