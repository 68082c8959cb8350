import { describe, expect, it } from 'vitest'
import { pipeline } from '../support/pipeline.ts'
import { claimOnEmail } from '../support/records.ts'

describe('delivering users', () => {
  it('makes a contact of a new user, with the user id in the unique property', async () => {
    const p = pipeline()
    await p.identify('u1', { email: 'Alex@Example.com', firstName: 'Alex' })

    const delivery = await p.deliver()

    expect(delivery).toBe('nothing_due')
    const contact = p.contactOf('u1')
    expect(contact).toMatchObject({ email: 'alex@example.com', properties: { firstname: 'Alex' } })
    const { delivered } = await p.user('u1')
    expect(delivered).toMatchObject({ state: 'synced', vid: contact.vid, email: 'alex@example.com' })
    expect(await p.waiting()).toBe(0)
  })

  it('makes a contact of a user without an email', async () => {
    const p = pipeline()
    await p.identify('u1', { firstName: 'Alex' })

    await p.deliver()

    expect(p.contactOf('u1')).toMatchObject({ email: undefined, properties: { firstname: 'Alex' } })
    expect(p.routes).not.toContain('POST contacts/batch/read')
  })

  it('makes a contact of a lead, who has only an email', async () => {
    const p = pipeline()
    await p.identify(undefined, { email: 'lead@example.com', firstName: 'Lea' })

    await p.deliver()

    const contact = p.hubspot.contactByEmail('lead@example.com')
    expect(contact?.properties).toMatchObject({ firstname: 'Lea' })
    expect(contact?.properties).not.toHaveProperty('internal_user_id')
    expect((await p.lead('lead@example.com')).delivered.state).toBe('synced')
  })

  it('adopts the contact that has the email, without what is sent only when creating', async () => {
    const p = pipeline({ config: { contacts: { createOnly: ['lifecyclestage'] } } })
    const { vid } = p.hubspot.seedContact({ email: 'alex@example.com', properties: { city: 'Rome', firstname: 'A' } })
    await p.identify('u1', { email: 'alex@example.com', firstName: 'Alex', lifecyclestage: 'customer' })

    await p.deliver()

    const contact = p.contactOf('u1')
    expect(contact.vid).toBe(vid)
    expect(contact.properties).toMatchObject({ city: 'Rome', firstname: 'Alex' })
    expect(contact.properties).not.toHaveProperty('lifecyclestage')
    expect(p.hubspot.contactCount).toBe(1)
  })

  it('sends what is sent only when creating to a contact that it creates, once', async () => {
    const p = pipeline({ config: { contacts: { createOnly: ['lifecyclestage'] } } })
    await p.identify('u1', { email: 'alex@example.com', lifecyclestage: 'lead' })
    await p.deliver()
    await p.identify('u1', { lifecyclestage: 'customer', firstName: 'Alex' })

    await p.deliver()

    expect(p.contactOf('u1').properties).toMatchObject({ lifecyclestage: 'lead', firstname: 'Alex' })
  })

  it('gives a contact to the first of two users with one email, and leaves it untouched for the second', async () => {
    const p = pipeline()
    await p.identify('u1', { email: 'both@example.com', firstName: 'First' })
    await p.deliver()

    await p.identify('u2', { email: 'both@example.com', firstName: 'Second' })
    await p.deliver()

    expect(p.contactOf('u1')).toMatchObject({ email: 'both@example.com', properties: { firstname: 'First' } })
    expect(p.contactsOf('u2')).toEqual([])
    const { delivered, due } = await p.user('u2')
    expect(delivered).toMatchObject({ state: 'conflict', problem: { code: 'conflict', with: 'user#u1' } })
    expect(due?.lane).toBe('conflict')
  })

  it('gives it to the first of two new users in one round, too', async () => {
    const p = pipeline()
    await p.identifyAll([
      ['u1', { email: 'both@example.com', firstName: 'First' }],
      ['u2', { email: 'both@example.com', firstName: 'Second' }],
    ])

    await p.deliver()

    expect(p.contactOf('u1').properties.firstname).toBe('First')
    expect((await p.user('u2')).delivered).toMatchObject({ state: 'conflict', problem: { with: 'user#u1' } })
    expect(p.hubspot.contactCount).toBe(1)
  })

  it('and of two users who want one existing contact', async () => {
    const p = pipeline()
    p.hubspot.seedContact({ email: 'both@example.com' })
    await p.identifyAll([
      ['u1', { email: 'both@example.com', firstName: 'First' }],
      ['u2', { email: 'both@example.com', firstName: 'Second' }],
    ])

    await p.deliver()

    expect(p.contactOf('u1').properties.firstname).toBe('First')
    expect((await p.user('u2')).delivered).toMatchObject({ state: 'conflict', problem: { with: 'user#u1' } })
  })

  it('ends a conflict when the second user turns up with another email', async () => {
    const p = pipeline()
    await p.identify('u1', { email: 'both@example.com' })
    await p.identify('u2', { email: 'both@example.com' })
    await p.deliver()

    await p.identify('u2', { email: 'second@example.com' })
    await p.deliver()

    expect(p.contactOf('u2').email).toBe('second@example.com')
    expect((await p.user('u2')).delivered.state).toBe('synced')
    expect(await p.waiting()).toBe(0)
  })

  it('ends a conflict at the next slow look after the first user has left the email', async () => {
    const p = pipeline()
    await p.identify('u1', { email: 'both@example.com' })
    await p.identify('u2', { email: 'both@example.com', firstName: 'Second' })
    await p.deliver()
    await p.identify('u1', { email: 'first@example.com' })
    await p.deliver()

    await p.clock.advance(3_600_000)
    await p.deliver()

    expect(p.contactOf('u2')).toMatchObject({ email: 'both@example.com', properties: { firstname: 'Second' } })
    expect(await p.waiting()).toBe(0)
  })

  it('keeps the contact of a user whose email changes', async () => {
    const p = pipeline()
    await p.identify('u1', { email: 'old@example.com' })
    await p.deliver()
    const { vid } = p.contactOf('u1')

    await p.identify('u1', { email: 'new@example.com' })
    await p.deliver()

    expect(p.contactOf('u1')).toMatchObject({ vid, email: 'new@example.com' })
    expect((await p.user('u1')).delivered.email).toBe('new@example.com')
    expect(await p.store.readClaims([claimOnEmail('old@example.com')])).toEqual(new Map())
  })

  it('delivers everything but the email to a user whose new email is another user’s', async () => {
    const p = pipeline()
    await p.identify('u1', { email: 'first@example.com' })
    await p.identify('u2', { email: 'second@example.com' })
    await p.deliver()

    await p.identify('u2', { email: 'first@example.com', city: 'Oslo' })
    await p.deliver()

    expect(p.contactOf('u1').email).toBe('first@example.com')
    expect(p.contactOf('u2')).toMatchObject({ email: 'second@example.com', properties: { city: 'Oslo' } })
    const { delivered } = await p.user('u2')
    expect(delivered.withheld.get('email')?.code).toBe('conflict')
    expect(delivered).toMatchObject({ state: 'conflict', email: 'second@example.com', problem: { with: 'user#u1' } })
  })

  it('delivers everything but the email when a contact of nobody has the new one and the policy is to report', async () => {
    const p = pipeline({ config: { policies: { contactWithNewEmail: 'report' } } })
    await p.identify('u1', { email: 'old@example.com' })
    await p.deliver()
    const { vid } = p.hubspot.seedContact({ email: 'new@example.com', properties: { city: 'Rome' } })

    await p.identify('u1', { email: 'new@example.com', firstName: 'Alex' })
    await p.deliver()

    expect(p.contactOf('u1')).toMatchObject({ email: 'old@example.com', properties: { firstname: 'Alex' } })
    expect(p.hubspot.contact(vid)?.properties).toMatchObject({ city: 'Rome' })
    expect((await p.user('u1')).delivered).toMatchObject({ state: 'conflict', problem: { vid } })
  })

  it('takes the email away from a user whose product clears it', async () => {
    const p = pipeline()
    await p.identify('u1', { email: 'alex@example.com', city: 'Rome' })
    await p.deliver()

    await p.identify('u1', { email: null, city: '' })
    await p.deliver()

    expect(p.contactOf('u1').email).toBeUndefined()
    expect(p.contactOf('u1').properties).not.toHaveProperty('city')
    expect((await p.user('u1')).delivered.email).toBeUndefined()
    expect(await p.waiting()).toBe(0)
  })

  it('finds a user whose email changed before the first delivery under the older one', async () => {
    const p = pipeline()
    const { vid } = p.hubspot.seedContact({ email: 'old@example.com' })
    await p.identify('u1', { email: 'old@example.com' })
    await p.identify('u1', { email: 'new@example.com' })

    await p.deliver()

    expect(p.contactOf('u1')).toMatchObject({ vid, email: 'new@example.com' })
    expect(p.hubspot.contactCount).toBe(1)
  })

  it('sends nothing when nothing has changed', async () => {
    const p = pipeline()
    await p.identify('u1', { email: 'alex@example.com', firstName: 'Alex', plan: 'x' })
    await p.untilQuiet()
    const calls = p.countCalls()

    await p.identify('u1', { email: 'Alex@example.com ', firstName: 'Alex' })
    await p.identify('u1', { firstName: 'Alexander' }, { ago: 3_600_000 })
    await p.untilQuiet()

    expect(calls()).toBe(0)
    expect(p.contactOf('u1').properties.firstname).toBe('Alex')
  })

  it('sends only the properties that have changed', async () => {
    const p = pipeline()
    await p.identify('u1', { email: 'alex@example.com', firstName: 'Alex', city: 'Rome' })
    await p.deliver()

    await p.identify('u1', { email: 'alex@example.com', firstName: 'Alex', city: 'Oslo' })
    await p.deliver()

    expect(p.hubspot.ledger.writes.at(-1)?.properties).toEqual({ city: 'Oslo' })
  })

  it('ends with the newest value by event time, whatever the order', async () => {
    const p = pipeline()
    await p.identify('u1', { email: 'alex@example.com', city: 'Oslo' })
    await p.deliver()

    await p.identify('u1', { city: 'Rome' }, { ago: 60_000 })
    await p.identify('u1', { city: 'Bonn' })
    await p.identify('u1', { city: 'Lima' }, { ago: 30_000 })
    await p.deliver()

    expect(p.contactOf('u1').properties.city).toBe('Bonn')
  })
})

describe('a contact known by a secondary email', () => {
  it('is adopted when it is nobody’s, and keeps its primary email', async () => {
    const p = pipeline()
    const { vid } = p.hubspot.seedContact({ email: 'main@example.com', secondaryEmails: ['other@example.com'] })
    await p.identify('u1', { email: 'other@example.com', firstName: 'Alex' })

    await p.deliver()

    expect(p.contactOf('u1')).toMatchObject({ vid, email: 'main@example.com', properties: { firstname: 'Alex' } })
    const { delivered, due } = await p.user('u1')
    expect(delivered.withheld.get('email')?.code).toBe('secondary_email')
    expect(due?.lane).toBe('rejected')
  })

  it('goes to the user whose primary email it is, although another one was first', async () => {
    const p = pipeline()
    p.hubspot.seedContact({ email: 'main@example.com', secondaryEmails: ['other@example.com'] })
    await p.identify('u1', { email: 'other@example.com' })
    await p.identify('u2', { email: 'main@example.com', firstName: 'Main' })

    await p.deliver()

    expect(p.contactOf('u2')).toMatchObject({ email: 'main@example.com', properties: { firstname: 'Main' } })
    expect((await p.user('u1')).delivered).toMatchObject({ state: 'conflict', problem: { with: 'user#u2' } })
  })

  it('is left alone when it is another user’s', async () => {
    const p = pipeline()
    const seeded = p.hubspot.seedContact({ email: 'main@example.com', secondaryEmails: ['other@example.com'] })
    await p.identify('u1', { email: 'main@example.com', firstName: 'Main' })
    await p.deliver()

    await p.identify('u2', { email: 'other@example.com', firstName: 'Other' })
    await p.deliver()

    expect(p.hubspot.contact(seeded.vid)?.properties).toMatchObject({ internal_user_id: 'u1', firstname: 'Main' })
    expect((await p.user('u2')).delivered.state).toBe('conflict')
  })
})

describe('user ids', () => {
  it.each([true, false])(
    'that differ only in case are different users, where HubSpot ignores case: %s',
    async ignores => {
      const p = pipeline({ switches: { uniqueIgnoresCase: ignores } })
      await p.identifyAll([
        ['abc', { city: 'Rome' }],
        ['ABC', { city: 'Oslo' }],
        ['Abc ', { city: 'Bonn' }],
      ])

      await p.untilQuiet()

      const cities = p.hubspot.contacts().map(({ properties }) => properties.city)
      expect(cities.sort()).toEqual(['Bonn', 'Oslo', 'Rome'])
      for (const id of ['abc', 'ABC', 'Abc ']) expect((await p.user(id)).delivered.state).toBe('synced')
    },
  )

  it('of any kind have one contact, also when an answer is lost', async () => {
    const ids = [
      '~tilde',
      '🦊',
      'a;b',
      'x'.repeat(256),
      'with space',
      '0',
      'null',
      'user@example.com',
      '\u00e9',
      'e\u0301',
    ]
    const p = pipeline()
    p.hubspot.addFault({ match: { path: 'batch/create' }, fault: { kind: 'drop', when: 'after' }, times: 1 })
    await p.identifyAll(ids.map((id, index) => [id, { city: `City ${index}` }]))

    await p.untilQuiet()

    const cities = p.hubspot.contacts().map(({ properties }) => properties.city)
    expect(cities.sort()).toEqual(ids.map((_, index) => `City ${index}`).sort())
    expect(await p.waiting()).toBe(0)
  })
})
