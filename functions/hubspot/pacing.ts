import type { Millis } from '../core/types.ts'
import type { Clock } from '../runtime/platform.ts'

/** HubSpot's window of 10 s, and as much again as its clock and ours may differ in rate and rounding. */
export const WINDOW: Millis = 10_500

/** An answer's date, written down and read back, may be off by so much: dates are whole, and clocks are adjusted. */
const ROUNDING: Millis = 50

/** A call that may be made now. */
export interface Slot {
  /** To be called once, when the call's answer has come or will come no more. */
  answered(): void
}

/**
 * Keeps the calls within HubSpot's limit of N in any 10 seconds. When a call counts at HubSpot nobody can tell: somewhere
 * between its start and its answer. So here it counts from its start until a window after its answer:
 *
 *     start ●━━━━━━━━━● answer              ← HubSpot counts it at some moment in between
 *           ├─────────┴── 10.5 s ──┤        ← it takes one of the N places for all this time
 *
 * If more than N calls arrived within 10 s, the one that started last would have started while N others held places.
 */
export class Pace {
  readonly limit: number
  readonly #clock: Clock
  #underWay = 0
  /** By the monotonic clock, ascending. */
  #answers: Millis[] = []

  /**
   * @param limit calls in 10 s
   * @param carried what `state()` gave to the last deliverer; dates in the future count as now
   */
  constructor(limit: number, clock: Clock, carried: readonly Millis[] = []) {
    if (!(limit >= 1)) throw new RangeError('At least one call in 10 seconds must be allowed.')
    this.limit = Math.floor(limit)
    this.#clock = clock
    this.restore(carried)
  }

  /** Takes over what the last deliverer has left. That may have been this very pace: what it knows counts once. */
  restore(carried: readonly Millis[]): void {
    const age = (date: Millis) => Math.max(0, this.#clock.now() - date)
    const known = [...this.#answers]
    for (const date of carried) {
      const answer = this.#clock.monotonic() - age(date)
      const same = known.findIndex(own => Math.abs(own - answer) <= ROUNDING)
      if (same < 0) this.#answers.push(answer)
      else known.splice(same, 1)
    }
    this.#answers.sort((a, b) => a - b)
    this.#forget()
  }

  /**
   * How long until a call may start, at the least; 0: now.
   * @param ahead calls that have been promised a place and have not taken it yet
   */
  delay(ahead = 0): Millis {
    this.#forget()
    const excess = this.#underWay + this.#answers.length + ahead - this.limit + 1
    if (excess <= 0) return 0
    // A call under way gives its place back a window after an answer that has not come yet: at least a window from now.
    const answer = this.#answers[excess - 1] ?? this.#clock.monotonic()
    return answer + WINDOW - this.#clock.monotonic()
  }

  /**
   * Waits for a place.
   * @param deadline by the monotonic clock
   * @returns undefined, at once, when there will be none before the deadline
   */
  async slot(deadline: Millis = Number.POSITIVE_INFINITY): Promise<Slot | undefined> {
    for (let delay = this.delay(); delay > 0; delay = this.delay()) {
      if (this.#clock.monotonic() + delay > deadline) return undefined
      await this.#clock.sleep(Math.ceil(delay))
    }
    this.#underWay += 1
    let counted = false
    const answered = () => {
      if (counted) return
      counted = true
      this.#underWay -= 1
      this.#answers.push(this.#clock.monotonic())
    }
    return { answered }
  }

  /** The dates of the answers that still count, for the next deliverer. A call under way counts as answered now. */
  state(): Millis[] {
    this.#forget()
    const ahead = this.#clock.now() - this.#clock.monotonic()
    const underWay = Array.from({ length: this.#underWay }, () => this.#clock.now())
    return [...this.#answers.map(answer => Math.ceil(answer + ahead)), ...underWay]
  }

  #forget(): void {
    const horizon = this.#clock.monotonic() - WINDOW
    const first = this.#answers.findIndex(answer => answer > horizon)
    if (first !== 0) this.#answers = first < 0 ? [] : this.#answers.slice(first)
  }
}
