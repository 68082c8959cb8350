import { describe, expect, it } from 'vitest'
import { everyThird, portals } from '../../support/identity/portals.ts'
import { Scene } from '../../support/identity/scene.ts'

const EMAIL = 'alex@example.com'
const lead = { firstName: 'Lea', jobTitle: 'Lead', city: 'Bonn' }
const user = { firstName: 'Alex', zip: '1' }

async function expectUserOverLead(s: Scene, contacts = 1): Promise<void> {
  await s.expectUnsynced({})
  expect(s.hubspot.contactCount).toBe(contacts)
  const { properties, email } = s.contactOf('u1')
  expect(email).toBe(EMAIL)
  expect(properties).toMatchObject({ firstname: 'Alex', zip: '1', jobtitle: 'Lead', city: s.cityOf('u1') })
  const { delivered, due } = await s.p.lead(EMAIL)
  expect({ state: delivered.state, vid: delivered.vid, due }).toEqual({
    state: 'synced',
    vid: undefined,
    due: undefined,
  })
}

describe.each(portals())('a lead becomes a user, in a portal: $name', portal => {
  it('the lead first: the same contact becomes the user’s', async () => {
    const s = new Scene(portal)
    await s.leadSays(EMAIL, lead)
    await s.quiet()
    const made = s.hubspot.contactByEmail(EMAIL)
    await s.says('u1', { email: EMAIL, more: user })
    await s.quiet()

    await expectUserOverLead(s)
    expect(s.contactOf('u1').vid).toBe(made?.vid)
  })

  it('the user first: the lead adds what the user lacks', async () => {
    const s = new Scene(portal)
    await s.says('u1', { email: EMAIL, more: user })
    await s.quiet()
    await s.leadSays(EMAIL, lead)
    await s.quiet()

    await expectUserOverLead(s)
  })

  it('both at the same moment, in either order', async () => {
    for (const order of ['lead', 'user'] as const) {
      for (const known of [true, false]) {
        const s = new Scene(portal)
        if (known) s.hubspot.submitForm(EMAIL)
        if (order === 'lead') await s.leadSays(EMAIL, lead)
        await s.says('u1', { email: EMAIL, more: user })
        if (order === 'user') await s.leadSays(EMAIL, lead)
        const calls = s.p.countCalls()
        await s.quiet()

        await expectUserOverLead(s)
        expect(calls()).toBeLessThanOrEqual(9)
      }
    }
  })

  it('later events of the lead add only what the user lacks; what the user says next, wins', async () => {
    const s = new Scene(portal)
    await s.leadSays(EMAIL, lead)
    await s.says('u1', { email: EMAIL, more: user })
    await s.quiet()
    await s.leadSays(EMAIL, { firstName: 'Leah', jobTitle: 'Boss', city: 'Berlin' })
    await s.quiet()
    expect(s.contactOf('u1').properties).toMatchObject({ firstname: 'Alex', jobtitle: 'Boss', city: s.cityOf('u1') })
    await s.says('u1', { more: { jobTitle: 'Mine' } })
    await s.leadSays(EMAIL, { jobTitle: 'Theirs' })
    await s.quiet()

    expect(s.contactOf('u1').properties.jobtitle).toBe('Mine')
    await s.expectUnsynced({})
    expect(s.hubspot.contactCount).toBe(1)
  })

  it('a user who has a contact takes the lead’s address: the lead’s contact is merged into theirs', async () => {
    const s = new Scene(portal)
    await s.leadSays(EMAIL, lead)
    await s.says('u1', { email: 'old@example.com', more: user })
    await s.quiet()
    await s.says('u1', { email: EMAIL })
    await s.quiet()

    await s.expectUnsynced({})
    expect(s.hubspot.contactCount).toBe(1)
    expect(s.contactOf('u1').properties).toMatchObject({ firstname: 'Alex', city: s.cityOf('u1') })
    if (portal.switches.mergeFillsGaps !== false) expect(s.contactOf('u1').properties.jobtitle).toBe('Lead')
    await s.leadSays(EMAIL, { jobTitle: 'Boss' })
    await s.quiet()
    expect(s.contactOf('u1').properties.jobtitle).toBe('Boss')
    expect(s.hubspot.contactCount).toBe(1)
  })

  it('an address that the user has left is a lead’s again: nothing of it reaches the user', async () => {
    const s = new Scene(portal)
    await s.says('u1', { email: EMAIL })
    await s.quiet()
    await s.says('u1', { email: 'new@example.com' })
    await s.quiet()
    await s.leadSays(EMAIL, { jobTitle: 'Somebody else' })
    await s.quiet()

    expect(s.contactOf('u1').properties).not.toHaveProperty('jobtitle')
    await s.expectUnsynced({})
  })

  it('two leads and a user in one round: none of them keeps the others from being delivered', async () => {
    const s = new Scene(portal)
    const { vid } = s.hubspot.seedContact({ email: EMAIL, secondaryEmails: ['second@example.com'] })
    await s.says('u1', { email: EMAIL, more: user })
    await s.leadSays(EMAIL, lead)
    await s.leadSays('second@example.com', { lastName: 'Second' })
    await s.quiet()

    expect(s.contactOf('u1')).toMatchObject({
      vid,
      properties: { firstname: 'Alex', jobtitle: 'Lead', lastname: 'Second' },
    })
    await s.expectUnsynced({})
  })

  it.runIf(everyThird(portal))('and a process that dies at any of its calls: never two contacts', async () => {
    for (const when of ['before', 'after'] as const) {
      for (let call = 1; ; call += 1) {
        const s = new Scene(portal)
        await s.leadSays(EMAIL, lead)
        await s.quiet()
        await s.says('u1', { email: EMAIL, more: user })
        await s.leadSays(EMAIL, { lastName: 'Late' })
        const crash = await s.crashAt(call, when)
        try {
          await s.quiet()
          await s.probe()
          await expectUserOverLead(s)
          expect(s.contactOf('u1').properties.lastname).toBe('Late')
        } catch (error) {
          throw new Error(crash?.message, { cause: error })
        }
        if (!crash) break
      }
    }
  })

  it('and a write of the lead’s that lands late does not stay over what the user has said since', async () => {
    for (const first of ['lead', 'user'] as const) {
      const s = new Scene(portal)
      if (first === 'lead') await s.leadSays(EMAIL, { jobTitle: 'Lead 1' })
      else await s.says('u1', { email: EMAIL })
      await s.quiet()
      await s.leadSays(EMAIL, { jobTitle: 'Lead 2', zip: '2' })
      s.hubspot.addFault({ match: { path: 'batch/update' }, fault: { kind: 'late', after: 8_000 }, times: 1 })
      await s.p.deliver(1)
      await s.leadSays(EMAIL, { zip: '3' })
      await s.says('u1', { email: EMAIL, more: { jobTitle: 'User' } })

      await s.quiet()

      expect(s.contactOf('u1').properties).toMatchObject({ jobtitle: 'User', zip: '3' })
      await s.expectUnsynced({})
    }
  })

  it('and a stage that the lead has reached is the user’s, too, unless the user is beyond it', async () => {
    for (const stage of ['', 'customer']) {
      const s = new Scene(portal)
      await s.says('u1', { email: EMAIL, more: stage === '' ? {} : { lifecyclestage: stage } })
      await s.quiet()
      await s.leadSays(EMAIL, { lifecyclestage: 'lead' })

      await s.quiet()

      expect(s.contactOf('u1').properties.lifecyclestage).toBe(stage || 'lead')
      await s.expectUnsynced({})
    }
  })
})
