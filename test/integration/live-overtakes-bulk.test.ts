import { describe, expect, it } from 'vitest'
import { spelled } from '../../functions/core/parse/id.ts'
import { userKey } from '../../functions/core/types.ts'
import { pipeline } from '../support/pipeline.ts'
import { foldedOf, registerOf } from '../support/records.ts'

const BULK = 8_000
const users = Array.from({ length: BULK }, (_, n) => [`b${n}`, { email: `b${n}@example.com`, city: 'Rome' }] as const)

describe('a backfill of many thousands', () => {
  it('is overtaken by live work, which is in HubSpot within five seconds, at whatever moment it comes', async () => {
    const p = pipeline({ pace: 100 })
    await p.identifyAll(users, { priority: 'bulk' })
    const { clock, hubspot, store } = p
    let last = 0
    const [came, landed] = [new Map<string, number>(), new Map<string, number>()]
    hubspot.ledger.onWrite(({ properties: { email = '' } }) => {
      if (came.has(email)) landed.set(email, clock.monotonic())
      last = clock.monotonic()
    })
    // One every 1.7 s, so that each part of a round is met; `record` takes no time here.
    for (let n = 0; n < 7; n += 1) {
      const email = `live${n}@example.com`
      void clock.sleep(n * 1_700).then(async () => {
        came.set(email, clock.monotonic())
        const folded = foldedOf(1, { registers: new Map([['email', registerOf(email)]]) })
        await store.fold(userKey(spelled(`live${n}`)), folded, { lane: 'live', at: clock.now() })
      })
    }

    const begun = clock.monotonic()
    await p.deliver()

    const waits = [...came].map(([email, at]) => (landed.get(email) ?? Number.NaN) - at)
    expect(waits).toHaveLength(7)
    expect(Math.max(...waits)).toBeLessThanOrEqual(5_000)
    // They came while there was bulk work, and did not slow it down: 9 of 10 calls are still its own.
    expect(hubspot.contactCount).toBe(BULK + 7)
    const calls = hubspot.ledger.calls.filter(({ route }) => route.includes('contacts/batch')).length
    expect(last - begun).toBeLessThanOrEqual((calls / 90) * 10_500 + 1_000)
    expect(Math.max(...landed.values())).toBeLessThan(last)
  })
})
