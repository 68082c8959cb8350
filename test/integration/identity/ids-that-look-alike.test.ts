import { describe, expect, it } from 'vitest'
import { portals } from '../../support/identity/portals.ts'
import { Scene } from '../../support/identity/scene.ts'

const ALIKE = [
  'alex',
  'Alex',
  'ALEX',
  ' alex',
  'alex ',
  'al ex',
  'al\u00a0ex',
  'caf\u00e9',
  'cafe\u0301',
  '~alex',
  '~=41lex',
  '=41lex',
  '1',
  '01',
  '1.0',
  'ﬁ',
  'fi',
  'İ',
  'i̇',
  'ß',
  'ss',
]

describe.each(portals())('ids that look alike, in a portal: $name', portal => {
  it('stay as many users, with a contact each, through all that may happen to them', async () => {
    const s = new Scene(portal)
    await s.all(ALIKE.map((user, index) => [user, { email: `u${index}@example.com` }]))
    await s.quiet()
    await s.expectUnsynced({})
    expect(s.hubspot.contactCount).toBe(ALIKE.length)

    await s.all(ALIKE.map((user, index) => [user, { email: `v${index}@example.com` }]))
    for (const user of ALIKE.slice(0, 4)) s.hubspot.mergeInUi(s.contactOf(user).vid, s.hubspot.seedContact().vid)
    await s.quiet()

    await s.expectUnsynced({})
    expect(s.hubspot.contactCount).toBe(ALIKE.length)
  })

  it('and one address between two of them is a conflict of two users', async () => {
    const s = new Scene(portal)
    await s.says('alex', { email: 'alex@example.com' })
    await s.quiet()
    await s.says('Alex', { email: 'alex@example.com' })
    await s.quiet()

    await s.expectUnsynced({ Alex: { cause: 'conflict', with: 'alex' } })
  })
})
