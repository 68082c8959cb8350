import { describe, expect, test } from 'vitest'
import { CONTACTS, open, traced } from './portal.ts'

describe('emails', () => {
  test('facts §4: GET by idProperty=email finds secondary addresses and shows the primary one', async () => {
    const { call, hubspot } = await open()
    const { vid } = hubspot.seedContact({ email: 'a@x.com', secondaryEmails: ['b@x.com'] })

    const reply = await call('GET', `${CONTACTS}/B%40x.com?idProperty=email&properties=email,hs_additional_emails`)

    expect(reply.body).toMatchObject({ id: vid, properties: { email: 'a@x.com', hs_additional_emails: 'b@x.com' } })
  })

  test('facts §4: batch/read by email finds secondary addresses; the address asked for appears nowhere', async () => {
    const { batch, hubspot } = await open()
    const { vid } = hubspot.seedContact({ email: 'a@x.com', secondaryEmails: ['b@x.com'] })

    const reply = await batch('read', [{ id: 'b@x.com' }], { idProperty: 'email', properties: ['email'] })

    expect(reply.body.results.map(({ id, properties }) => [id, properties.email])).toEqual([[vid, 'a@x.com']])
  })

  test.each(['409', '400'] as const)(
    "facts §4, switch emailConflict %s: an email changed to another contact's, primary or secondary",
    async emailConflict => {
      const { call, batch, hubspot } = await open({ switches: { emailConflict } })
      const a = hubspot.seedContact({ email: 'a@x.com' }).vid
      const b = hubspot.seedContact({ email: 'b@x.com', secondaryEmails: ['b2@x.com'] }).vid

      const single = await call('PATCH', `${CONTACTS}/${a}`, { properties: { email: 'b@x.com', city: 'Rome' } })
      const batched = await batch('update', traced([{ id: a, properties: { email: 'b2@x.com', city: 'Rome' } }]))

      const words = emailConflict === '409' ? `Existing ID: ${b}` : `on ${a}. ${b} already has that value`
      expect(single.status).toBe(Number(emailConflict))
      expect(single.body.message).toContain(words)
      expect(batched.body.errors[0]?.message).toContain(words)
      expect(hubspot.contact(a)).toMatchObject({ email: 'a@x.com' })
      expect(hubspot.contact(a)?.properties).not.toHaveProperty('city')
    },
  )

  test.each(['dropped', 'secondary'] as const)(
    'facts §4, switch oldPrimary %s: an email changed to a new address',
    async oldPrimary => {
      const { call, hubspot } = await open({ switches: { oldPrimary } })
      const { vid } = hubspot.seedContact({ email: 'old@x.com' })

      await call('PATCH', `${CONTACTS}/${vid}`, { properties: { email: 'New@x.com' } })
      const reuse = await call('POST', CONTACTS, { properties: { email: 'old@x.com' } })

      expect(hubspot.contact(vid)?.email).toBe('new@x.com')
      expect(hubspot.contact(vid)?.secondaryEmails).toEqual(oldPrimary === 'secondary' ? ['old@x.com'] : [])
      expect(reuse.status).toBe(oldPrimary === 'secondary' ? 409 : 201)
    },
  )

  test.each(['secondary', 'dropped'] as const)(
    "facts §4, switch promotedOver %s: an email changed to one of the contact's own secondaries",
    async promotedOver => {
      const { call, hubspot } = await open({ switches: { promotedOver } })
      const { vid } = hubspot.seedContact({ email: 'a@x.com', secondaryEmails: ['b@x.com', 'c@x.com'] })

      const reply = await call('PATCH', `${CONTACTS}/${vid}`, { properties: { email: 'b@x.com' } })

      expect(reply.status).toBe(200)
      expect(hubspot.contact(vid)).toMatchObject({
        email: 'b@x.com',
        secondaryEmails: promotedOver === 'secondary' ? ['c@x.com', 'a@x.com'] : ['c@x.com'],
      })
    },
  )

  test('facts §4: an empty email clears it, and the address is free', async () => {
    const { call, hubspot } = await open()
    const { vid } = hubspot.seedContact({ email: 'a@x.com' })

    await call('PATCH', `${CONTACTS}/${vid}`, { properties: { email: '' } })
    const reuse = await call('POST', CONTACTS, { properties: { email: 'a@x.com' } })

    expect(hubspot.contact(vid)?.email).toBeUndefined()
    expect(reuse.status).toBe(201)
  })

  test.each(['read-only', 'writable'] as const)(
    'facts §4, switch additionalEmails %s: writing hs_additional_emails',
    async additionalEmails => {
      const { call, hubspot } = await open({ switches: { additionalEmails } })
      const { vid } = hubspot.seedContact({ email: 'taken@x.com' })
      const properties = { email: 'a@x.com', hs_additional_emails: 'b@x.com;C@x.com' }

      const reply = await call('POST', CONTACTS, { properties })
      const conflict = await call('POST', CONTACTS, { properties: { hs_additional_emails: 'taken@x.com' } })

      if (additionalEmails === 'writable') {
        expect(reply.status).toBe(201)
        expect(hubspot.contactByEmail('c@x.com')?.email).toBe('a@x.com')
        expect(conflict.body.message).toContain(`Existing ID: ${vid}`)
      } else {
        expect(reply.status).toBe(400)
        expect(reply.body.errors[0]?.code).toBe('READ_ONLY_VALUE')
      }
    },
  )

  test('facts §4: the secondary-email API lists, adds, replaces and removes', async () => {
    const { call, hubspot } = await open()
    const { vid } = hubspot.seedContact({ email: 'a@x.com' })
    const path = `/contacts/v1/secondary-email/${vid}`

    const added = await call('PUT', `${path}/email/B@x.com`)
    const replaced = await call('PATCH', path, { targetSecondaryEmail: 'b@x.com', updatedSecondaryEmail: 'c@x.com' })
    const listed = await call('GET', path)
    const removed = await call('DELETE', `${path}/email/c@x.com`)

    expect(added.body).toEqual({ portalId: hubspot.portalId, vid: Number(vid), secondaryEmails: ['b@x.com'] })
    expect(replaced.body.secondaryEmails).toEqual(['c@x.com'])
    expect(listed.body.secondaryEmails).toEqual(['c@x.com'])
    expect(removed.body.secondaryEmails).toEqual([])
    expect(hubspot.contactByEmail('c@x.com')).toBeUndefined()
  })

  test('facts §4: a detached secondary address can be created anew; a primary one cannot be detached', async () => {
    const { call, hubspot } = await open()
    const { vid } = hubspot.seedContact({ email: 'a@x.com', secondaryEmails: ['b@x.com'] })
    const path = `/contacts/v1/secondary-email/${vid}/email`

    const primary = await call('DELETE', `${path}/a@x.com`)
    const unknown = await call('DELETE', `${path}/z@x.com`)
    await call('DELETE', `${path}/b@x.com`)
    const created = await call('POST', CONTACTS, { properties: { email: 'b@x.com' } })

    expect([primary.status, unknown.status, created.status]).toEqual([400, 404, 201])
  })

  test("facts §4: another contact's address cannot be added", async () => {
    const { call, hubspot } = await open()
    const { vid } = hubspot.seedContact({ email: 'a@x.com' })
    const other = hubspot.seedContact({ email: 'b@x.com' }).vid

    const reply = await call('PUT', `/contacts/v1/secondary-email/${vid}/email/b@x.com`)

    expect(reply.status).toBe(409)
    expect(reply.body.message).toContain(`Existing ID: ${other}`)
  })

  test.each([
    ['served', 200],
    ['forbidden', 403],
    ['gone', 404],
  ] as const)('facts §17, switch secondaryEmailApi %s', async (secondaryEmailApi, status) => {
    const { call, hubspot } = await open({ switches: { secondaryEmailApi } })
    const { vid } = hubspot.seedContact({ email: 'a@x.com' })

    const reply = await call('GET', `/contacts/v1/secondary-email/${vid}`)

    expect(reply.status).toBe(status)
  })

  test.each([true, false])(
    'facts §4, switch formFlipsPrimary %s: a form with a secondary address',
    async formFlipsPrimary => {
      const { hubspot } = await open({ switches: { formFlipsPrimary } })
      const { vid } = hubspot.seedContact({ email: 'a@x.com', secondaryEmails: ['b@x.com'] })

      const contact = hubspot.submitForm('B@x.com', { firstname: 'Alex', not_a_property: '1' })

      expect(contact).toMatchObject({
        vid,
        email: formFlipsPrimary ? 'b@x.com' : 'a@x.com',
        secondaryEmails: formFlipsPrimary ? ['a@x.com'] : ['b@x.com'],
        properties: { firstname: 'Alex' },
      })
    },
  )

  test('facts §15: a form or the tracking code makes a contact for an address that nobody has', async () => {
    const { hubspot } = await open()

    const { vid } = hubspot.submitForm('new@x.com')

    expect(hubspot.contactByEmail('new@x.com')?.vid).toBe(vid)
    expect(hubspot.ledger.writes.map(({ source, kind }) => [source, kind])).toEqual([['form', 'create']])
  })
})
