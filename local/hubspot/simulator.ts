import { realClock, type SimulatorClock } from './clock.ts'
import type { ObjectSketch } from './crm/object-type.ts'
import type { PropertySketch } from './crm/property.ts'
import { Inspector } from './inspector.ts'
import type { Keeper } from './kept.ts'
import { type CallCounts, Ledger } from './ledger.ts'
import type { SimulatorRequest, SimulatorResponse } from './message.ts'
import { Portal } from './portal.ts'
import { createRandom } from './random.ts'
import { type Listening, serve } from './server.ts'
import { SwitchBoard } from './switch-board.ts'
import type { Switches } from './switches.ts'
import { Answerer } from './traffic/answers.ts'
import { Endpoint } from './traffic/endpoint.ts'
import { FaultList, type FaultRule } from './traffic/faults.ts'
import { DEFAULT_LIMITS, RateLimiter, type RateLimits } from './traffic/limits.ts'
import { type WebhookOptions, Webhooks } from './webhooks/webhooks.ts'

export interface HubSpotOptions {
  readonly portalId?: number
  /** Bearer tokens that are accepted, each an app of its own. Default: `local`. */
  readonly tokens?: readonly string[]
  readonly limits?: Partial<RateLimits>
  readonly switches?: Partial<Switches>
  readonly seed?: number
  readonly clock?: SimulatorClock
  /** Milliseconds that every call takes, half before it is carried out and half after. Default 0. */
  readonly latency?: number | (() => number)
  /** Entries of calls and of writes that the ledger keeps: `all` (default), `off`, or the newest so many. Counts go on. */
  readonly ledger?: 'all' | 'off' | number
  /** Where all that the portal holds survives. Absent: in memory only. */
  readonly keeper?: Keeper
  /** The portal's custom objects, `2-27000001` and so on, with their properties; those that it has already are left. */
  readonly customObjects?: readonly CustomObjectOption[]
}

export interface CustomObjectOption extends ObjectSketch {
  readonly properties?: readonly PropertySketch[]
}

/** A whole HubSpot account, with its API. */
export class HubSpotSimulator extends Inspector {
  readonly #board: SwitchBoard
  readonly #faults: FaultList
  readonly #limiter: RateLimiter
  readonly #endpoint: Endpoint
  readonly #sendWebhooks: (options: WebhookOptions) => Webhooks

  constructor(options: HubSpotOptions = {}) {
    const { portalId = 891_936_587, seed = 1, clock = realClock, latency = 0, tokens = ['local'], keeper } = options
    const board = new SwitchBoard(options.switches)
    const portal = new Portal({ portalId, clock, random: createRandom(seed), board, ...(keeper && { keeper }) })
    for (const { properties, ...sketch } of options.customObjects ?? []) {
      if (!portal.findSpace(sketch.name)) portal.addObjectType(sketch, properties)
    }
    super(portal, new Ledger(entriesKept(options.ledger ?? 'all')))
    this.#board = board
    this.#faults = new FaultList(createRandom(seed + 1))
    this.#limiter = new RateLimiter(clock, { ...DEFAULT_LIMITS, ...options.limits })
    this.#endpoint = new Endpoint({
      portal,
      ledger: this.ledger,
      faults: this.#faults,
      limiter: this.#limiter,
      answers: new Answerer(portal, this.#limiter),
      tokens: new Set(tokens),
      latency: typeof latency === 'number' ? () => latency : latency,
    })
    const { ledger } = this
    const random = createRandom(seed + 2)
    this.#sendWebhooks = webhooks =>
      new Webhooks(webhooks, { ledger, clock, random, portalId, switches: () => board.positions })
  }

  /** Tells an app of what happens from now on, by webhooks. It says when to stop. */
  sendWebhooks(options: WebhookOptions): Webhooks {
    return this.#sendWebhooks(options)
  }

  /**
   * Answers a request as HubSpot's API would, without a socket.
   * @throws ConnectionLost where a fault ends the connection. With the fault `hang` it never settles, unless `signal`
   * is aborted.
   */
  handle(request: SimulatorRequest, options: { readonly signal?: AbortSignal } = {}): Promise<SimulatorResponse> {
    return this.#endpoint.handle(request, options.signal)
  }

  /** Serves it over HTTP. @param port 0 (default): any */
  listen(port = 0, host = '127.0.0.1'): Promise<Listening> {
    return serve(this, port, host)
  }

  /** Totals, also where the ledger keeps nothing. */
  get calls(): CallCounts {
    return this.ledger.counts
  }

  get limits(): RateLimits {
    return this.#limiter.limits
  }

  get switches(): Switches {
    return this.#board.positions
  }

  get faults(): readonly FaultRule[] {
    return this.#faults.rules
  }

  /** @returns takes it back */
  addFault(rule: FaultRule): () => void {
    return this.#faults.add(rule)
  }

  clearFaults(): void {
    this.#faults.clear()
  }

  /** @throws Error for a position that the switch does not have */
  setSwitch<Name extends keyof Switches>(name: Name, position: Switches[Name]): void {
    this.#board.set(name, position)
  }

  /** @throws Error for a name that is no switch, or a position that it does not have */
  setSwitches(positions: Partial<Switches> | Readonly<Record<string, unknown>>): void {
    this.#board.setAll(positions)
  }

  setLimits(limits: Partial<RateLimits>): void {
    this.#limiter.limits = { ...this.#limiter.limits, ...limits }
  }

  /** Forgets the calls that count against the limits. */
  resetLimits(): void {
    this.#limiter.reset()
  }
}

/** @example const hubspot = createHubSpot({ seed: 1 }); const { url, close } = await hubspot.listen() */
export const createHubSpot = (options: HubSpotOptions = {}): HubSpotSimulator => new HubSpotSimulator(options)

const entriesKept = (ledger: 'all' | 'off' | number) =>
  ledger === 'all' ? Number.POSITIVE_INFINITY : ledger === 'off' ? 0 : ledger
