import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Pace, WINDOW } from '../../../functions/hubspot/pacing.ts'
import { VirtualClock } from '../../support/virtual-clock.ts'

interface Call {
  readonly start: number
  readonly answer: number
}

/** Asks for a slot `after` so long, and is answered `latency` later. */
const schedules = fc.array(
  fc.record({ after: fc.integer({ min: 0, max: 25_000 }), latency: fc.integer({ min: 0, max: 15_000 }) }),
  { maxLength: 40 },
)

describe('pace', () => {
  it('never lets more than N calls arrive in any 10 seconds, whenever between start and answer they arrive', async () => {
    await fc.assert(
      fc.asyncProperty(schedules, fc.integer({ min: 1, max: 6 }), async (schedule, limit) => {
        const clock = new VirtualClock()
        const pace = new Pace(limit, clock)
        const calls: Call[] = []

        await clock.run(
          Promise.all(
            schedule.map(async ({ after, latency }) => {
              await clock.sleep(after)
              calls.push(await call(pace, clock, latency))
            }),
          ),
        )

        expect(calls).toHaveLength(schedule.length)
        expect(fullestTenSeconds(calls)).toBeLessThanOrEqual(limit)
      }),
      { numRuns: 60 },
    )
  })

  it('keeps the limit across deliverers whose monotonic clocks have nothing in common', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(schedules, { maxLength: 4 }), fc.integer({ min: 1, max: 6 }), async (runs, limit) => {
        let clock = new VirtualClock()
        let carried: readonly number[] = []
        const calls: Call[] = []

        for (const schedule of runs) {
          clock = new VirtualClock(clock.now())
          const pace = new Pace(limit, clock, carried)
          const work = schedule.map(async ({ latency }) => calls.push(await call(pace, clock, latency)))
          await clock.run(Promise.all(work))
          carried = pace.state()
        }

        expect(fullestTenSeconds(calls)).toBeLessThanOrEqual(limit)
      }),
      { numRuns: 40 },
    )
  })

  it('lets N calls start at once and the next a window after the first answer', async () => {
    const clock = new VirtualClock()
    const pace = new Pace(3, clock)
    const starts: number[] = []

    const done = [100, 200, 300, 0].map(async latency => {
      const slot = await pace.slot()
      starts.push(clock.monotonic())
      await clock.sleep(latency)
      slot?.answered()
    })
    await clock.advance(20_000)
    await Promise.all(done)

    expect(starts).toEqual([0, 0, 0, 100 + WINDOW])
  })

  it('counts a call that is still under way, however long it takes', async () => {
    const clock = new VirtualClock()
    const pace = new Pace(1, clock)
    const slot = await pace.slot()

    await clock.advance(60_000)
    const whileUnderWay = pace.delay()
    slot?.answered()
    await clock.advance(WINDOW - 1)
    const justBefore = pace.delay()
    await clock.advance(1)

    expect(whileUnderWay).toBe(WINDOW)
    expect(justBefore).toBe(1)
    expect(pace.delay()).toBe(0)
  })

  it('refuses at once when there will be no place before the deadline', async () => {
    const clock = new VirtualClock()
    const pace = new Pace(1, clock)
    const slot = await pace.slot()
    slot?.answered()

    const tooEarly = await pace.slot(WINDOW - 1)
    const waiting = pace.slot(WINDOW)
    await clock.advance(WINDOW)

    expect(tooEarly).toBeUndefined()
    expect(await waiting).toBeDefined()
  })

  it('gives a place back once, however often a call says that it was answered', async () => {
    const clock = new VirtualClock()
    const pace = new Pace(2, clock)
    const slot = await pace.slot()

    slot?.answered()
    slot?.answered()

    expect(pace.state()).toHaveLength(1)
    expect(pace.delay()).toBe(0)
  })

  it('hands over calls under way as answered now, and forgets answers older than the window', async () => {
    const clock = new VirtualClock()
    const pace = new Pace(5, clock, [clock.now() - WINDOW, clock.now() - 500])
    await pace.slot()

    const state = pace.state()

    expect(state).toEqual([clock.now() - 500, clock.now()])
  })

  it('counts nothing twice when it takes its own state over again', async () => {
    const clock = new VirtualClock()
    const pace = new Pace(5, clock)
    for (const latency of [0.4, 0.4, 700]) await clock.run(call(pace, clock, latency))

    pace.restore(pace.state())
    pace.restore([...pace.state(), clock.now() - 300])

    expect(pace.state()).toHaveLength(4)
  })

  it('takes an answer dated in the future, by a clock that was wrong, for one of now', async () => {
    const clock = new VirtualClock()
    const pace = new Pace(1, clock, [clock.now() + 3_600_000])

    const delay = pace.delay()

    expect(delay).toBe(WINDOW)
  })

  it('refuses a limit under which nothing could ever be sent', () => {
    expect(() => new Pace(0, new VirtualClock())).toThrow(RangeError)
  })
})

async function call(pace: Pace, clock: VirtualClock, latency: number): Promise<Call> {
  const slot = await pace.slot()
  const start = clock.now()
  await clock.sleep(latency)
  slot?.answered()
  return { start, answer: clock.now() }
}

/** The most calls that may have arrived within 10 s: all those whose time under way touches one such window. */
function fullestTenSeconds(calls: readonly Call[]): number {
  const counts = calls.map(({ answer: from }) => calls.filter(c => c.start < from + 10_000 && c.answer >= from).length)
  return Math.max(0, ...counts)
}
