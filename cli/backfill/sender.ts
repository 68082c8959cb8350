import { setTimeout as sleep } from 'node:timers/promises'
import * as v from 'valibot'
import type { JsonObject } from '../../functions/core/parse/json.ts'
import { apiUrl, isLoopback, jsonOf, LOCAL_KEY, reasonOf } from '../api.ts'
import { type Context, EXIT, Failed } from '../command.ts'

/** Events in one request. */
const LARGEST = 500
const SMALLEST = 10
/** In milliseconds. */
const PATIENCE = 30_000
const FIRST_PAUSE = 1_000
const LONGEST_PAUSE = 60_000
/** For so long an API that does not answer is asked again; then a person had better look. */
const GIVES_UP_AFTER = 15 * 60_000

const refusals = v.array(v.looseObject({ index: v.number(), message: v.string() }))
const taken = v.looseObject({ accepted: v.number(), rejected: refusals })
const refusal = v.looseObject({ error: v.string(), rejected: v.optional(refusals) })

/** What became of some calls. */
export interface Sent {
  readonly calls: number
  /** By their places among those that were given. */
  readonly rejected: readonly { readonly index: number; readonly message: string }[]
}

/**
 * Posts events at bulk priority, one request after the other, so that two rows of one user keep their order. Where the API
 * is in trouble, or has too much to do, it sends less at once and waits longer:
 *
 *     202               more at once, by and by, up to 500
 *     413               half as many, at once
 *     429, 5xx, nothing half as many, after 1 s doubling to 60 s, or when the answer says so
 *     400, 401, 403     nothing more: a person has to act
 */
export class Sender {
  readonly url: string
  readonly #authorization: string
  readonly #ended: AbortSignal
  #size = LARGEST
  /** Why it is slow. */
  trouble = ''

  constructor(url: string, key: string, ended: AbortSignal) {
    this.url = url
    this.#authorization = `Basic ${Buffer.from(`${key}:`).toString('base64')}`
    this.#ended = ended
  }

  /** @throws Failed: usage. */
  static from({ args, environment, terminal }: Context, ended: AbortSignal): Sender {
    const url = apiUrl({ args, environment })
    const [given] = (environment.WRITE_KEY ?? '').split(',').flatMap(each => each.trim() || [])
    const key = given ?? (isLoopback(url) ? LOCAL_KEY : undefined)
    if (key === undefined) throw new Failed(EXIT.usage, `${url.host} wants a write key: set WRITE_KEY.`)
    if (url.protocol === 'http:' && !isLoopback(url))
      terminal.tell(`Warning: the write key goes to ${url.host} unencrypted; use https.`)
    return new Sender(url.href.replace(/\/+$/, ''), key, ended)
  }

  /** Finds out, before hours of work, whether events would be let in. @throws Failed */
  async check(): Promise<void> {
    // A batch without events is refused for that, once the key is right.
    const { status, body, reason } = await this.#post([])
    if (status === undefined) throw new Failed(EXIT.unreachable, `${this.url} cannot be reached (${reason}).`)
    if (status === 401) throw new Failed(EXIT.usage, NO_KEY)
    if (status !== 400 || !v.is(refusal, body))
      throw new Failed(EXIT.unreachable, `${this.url} answers ${status}: it is not vidsync, or it is in trouble.`)
  }

  /**
   * Sends calls until each is answered for, or somebody has ended it.
   * @param waits is called now and then while the API is waited for
   * @returns how far it came
   * @throws Failed
   */
  async send(calls: readonly JsonObject[], waits: () => void): Promise<Sent> {
    const rejected: Sent['rejected'][number][] = []
    let done = 0
    while (done < calls.length && !this.#ended.aborted) {
      const some = calls.slice(done, done + this.#size)
      const begun = done
      const refused = await this.#sendSome(some, waits)
      if (refused === 'fewer') continue
      rejected.push(...refused.map(({ index, message }) => ({ index: begun + index, message })))
      done += some.length
    }
    return { calls: done, rejected }
  }

  async #sendSome(calls: readonly JsonObject[], waits: () => void): Promise<Sent['rejected'] | 'fewer'> {
    const begun = performance.now()
    for (let pause = FIRST_PAUSE; ; pause = Math.min(2 * pause, LONGEST_PAUSE)) {
      const { status, body, reason, retryAfter } = await this.#post(calls)
      if (status === 202) {
        this.trouble = ''
        this.#size = Math.min(LARGEST, Math.ceil(this.#size * 1.25))
        const answer = v.safeParse(taken, body)
        if (!answer.success) throw new Failed(EXIT.unreachable, `${this.url} gives an answer that vidsync never would.`)
        return answer.output.rejected
      }
      const told = v.safeParse(refusal, body)
      const words = told.success ? told.output.error : ''
      if (status === 400 && told.success && told.output.rejected?.length === calls.length) return told.output.rejected
      if (status === 401 || status === 403) throw new Failed(EXIT.usage, NO_KEY)
      if (status === 413 && calls.length > 1) {
        this.#size = Math.max(1, Math.floor(calls.length / 2))
        return 'fewer'
      }
      if (status === 413) return [{ index: 0, message: words || 'is too large' }]
      if (status !== undefined && status < 500 && status !== 429 && status !== 408)
        throw new Failed(EXIT.usage, `${this.url} answers ${status}: ${words}`)
      if (performance.now() - begun > GIVES_UP_AFTER)
        throw new Failed(EXIT.unreachable, `${this.url} has taken nothing for 15 minutes (${reason}). ${GO_ON}`)
      this.trouble = `waiting: ${reason}`
      this.#size = Math.max(SMALLEST, Math.floor(this.#size / 2))
      const length = retryAfter ?? pause * (0.5 + Math.random() / 2)
      if (!(await this.#pause(length, waits))) return 'fewer'
      // The same events: those among them that were queued are recognised.
      if (calls.length > this.#size) return 'fewer'
    }
  }

  /** `false`: somebody has ended it. */
  async #pause(length: number, waits: () => void): Promise<boolean> {
    const until = performance.now() + length
    while (performance.now() < until && !this.#ended.aborted) {
      waits()
      const rest = Math.min(250, until - performance.now())
      await sleep(Math.max(0, rest), undefined, { signal: this.#ended }).catch(() => {})
    }
    return !this.#ended.aborted
  }

  async #post(
    calls: readonly JsonObject[],
  ): Promise<{ status: number | undefined; body?: unknown; reason: string; retryAfter?: number }> {
    try {
      const response = await fetch(`${this.url}/v1/batch`, {
        method: 'POST',
        headers: { authorization: this.#authorization, 'content-type': 'application/json' },
        body: JSON.stringify({ context: { vidsync: { priority: 'bulk' } }, batch: calls }),
        redirect: 'manual',
        // Whoever ends the command has the answer to what is under way noted, too.
        signal: AbortSignal.timeout(PATIENCE),
      })
      const after = Number(response.headers.get('retry-after') ?? '')
      return {
        status: response.status,
        body: jsonOf(await response.text()),
        reason: `it answers ${response.status}`,
        ...(after > 0 ? { retryAfter: Math.min(after * 1_000, LONGEST_PAUSE) } : {}),
      }
    } catch (error) {
      return { status: undefined, reason: reasonOf(error) }
    }
  }
}

const NO_KEY =
  'This write key is not let in: set WRITE_KEY to one of the writeKeys of the secret (with `npm start`: the WRITE_KEY that ' +
  'it was given).'
const GO_ON = 'Give the same command again: it goes on where it has stopped.'
