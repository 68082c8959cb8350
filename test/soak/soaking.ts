import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { randomOf } from '../../bench/workload.ts'
import { createHubSpot } from '../../local/hubspot/index.ts'
import { NpmStart } from '../support/npm-start.ts'
import { Product, type Sent, type Verdict } from './product.ts'
import { growthOf, type Sample, tenthsOf } from './trend.ts'
import { ReachableHubSpot, weather } from './weather.ts'

export interface SoakOptions {
  readonly seed: number
  readonly users: number
  /** How long events are sent, in milliseconds. */
  readonly duration: number
  /** The share of that time, from its beginning, in which the process is killed now and then. */
  readonly killing: number
  /** From one kill to the next at most, in milliseconds. */
  readonly killedEvery: number
  /** How long HubSpot is in any one trouble, in milliseconds. */
  readonly longestTrouble: number
  /** How long everything may take to arrive once HubSpot is well again, in milliseconds. */
  readonly patience: number
  /** Wait for the last look after every lost answer, too: five minutes. */
  readonly untilVerified: boolean
  readonly tell: (line: string) => void
}

export interface SoakReport {
  readonly sent: Sent
  /** Moments at which the process was killed, as a rule at work, some of them before it was ready. */
  readonly kills: { readonly working: number; readonly starting: number }
  readonly troubles: ReadonlyMap<string, number>
  readonly verdict: Verdict
  /** From the last event to nothing due, in milliseconds; `undefined`: patience has ended before. */
  readonly settledIn: number | undefined
  readonly status: unknown
  /** Of the last process, which was not killed. */
  readonly memory: {
    readonly samples: number
    /** Means of tenths of its time, in megabytes. */
    readonly course: readonly number[]
    /** Over the second half of its time, as a share of the mean. */
    readonly growth: number
  }
  readonly calls: { readonly total: number; readonly throttled: number }
  /** What `npm start` ended with on SIGTERM, and again after a last start on the same directory. */
  readonly exitCodes: readonly (number | null)[]
  /** Due after that last start: 0, or the directory did not keep what had been done. */
  readonly dueAfterRestart: unknown
}

const authorization = `Basic ${btoa('local:')}`

/**
 * The real `npm start` with `DATA_DIR`, under load, killed and started again, while HubSpot is in one trouble after the
 * other; then everything is left alone until nothing is due, and judged.
 */
export async function soak(options: SoakOptions): Promise<SoakReport> {
  const { seed, users, duration, tell } = options
  const directory = await mkdtemp(join(tmpdir(), 'vidsync-soak-'))
  const product = new Product(users, seed)
  const simulator = createHubSpot({ seed, latency: 20, ledger: 100 })
  for (const contact of product.contacts()) simulator.seedContact(contact)
  const hubspot = await ReachableHubSpot.open(simulator)
  const port = await freePort()
  const apiUrl = `http://127.0.0.1:${port}`
  const start = () => new NpmStart({ PORT: String(port), DATA_DIR: directory, HUBSPOT_BASE_URL: hubspot.url })
  let running = start()
  try {
    await running.ready
    const stop = AbortSignal.timeout(duration)
    const memory: Sample[] = []
    const [kills, troubles] = await Promise.all([
      killing(),
      weather(hubspot, { random: randomOf(seed + 1), longest: options.longestTrouble, stop, tell }),
      watching(memory, stop),
      product.work(() => apiUrl, stop, 60),
      product.work(() => apiUrl, stop, 60),
    ])
    const loadEnded = performance.now()
    tell(`${product.sent.accepted} events accepted; waiting for nothing to be due`)
    const settledIn = await settled(loadEnded)
    const verdict = product.judge(simulator)
    const status = await statusOf(apiUrl)
    const exitCodes = [await running.end('SIGTERM')]
    running = start()
    await running.ready
    const after = await statusOf(apiUrl)
    exitCodes.push(await running.end('SIGTERM'))
    return {
      sent: product.sent,
      kills,
      troubles,
      verdict,
      settledIn,
      status,
      memory: {
        samples: memory.length,
        course: tenthsOf(memory).map(bytes => bytes / 2 ** 20),
        growth: growthOf(memory.slice(memory.length / 2)),
      },
      calls: { total: simulator.calls.calls, throttled: simulator.calls.byStatus[429] ?? 0 },
      exitCodes,
      dueAfterRestart: 'due' in after ? after.due : undefined,
    }
  } finally {
    await running.end('SIGKILL')
    await hubspot.cutOff()
    await rm(directory, { recursive: true, force: true })
  }

  async function killing(): Promise<SoakReport['kills']> {
    const random = randomOf(seed + 2)
    const end = performance.now() + duration * options.killing
    const kills = { working: 0, starting: 0 }
    while (performance.now() < end) {
      await sleep(random() * options.killedEvery)
      const wasReady = (await Promise.race([running.ready, sleep(0)])) !== undefined
      tell(`killed while ${wasReady ? 'working' : 'starting'}`)
      kills[wasReady ? 'working' : 'starting'] += 1
      await running.end('SIGKILL')
      running = start()
      // Every other time it is let come up; else the next kill may come before.
      if (random() < 0.7) await running.ready
    }
    await running.ready
    return kills
  }

  async function watching(samples: Sample[], stop: AbortSignal): Promise<void> {
    let watched = running
    while (!stop.aborted) {
      await sleep(1_000)
      if (watched !== running) samples.length = 0
      watched = running
      const value = await running.memory()
      if (value !== undefined) samples.push({ at: performance.now(), value })
    }
  }

  async function settled(since: number): Promise<number | undefined> {
    while (performance.now() - since < options.patience) {
      await sleep(500)
      const status = await statusOf(apiUrl)
      if (status.due === 0 && (!options.untilVerified || status.verifying === 0)) return performance.now() - since
    }
    return undefined
  }
}

async function statusOf(apiUrl: string): Promise<Record<string, unknown>> {
  const response = await fetch(`${apiUrl}/v1/status`, { headers: { authorization } })
  const status: unknown = await response.json()
  return typeof status === 'object' && status !== null ? { ...status } : {}
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise(resolve => server.once('listening', resolve))
  const address = server.address()
  await new Promise(resolve => server.close(resolve))
  return typeof address === 'object' && address ? address.port : 0
}
