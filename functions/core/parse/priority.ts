import type { Priority } from '../event.ts'
import { type JsonObject, readObject } from './json.ts'
import { Rejected } from './rejected.ts'

/**
 * Reads `context.vidsync.priority`: `"bulk"` lets a backfill wait for live events.
 * @returns `undefined` when the context does not say. @throws Rejected
 */
export function readPriority(context: JsonObject): Priority | undefined {
  const priority = readObject('context.vidsync', context.vidsync).priority
  if (priority === undefined || priority === null) return undefined
  if (priority === 'live' || priority === 'bulk') return priority
  throw new Rejected('context.vidsync.priority must be "live" or "bulk".')
}
