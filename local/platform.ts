import type { Log, Metrics, Platform, SecretValues } from '../functions/runtime/platform.ts'
import { systemClock, systemRandom } from '../functions/runtime/system.ts'

/** What the functions get from this machine: its clock and randomness, and secrets that stay as they are. */
export function localPlatform(secrets: SecretValues, log: Log, metrics: Metrics): Platform {
  return { clock: systemClock, random: systemRandom, log, metrics, secrets: { read: async () => secrets } }
}
