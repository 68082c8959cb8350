import { describe, expect, test } from 'vitest'
import { CONTACTS, open } from './portal.ts'

describe('privacy deletion', () => {
  test.each(['id', 'email'])('facts §14: by %s takes the contact away for good', async by => {
    const { call, hubspot } = await open()
    const { vid } = hubspot.seedContact({ email: 'a@x.com' })
    const body = by === 'id' ? { objectId: vid } : { objectId: 'A@x.com', idProperty: 'email' }

    const reply = await call('POST', `${CONTACTS}/gdpr-delete`, body)
    const read = await call('GET', `${CONTACTS}/${vid}?archived=true`)

    expect([reply.status, read.status]).toEqual([204, 404])
    expect(hubspot.contactCount).toBe(0)
  })

  test.each([400, 409] as const)(
    'facts §14, switch blocklisted %s: an address that was not found can never be used',
    async blocklisted => {
      const { call } = await open({ switches: { blocklisted } })
      await call('POST', `${CONTACTS}/gdpr-delete`, { objectId: 'a@x.com', idProperty: 'email' })

      const created = await call('POST', CONTACTS, { properties: { email: 'A@x.com' } })

      expect(created.status).toBe(blocklisted)
    },
  )

  test.each([true, false])(
    'facts §14, switch eraseBlocksFound %s: the address of a contact that was found',
    async eraseBlocksFound => {
      const { call, hubspot } = await open({ switches: { eraseBlocksFound } })
      const { vid } = hubspot.seedContact({ email: 'a@x.com' })
      await call('POST', `${CONTACTS}/gdpr-delete`, { objectId: vid })

      const created = await call('POST', CONTACTS, { properties: { email: 'a@x.com' } })

      expect(created.status).toBe(eraseBlocksFound ? 400 : 201)
    },
  )
})
