import { describe, expect, it } from 'vitest'
import { everyThird, portals } from '../../support/identity/portals.ts'
import { Scene } from '../../support/identity/scene.ts'

const BOTH = 'both@example.com'
const conflict = { u2: { cause: 'conflict', with: 'u1' } }

describe.each(portals())('two new users with one email at the same moment, in a portal: $name', portal => {
  it('exactly one owns the contact', async () => {
    for (const known of [true, false]) {
      const s = new Scene(portal)
      if (known) s.hubspot.submitForm(BOTH)
      await s.all([
        ['u1', { email: BOTH }],
        ['u2', { email: BOTH.toUpperCase() }],
      ])
      await s.quiet()

      await s.expectUnsynced(conflict)
      expect(s.hubspot.contactCount).toBe(1)
      await s.says('u1', { email: 'first@example.com' })
      await s.quiet()
      await s.probe()
      // HubSpot may keep the address with the contact of the user who has left it.
      await s.expectUnsynced(s.hubspot.contact(s.contactOf('u1').vid)?.secondaryEmails.includes(BOTH) ? conflict : {})
    }
  })

  it('ten of them are one owner and nine conflicts', async () => {
    const s = new Scene(portal)
    const users = Array.from({ length: 10 }, (_, index) => `u${index + 1}`)
    await s.all(users.map(user => [user, { email: BOTH }]))
    await s.quiet()

    const others = users.slice(1).map(user => [user, { cause: 'conflict', with: 'u1' }])
    await s.expectUnsynced(Object.fromEntries(others))
    expect(s.hubspot.contactCount).toBe(1)
  })

  it.runIf(everyThird(portal))(
    'and a process that dies at any of its calls: exactly one owns the contact',
    async () => {
      for (const when of ['before', 'after'] as const) {
        for (let call = 1; ; call += 1) {
          const s = new Scene(portal)
          await s.says('u0', { email: 'somebody@example.com' })
          await s.quiet()
          await s.all([
            ['u1', { email: BOTH }],
            ['u2', { email: BOTH }],
          ])
          const crash = await s.crashAt(call, when)
          await s.quiet()
          await s.probe()
          const owner = s.hubspot.contactByEmail(BOTH)?.properties.internal_user_id ?? ''
          const other = owner === 'u1' ? 'u2' : 'u1'
          await s.expectUnsynced({ [other]: { cause: 'conflict', with: owner } }).catch(error => {
            throw new Error(crash?.message, { cause: error })
          })
          expect(s.hubspot.contactCount).toBe(2)
          if (!crash) break
        }
      }
    },
  )
})
