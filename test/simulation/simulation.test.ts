import { describe, expect, it } from 'vitest'
import { planOfKept } from './kept.ts'
import { REGRESSIONS } from './regressions.ts'
import { planOf } from './world/plan.ts'
import { loadVersions } from './world/root.ts'
import { type Outcome, run } from './world/run.ts'

/** `SEEDS=1000 FIRST_SEED=1 npx vitest run test/simulation` for more; `npm run simulate` for many more. */
const SEEDS = Number(process.env.SEEDS ?? 200)
const FIRST = Number(process.env.FIRST_SEED ?? 1)

const versions = await loadVersions()
const wrongsOf = ({ seed, wrongs }: Outcome) =>
  wrongs.map(({ invariant, what }) => `seed ${seed}: ${invariant}: ${what}`)

describe('the whole system, under faults drawn from a seed', () => {
  it('keeps every promise', { timeout: 300_000 }, async () => {
    const wrongs: string[] = []

    for (let seed = FIRST; seed < FIRST + SEEDS; seed++) wrongs.push(...wrongsOf(await run(planOf(seed), versions)))

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
})
