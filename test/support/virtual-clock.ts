import type { Clock } from '../../functions/runtime/platform.ts'

/** Time that stands still until somebody advances it. */
export class VirtualClock implements Clock {
  readonly #origin: number
  #elapsed = 0
  #sleepers: { readonly at: number; wake(): void }[] = []

  /** @param origin the date at which it starts; the monotonic clock always starts at 0 */
  constructor(origin = Date.UTC(2026, 10, 1)) {
    this.#origin = origin
  }

  now(): number {
    return this.#origin + this.#elapsed
  }

  monotonic(): number {
    return this.#elapsed
  }

  sleep(duration: number): Promise<void> {
    return new Promise(wake => {
      this.#sleepers.push({ at: this.#elapsed + duration, wake })
    })
  }

  /** Lets time pass, waking every sleeper at its moment and letting it act before time goes on. */
  async advance(duration: number): Promise<void> {
    const end = this.#elapsed + duration
    await settled()
    for (let next = this.#next(end); next; next = this.#next(end)) {
      this.#sleepers = this.#sleepers.filter(sleeper => sleeper !== next)
      this.#elapsed = Math.max(this.#elapsed, next.at)
      next.wake()
      await settled()
    }
    this.#elapsed = end
  }

  /** Lets just as much time pass as something takes. */
  async run<T>(work: Promise<T>): Promise<T> {
    let done = false
    const end = work.finally(() => {
      done = true
    })
    // A failure is the caller's to see, at the end.
    end.catch(() => undefined)
    for (await settled(); !done; await settled()) {
      const next = this.#next(Number.POSITIVE_INFINITY)
      if (!next) throw new Error('It waits for something other than time.')
      await this.advance(next.at - this.#elapsed)
    }
    return end
  }

  #next(end: number) {
    return this.#sleepers.filter(sleeper => sleeper.at <= end).sort((a, b) => a.at - b.at)[0]
  }
}

/** Everything that can go on without time passing has gone on. */
const settled = () => new Promise<void>(resolve => setImmediate(resolve))
