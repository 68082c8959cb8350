import { describe, expect, it } from 'vitest'
import { companyOf, everything, joinedTo } from '../../support/everything.ts'

describe('a contact that people have made a part of another one, of which nobody has told', () => {
  it.each(['new', 'primary'] as const)('is looked at when HubSpot answers with the other: ids %s', async mergeIds => {
    const p = everything({ switches: { mergeIds } })
    await p.identify('u1', { email: 'a@example.com' })
    await p.untilQuiet()
    const other = p.hubspot.submitForm('b@example.com')
    p.hubspot.mergeInUi(other.vid, p.contactOf('u1').vid)

    await p.group('u1', 'acme', { name: 'Acme', role: 'Member' })
    await p.untilQuiet()

    const [contact] = p.hubspot.contacts()
    expect((await p.user('u1')).delivered.vid).toBe(contact?.vid)
    expect(joinedTo(p, 'u1')).toEqual([{ id: companyOf(p, 'acme')?.id, labels: ['Member'] }])
    expect(await p.waiting()).toBe(0)
  })
})
