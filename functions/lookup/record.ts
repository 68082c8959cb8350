import { endOf } from '../core/alias.ts'
import { spelled } from '../core/parse/id.ts'
import type { ContactRecord } from '../core/record.ts'
import type { ViewingStore } from '../core/store.ts'
import { type RecordKey, type UserId, userKey } from '../core/types.ts'

/** Of an id that has become another's, answers name the other. */
export const userIdOf = (key: RecordKey): UserId => spelled(key.slice('user#'.length))

/** DynamoDB's limit on a partition key, in bytes. */
const LONGEST_KEY = 2_048
export const isStorable = (key: RecordKey): boolean => Buffer.byteLength(key) <= LONGEST_KEY

/**
 * The record of a user, if any event of theirs has been folded; of an id that has become another's, that user's. An id
 * too long to be a key is nobody's.
 */
export async function recordOf(store: ViewingStore, userId: UserId): Promise<ContactRecord | undefined> {
  const key = userKey(userId)
  if (!isStorable(key)) return undefined
  const record = (await endOf(store, key))?.record
  // Named by an alias, and never heard of.
  return record && record.folded.version > 0 ? record : undefined
}
