import { describe, expect, it } from 'vitest'
import { portals } from '../../support/identity/portals.ts'
import { Scene } from '../../support/identity/scene.ts'

const idOf = (user: string) => ({ internal_user_id: user })

describe.each(portals())(
  'the id of a user whose contact was found by its address is on another contact, too: $name',
  portal => {
    it.each(['merge', 'report'] as const)(
      'made for them by a call of which nobody knew: it becomes part of it (%s)',
      async policy => {
        const s = new Scene(portal, { config: { policies: { contactWithNewEmail: policy } } })
        await s.says('u0')
        await s.quiet()
        s.hubspot.seedContact({ email: 'a@example.com' })
        s.hubspot.seedContact({ email: 'import@example.com', properties: idOf('u1') })
        await s.says('u1', { email: 'a@example.com' })

        await s.quiet()
        await s.probe()

        expect(s.hubspot.contactCount).toBe(2)
        await s.expectUnsynced({})
      },
    )

    it('but not when it is another user’s by now', async () => {
      const s = new Scene(portal)
      await s.says('u2', { email: 'b@example.com' })
      await s.quiet()
      s.hubspot.seedContact({ email: 'a@example.com' })
      s.hubspot.editInUi(s.contactOf('u2').vid, idOf('u1'))

      await s.says('u1', { email: 'a@example.com' })
      await s.quiet()

      expect(s.p.routes.filter(route => route.includes('contacts/merge'))).toEqual([])
      expect((await s.p.user('u1')).delivered).toMatchObject({ state: 'conflict', problem: { with: 'user#u2' } })
      expect(s.judge.offences).toEqual([])
    })
  },
)
