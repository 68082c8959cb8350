import type { Log, LogFields } from '../functions/runtime/platform.ts'

const LEVELS = ['debug', 'info', 'warn', 'error'] as const
export type Level = (typeof LEVELS)[number]
export const isLevel = (text: string): text is Level => LEVELS.some(level => level === text)

/** Where lines go: a terminal, or a list in tests. */
export type Write = (line: string) => void

/** The same warning is not repeated within this time. */
const QUIET = 10_000

/** Logs as the deployed functions write them: one JSON object a line. */
export const jsonLog = (write: Write, least: Level): Log =>
  logger(least, (level, message, fields) =>
    write(JSON.stringify({ level: level.toUpperCase(), message, timestamp: new Date().toISOString(), ...fields })),
  )

/** Logs for a person at a terminal: one line each, without stacks, and the same trouble once. */
export function textLog(write: Write, least: Level): Log {
  const last = new Map<string, number>()
  return logger(least, (level, message, fields) => {
    const words = `${level === 'warn' || level === 'error' ? '! ' : ''}${message}${describe(fields)}`
    const line = words.replaceAll(/\s*\n\s*/g, ' ')
    const now = performance.now()
    for (const [old, at] of last) if (now - at > QUIET) last.delete(old)
    if (last.has(line)) return
    last.set(line, now)
    write(stamped(line))
  })
}

/** `14:03:07  line` */
export const stamped = (line: string): string => `${new Date().toTimeString().slice(0, 8)}  ${line}`

function logger(least: Level, write: (level: Level, message: string, fields?: LogFields) => void): Log {
  const at =
    (level: Level) =>
    (message: string, fields?: LogFields): void => {
      if (LEVELS.indexOf(level) >= LEVELS.indexOf(least)) write(level, message, fields)
    }
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }
}

function describe({ stack: _, ...fields }: LogFields = {}): string {
  const known = Object.entries(fields).filter(([, value]) => value !== undefined)
  return known.length === 0 ? '' : ` (${known.map(([name, value]) => `${name}: ${value}`).join(', ')})`
}
