import { createHubSpot } from '../local/hubspot/index.ts'
import type { HubSpotReady, HubSpotWish } from './hubspot-process.ts'

process.once('message', async (wish: HubSpotWish) => {
  const hubspot = createHubSpot({ ...wish.options, ledger: 'off' })
  const vids = Array.from(
    { length: wish.contacts },
    (_, n) => hubspot.seedContact({ email: `user${n}@example.com`, properties: { firstname: 'Old' } }).vid,
  )
  const { url } = await hubspot.listen()
  process.on('message', () => process.send?.({ ...hubspot.calls }))
  const ready: HubSpotReady = { url, vids }
  process.send?.(ready)
})
