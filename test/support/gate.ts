/** A moment at which a process may be stopped: before one of its calls takes effect, or after. */
export interface Passage {
  /** Counts the calls of the process, from 1. */
  readonly call: number
  readonly when: 'before' | 'after'
  /** `store.settle`, `hubspot.fetch`. */
  readonly what: string
  /** What was passed to the call; of an HTTP call, URL and body. */
  readonly args: readonly unknown[]
}

/** The process is no more: whatever it was waiting for never comes back. */
export class Crash extends Error {
  override readonly name = 'Crash'
  readonly passage: Passage
  constructor(passage: Passage) {
    super(`crashed ${passage.when} call ${passage.call}, ${passage.what}`)
    this.passage = passage
  }
}

const NEVER = new Promise<never>(() => undefined)

/**
 * Stands between a process and its neighbours. Every call passes here twice, so that a test can end the process, fail
 * the call or let others act exactly there:
 *
 *     process ──► before ──► the call takes effect ──► after ──► process
 *
 * A process that crashed does not throw: it stops, wherever it is, as `kill -9` stops it. Nothing of it runs on: no
 * `catch`, no `finally`, no parallel branch.
 */
export class Gate {
  #calls = 0
  readonly #names: string[] = []
  #dead = false
  #crash: (passage: Passage) => void = () => undefined
  /** Rejects with `Crash` when the process ends. */
  readonly death: Promise<never>
  /** Called at every passage; whatever it throws, the call throws. */
  watch: ((passage: Passage) => void | Promise<void>) | undefined

  constructor() {
    this.death = new Promise((_, reject) => {
      this.#crash = passage => reject(new Crash(passage))
    })
    this.death.catch(() => undefined)
  }

  /** What was called, in order. */
  get calls(): readonly string[] {
    return this.#names
  }

  /** Ends the process at its n-th call. */
  crashAt(call: number, when: Passage['when']): void {
    this.crashWhen(passage => passage.call === call && passage.when === when)
  }

  /** Ends the process at the first passage for which `now` holds. */
  crashWhen(now: (passage: Passage) => boolean): void {
    this.watch = passage => {
      if (now(passage)) this.end(passage)
    }
  }

  /** `neighbour`, with every call of its methods passing through here. */
  before<T extends object>(name: string, neighbour: T): T {
    return new Proxy(neighbour, {
      get: (target, property) => {
        const member: unknown = Reflect.get(target, property, target)
        if (typeof member !== 'function') return member
        return (...args: unknown[]) =>
          this.pass(`${name}.${String(property)}`, args, () => Reflect.apply(member, target, args))
      },
    })
  }

  async pass<T>(what: string, args: readonly unknown[], effect: () => Promise<T>): Promise<T> {
    this.#calls += 1
    const call = this.#calls
    this.#names.push(what)
    await this.#stop({ call, when: 'before', what, args })
    const [outcome] = await Promise.allSettled([effect()])
    await this.#stop({ call, when: 'after', what, args })
    if (outcome.status === 'rejected') throw outcome.reason
    return outcome.value
  }

  /** Something that nobody can interrupt, but that a dead process does not live to see: sleep. */
  async outlive<T>(effect: Promise<T>): Promise<T> {
    const value = await effect
    return this.#dead ? NEVER : value
  }

  async #stop(passage: Passage): Promise<void> {
    if (!this.#dead) await this.watch?.(passage)
    if (this.#dead) await NEVER
  }

  /** Ends the process here and now. */
  end(passage: Passage): void {
    this.#dead = true
    this.#crash(passage)
  }
}
