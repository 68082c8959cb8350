import { setTimeout as sleep } from 'node:timers/promises'
import * as v from 'valibot'
import { Api } from '../api.ts'
import { type Context, Failed } from '../command.ts'

/** So long a live event may stand behind the backfill's in the queue, in seconds. */
const LONGEST_WAIT = 1.5
/** Events in the queue: to begin with, at least and at most. */
const QUEUED = { first: 100, least: 20, most: 2_000 }
const LARGEST_BATCH = 500
/** Between two questions, in milliseconds. */
const LOOK_EVERY = 500

const QUEUE = '/v1/status?only=queue'
const queue = v.looseObject({ queued: v.number() })

/**
 * Keeps a backfill from getting into anybody's way. Of what is recorded live work goes first; before that, in the queue,
 * nothing overtakes: so no more is sent than is recorded.
 */
export class Throttle {
  readonly #api: Api | undefined
  readonly #perSecond: number
  readonly #ended: AbortSignal
  #freeAt = performance.now()
  #lookedAt = Number.NEGATIVE_INFINITY
  #sentSince = 0
  #queued = 0
  /** How many events the queue may hold: as many as are recorded in `LONGEST_WAIT`. */
  #limit = QUEUED.first

  private constructor(api: Api | undefined, perSecond: number, ended: AbortSignal) {
    this.#api = api
    this.#perSecond = perSecond
    this.#ended = ended
  }

  /** With an admin key it knows how long the queue is; without one there is but the rate. */
  static async from(context: Context, perSecond: number, ended: AbortSignal): Promise<Throttle> {
    let api: Api | undefined
    try {
      api = await Api.from(context)
      await api.get(QUEUE, queue)
    } catch (error) {
      if (!(error instanceof Failed)) throw error
      api = undefined
      context.terminal.tell(
        `Nobody says how long the queue is (${error.message}) The rate alone, ${perSecond} rows a second, keeps live events from having to wait.`,
      )
    }
    return new Throttle(api, perSecond, ended)
  }

  /** How many events should be sent together now. */
  get batch(): number {
    return this.#api ? Math.min(LARGEST_BATCH, Math.max(QUEUED.least, Math.floor(this.#limit / 2))) : LARGEST_BATCH
  }

  /** Waits until so many more may be sent. @param waits is called now and then meanwhile, with the reason */
  async admit(events: number, waits: (why: string) => void): Promise<void> {
    for (;;) {
      if (this.#ended.aborted) return
      const now = performance.now()
      if (this.#freeAt > now) {
        await this.#rest(Math.min(250, this.#freeAt - now))
        waits('')
        continue
      }
      if (await this.#queueIsShort(events)) break
      waits('vidsync is recording')
      await this.#rest(LOOK_EVERY / 5)
    }
    this.#freeAt = Math.max(this.#freeAt, performance.now() - 1_000) + (events / this.#perSecond) * 1_000
    this.#sentSince += events
  }

  async #queueIsShort(events: number): Promise<boolean> {
    if (!this.#api) return true
    if (this.#queued + this.#sentSince + events <= this.#limit) return true
    const passed = performance.now() - this.#lookedAt
    if (passed < LOOK_EVERY) return false
    this.#lookedAt = performance.now()
    try {
      const { queued } = await this.#api.get(QUEUE, queue)
      this.#learn(queued, passed / 1_000)
      this.#queued = queued
      this.#sentSince = 0
    } catch (error) {
      // It says so itself once nothing can be sent either.
      if (!(error instanceof Failed)) throw error
    }
    return this.#queued + this.#sentSince + events <= this.#limit
  }

  /** An empty queue could have had more; another one shows how fast it is recorded. @param seconds since the last look */
  #learn(queued: number, seconds: number): void {
    const recorded = Math.max(0, this.#queued + this.#sentSince - queued)
    const fitting = queued === 0 ? this.#limit * 1.5 : (this.#limit + (recorded / seconds) * LONGEST_WAIT) / 2
    if (Number.isFinite(seconds)) this.#limit = Math.min(QUEUED.most, Math.max(QUEUED.least, fitting))
  }

  async #rest(length: number): Promise<void> {
    await sleep(length, undefined, { signal: this.#ended }).catch(() => {})
  }
}
