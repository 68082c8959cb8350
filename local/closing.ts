import { setTimeout as sleep } from 'node:timers/promises'

/** How long each part may take to end, in milliseconds. */
const PATIENCE = 3000

/** What must be ended, in the reverse order of its beginning. */
export class Closing {
  readonly #parts: (() => unknown)[] = []
  readonly #controller = new AbortController()
  #closed: Promise<void> | undefined

  /** Aborted as soon as the end begins. */
  get signal(): AbortSignal {
    return this.#controller.signal
  }

  /** @param end is called once; what it returns is awaited, though not for ever. */
  add(end: () => unknown): void {
    this.#parts.push(end)
  }

  /** Ends everything, even if some of it fails. Calling it again awaits the same end. */
  close(): Promise<void> {
    this.#closed ??= this.#end()
    return this.#closed
  }

  async #end(): Promise<void> {
    this.#controller.abort()
    for (const end of this.#parts.toReversed()) {
      const patience = new AbortController()
      const ending = Promise.resolve()
        .then(end)
        .catch(() => {})
      await Promise.race([ending, sleep(PATIENCE, undefined, { signal: patience.signal }).catch(() => {})])
      patience.abort()
    }
  }
}
