import { setTimeout as sleep } from 'node:timers/promises'
import type { HubSpotSimulator } from '../../local/hubspot/index.ts'

type FaultRule = Parameters<HubSpotSimulator['addFault']>[0]

/** HubSpot on a port of its own, which can be shut and opened again as if a cable were pulled. */
export class ReachableHubSpot {
  readonly url: string
  readonly simulator: HubSpotSimulator
  readonly #port: number
  #close: (() => Promise<void>) | undefined

  private constructor(
    simulator: HubSpotSimulator,
    { url, port, close }: Awaited<ReturnType<HubSpotSimulator['listen']>>,
  ) {
    this.simulator = simulator
    this.url = url
    this.#port = port
    this.#close = close
  }

  static async open(simulator: HubSpotSimulator): Promise<ReachableHubSpot> {
    return new ReachableHubSpot(simulator, await simulator.listen())
  }

  async cutOff(): Promise<void> {
    await this.#close?.()
    this.#close = undefined
  }

  async reconnect(): Promise<void> {
    this.#close ??= (await this.simulator.listen(this.#port)).close
  }
}

const some = (probability: number, ...faults: FaultRule['fault'][]): FaultRule[] =>
  faults.map(fault => ({ fault, match: { probability } }))

/** What HubSpot can be like for a while. Without rules: it cannot be reached at all. */
const TROUBLES: Readonly<Record<string, readonly FaultRule[]>> = {
  'cut off': [],
  'hanging before anything is done': some(1, { kind: 'hang', when: 'before' }),
  'hanging after everything is done': some(0.7, { kind: 'hang', when: 'after' }),
  'answering rubbish': some(
    0.5,
    { kind: 'error', status: 200, when: 'after', html: true },
    { kind: 'empty' },
    { kind: 'error', status: 500, when: 'after' },
    { kind: 'missing', positions: [0] },
  ),
  'losing answers': some(0.5, { kind: 'drop', when: 'after' }, { kind: 'reset', when: 'after' }),
  'carrying things out late': some(0.5, { kind: 'late', after: 4_000, answer: 'drop' }),
  'in an outage': some(1, { kind: 'outage' }),
  throttling: some(0.7, { kind: 'throttled', policy: 'TEN_SECONDLY_ROLLING' }),
}

export interface WeatherOptions {
  readonly random: () => number
  /** In milliseconds. */
  readonly longest: number
  readonly stop: AbortSignal
  readonly tell: (line: string) => void
}

/** One trouble after the other, with fair weather between; fair at the end. @returns how often each came */
export async function weather(hubspot: ReachableHubSpot, options: WeatherOptions): Promise<Map<string, number>> {
  const { random, longest, stop, tell } = options
  const names = Object.keys(TROUBLES)
  const counts = new Map(names.map(name => [name, 0]))
  const wait = (milliseconds: number) => sleep(milliseconds, undefined, { signal: stop }).catch(() => {})
  // Each of them once before any comes again.
  let left: string[] = []
  while (!stop.aborted) {
    await wait((0.2 + 0.8 * random()) * longest)
    if (stop.aborted) break
    if (left.length === 0) left = [...names]
    const [name = ''] = left.splice(Math.floor(random() * left.length), 1)
    counts.set(name, (counts.get(name) ?? 0) + 1)
    tell(`HubSpot is ${name}`)
    const rules = TROUBLES[name] ?? []
    if (rules.length === 0) await hubspot.cutOff()
    for (const rule of rules) hubspot.simulator.addFault(rule)
    await wait((0.3 + 0.7 * random()) * longest)
    hubspot.simulator.clearFaults()
    await hubspot.reconnect()
  }
  return counts
}
