import type { Millis } from '../../functions/core/types.ts'
import type { Clock } from '../../functions/runtime/platform.ts'

/** A clock on which waiting takes no time: whoever sleeps finds that it is later. */
export class JumpingClock implements Clock {
  readonly #began: Millis
  #ahead: Millis = 0

  constructor(began: Millis) {
    this.#began = began
  }

  now(): Millis {
    return this.#began + this.#ahead
  }

  monotonic(): Millis {
    return this.#ahead
  }

  async sleep(duration: Millis): Promise<void> {
    this.#ahead += Math.max(0, duration)
  }
}
