import { describe, expect, it } from 'vitest'
import { Deliverer } from '../../functions/deliver/deliver.ts'
import { HubSpotClient } from '../../functions/hubspot/client.ts'
import { Pace } from '../../functions/hubspot/pacing.ts'
import { createHubSpot, type HubSpotSimulator } from '../../local/hubspot/index.ts'
import { type Pipeline, pipeline } from '../support/pipeline.ts'
import { testSecrets } from '../support/platform.ts'
import { fetchFrom } from '../support/simulated-fetch.ts'

/** A process of `deliver` that stays warm while its token is replaced: each token is good for its own portal. */
function warmProcess(p: Pipeline, portals: Readonly<Record<string, HubSpotSimulator>>) {
  const { clock, recorder, config, store } = p
  const pace = new Pace(100, clock)
  let hubspotAccessToken = testSecrets.hubspotAccessToken
  const hubspot = new HubSpotClient({
    baseUrl: 'https://hubspot.test',
    version: 'v3',
    secrets: { read: async () => ({ ...testSecrets, hubspotAccessToken }) },
    ...{ pace, clock, log: recorder, metrics: recorder },
    fetch: (input, init) => {
      const portal = portals[hubspotAccessToken] ?? p.hubspot
      return fetchFrom(portal, clock)(input, init)
    },
  })
  const random = { number: Math.random, id: () => `id-${Math.random()}`.slice(0, 16) }
  const deliverer = new Deliverer({
    ...{ store, hubspot, objects: hubspot, pace, config, clock, random, log: recorder, metrics: recorder },
    events: { depth: async () => 0 },
  })
  return {
    replaceToken(token: string) {
      hubspotAccessToken = token
    },
    deliver: () => clock.run(deliverer.run(clock.monotonic() + 40_000)),
  }
}

async function synced(): Promise<Pipeline> {
  const p = pipeline()
  await p.identify('u1', { email: 'alex@example.com', firstname: 'Alex' })
  return p
}

describe('a token that is replaced while a process is warm', () => {
  it('by that of another portal: nobody there is written, who happens to have the same record id', async () => {
    const p = await synced()
    const other = createHubSpot({ clock: p.clock, seed: 2, portalId: 777, tokens: ['of-another'] })
    const process = warmProcess(p, { 'of-another': other })
    await process.deliver()
    const { vid = '' } = (await p.user('u1')).delivered
    other.seedContact({ vid, email: 'stranger@example.net', properties: { firstname: 'Stranger' } })

    process.replaceToken('of-another')
    await p.identify('u1', { firstname: 'Alexandra' })
    for (let round = 0; round < 3; round += 1) {
      await process.deliver()
      await p.clock.advance(5_000)
    }

    expect(other.contact(vid)?.properties.firstname).toBe('Stranger')
    expect(other.ledger.writes).toHaveLength(1)
    expect((await p.pause())?.code).toBe('other_portal')
  })

  it('by a new one of the same portal: work goes on within seconds', async () => {
    const p = await synced()
    const renewed = createHubSpot({ clock: p.clock, tokens: [testSecrets.hubspotAccessToken, 'renewed'] })
    const process = warmProcess(p, { [testSecrets.hubspotAccessToken]: renewed, renewed })
    await process.deliver()

    process.replaceToken('renewed')
    await p.identify('u1', { firstname: 'Alexandra' })
    await process.deliver()
    await p.clock.advance(2_000)
    await process.deliver()

    expect(renewed.contactByEmail('alex@example.com')?.properties.firstname).toBe('Alexandra')
  })
})
