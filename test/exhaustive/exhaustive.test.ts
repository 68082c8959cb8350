import { describe, expect, it } from 'vitest'
import { exploreAll } from './explore.ts'
import { TALES, type TaleName } from './tales.ts'

/** As much as takes seconds; `npm run explore` goes on for hours. */
describe('two users and one address, in every order', () => {
  it.each<[tale: TaleName, faults: number, atLeast: number]>([
    ['one says more than once', 2, 1_000],
    ['both want it', 2, 5_000],
    ['somebody whom nobody knows has it', 2, 4_000],
    ['both want it, and one leaves it', 1, 10_000],
    ['both want it, one leaves it, both say more', 0, 2_500],
    ['it goes from one to the other', 0, 2_500],
  ])(
    '%s, with up to %i faults: nobody is mixed up, nothing is lost',
    { timeout: 600_000 },
    async (tale, faults, atLeast) => {
      const { states, wrongs } = await exploreAll({ ...TALES[tale], faults })

      expect(Object.fromEntries(wrongs)).toStrictEqual({})
      expect(states).toBeGreaterThan(atLeast)
    },
  )
})
