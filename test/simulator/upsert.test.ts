import { describe, expect, test } from 'vitest'
import { CONTACTS, open, traced } from './portal.ts'

describe('upserts', () => {
  test('facts §3.6: by a custom unique property creates once and then updates', async () => {
    const { batch, hubspot } = await open()
    const input = { id: 'u1', idProperty: 'user_id', properties: { city: 'Rome' } }

    const first = await batch('upsert', [input])
    const second = await batch('upsert', [{ ...input, properties: { city: 'Oslo' } }])

    expect(first.body.results[0]?.new).toBe(true)
    expect(second.body.results[0]).toMatchObject({ new: false, id: first.body.results[0]?.id })
    expect(hubspot.contacts()).toHaveLength(1)
    expect(hubspot.contacts()[0]?.properties).toMatchObject({ user_id: 'u1', city: 'Oslo' })
  })

  test.each(['hs_object_id', 'city', undefined])('facts §3.6: by %s is refused with 400', async idProperty => {
    const { batch, hubspot } = await open()
    const { vid } = hubspot.seedContact({ email: 'a@x.com' })

    const reply = await batch('upsert', traced([{ id: vid, idProperty, properties: { city: 'Rome' } }]))

    expect(reply.status).toBe(400)
    expect(reply.body.message).toMatch(
      /^Unable to perform update\/upsert by non-unique 0-1 property \w+ in portal ID \d+$/,
    )
  })

  test('facts §3.6: by a secondary email updates the contact that owns it and keeps its primary email', async () => {
    const { batch, hubspot } = await open()
    const { vid } = hubspot.seedContact({ email: 'a@x.com', secondaryEmails: ['b@x.com'] })

    const reply = await batch('upsert', [
      { id: 'B@x.com', idProperty: 'email', properties: { email: 'b@x.com', city: 'Rome' } },
    ])

    expect(reply.body.results[0]).toMatchObject({ id: vid, new: false })
    expect(hubspot.contactCount).toBe(1)
    expect(hubspot.contact(vid)).toMatchObject({ email: 'a@x.com', properties: { city: 'Rome' } })
  })

  test('facts §3.6: by the email of an archived contact creates a new one', async () => {
    const { batch, hubspot } = await open()
    const { vid } = hubspot.seedContact({ email: 'a@x.com' })
    hubspot.archiveInUi(vid)

    const reply = await batch('upsert', [{ id: 'a@x.com', idProperty: 'email', properties: {} }])

    expect(reply.body.results[0]?.new).toBe(true)
    expect(reply.body.results[0]?.id).not.toBe(vid)
  })

  test.each(['409', '400'] as const)(
    "facts §3.6, switch emailConflict %s: by unique property with another contact's email is a conflict of that input",
    async emailConflict => {
      const { batch, hubspot } = await open({ switches: { emailConflict } })
      const { vid } = hubspot.seedContact({ email: 'a@x.com' })

      const reply = await batch(
        'upsert',
        traced([
          { id: 'u1', idProperty: 'user_id', properties: { email: 'a@x.com' } },
          { id: 'u2', idProperty: 'user_id', properties: { email: 'b@x.com' } },
        ]),
      )

      expect(reply.status).toBe(207)
      expect(reply.body.errors).toHaveLength(1)
      expect(reply.body.errors[0]?.message).toContain(
        emailConflict === '409' ? `Existing ID: ${vid}` : `${vid} already has that value`,
      )
      expect(hubspot.contactByEmail('b@x.com')?.properties.user_id).toBe('u2')
    },
  )

  test.each(['rejected', 'accepted'] as const)(
    'facts §3.6, switch updateByEmail %s: batch/update by email',
    async updateByEmail => {
      const { batch, hubspot } = await open({ switches: { updateByEmail } })
      const { vid } = hubspot.seedContact({ email: 'a@x.com' })

      const reply = await batch('update', [{ id: 'a@x.com', idProperty: 'email', properties: { city: 'Rome' } }])

      expect(reply.status).toBe(updateByEmail === 'accepted' ? 200 : 400)
      expect(hubspot.contact(vid)?.properties.city).toBe(updateByEmail === 'accepted' ? 'Rome' : undefined)
    },
  )

  test.each(['per-input', 'all-or-nothing'] as const)(
    'facts §3.6, switch upsertByEmail %s: a traced upsert by email with a bad input',
    async upsertByEmail => {
      const { batch, hubspot } = await open({ switches: { upsertByEmail } })

      const reply = await batch(
        'upsert',
        traced([
          { id: 'a@x.com', idProperty: 'email', properties: {} },
          { id: 'b@x.com', idProperty: 'email', properties: { nope: '1' } },
        ]),
      )

      expect(reply.status).toBe(upsertByEmail === 'per-input' ? 207 : 400)
      expect(hubspot.contactCount).toBe(upsertByEmail === 'per-input' ? 1 : 0)
    },
  )

  test('facts §3.6: a single PATCH takes idProperty in its query', async () => {
    const { call, hubspot } = await open()
    const { vid } = hubspot.seedContact({ email: 'a@x.com', properties: { user_id: 'u1' } })

    const reply = await call('PATCH', `${CONTACTS}/u1?idProperty=user_id`, { properties: { city: 'Rome' } })

    expect(reply.body.id).toBe(vid)
    expect(hubspot.contact(vid)?.properties.city).toBe('Rome')
  })
})
