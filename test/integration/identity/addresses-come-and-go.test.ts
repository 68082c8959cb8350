import { describe, expect, it } from 'vitest'
import { portals } from '../../support/identity/portals.ts'
import { Scene } from '../../support/identity/scene.ts'

const EMAIL = 'alex@example.com'

describe.each(portals())('addresses come and go, in a portal: $name', portal => {
  it('a user without an address gets one later', async () => {
    const s = new Scene(portal)
    await s.says('u1')
    await s.quiet()
    await s.expectUnsynced({})
    const { vid } = s.contactOf('u1')
    await s.says('u1', { email: EMAIL })
    await s.quiet()

    await s.expectUnsynced({})
    expect(s.contactOf('u1')).toMatchObject({ vid, email: EMAIL })
    expect(s.hubspot.contactCount).toBe(1)
  })

  it('that the browser brought to HubSpot first: merged', async () => {
    const s = new Scene(portal)
    await s.says('u1')
    await s.quiet()
    s.hubspot.submitForm(EMAIL)
    await s.says('u1', { email: EMAIL })
    await s.quiet()

    await s.expectUnsynced({})
    expect(s.hubspot.contactCount).toBe(1)
  })

  it('an address that is taken away is gone, and another user may have it', async () => {
    const s = new Scene(portal)
    await s.says('u1', { email: EMAIL })
    await s.quiet()
    await s.says('u1', { email: null })
    await s.quiet()
    await s.expectUnsynced({})
    await s.says('u2', { email: EMAIL })
    await s.quiet()

    await s.expectUnsynced({})
    await s.says('u1', { email: 'again@example.com' })
    await s.quiet()
    await s.expectUnsynced({})
    expect(s.hubspot.contactCount).toBe(2)
  })

  it('the same address in another case and with spaces is the same', async () => {
    const s = new Scene(portal)
    await s.says('u1', { email: ' Alex@EXAMPLE.com\t' })
    await s.quiet()
    await s.says('u1', { email: 'alex@example.COM' })
    await s.says('u2', { email: 'ALEX@example.com' })
    await s.quiet()

    await s.expectUnsynced({ u2: { cause: 'conflict', with: 'u1' } })
    expect(s.contactOf('u1').email).toBe(EMAIL)
    expect(s.hubspot.contactCount).toBe(1)
  })

  for (const invalid of [
    'alex at example',
    'alex@nowhere.invalid',
    'alex..x@example.com',
    'a@b@example.com',
    'alex@localhost',
  ]) {
    it(`an invalid one costs only itself: ${invalid}`, async () => {
      const s = new Scene(portal)
      await s.says('u1', { email: invalid })
      await s.says('u2', { email: 'beth@example.com' })
      await s.quiet()
      expect(s.contactOf('u1').properties.city).toBe(s.cityOf('u1'))
      expect(s.contactOf('u1').email).toBeUndefined()
      await s.says('u2', { email: invalid })
      await s.quiet()

      expect(s.contactOf('u2')).toMatchObject({ email: 'beth@example.com', properties: { city: s.cityOf('u2') } })
      for (const user of ['u1', 'u2']) {
        const { delivered, folded } = await s.p.user(user)
        const told = folded.problems.get('email') ?? delivered.withheld.get('email')
        expect({ user, told: told?.code }).toEqual({ user, told: expect.stringMatching(/invalid_value|rejected/) })
      }
      await s.says('u1', { email: EMAIL })
      await s.says('u2', { email: 'better@example.com' })
      await s.quiet()
      await s.expectUnsynced({})
      expect(s.hubspot.contactCount).toBe(2)
    })
  }
})
