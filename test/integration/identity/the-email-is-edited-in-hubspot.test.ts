import { describe, expect, it } from 'vitest'
import type { UserId } from '../../../functions/core/types.ts'
import { passableFor } from '../../../functions/lookup/passable.ts'
import { viewOf } from '../../../functions/lookup/view.ts'
import { pipeline } from '../../support/pipeline.ts'

async function edited() {
  const p = pipeline()
  await p.identify('u1', { email: 'alex@example.com', firstName: 'Alex' })
  await p.untilQuiet()
  const { vid } = p.contactOf('u1')
  p.hubspot.editInUi(vid, { email: 'edited@example.com' })
  await p.store.raiseVerify('user#u1', p.clock.now())
  await p.untilQuiet()
  return { p, vid }
}

describe('a user whose address a person changes in HubSpot', () => {
  it('keeps what the person has written', async () => {
    const { p, vid } = await edited()

    expect(p.hubspot.contact(vid)?.email).toBe('edited@example.com')
    expect((await p.user('u1')).delivered.state).toBe('synced')
  })

  it('is not named by the old address in the browser', async () => {
    const { p } = await edited()

    expect(passableFor(await p.user('u1'))).toStrictEqual({ email: null, pending: false })
  })

  it('gets the next address of the product, and is named by it', async () => {
    const { p, vid } = await edited()

    await p.identify('u1', { email: 'new@example.com' })
    await p.untilQuiet()

    expect(p.hubspot.contact(vid)?.email).toBe('new@example.com')
    expect(passableFor(await p.user('u1'))).toStrictEqual({ email: 'new@example.com', pending: false })
  })

  it('is shown with the address that HubSpot holds', async () => {
    const { p } = await edited()

    const view = viewOf('u1' as UserId, await p.user('u1'))

    expect(view.email).toBe('edited@example.com')
  })
})
