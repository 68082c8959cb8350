import { spelled } from '../core/parse/id.ts'
import type { UserId } from '../core/types.ts'
import { Refused } from './http.ts'

/**
 * The user id behind `prefix`, from the path as it came: an id may hold `/`, `%2F` or an emoji.
 * @returns `undefined` when the path does not begin so, or ends there. @throws Refused: 400.
 */
export function userIdIn(rawPath: string, prefix: string): UserId | undefined {
  if (!rawPath.startsWith(prefix) || rawPath === prefix) return undefined
  try {
    return spelled(decodeURIComponent(rawPath.slice(prefix.length)))
  } catch {
    throw new Refused(400, 'The user id in the path is not URL-encoded UTF-8: encode it with encodeURIComponent.')
  }
}
