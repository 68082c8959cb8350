import type { Millis } from '../../functions/core/types.ts'
import { Deliverer, type Delivery } from '../../functions/deliver/deliver.ts'
import { HubSpotClient } from '../../functions/hubspot/client.ts'
import { Pace } from '../../functions/hubspot/pacing.ts'
import type { Random } from '../../functions/runtime/platform.ts'
import { Gate } from './gate.ts'
import type { Pipeline } from './pipeline.ts'
import { testSecrets } from './platform.ts'
import { fetchFrom } from './simulated-fetch.ts'

/** Time that an invocation of `deliver` may use: 60 s less what its handler keeps for closing. In seconds. */
export const INVOCATION = 40

/** One process of `deliver`, from its cold start to its end. */
export class Process {
  /** Every call to the table and to HubSpot passes here. */
  readonly gate = new Gate()
  readonly #pipeline: Pipeline
  readonly #deliverer: Deliverer

  constructor(pipeline: Pipeline, random: Random) {
    this.#pipeline = pipeline
    const { gate } = this
    const { clock, recorder: log, recorder: metrics, config, options } = pipeline
    const mortalClock = {
      now: () => clock.now(),
      monotonic: () => clock.monotonic(),
      sleep: (duration: Millis) => gate.outlive(clock.sleep(duration)),
    }
    const pace = new Pace(options.pace ?? 100, mortalClock)
    const fetch = fetchFrom(pipeline.hubspot, clock)
    const hubspot = new HubSpotClient({
      baseUrl: 'https://hubspot.test',
      version: options.version ?? 'v3',
      secrets: { read: async () => testSecrets },
      pace,
      clock: mortalClock,
      log,
      metrics,
      fetch: (input, init) =>
        gate.pass(`hubspot ${new URL(String(input)).pathname}`, [String(input), init?.body], () => fetch(input, init)),
    })
    this.#deliverer = new Deliverer({
      store: gate.before('store', pipeline.store),
      hubspot,
      objects: hubspot,
      pace,
      events: { depth: async () => pipeline.eventsQueued },
      config,
      clock: mortalClock,
      random,
      log,
      metrics,
    })
  }

  /** Time must be let pass by whoever calls this. @throws Crash */
  async deliver(seconds = INVOCATION): Promise<Delivery> {
    const deadline = this.#pipeline.clock.monotonic() + seconds * 1_000
    return Promise.race([this.#deliverer.run(deadline), this.gate.death])
  }
}
