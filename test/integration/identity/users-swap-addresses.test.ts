import { describe, expect, it } from 'vitest'
import { canDetach, everyThird, type PortalKind, portals } from '../../support/identity/portals.ts'
import { Scene } from '../../support/identity/scene.ts'

const address = (user: string) => `${user}@example.com`

/** Who takes whose address. */
type Moves = readonly (readonly [user: string, from: string])[]

const MOVES: Readonly<Record<string, Moves>> = {
  'two swap': [
    ['u1', 'u2'],
    ['u2', 'u1'],
  ],
  'three go round': [
    ['u1', 'u2'],
    ['u2', 'u3'],
    ['u3', 'u1'],
  ],
  'three go round the other way': [
    ['u1', 'u3'],
    ['u3', 'u2'],
    ['u2', 'u1'],
  ],
  'a chain moves up': [
    ['u1', 'u2'],
    ['u2', 'u3'],
    ['u3', 'new'],
  ],
  'two swap, and two others as well': [
    ['u1', 'u2'],
    ['u3', 'u4'],
    ['u2', 'u1'],
    ['u4', 'u3'],
  ],
}

async function delivered(portal: PortalKind, moves: Moves): Promise<Scene> {
  const s = new Scene(portal)
  await s.all(moves.map(([user]) => [user, { email: address(user) }]))
  await s.quiet()
  return s
}

/** Where HubSpot keeps addresses and nobody can take them off: every user stands in another's way. */
const isStuck = (portal: PortalKind): boolean => portal.switches.oldPrimary === 'secondary' && !canDetach(portal)

async function expectMoved(s: Scene, moves: Moves): Promise<void> {
  await s.expectUnsynced({})
  for (const [user, from] of moves) expect(s.contactOf(user).email).toBe(address(from))
  expect(s.hubspot.contactCount).toBe(moves.length)
  expect(s.p.routes.filter(route => route.includes('merge'))).toEqual([])
}

/**
 * Where everybody's contact keeps every address: whoever moves first has what they want and keeps what they had, which is
 * what the next one waits for. The user and whose contact is in the way:
 */
const IN_THE_WAY: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'two swap': { u1: 'u2' },
  'three go round': { u1: 'u2', u2: 'u3' },
  'three go round the other way': { u1: 'u3', u3: 'u2' },
  'a chain moves up': { u1: 'u2', u2: 'u3' },
  'two swap, and two others as well': { u1: 'u2', u3: 'u4' },
}

/** Exactly these are conflicts, each with a name; what a person detaches heals. */
async function expectHealed(s: Scene, moves: Moves): Promise<void> {
  const [name = ''] = Object.entries(MOVES).find(([, each]) => each === moves) ?? []
  const conflicts = Object.entries(IN_THE_WAY[name] ?? {}).map(([user, other]) => {
    return [user, { cause: 'conflict', with: other }] as const
  })
  await s.expectUnsynced(Object.fromEntries(conflicts))
  for (let turn = 0; turn <= moves.length; turn += 1) {
    const unsynced = await s.unsynced()
    for (const [user, cause] of Object.entries(unsynced)) {
      expect({ user, ...cause }).toEqual({ user, cause: 'conflict', with: expect.stringMatching(/^u\d$/) })
    }
    await s.expectUnsynced(unsynced)
    if (Object.keys(unsynced).length === 0) break
    for (const { vid, secondaryEmails } of s.hubspot.contacts()) {
      for (const email of secondaryEmails) await s.detachByHand(vid, email)
    }
    await s.probe()
  }
  await expectMoved(s, moves)
}

const SWAPS = [
  ...portals(),
  ...portals({ version: 'v3', secondaryEmailApi: 'served', oldPrimary: 'secondary' }).slice(0, 3),
]

describe.each(SWAPS)('users swap addresses, in a portal: $name', portal => {
  for (const [name, moves] of Object.entries(MOVES)) {
    it(`${name}, at one moment`, async () => {
      const s = await delivered(portal, moves)
      const calls = s.p.countCalls()

      await s.all(moves.map(([user, from]) => [user, { email: address(from) }]))
      await s.quiet()

      if (isStuck(portal)) return expectHealed(s, moves)
      await expectMoved(s, moves)
      expect(calls()).toBeLessThanOrEqual(8 * moves.length)
    })

    it(`${name}, one after the other, hours apart`, async () => {
      const s = await delivered(portal, moves)

      for (const [user, from] of moves) {
        await s.says(user, { email: address(from) })
        await s.quiet()
        await s.p.clock.advance(2_000_000)
        await s.quiet()
      }
      await s.probe()

      if (isStuck(portal)) return expectHealed(s, moves)
      await expectMoved(s, moves)
    })

    it(`${name}, one round after the other`, async () => {
      const s = await delivered(portal, moves)

      for (const [user, from] of [...moves].reverse()) {
        await s.says(user, { email: address(from) })
        await s.p.deliver()
      }
      await s.quiet()
      await s.probe()

      if (isStuck(portal)) return expectHealed(s, moves)
      await expectMoved(s, moves)
    })
  }

  it.runIf(everyThird(portal) || (portal.switches.oldPrimary === 'secondary' && canDetach(portal)))(
    'and a process that dies at any of its calls leaves nobody behind',
    async () => {
      for (const moves of [MOVES['two swap'], portal.version === 'v3' ? MOVES['three go round'] : undefined]) {
        if (!moves) continue
        for (const when of ['before', 'after'] as const) {
          for (let call = 1; ; call += 3) {
            const s = await delivered(portal, moves)
            await s.all(moves.map(([user, from]) => [user, { email: address(from) }]))
            const crash = await s.crashAt(call, when)
            try {
              await s.quiet()
              await s.probe()
              if (isStuck(portal)) await expectHealed(s, moves)
              else await expectMoved(s, moves)
            } catch (error) {
              throw new Error(crash?.message, { cause: error })
            }
            if (!crash) break
          }
        }
      }
    },
  )

  it('and what must not be overwritten unseen is looked at before an address is cleared', async () => {
    const moves = MOVES['two swap'] ?? []
    const s = await delivered(portal, moves)

    await s.all(moves.map(([user, from]) => [user, { email: address(from), lifecyclestage: 'customer' }]))
    await s.quiet()

    for (const [user] of moves) expect(s.contactOf(user).properties.lifecyclestage).toBe('customer')
  })
})
