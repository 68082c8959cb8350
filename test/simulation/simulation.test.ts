import { describe, expect, it } from 'vitest'
import { planOfKept } from './kept.ts'
import { REGRESSIONS } from './regressions.ts'
import { planOf } from './world/plan.ts'
import { loadVersions } from './world/root.ts'
import { type Outcome, run } from './world/run.ts'

/**
 * As many as fit into a minute and a quarter, and no fewer than a slow machine takes for the sake of it.
 * `SEEDS=5000 FIRST_SEED=1 npx vitest run test/simulation` for so many; `npm run simulate` for many more.
 */
const SEEDS = Number(process.env.SEEDS ?? 1_000)
const FIRST = Number(process.env.FIRST_SEED ?? 1)
const FEWEST = process.env.SEEDS === undefined ? 150 : SEEDS
const LONGEST = 45_000

const versions = await loadVersions()
const wrongsOf = ({ seed, wrongs }: Outcome) =>
  wrongs.map(({ invariant, what }) => `seed ${seed}: ${invariant}: ${what}`)

describe('the whole system, under faults drawn from a seed', () => {
  it('keeps every promise', { timeout: Math.max(600_000, SEEDS * 500) }, async () => {
    const wrongs: string[] = []
    const begun = performance.now()

    for (let ran = 0; ran < SEEDS && (ran < FEWEST || performance.now() - begun < LONGEST); ran++) {
      wrongs.push(...wrongsOf(await run(planOf(FIRST + ran), versions)))
    }

    expect(wrongs).toEqual([])
  })

  it('does the same again for the same seed', async () => {
    for (const seed of [5, 18, 27, 500]) {
      const first = await run(planOf(seed), versions)
      const second = await run(planOf(seed), versions)

      expect({ hash: second.hash, steps: second.steps }).toEqual({ hash: first.hash, steps: first.steps })
    }
  })

  it.each(REGRESSIONS)('goes right where it once went wrong: $name', async kept => {
    const outcome = await run(planOfKept(kept), versions)

    expect(wrongsOf(outcome)).toEqual([])
  })

  it('lets nobody wait for a user with 10,000 events, and keeps no item for each', { timeout: 120_000 }, async () => {
    const outcome = await run(planOfKept({ ...PLAIN, deeds: [BURST, OTHER] }), versions)

    expect(wrongsOf(outcome)).toEqual([])
    expect(outcome.took).toBeLessThan(3_600_000)
  })
})

const PLAIN = { name: '', seed: 1, deeds: [], faults: [], latency: 200, tableLatency: 0 } as const
const SAID = { at: 0, do: 'identify', user: 'usr7x-a', traits: { city: 'val7x/usr7x-a/1' } } as const
const OTHER = { at: 2_000, do: 'identify', user: 'usr7x-b', traits: { city: 'val7x/usr7x-b/1' } } as const
const BURST = { at: 1_000, do: 'burst', user: 'usr7x-a', events: 10_000 } as const

describe('a write that lands after the last hold', () => {
  const land = (after: number) =>
    planOfKept({
      ...PLAIN,
      deeds: [
        SAID,
        { ...SAID, at: 60_000, traits: { city: 'val7x/usr7x-a/2' } },
        { ...SAID, at: 75_000, traits: { city: 'val7x/usr7x-a/3' } },
      ],
      faults: [{ kind: 'crash in flight', at: 59_000, nth: 1, after }],
    })

  it('is found by nobody, until something is compared with HubSpot: that is what the holds are for', async () => {
    const [within, beyond] = [await run(land(250_000), versions), await run(land(900_000), versions)]

    expect(wrongsOf(within)).toEqual([])
    expect(wrongsOf(beyond)).toEqual([expect.stringContaining('nothing is falsely clean: city')])
  })
})
