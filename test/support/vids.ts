import type { Vid } from '../../functions/core/types.ts'
import { isVid } from '../../functions/hubspot/errors.ts'

/** @throws Error for a text that is no record id */
export function vidOf(text: string): Vid {
  if (!isVid(text)) throw new Error(`${text} is no vid.`)
  return text
}
