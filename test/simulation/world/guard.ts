import { syncBuiltinESMExports } from 'node:module'
import timers from 'node:timers'
import type { Scheduler } from './scheduler.ts'

/** Something asked the machine for time or chance. */
class NotRepeatable extends Error {
  override readonly name = 'NotRepeatable'
}

const forbidden = (what: string) => () => {
  throw new NotRepeatable(`${what} in a simulated world: nobody could repeat the run`)
}

const REAL = {
  globals: {
    Date: globalThis.Date,
    setTimeout: globalThis.setTimeout,
    clearTimeout: globalThis.clearTimeout,
    setInterval: globalThis.setInterval,
  },
  random: Math.random,
  now: performance.now,
  abortTimeout: AbortSignal.timeout,
  timer: timers.setTimeout,
}

class Timer {
  readonly cancel: () => void
  constructor(cancel: () => void) {
    this.cancel = cancel
  }
}

/**
 * From here until it is undone, the machine's clocks and chance throw, and its timers go by the world's time.
 * @returns undoes it
 */
export function guard(scheduler: Scheduler): () => void {
  const later = (callback: (...args: unknown[]) => void, duration = 0, ...args: unknown[]) =>
    new Timer(scheduler.after(duration, 'timer', () => callback(...args)))
  const never = new AbortController().signal
  Math.random = forbidden('Math.random')
  performance.now = forbidden('performance.now')
  Object.assign(globalThis, {
    Date: dateWithout(REAL.globals.Date),
    setTimeout: later,
    setInterval: forbidden('setInterval'),
    clearTimeout: (timer: unknown) =>
      timer instanceof Timer ? timer.cancel() : Reflect.apply(REAL.globals.clearTimeout, undefined, [timer]),
  })
  // Requests time out by the world's time, in the world's own neighbours.
  AbortSignal.timeout = () => never
  Object.assign(timers, { setTimeout: later })
  syncBuiltinESMExports()
  return () => {
    Math.random = REAL.random
    performance.now = REAL.now
    Object.assign(globalThis, REAL.globals)
    AbortSignal.timeout = REAL.abortTimeout
    Object.assign(timers, { setTimeout: REAL.timer })
    syncBuiltinESMExports()
  }
}

/** Dates that are given can be read and written; that of now cannot. */
const dateWithout = (Real: DateConstructor): DateConstructor =>
  new Proxy(Real, {
    construct: (target, args, newTarget) =>
      args.length === 0 ? forbidden('new Date()')() : Reflect.construct(target, args, newTarget),
    get: (target, name) => (name === 'now' ? forbidden('Date.now') : Reflect.get(target, name)),
    apply: forbidden('Date()'),
  })
