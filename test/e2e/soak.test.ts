import { expect, test } from 'vitest'
import { soak } from '../soak/soaking.ts'
import { growthOf, tenthsOf } from '../soak/trend.ts'

/** The short form of `npm run soak -- --minutes 30`. */
test('under load, killed again and again, with HubSpot in one trouble after the other, nothing is lost or doubled', {
  timeout: 240_000,
}, async () => {
  const report = await soak({
    seed: 11,
    users: 60,
    duration: 16_000,
    killing: 0.8,
    killedEvery: 5_000,
    longestTrouble: 1_500,
    patience: 120_000,
    untilVerified: false,
    tell: () => {},
  })

  expect(report.verdict).toEqual({
    missing: 0,
    wrong: 0,
    duplicate: 0,
    eventsLost: 0,
    eventsDoubled: 0,
    eventsAstray: 0,
  })
  expect(report.settledIn).toBeDefined()
  expect(report.sent.accepted).toBeGreaterThan(60)
  expect(report.kills.working + report.kills.starting).toBeGreaterThan(0)
  expect([...report.troubles.values()].filter(times => times > 0).length).toBeGreaterThan(2)
  expect(report.exitCodes).toEqual([0, 0])
  expect(report.dueAfterRestart).toBe(0)
})

test('the judge of memory tells what grows from what goes up and down', () => {
  const course = (value: (n: number) => number) =>
    Array.from({ length: 100 }, (_, n) => ({ at: n * 1_000, value: value(n) }))

  expect(growthOf(course(() => 5))).toBe(0)
  expect(Math.abs(growthOf(course(n => 100 + (n % 10))))).toBeLessThan(0.05)
  expect(growthOf(course(n => 100 + n))).toBeCloseTo(99 / 149.5)
  expect(growthOf([])).toBe(0)
  expect(tenthsOf(course(n => n))).toHaveLength(10)
  expect(tenthsOf([])).toEqual([])
})
