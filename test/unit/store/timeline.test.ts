import fc from 'fast-check'
import { expect, it } from 'vitest'
import { type Moment, Timeline } from '../../../functions/store/memory/timeline.ts'

it('a timeline holds what was added and not removed, in order', () => {
  const moment: fc.Arbitrary<Moment> = fc
    .record({ id: fc.nat({ max: 3000 }), at: fc.nat({ max: 50 }) })
    .map(({ id, at }) => ({ key: `user#${id}`, at }))
  const moments = fc.array(moment, { minLength: 1500, maxLength: 3000, size: 'max' })

  fc.assert(
    fc.property(moments, fc.array(fc.nat({ max: 3000 }), { maxLength: 2500, size: 'max' }), (added, removals) => {
      const timeline = new Timeline()
      const expected = new Map(added.map(moment => [`${moment.at} ${moment.key}`, moment]))
      for (const moment of expected.values()) timeline.add(moment)
      for (const place of removals) {
        const removed = added[place % added.length]
        if (!removed) continue
        timeline.remove(removed)
        expected.delete(`${removed.at} ${removed.key}`)
      }

      const sorted = [...expected.values()].sort((a, b) => a.at - b.at || (a.key < b.key ? -1 : 1))
      expect(timeline.size).toBe(sorted.length)
      expect(timeline.oldest(Infinity, Infinity)).toStrictEqual(sorted)
      expect(timeline.oldest(10, 25)).toStrictEqual(sorted.filter(({ at }) => at <= 25).slice(0, 10))
    }),
    { numRuns: 30 },
  )
})

it('removing what is not there changes nothing', () => {
  const timeline = new Timeline()
  timeline.add({ key: 'user#1', at: 5 })

  timeline.remove({ key: 'user#1', at: 4 })
  timeline.remove({ key: 'user#1', at: 6 })
  timeline.remove({ key: 'user#2', at: 5 })

  expect(timeline.oldest(10, 10)).toStrictEqual([{ key: 'user#1', at: 5 }])
})
