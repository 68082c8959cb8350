import { expect, it } from 'vitest'
import { dailyBudgetSpent } from '../../functions/hubspot/daily-budget.ts'

const headers = (daily: string, remaining: string) => ({
  'x-hubspot-ratelimit-daily': daily,
  'x-hubspot-ratelimit-daily-remaining': remaining,
})

it.each([
  ['250000', '200000', 20],
  ['100', '0', 100],
  ['100', '100', 0],
])('of %s calls a day with %s left, so many percent are spent', (daily, remaining, spent) => {
  expect(dailyBudgetSpent(headers(daily, remaining))).toBeCloseTo(spent)
})

it.each([{}, headers('', ''), headers('0', '0'), headers('many', '1'), { 'x-hubspot-ratelimit-daily': '100' }])(
  'answers that do not tell say nothing: %o',
  given => {
    expect(dailyBudgetSpent(given)).toBeUndefined()
  },
)
