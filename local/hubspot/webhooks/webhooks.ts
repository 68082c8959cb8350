import type { SimulatorClock } from '../clock.ts'
import type { Ledger } from '../ledger.ts'
import type { SeededRandom } from '../random.ts'
import type { Switches } from '../switches.ts'
import { type App, eventsOf, type Subscription, type WebhookEvent } from './events.ts'
import { signatures } from './signature.ts'

export interface WebhookRequest {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

export interface WebhookOptions {
  /** Where they are posted. */
  readonly targetUrl: string
  /** What they are signed with. */
  readonly clientSecret: string
  readonly appId?: number
  /** Default: whatever can happen to a contact, and changes of its email. */
  readonly subscriptions?: readonly Subscription[]
  /** Milliseconds from an event to its webhook, drawn anew for each, so that they overtake each other. Default 100-1,000. */
  readonly delay?: readonly [least: number, most: number]
  /** How probable it is that an event is sent once more than it should. Default 0.1. */
  readonly duplicates?: number
  /** Posts a request. @returns the status; throws when there was no answer. Default: over HTTP, given up after 5 s. */
  readonly send?: (request: WebhookRequest) => Promise<number>
}

/** What an app that keeps an eye on its contacts subscribes to. */
const SUBSCRIPTIONS: readonly Subscription[] = [
  { subscriptionType: 'contact.creation' },
  { subscriptionType: 'contact.deletion' },
  { subscriptionType: 'contact.merge' },
  { subscriptionType: 'contact.restore' },
  { subscriptionType: 'contact.privacyDeletion' },
  { subscriptionType: 'contact.propertyChange', propertyName: 'email' },
]

/** facts §12 */
const MOST_EVENTS = 100
const MOST_RETRIES = 10
const ANSWERED_WITHIN = 5_000
/** Milliseconds to the first retry; doubles, so that the last is within a day. Not documented. */
const FIRST_RETRY = 60_000
/** Milliseconds within which events are gathered. Not documented. */
const MOMENT = 250

export interface WebhookParts {
  readonly ledger: Ledger
  readonly clock: SimulatorClock
  readonly random: SeededRandom
  readonly portalId: number
  readonly switches: () => Switches
}

interface Waiting {
  readonly event: WebhookEvent
  readonly at: number
}

/**
 * HubSpot's webhooks of one app (facts §12): late, out of order, some of them twice, up to a hundred at once, and again
 * when they are not answered with 2xx within five seconds. Everything is drawn from the seed.
 */
export class Webhooks {
  readonly #options: WebhookOptions
  readonly #parts: WebhookParts
  readonly #unsubscribe: () => void
  #waiting: Waiting[] = []
  #underWay = 0
  #stopped = false
  #lastEventId = 0
  #givenUp = 0

  constructor(options: WebhookOptions, parts: WebhookParts) {
    this.#options = options
    this.#parts = parts
    const app: App = {
      appId: options.appId ?? 1_160_452,
      portalId: parts.portalId,
      subscriptions: options.subscriptions ?? SUBSCRIPTIONS,
      nextEventId: () => ++this.#lastEventId,
    }
    this.#unsubscribe = parts.ledger.onWrite(write => {
      // What a test or a person has put there was there before.
      if (write.source === 'seed') return
      for (const event of eventsOf(write, app, parts.switches())) this.#queue(event)
    })
  }

  /** Events that have not been answered for. */
  get waiting(): number {
    return this.#waiting.length + this.#underWay
  }

  /** Events that were refused ten times over. */
  get givenUp(): number {
    return this.#givenUp
  }

  /** Sends nothing more, not even what is waiting. */
  stop(): void {
    this.#stopped = true
    this.#unsubscribe()
    this.#waiting = []
  }

  #queue(event: WebhookEvent): void {
    const { random } = this.#parts
    const { delay: [least, most] = [100, 1_000], duplicates = 0.1 } = this.#options
    const times = random.number() < duplicates ? 2 : 1
    for (let time = 0; time < times; time++) {
      this.#wait(event, least + random.number() * (most - least))
    }
  }

  #wait(event: WebhookEvent, duration: number): void {
    if (this.#stopped) return
    const { clock } = this.#parts
    // Whatever falls into the same moment goes out together.
    const at = Math.ceil((clock.now() + duration) / MOMENT) * MOMENT
    this.#waiting.push({ event, at })
    void clock.sleep(at - clock.now()).then(() => this.#flush())
  }

  #flush(): void {
    const { clock, random } = this.#parts
    // A timer may be early by a millisecond.
    const now = clock.now() + 1
    const due = random.shuffle(this.#waiting.filter(({ at }) => at <= now).map(({ event }) => event))
    this.#waiting = this.#waiting.filter(({ at }) => at > now)
    while (due.length > 0) void this.#deliver(due.splice(0, MOST_EVENTS))
  }

  async #deliver(events: readonly WebhookEvent[]): Promise<void> {
    const { targetUrl: url, clientSecret, send = post } = this.#options
    const body = JSON.stringify(events)
    const headers = {
      'content-type': 'application/json',
      ...signatures(clientSecret, url, body, this.#parts.clock.now()),
    }
    this.#underWay += events.length
    const status = await send({ url, headers, body }).catch(() => undefined)
    this.#underWay -= events.length
    if (status === undefined || status < 200 || status > 299) for (const event of events) this.#retry(event)
  }

  #retry(event: WebhookEvent): void {
    const { random } = this.#parts
    const attemptNumber = event.attemptNumber + 1
    if (attemptNumber > MOST_RETRIES) {
      this.#givenUp += 1
      return
    }
    const wait = FIRST_RETRY * 2 ** event.attemptNumber * (0.8 + 0.4 * random.number())
    this.#wait({ ...event, attemptNumber }, wait)
  }
}

async function post({ url, headers, body }: WebhookRequest): Promise<number> {
  const signal = AbortSignal.timeout(ANSWERED_WITHIN)
  const response = await fetch(url, { method: 'POST', headers, body, signal })
  await response.arrayBuffer()
  return response.status
}
