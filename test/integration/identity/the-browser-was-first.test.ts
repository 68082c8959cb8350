import { describe, expect, it } from 'vitest'
import { portals } from '../../support/identity/portals.ts'
import { Scene } from '../../support/identity/scene.ts'

describe.each(portals())('the browser was first, in a portal: $name', portal => {
  it('and its contact becomes the user’s, with what the form knew besides', async () => {
    const s = new Scene(portal)
    const made = s.hubspot.submitForm('alex@example.com', { city: 'Bonn', firstname: 'From the form' })
    await s.says('u1', { email: 'Alex@Example.com' })

    await s.quiet()

    await s.expectUnsynced({})
    expect(s.contactOf('u1')).toMatchObject({ vid: made.vid, properties: { firstname: 'From the form' } })
    expect(s.hubspot.contactCount).toBe(1)
  })

  it('by a moment: between our reading and our creating', async () => {
    const s = new Scene(portal)
    await s.says('u1', { email: 'alex@example.com' })
    let vid: string | undefined
    s.p.process.gate.watch = ({ when, what }) => {
      if (when === 'before' && what.endsWith('batch/create')) vid ??= s.hubspot.submitForm('alex@example.com').vid
    }

    await s.quiet()

    await s.expectUnsynced({})
    expect(s.contactOf('u1').vid).toBe(vid)
    expect(s.hubspot.contactCount).toBe(1)
  })

  it('and flips the primary address of the user’s contact: still one contact', async () => {
    const s = new Scene(portal)
    await s.says('u1', { email: 'old@example.com' })
    await s.quiet()
    await s.says('u1', { email: 'new@example.com' })
    await s.quiet()
    s.hubspot.submitForm('old@example.com', { firstname: 'From the form' })
    const before = s.hubspot.contactCount

    await s.says('u1')
    await s.quiet()

    expect(s.contactOf('u1').properties.city).toBe(s.cityOf('u1'))
    expect(s.hubspot.contactCount).toBe(before)
    expect(s.judge.offences).toEqual([])
  })
})
