import type { Millis } from '../core/types.ts'
import type { Clock, Log, Secrets, SecretValues } from './platform.ts'

const KEPT: Millis = 5 * 60_000
/** However often somebody knocks with a wrong key. */
const REFRESHED_AT_MOST_EVERY: Millis = 60_000

interface Reading {
  readonly at: Millis
  readonly values: Promise<SecretValues>
}

/**
 * Keeps secrets for five minutes. When they cannot be read anew, the last ones stay in use: a failing Secrets Manager
 * must not turn producers away.
 */
export function cachedSecrets(load: () => Promise<SecretValues>, clock: Clock, log: Log): Secrets {
  let last: Reading | undefined
  const read = (previous: Reading | undefined): Reading => {
    const values = load().catch(async (error: Error) => {
      if (!previous) {
        last = undefined
        throw error
      }
      log.error('The secrets could not be read again; the last ones stay in use', { reason: error.message })
      return previous.values
    })
    last = { at: clock.monotonic(), values }
    return last
  }
  return {
    read: async ({ refresh = false } = {}) => {
      const longest = refresh ? REFRESHED_AT_MOST_EVERY : KEPT
      const fresh = last !== undefined && clock.monotonic() - last.at < longest
      return await (fresh && last ? last : read(last)).values
    },
  }
}
