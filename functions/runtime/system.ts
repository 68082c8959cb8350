import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Clock, Random } from './platform.ts'

/** The clock of the machine. Its monotonic time is that of this process: never compare it between two. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  sleep: async duration => {
    await sleep(duration)
  },
}

/** Randomness of the machine. Ids are 96 bits, so that two are never the same; the numbers only spread retries. */
export const systemRandom: Random = {
  number: () => Math.random(),
  id: () => randomBytes(12).toString('base64url'),
}
