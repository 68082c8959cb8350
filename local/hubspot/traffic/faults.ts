import type { SeededRandom } from '../random.ts'
import type { LimitPolicy } from './limits.ts'

/** Whether a fault strikes before the request is carried out, or after. The caller cannot tell which. */
export type When = 'before' | 'after'

/** What can go wrong with a call. Times in milliseconds. */
export type Fault =
  /** The answer takes this much longer; the request is carried out at the start of it. */
  | { readonly kind: 'latency'; readonly for: number }
  /** The connection closes without an answer. */
  | { readonly kind: 'drop'; readonly when: When }
  /** The connection is reset. */
  | { readonly kind: 'reset'; readonly when: When }
  /** No answer, ever, and the connection stays open. */
  | { readonly kind: 'hang'; readonly when: When }
  /** The request is carried out `after` so long; the response is lost at once (or never comes: `hang`). */
  | { readonly kind: 'late'; readonly after: number; readonly answer?: 'drop' | 'hang' | 'error' }
  /** A 5xx of HubSpot's own (JSON), or of what stands before it (HTML). */
  | { readonly kind: 'error'; readonly status: number; readonly when: When; readonly html?: boolean }
  /** facts §8: 423. */
  | { readonly kind: 'locked' }
  /** facts §8: 477 with `Retry-After` in seconds. */
  | { readonly kind: 'migrating'; readonly retryAfter: number }
  /** facts §8: a 429 although the limit is not reached (another app used it up). */
  | { readonly kind: 'throttled'; readonly policy: LimitPolicy }
  /** facts §3.9: the token is not accepted. */
  | { readonly kind: 'unauthorized' }
  /** Everything fails: 502 in HTML. */
  | { readonly kind: 'outage' }
  /** The right answer under another content type; undefined: without one. */
  | { readonly kind: 'content-type'; readonly type?: string }
  /** The right status without a body. */
  | { readonly kind: 'empty' }
  /** Carried out, but these inputs' results (by position; default all) are missing from the answer. */
  | { readonly kind: 'missing'; readonly positions?: readonly number[] }
  /** The whole request is refused, in words that name no input. */
  | { readonly kind: 'refuse'; readonly status: number; readonly message: string; readonly category?: string }

/** Which requests a rule concerns: all that is given must fit. */
export interface FaultMatch {
  readonly method?: string
  /** Against path and query. */
  readonly path?: RegExp | string
  /** Against the text of the body: poison. */
  readonly body?: RegExp | string
  /** Only the n-th request that fits (from 1), or each n-th. */
  readonly nth?: number | { readonly every: number }
  /** Strikes with this probability. */
  readonly probability?: number
}

export interface FaultRule {
  readonly match?: FaultMatch
  readonly fault: Fault
  /** How often it strikes at most. Default: no end. */
  readonly times?: number
}

/** The faults in force. The first rule that fits strikes; none is used up by requests that it does not strike. */
export class FaultList {
  readonly #random: SeededRandom
  #rules: { rule: FaultRule; path: RegExp | undefined; body: RegExp | undefined; fitted: number; struck: number }[] = []

  constructor(random: SeededRandom) {
    this.#random = random
  }

  /** @returns takes it back */
  add(rule: FaultRule): () => void {
    const entry = { rule, path: pattern(rule.match?.path), body: pattern(rule.match?.body), fitted: 0, struck: 0 }
    this.#rules.push(entry)
    return () => {
      this.#rules = this.#rules.filter(other => other !== entry)
    }
  }

  clear(): void {
    this.#rules = []
  }

  get rules(): readonly FaultRule[] {
    return this.#rules.map(({ rule }) => rule)
  }

  /** The fault that strikes this request. */
  strike(method: string, url: string, body: string): Fault | undefined {
    for (const entry of this.#rules) {
      const { match = {}, fault, times = Number.POSITIVE_INFINITY } = entry.rule
      if (entry.struck >= times) continue
      if (match.method !== undefined && match.method.toUpperCase() !== method) continue
      if (entry.path && !entry.path.test(url)) continue
      if (entry.body && !entry.body.test(body)) continue
      entry.fitted += 1
      if (typeof match.nth === 'number' && entry.fitted !== match.nth) continue
      if (typeof match.nth === 'object' && entry.fitted % match.nth.every !== 0) continue
      if (match.probability !== undefined && this.#random.number() >= match.probability) continue
      entry.struck += 1
      return fault
    }
    return undefined
  }
}

/** Without flags that remember where the last match ended. */
function pattern(source: RegExp | string | undefined): RegExp | undefined {
  if (source === undefined) return undefined
  return typeof source === 'string' ? new RegExp(source) : new RegExp(source.source, source.flags.replace(/[gy]/g, ''))
}
