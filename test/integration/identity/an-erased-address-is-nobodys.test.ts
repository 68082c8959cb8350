import { describe, expect, it } from 'vitest'
import { pipeline } from '../../support/pipeline.ts'

/** A contact that was erased for privacy, in a HubSpot that would take its address again. */
async function erased() {
  const p = pipeline({ switches: { eraseBlocksFound: false } })
  await p.identify('u1', { email: 'alex@example.com' })
  await p.untilQuiet()
  const { vid } = (await p.user('u1')).delivered
  if (vid === undefined) throw new Error('u1 is not linked')
  p.hubspot.eraseInUi(vid)
  await p.store.raiseVerify('user#u1', p.clock.now(), { vid, at: p.clock.now() })
  await p.untilQuiet()
  return p
}

describe('the address of a contact that was erased for privacy', () => {
  it('is not sent again for another user, who is told so', async () => {
    const p = await erased()

    await p.identify('u2', { email: 'alex@example.com', firstName: 'Alex' })
    await p.untilQuiet()

    expect(p.hubspot.contactByEmail('alex@example.com')).toBeUndefined()
    expect((await p.user('u2')).delivered).toMatchObject({ state: 'conflict', problem: { with: 'user#u1' } })
  })

  it('is not sent again for a lead', async () => {
    const p = await erased()

    await p.identify(undefined, { email: 'alex@example.com' })
    await p.untilQuiet()

    expect(p.hubspot.contactByEmail('alex@example.com')).toBeUndefined()
  })

  it('is not sent again as the new address of a user who has a contact', async () => {
    const p = await erased()
    await p.identify('u2', { email: 'beth@example.com' })
    await p.untilQuiet()

    await p.identify('u2', { email: 'alex@example.com', firstName: 'Beth' })
    await p.untilQuiet()

    expect(p.contactOf('u2')).toMatchObject({ email: 'beth@example.com', properties: { firstname: 'Beth' } })
  })

  it('is not sent again for a user who was known as a lead', async () => {
    const p = pipeline({ switches: { eraseBlocksFound: false } })
    await p.identify(undefined, { email: 'alex@example.com' })
    await p.untilQuiet()
    const { vid } = (await p.lead('alex@example.com')).delivered
    if (vid === undefined) throw new Error('the lead is not linked')
    p.hubspot.eraseInUi(vid)
    await p.store.raiseVerify('lead#alex@example.com', p.clock.now(), { vid, at: p.clock.now() })
    await p.untilQuiet()

    await p.identify('u1', { email: 'alex@example.com', firstName: 'Alex' })
    await p.untilQuiet()

    expect(p.hubspot.contactByEmail('alex@example.com')).toBeUndefined()
    expect((await p.user('u1')).delivered).toMatchObject({
      state: 'conflict',
      problem: { with: 'lead#alex@example.com' },
    })
  })

  it('is not sent again under another id of the user, who is not made again either', async () => {
    for (const email of [undefined, 'alexandra@example.com']) {
      const p = await erased()

      await p.alias('u1', 'u2')
      await p.untilQuiet()
      await p.identify('u2', { firstName: 'Alex', ...(email === undefined ? {} : { email }) })
      await p.untilQuiet()

      expect(p.hubspot.contactCount).toBe(0)
      expect((await p.user('u2')).delivered).toMatchObject({ state: 'deleted' })
    }
  })

  it('is not sent again for a user with a contact of their own whom the erased id becomes', async () => {
    const p = await erased()
    await p.identify('u2', { email: 'beth@example.com' }, { ago: 3_600_000 })
    await p.untilQuiet()

    await p.alias('u1', 'u2')
    await p.untilQuiet()

    expect(p.contactOf('u2').email).toBe('beth@example.com')
    expect((await p.user('u2')).delivered).toMatchObject({ state: 'conflict', problem: { with: 'user#u1' } })
  })
})
