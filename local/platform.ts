import { randomBytes } from 'node:crypto'
import { performance } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Clock, Log, Metrics, Platform, Random, SecretValues } from '../functions/runtime/platform.ts'

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  sleep: async duration => {
    await sleep(duration)
  },
}

const systemRandom: Random = {
  number: () => Math.random(),
  id: () => randomBytes(12).toString('base64url'),
}

/** What the functions get from this machine: its clock and randomness, and secrets that stay as they are. */
export function localPlatform(secrets: SecretValues, log: Log, metrics: Metrics): Platform {
  return { clock: systemClock, random: systemRandom, log, metrics, secrets: { read: async () => secrets } }
}
