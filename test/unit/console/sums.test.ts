import { expect, it } from 'vitest'
import { added, lastWhole, latest, mean, sharesOf, total } from '../../../console/pages/sums.ts'

it('lines are added up part by part, and what is known of neither stays unknown', () => {
  expect(added([1, null, 3], [2, null, null])).toEqual([3, null, 3])
})

it('what is unknown counts in no sum and in no mean', () => {
  expect([total([1, null, 2]), mean([1, null, 2]), mean([null])]).toEqual([3, 1.5, null])
})

it('the newest number is the last that is known; the last whole one is that of the part before', () => {
  expect([latest([1, 5, null]), lastWhole([1, 5, 9]), lastWhole([4, null, null]), lastWhole([])]).toEqual([5, 5, 4, 0])
})

it('shares are of the whole', () => {
  expect(sharesOf([30, null], 600)).toEqual([5, null])
})
