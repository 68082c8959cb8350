import type { ContactRecord } from '../core/record.ts'
import type { ViewingStore } from '../core/store.ts'
import { type UserId, userKey } from '../core/types.ts'

/** DynamoDB's limit on a partition key, in bytes. */
const LONGEST_KEY = 2_048

/** The record of a user, if any event of theirs has been folded. An id too long to be a key is nobody's. */
export async function recordOf(store: ViewingStore, userId: UserId): Promise<ContactRecord | undefined> {
  const key = userKey(userId)
  return Buffer.byteLength(key) <= LONGEST_KEY ? (await store.readRecords([key])).get(key) : undefined
}
