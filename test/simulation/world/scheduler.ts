import type { Millis } from '../../../functions/core/types.ts'
import type { SeededRandom } from '../../../local/hubspot/random.ts'
import { Trace } from './trace.ts'

/** Taken before a run replaces it. */
const immediately = setImmediate

interface Sleeper {
  readonly at: Millis
  readonly order: number
  readonly label: string
  wake: (() => void) | undefined
}

interface Ready {
  readonly label: string
  wake(): void
}

/** Longer than any run takes. */
const FOR_EVER: Millis = 1e12

/** Nobody can go on, and no time can bring it about. */
export class Stuck extends Error {
  override readonly name = 'Stuck'
}

/**
 * Time, and whose turn it is. Whatever waits for anything outside of itself waits here, and goes on when it is drawn:
 *
 *     everybody runs until they wait ─► draw one of those who can go on ─► it runs until it waits ─► …
 *                                          nobody can? time jumps to the next moment at which somebody can
 *
 * So one seed decides every interleaving, and a run can be repeated.
 */
export class Scheduler {
  readonly trace = new Trace()
  readonly #random: SeededRandom
  #elapsed: Millis = 0
  #order = 0
  #heap: Sleeper[] = []
  #ready: Ready[] = []
  /** Steps so far: what a run costs, and where one that turns in circles is given up. */
  steps = 0

  constructor(random: SeededRandom) {
    this.#random = random
  }

  /** Since the run began. */
  get elapsed(): Millis {
    return this.#elapsed
  }

  /** Goes on when it is drawn; time does not pass meanwhile unless nobody can go on. */
  turn(label: string): Promise<void> {
    return new Promise(wake => {
      this.#ready.push({ label, wake })
    })
  }

  sleep(duration: Millis, label: string): Promise<void> {
    return new Promise(wake => {
      this.after(duration, label, wake)
    })
  }

  /** @returns calls it off */
  after(duration: Millis, label: string, wake: () => void): () => void {
    const sleeper: Sleeper = {
      at: this.#elapsed + Math.max(0, Math.min(duration, FOR_EVER)),
      order: this.#order++,
      label,
      wake,
    }
    this.#push(sleeper)
    return () => {
      sleeper.wake = undefined
    }
  }

  /**
   * Runs until `work` is done.
   * @throws Stuck when it cannot come to an end, or takes more than `most` steps
   */
  async run<T>(work: Promise<T>, most: number): Promise<T> {
    let done = false
    const end = work.finally(() => {
      done = true
    })
    // A failure is the caller's to see, at the end.
    end.catch(() => undefined)
    for (;;) {
      await settled()
      if (done) return end
      if (this.#ready.length === 0) this.#passTime()
      this.steps += 1
      if (this.steps > most) throw new Stuck(`the run is not over after ${most} steps, at ${this.#elapsed} ms`)
      this.#takeOne()
    }
  }

  #takeOne(): void {
    const chosen = this.#ready.length === 1 ? 0 : this.#random.integer(this.#ready.length)
    const task = this.#ready[chosen]
    const last = this.#ready.pop()
    if (!task || !last) return
    if (task !== last) this.#ready[chosen] = last
    this.trace.add(task.label, this.#elapsed)
    task.wake()
  }

  #passTime(): void {
    let next = this.#pop()
    while (next && !next.wake) next = this.#pop()
    if (!next) throw new Stuck('everybody waits for something other than time')
    this.#elapsed = next.at
    for (;;) {
      const { label, wake } = next
      if (wake) this.#ready.push({ label, wake })
      if (this.#heap[0]?.at !== this.#elapsed) return
      const other = this.#pop()
      if (!other) return
      next = other
    }
  }

  #push(sleeper: Sleeper): void {
    const heap = this.#heap
    let place = heap.push(sleeper) - 1
    while (place > 0) {
      const parent = (place - 1) >> 1
      const above = heap[parent]
      if (!above || !isBefore(sleeper, above)) break
      heap[place] = above
      place = parent
    }
    heap[place] = sleeper
  }

  #pop(): Sleeper | undefined {
    const heap = this.#heap
    const first = heap[0]
    const last = heap.pop()
    if (!last || heap.length === 0) return first
    let place = 0
    for (;;) {
      const left = 2 * place + 1
      const [a, b] = [heap[left], heap[left + 1]]
      const smaller = a && b && isBefore(b, a) ? b : a
      if (!smaller || !isBefore(smaller, last)) break
      heap[place] = smaller
      place = smaller === a ? left : left + 1
    }
    heap[place] = last
    return first
  }
}

const isBefore = (a: Sleeper, b: Sleeper): boolean => a.at < b.at || (a.at === b.at && a.order < b.order)

/** Everything that can go on without anybody's turn has gone on. */
const settled = () => new Promise<void>(resolve => immediately(resolve))
