import { describe, expect, it } from 'vitest'
import { createHubSpot } from '../../../local/hubspot/index.ts'
import { portals } from '../../support/identity/portals.ts'
import { Scene } from '../../support/identity/scene.ts'
import { pipeline } from '../../support/pipeline.ts'
import { testSecrets } from '../../support/platform.ts'

describe.each(portals())('a table whose vids belong to another portal: $name', portal => {
  it('delivers nothing there, says why, and goes on when the right portal is back', async () => {
    const s = new Scene(portal)
    await s.says('u1', { email: 'alex@example.com' })
    await s.quiet()
    const { clock } = s.p
    const other = createHubSpot({
      clock,
      portalId: 1,
      tokens: [testSecrets.hubspotAccessToken],
      switches: portal.switches,
    })
    other.seedContact({ email: 'somebody@example.com', vid: s.contactOf('u1').vid })
    const before = other.ledger.writes.length

    const wrong = pipeline({ portal: { clock, hubspot: other }, table: s.p.store, version: portal.version })
    await s.says('u1')
    await s.says('u2', { email: 'beth@example.com' })
    for (let minute = 0; minute < 20; minute += 1) {
      await wrong.deliver()
      await clock.advance(60_000)
    }

    expect(other.ledger.writes.length).toBe(before)
    expect(other.ledger.calls.filter(({ route }) => route.includes('contacts'))).toEqual([])
    expect(await wrong.pause()).toMatchObject({ code: 'other_portal' })
    await s.quiet()
    await s.expectUnsynced({})
  })
})
