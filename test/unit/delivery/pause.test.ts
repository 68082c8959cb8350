import { describe, expect, it } from 'vitest'
import { type Obstacle, obstacleIn, pauseFor, resume, tryAgain } from '../../../functions/core/delivery/pause.ts'
import { firstDeliverer, type Pause } from '../../../functions/core/store.ts'
import { NOON } from '../../support/records.ts'

const unavailable: Obstacle = { code: 'unavailable', reason: 'HubSpot answered 502' }
const unauthorized: Obstacle = { code: 'unauthorized', reason: 'the token is not valid' }

/** Meets the obstacles one after the other, each as soon as the pause before has ended; tells the lengths. */
function lengths(...obstacles: readonly Obstacle[]): number[] {
  let pauses: Pause[] = []
  let now = NOON
  return obstacles.map(obstacle => {
    pauses = pauseFor(pauses, 'contacts', obstacle, now)
    const length = (pauses[0]?.until ?? now) - now
    now += length
    return length
  })
}

describe('a pause', () => {
  it('is a second long and doubles to thirty', () => {
    expect(lengths(...Array(7).fill(unavailable))).toStrictEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000])
  })

  it('is short again after a success', () => {
    const long = pauseFor(
      [{ ...unavailable, capability: 'contacts', until: NOON, length: 16_000 }],
      'contacts',
      unavailable,
      NOON,
    )

    const after = pauseFor(resume(long, 'contacts', 'read'), 'contacts', unavailable, NOON)

    expect(long[0]?.length).toBe(30_000)
    expect(after[0]?.until).toBe(NOON + 1_000)
  })

  it('does not grow with the answers of calls that were under way when it began', () => {
    const first = pauseFor([], 'contacts', unavailable, NOON)

    const same = pauseFor(pauseFor(first, 'contacts', unavailable, NOON + 10), 'contacts', unauthorized, NOON + 999)

    expect(same).toStrictEqual(first)
  })

  it('that a write began ends with a write: HubSpot may be readable all the while', () => {
    const long = pauseFor([], 'contacts', { ...unavailable, write: true }, NOON)

    const afterRead = pauseFor(resume(long, 'contacts', 'read'), 'contacts', unavailable, NOON + 1_000)
    const afterWrite = resume(afterRead, 'contacts', 'write')

    expect(afterRead[0]).toMatchObject({ until: NOON + 3_000, write: true })
    expect(afterWrite).toStrictEqual([])
  })

  it.each(['unauthorized', 'forbidden', 'daily_limit', 'other_portal'] as const)(
    'for %s is five minutes, however often',
    code => {
      expect(lengths({ code, reason: '' }, { code, reason: '' })).toStrictEqual([300_000, 300_000])
    },
  )

  it('of five minutes does not make the next quick one long', () => {
    expect(lengths(unauthorized, unavailable, unavailable)).toStrictEqual([300_000, 2_000, 4_000])
  })

  it('is as long as HubSpot asks for, and no longer for that the next time', () => {
    const asked: Obstacle = { code: 'throttled', reason: '', retryAfter: 60_000 }

    expect(lengths(asked, unavailable)).toStrictEqual([60_000, 2_000])
    expect(lengths({ ...asked, retryAfter: 5 })).toStrictEqual([1_000])
  })

  it('that waits for a person ends with the process, though not the trouble; any other goes on', () => {
    const long = pauseFor([], 'contacts', unauthorized, NOON)
    const quick = pauseFor([], 'contacts', unavailable, NOON)

    const after = tryAgain({ ...firstDeliverer, pauses: long }, NOON + 10)

    expect(after.pauses).toStrictEqual([{ ...long[0], until: NOON + 10 }])
    expect(pauseFor(after.pauses, 'contacts', unauthorized, NOON + 10)[0]?.until).toBe(NOON + 10 + 300_000)
    expect(tryAgain({ ...firstDeliverer, pauses: quick }, NOON).pauses).toBe(quick)
  })

  it('says why, in words and in a code', () => {
    expect(pauseFor([], 'contacts', unavailable, NOON)).toStrictEqual([
      {
        capability: 'contacts',
        code: 'unavailable',
        reason: 'HubSpot answered 502',
        until: NOON + 1_000,
        length: 1_000,
      },
    ])
  })
})

describe('an answer', () => {
  it('that concerns one request is no obstacle', () => {
    expect(obstacleIn({ kind: 'ok', value: 1 })).toBeUndefined()
    expect(obstacleIn({ kind: 'rejected', errors: [], status: 400 })).toBeUndefined()
  })

  it('that a person must act upon says where', () => {
    expect(obstacleIn({ kind: 'account', code: 'unauthorized', message: 'The OAuth token is wrong.' })?.reason).toMatch(
      /HUBSPOT_ACCESS_TOKEN.*secret.*The OAuth token is wrong\.$/,
    )
    expect(obstacleIn({ kind: 'account', code: 'forbidden', message: 'No.' })?.reason).toMatch(/scopes.* No\.$/)
  })

  it('that concerns the portal is one, with its reason', () => {
    expect(obstacleIn({ kind: 'throttled', message: 'slow', retryAfter: 5 })).toStrictEqual({
      code: 'throttled',
      reason: 'slow',
      retryAfter: 5,
    })
    expect(obstacleIn({ kind: 'throttled', message: 'slow' })).toStrictEqual({ code: 'throttled', reason: 'slow' })
    expect(obstacleIn({ kind: 'account', code: 'daily_limit', message: 'enough' })).toStrictEqual({
      code: 'daily_limit',
      reason: 'enough',
    })
    expect(obstacleIn({ kind: 'unavailable', message: 'timeout' })).toStrictEqual({
      code: 'unavailable',
      reason: 'timeout',
    })
  })
})
