import { setTimeout as sleep } from 'node:timers/promises'
import { type Arguments, numberIn } from './arguments.ts'

/** In seconds. */
const USUAL_INTERVAL = 2
const LONGEST_INTERVAL = 3_600

export const INTERVAL_OPTION = {
  name: 'interval',
  value: 'seconds',
  help: `how long between two looks: ${USUAL_INTERVAL}`,
} as const

/** How long between two looks, in seconds. @throws Failed: usage. */
export const intervalIn = (args: Arguments): number => numberIn(args, 'interval', 1, LONGEST_INTERVAL) ?? USUAL_INTERVAL

/** Looks again and again, until Ctrl+C. @param interval in seconds */
export async function again(interval: number, look: () => Promise<void>): Promise<void> {
  const ended = new AbortController()
  process.once('SIGINT', () => ended.abort())
  while (!ended.signal.aborted) {
    await look()
    await sleep(interval * 1_000, undefined, { signal: ended.signal }).catch(() => {})
  }
}
