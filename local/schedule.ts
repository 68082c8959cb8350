import { randomUUID } from 'node:crypto'
import type { Log } from '../functions/runtime/platform.ts'
import type { Invocable } from './invocation.ts'
import type { Schedule } from './stack.ts'

export interface RunningSchedule {
  /** Resolves when the run under way has ended. */
  stop(): Promise<void>
}

/**
 * Runs a function at its rate, as EventBridge does, and once at the start: after a crash, work may be waiting that
 * nobody was woken for. A run that takes longer than the rate swallows the next.
 */
export function startSchedule(schedule: Schedule, fn: Invocable, log: Log): RunningSchedule {
  let running: Promise<void> | undefined
  const invoke = async () => {
    try {
      await fn.invoke(scheduledEvent())
    } catch (error) {
      log.error(`${fn.name} failed; it runs again in ${schedule.every / 1000} s`, { error: String(error) })
    } finally {
      running = undefined
    }
  }
  const run = () => {
    running ??= invoke()
  }
  const timer = setInterval(run, schedule.every)
  run()
  return {
    stop: async () => {
      clearInterval(timer)
      await running
    },
  }
}

function scheduledEvent() {
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': 'Scheduled Event',
    source: 'aws.events',
    account: '000000000000',
    time: new Date().toISOString(),
    region: 'us-east-1',
    resources: ['arn:aws:events:us-east-1:000000000000:rule/EveryMinute'],
    detail: {},
  }
}
