import { describe, expect, it } from 'vitest'
import { portals } from '../../support/identity/portals.ts'
import { Scene } from '../../support/identity/scene.ts'

const mergesIn = ({ p }: Scene) => p.routes.filter(route => route.includes('contacts/merge')).length

describe.each(portals())('before contacts are merged, which cannot be undone, in a portal: $name', portal => {
  /** A user whose browser has made a contact under their new address. */
  async function browserWasFaster() {
    const s = new Scene(portal)
    await s.says('u1', { email: 'a@example.com' })
    await s.says('u2', { email: 'c@example.com' })
    await s.quiet()
    const young = s.hubspot.submitForm('b@example.com')
    await s.says('u1', { email: 'b@example.com' })
    return { s, young }
  }

  /** Something happens in HubSpot at the very moment at which a user claims the contact that is to be merged. */
  async function atTheClaim(s: Scene, vid: string, happens: () => void) {
    let done = false
    s.p.restart().gate.watch = ({ what, args, when }) => {
      if (done || when !== 'before' || what !== 'store.claim' || args[0] !== `vid#${vid}`) return
      done = true
      happens()
    }
    await s.p.deliver()
    expect(done).toBe(true)
  }

  it('the other one is read again once it is claimed: by then a person may have made it a part of another user’s', async () => {
    const { s, young } = await browserWasFaster()
    const theirs = s.contactOf('u2').vid

    await atTheClaim(s, young.vid, () => s.hubspot.mergeInUi(theirs, young.vid))
    await s.quiet()

    expect(mergesIn(s)).toBe(0)
    expect(s.contactOf('u2').mergedVids.concat(s.contactOf('u2').vid)).toEqual(
      expect.arrayContaining([theirs, young.vid]),
    )
    await s.says('u2')
    await s.quiet()
    const free = portal.switches.loserEmail === 'dropped'
    await s.expectUnsynced(free ? {} : { u1: { cause: 'conflict', with: 'u2' } })
  })

  it('and by then another’s id may be on it', async () => {
    const { s, young } = await browserWasFaster()

    await atTheClaim(s, young.vid, () => s.hubspot.editInUi(young.vid, { internal_user_id: 'stranger' }))
    await s.quiet()

    expect(mergesIn(s)).toBe(0)
    await s.expectUnsynced({ u1: { cause: 'conflict' } })
  })

  it('and when it is as it was, one reading is all that it costs', async () => {
    const { s } = await browserWasFaster()
    const before = s.p.routes.length

    await s.quiet()

    await s.expectUnsynced({})
    expect(s.p.routes.slice(before).filter(route => route.includes('batch/read'))).toHaveLength(2)
  })

  it('two users who are found under each other’s addresses of before do not take contacts from one another', async () => {
    const s = new Scene(portal)
    for (const email of ['a@example.com', 'b@example.com', 'c@example.com']) await s.leadSays(email)
    await s.quiet()
    await s.says('u1', { email: 'a@example.com', ago: 60_000 })
    await s.says('u2', { email: 'b@example.com', ago: 60_000 })
    await s.all([
      ['u1', { email: 'b@example.com' }],
      ['u2', { email: 'c@example.com' }],
    ])

    await s.quiet()
    await s.probe()

    await s.expectUnsynced({})
    expect(s.contactOf('u1').vid).not.toBe(s.contactOf('u2').vid)
  })
})

describe.each(portals())('after contacts were merged, in a portal: $name', portal => {
  it('an address that came with the other one goes, when the product’s last word was that there is none', async () => {
    const s = new Scene(portal)
    await s.says('old', { email: 'a@example.com' })
    await s.says('new', { email: null })
    await s.quiet()

    await s.p.alias('old', 'new')
    await s.quiet()

    expect(mergesIn(s)).toBe(1)
    expect((await s.p.user('new')).delivered.state).toBe('synced')
    expect(s.contactOf('new').email ?? '').toBe('')
  })
})
