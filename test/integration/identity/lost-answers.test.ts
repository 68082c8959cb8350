import { describe, expect, it } from 'vitest'
import type { Fault } from '../../../local/hubspot/index.ts'
import { portals } from '../../support/identity/portals.ts'
import { Scene } from '../../support/identity/scene.ts'

const LOST: Readonly<Record<string, Fault>> = {
  'carried out, answer lost': { kind: 'drop', when: 'after' },
  'carried out, then an error': { kind: 'error', status: 502, when: 'after', html: true },
  'lost before it was carried out': { kind: 'reset', when: 'before' },
  'carried out much later': { kind: 'late', after: 45_000, answer: 'drop' },
}

describe.each(portals())('a lost answer, in a portal: $name', portal => {
  for (const [fate, fault] of Object.entries(LOST)) {
    it(`to a create, ${fate}: no duplicate`, async () => {
      const s = new Scene(portal)
      s.hubspot.addFault({ match: { path: 'batch/create' }, fault, times: 1 })
      await s.all([
        ['u1', { email: 'u1@example.com' }],
        ['u2', {}],
        ['u3', { email: 'u3@example.com' }],
      ])
      await s.quiet()
      await s.probe()

      await s.expectUnsynced({})
      expect(s.hubspot.contactCount).toBe(3)
    })

    it(`to a create, ${fate}, while the email changes: no duplicate, the new one is there`, async () => {
      const s = new Scene(portal)
      s.hubspot.addFault({ match: { path: 'batch/create' }, fault, times: 1 })
      await s.says('u1', { email: 'old@example.com' })
      await s.p.deliver()
      await s.says('u1', { email: 'new@example.com' })
      await s.quiet()
      await s.says('u2', { email: 'old@example.com' })
      await s.quiet()
      await s.probe()

      const kept = s.contactOf('u1').secondaryEmails.includes('old@example.com')
      const unsynced = kept ? await s.unsynced() : {}
      await s.expectUnsynced(unsynced)
      expect(s.contactOf('u1').email).toBe('new@example.com')
    })

    it(`to an update, ${fate}: no lost update`, async () => {
      const s = new Scene(portal)
      await s.all([
        ['u1', { email: 'u1@example.com' }],
        ['u2', { email: 'u2@example.com' }],
      ])
      await s.quiet()
      s.hubspot.addFault({ match: { path: 'batch/update' }, fault, times: 1 })
      await s.all([
        ['u1', { email: 'new@example.com' }],
        ['u2', {}],
      ])
      const calls = s.p.countCalls()
      await s.quiet()

      await s.expectUnsynced({})
      // One round more, and the readings when a late write may have landed.
      expect(calls()).toBeLessThanOrEqual(8)
      await s.probe()
      await s.expectUnsynced({})
    })
  }

  it('to every fourth write: everybody is right in the end', async () => {
    const s = new Scene(portal)
    const users = Array.from({ length: 12 }, (_, index) => `u${index}`)
    await s.all(users.map(user => [user, { email: `${user}@example.com` }]))
    s.hubspot.addFault({
      match: { path: /batch\/(create|update)|merge/, nth: { every: 4 } },
      fault: { kind: 'drop', when: 'after' },
    })
    for (let turn = 0; turn < 4; turn += 1) {
      for (const user of users.slice(turn, turn + 4)) {
        if (turn % 2 === 0) s.hubspot.submitForm(`${user}-${turn}@example.com`)
        await s.says(user, { email: `${user}-${turn}@example.com` })
        await s.p.deliver()
      }
      await s.says(users[turn] ?? 'u0')
      await s.quiet()
    }
    await s.probe()

    await s.expectUnsynced({})
    expect(s.hubspot.contactCount).toBe(users.length)
  })
})
