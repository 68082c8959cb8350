import { describe, expect, it } from 'vitest'
import { planOf } from './world/plan.ts'
import { loadVersion } from './world/root.ts'
import { run } from './world/run.ts'

const SEEDS = 100

describe('the whole system under faults drawn from a seed', () => {
  it('keeps every promise', { timeout: 120_000 }, async () => {
    const versions = [await loadVersion()]
    const wrongs: string[] = []

    for (let seed = 1; seed <= SEEDS; seed++) {
      const outcome = await run(planOf(seed), versions)
      wrongs.push(...outcome.wrongs.map(({ invariant, what }) => `seed ${seed}: ${invariant}: ${what}`))
    }

    expect(wrongs).toEqual([])
  })

  it('does the same again for the same seed', async () => {
    const versions = [await loadVersion()]

    for (const seed of [5, 18, 27]) {
      const [first, second] = [await run(planOf(seed), versions), await run(planOf(seed), versions)]
      expect(second.hash).toBe(first.hash)
      expect(second.steps).toBe(first.steps)
    }
  })
})
