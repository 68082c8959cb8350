import type { SimulatorClock } from '../clock.ts'
import type { JsonObject } from '../message.ts'
import type { Switches } from '../switches.ts'

/** facts §8: what a plan allows. */
export interface RateLimits {
  /** Calls of one app in any 10 seconds: 100 on Free and Starter, 190 on Professional and Enterprise. */
  readonly perTenSeconds: number
  /** Calls of all apps until midnight: 250,000 / 625,000 / 1,000,000. */
  readonly daily: number
  /** Searches of all apps in any second. */
  readonly searchPerSecond: number
}

export const DEFAULT_LIMITS: RateLimits = { perTenSeconds: 100, daily: 250_000, searchPerSecond: 5 }

export type LimitPolicy = 'TEN_SECONDLY_ROLLING' | 'DAILY' | 'SECONDLY'

const TEN_SECONDS = 10_000
const DAY = 86_400_000

/** Counts calls against HubSpot's limits. A call that is refused does not count. */
export class RateLimiter {
  limits: RateLimits
  readonly #clock: SimulatorClock
  /** Times of calls in the window, by token. */
  readonly #bursts = new Map<string, number[]>()
  #searches: number[] = []
  #day = 0
  #today = 0

  constructor(clock: SimulatorClock, limits: RateLimits) {
    this.#clock = clock
    this.limits = limits
  }

  /** Counts a call. @returns the limit that it would break */
  admit(token: string, search: boolean): LimitPolicy | undefined {
    const now = this.#clock.now()
    this.#turnDay(now)
    if (search) {
      this.#searches = within(this.#searches, now - 1_000)
      if (this.#searches.length >= this.limits.searchPerSecond) return 'SECONDLY'
      if (this.#today >= this.limits.daily) return 'DAILY'
      this.#searches.push(now)
    } else {
      const burst = this.#burst(token, now)
      if (burst.length >= this.limits.perTenSeconds) return 'TEN_SECONDLY_ROLLING'
      if (this.#today >= this.limits.daily) return 'DAILY'
      burst.push(now)
    }
    this.#today += 1
    return undefined
  }

  /** facts §8: not on search answers. */
  headers(token: string): Record<string, string> {
    const now = this.#clock.now()
    this.#turnDay(now)
    const left = this.limits.perTenSeconds - this.#burst(token, now).length
    return {
      'x-hubspot-ratelimit-max': String(this.limits.perTenSeconds),
      'x-hubspot-ratelimit-remaining': String(Math.max(0, left)),
      'x-hubspot-ratelimit-interval-milliseconds': String(TEN_SECONDS),
      'x-hubspot-ratelimit-daily': String(this.limits.daily),
      'x-hubspot-ratelimit-daily-remaining': String(Math.max(0, this.limits.daily - this.#today)),
    }
  }

  /** Forgets all calls so far, as if a day had passed. */
  reset(): void {
    this.#bursts.clear()
    this.#searches = []
    this.#today = 0
  }

  #burst(token: string, now: number): number[] {
    const burst = within(this.#bursts.get(token) ?? [], now - TEN_SECONDS)
    this.#bursts.set(token, burst)
    return burst
  }

  #turnDay(now: number): void {
    const day = Math.floor(now / DAY)
    if (day !== this.#day) this.#today = 0
    this.#day = day
  }
}

/** facts §8: the body of a 429. */
export function limitBody(
  policy: LimitPolicy,
  switches: Switches,
  ids: { correlationId: string; requestId: string },
): JsonObject {
  const name = { TEN_SECONDLY_ROLLING: 'ten_secondly_rolling', DAILY: 'daily', SECONDLY: 'secondly' }[policy]
  const kind = switches.rateLimitShape === 'errorType' ? { errorType: 'RATE_LIMIT' } : { category: 'RATE_LIMITS' }
  const message = `You have reached your ${name} limit.`
  const { correlationId, requestId } = ids
  return { status: 'error', message, ...kind, correlationId, policyName: policy, requestId }
}

/** Mostly nothing or a little has expired: cut from the front. */
function within(times: number[], after: number): number[] {
  const first = times.findIndex(time => time > after)
  if (first === 0) return times
  return first === -1 ? [] : times.slice(first)
}
