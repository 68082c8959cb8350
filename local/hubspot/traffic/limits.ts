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
  /** Batches of associations in any 10 seconds: 100 on Free and Starter, 150 on Professional, 200 on Enterprise. */
  readonly associationsPerTenSeconds: number
  /** Batches of associations until midnight. */
  readonly associationsDaily: number
  /** facts §9: calls that send events, in any second. */
  readonly eventsPerSecond: number
}

export const DEFAULT_LIMITS: RateLimits = {
  perTenSeconds: 100,
  daily: 250_000,
  searchPerSecond: 5,
  associationsPerTenSeconds: 100,
  associationsDaily: 500_000,
  eventsPerSecond: 1_250,
}

/** What a call counts against: facts §2 on exemptions, §8. */
export type Budget = 'calls' | 'search' | 'associations' | 'events'

export type LimitPolicy = 'TEN_SECONDLY_ROLLING' | 'DAILY' | 'SECONDLY'

const TEN_SECONDS = 10_000
const DAY = 86_400_000

interface Rule {
  readonly window: number
  readonly most: (limits: RateLimits) => number
  readonly policy: LimitPolicy
  /** Whether it counts against the limit of a day, too, and which. */
  readonly daily: ((limits: RateLimits) => number) | undefined
}

const RULES: Readonly<Record<Budget, Rule>> = {
  calls: {
    window: TEN_SECONDS,
    most: limits => limits.perTenSeconds,
    policy: 'TEN_SECONDLY_ROLLING',
    daily: limits => limits.daily,
  },
  search: {
    window: 1_000,
    most: limits => limits.searchPerSecond,
    policy: 'SECONDLY',
    daily: limits => limits.daily,
  },
  associations: {
    window: TEN_SECONDS,
    most: limits => limits.associationsPerTenSeconds,
    policy: 'TEN_SECONDLY_ROLLING',
    daily: limits => limits.associationsDaily,
  },
  events: { window: 1_000, most: limits => limits.eventsPerSecond, policy: 'SECONDLY', daily: undefined },
}

/** Counts calls against HubSpot's limits. A call that is refused does not count. */
export class RateLimiter {
  limits: RateLimits
  readonly #clock: SimulatorClock
  /** Times of calls in the window, by budget and, where each app has its own, by token. */
  readonly #windows = new Map<string, number[]>()
  #day = 0
  /** Calls since midnight; associations count apart. */
  #today = { calls: 0, associations: 0 }

  constructor(clock: SimulatorClock, limits: RateLimits) {
    this.#clock = clock
    this.limits = limits
  }

  /** Counts a call. @returns the limit that it would break */
  admit(token: string, budget: Budget): LimitPolicy | undefined {
    const now = this.#clock.now()
    this.#turnDay(now)
    const rule = RULES[budget]
    const times = this.#window(token, budget, now)
    if (times.length >= rule.most(this.limits)) return rule.policy
    const count = budget === 'associations' ? 'associations' : 'calls'
    if (rule.daily) {
      if (this.#today[count] >= rule.daily(this.limits)) return 'DAILY'
      this.#today[count] += 1
    }
    times.push(now)
    return undefined
  }

  /** facts §8: not on search answers. Events are exempt from what the headers tell of. */
  headers(token: string, budget: Budget): Record<string, string> {
    if (budget === 'search' || budget === 'events') return {}
    const now = this.#clock.now()
    this.#turnDay(now)
    const { most, daily } = RULES[budget]
    const left = most(this.limits) - this.#window(token, budget, now).length
    const today = daily ? daily(this.limits) : 0
    return {
      'x-hubspot-ratelimit-max': String(most(this.limits)),
      'x-hubspot-ratelimit-remaining': String(Math.max(0, left)),
      'x-hubspot-ratelimit-interval-milliseconds': String(TEN_SECONDS),
      'x-hubspot-ratelimit-daily': String(today),
      'x-hubspot-ratelimit-daily-remaining': String(Math.max(0, today - this.#today[budget])),
    }
  }

  /** Forgets all calls so far, as if a day had passed. */
  reset(): void {
    this.#windows.clear()
    this.#today = { calls: 0, associations: 0 }
  }

  /** facts §7: searches of all apps count together. */
  #window(token: string, budget: Budget, now: number): number[] {
    const key = budget === 'search' ? budget : `${budget} ${token}`
    const times = within(this.#windows.get(key) ?? [], now - RULES[budget].window)
    this.#windows.set(key, times)
    return times
  }

  #turnDay(now: number): void {
    const day = Math.floor(now / DAY)
    if (day !== this.#day) this.#today = { calls: 0, associations: 0 }
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
