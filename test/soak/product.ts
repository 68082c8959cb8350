import { setTimeout as sleep } from 'node:timers/promises'
import { type Verdict as ContactsVerdict, type Identify, randomOf, Workload } from '../../bench/workload.ts'
import type { HubSpotSimulator } from '../../local/hubspot/index.ts'

/** What was lost, doubled or spoilt; all 0: nothing. */
export interface Verdict extends ContactsVerdict {
  /** Things done (track calls) that HubSpot has not heard of. */
  readonly eventsLost: number
  /** Times that HubSpot heard of a thing once too often. */
  readonly eventsDoubled: number
  /** Things that HubSpot believes of another user, or of nobody. */
  readonly eventsAstray: number
}

/** What the product has gone through so far. */
export interface Sent {
  accepted: number
  /** Requests that were answered `202`. */
  answered: number
  /** Requests that had to be sent again: nobody listening, connection lost, 503. */
  repeated: number
}

type Call = Identify | Track
interface Track {
  readonly type: 'track'
  readonly userId: string
  readonly messageId: string
  readonly timestamp: string
  readonly event: string
  readonly properties: { readonly n: string }
}

const EVENT = 'soaked'
const MOST_AT_ONCE = 12
/** The share of calls that say something of a user; the others say what a user has done. */
const IDENTIFIES = 0.7
const ANSWERED_WITHIN = 15_000
const authorization = `Basic ${btoa('local:')}`

/** A product that sends events, and each one again until it is accepted; it knows what HubSpot must hold in the end. */
export class Product {
  readonly sent: Sent = { accepted: 0, answered: 0, repeated: 0 }
  readonly #users: number
  readonly #random: () => number
  readonly #workload: Workload
  /** By `n`: who did it. */
  readonly #done = new Map<string, string>()
  /** Those whose first event, the one with the address, has been made. */
  #known = 0

  constructor(users: number, seed: number) {
    this.#users = users
    this.#random = randomOf(seed)
    this.#workload = new Workload(users, seed)
  }

  /** What HubSpot has before. */
  contacts() {
    return this.#workload.contacts()
  }

  /** Sends one request after the other until it is told to stop; the last one is seen through, too. */
  async work(apiUrl: () => string, stop: AbortSignal, pause: number): Promise<void> {
    while (!stop.aborted) {
      const batch = Array.from({ length: 1 + Math.floor(this.#random() * MOST_AT_ONCE) }, () => this.#call())
      await this.#send(apiUrl, batch)
      await sleep(this.#random() * 2 * pause)
    }
  }

  #call(): Call {
    if (this.#known < this.#users) return this.#workload.event(this.#known++)
    const user = Math.floor(this.#random() * this.#users)
    if (this.#random() < IDENTIFIES) return this.#workload.event(user)
    const n = String(this.#done.size)
    const userId = userIdOf(user)
    this.#done.set(n, userId)
    const timestamp = new Date().toISOString()
    return { type: 'track', userId, messageId: `soaked-${n}`, timestamp, event: EVENT, properties: { n } }
  }

  async #send(apiUrl: () => string, batch: readonly Call[]): Promise<void> {
    const body = JSON.stringify({ batch })
    for (;;) {
      const status = await post(apiUrl(), body)
      if (status === 202) {
        this.sent.accepted += batch.length
        this.sent.answered += 1
        return
      }
      if (status !== undefined && status !== 503) throw new Error(`A good batch was answered ${status}.`)
      this.sent.repeated += 1
      await sleep(250)
    }
  }

  judge(hubspot: HubSpotSimulator): Verdict {
    const heard = hubspot.events.all(EVENT)
    const byNumber = Map.groupBy(heard, ({ properties }) => properties.n ?? '')
    const owners = new Map(hubspot.contacts().map(({ vid, properties }) => [vid, properties.internal_user_id]))
    const astray = heard.filter(
      ({ recordId, properties }) => owners.get(recordId ?? '') !== this.#done.get(properties.n ?? ''),
    )
    return {
      ...this.#workload.judge(hubspot.contacts()),
      eventsLost: [...this.#done.keys()].filter(n => !byNumber.has(n)).length,
      eventsDoubled: heard.length - byNumber.size,
      eventsAstray: astray.length,
    }
  }
}

/** As the workload names them. */
const userIdOf = (user: number): string => `user-${user}`

/** @returns the status; `undefined` when there is no answer */
async function post(apiUrl: string, body: string): Promise<number | undefined> {
  try {
    const headers = { authorization, 'content-type': 'application/json' }
    const signal = AbortSignal.timeout(ANSWERED_WITHIN)
    const response = await fetch(`${apiUrl}/v1/batch`, { method: 'POST', headers, body, signal })
    const answer: unknown = await response.json()
    const rejected = typeof answer === 'object' && answer !== null && 'rejected' in answer ? answer.rejected : []
    if (Array.isArray(rejected) && rejected.length > 0) throw new RangeError('A good event was rejected.')
    return response.status
  } catch (error) {
    if (error instanceof RangeError) throw error
    return undefined
  }
}
