import type { ItemKind } from './item-write.ts'

/** The table did not answer in time, was throttled or failed: the same request may succeed later. Nothing is known of a write. */
export class TableUnavailable extends Error {
  override readonly name = 'TableUnavailable'
  readonly operation: string
  constructor(operation: string, why: string, cause?: unknown) {
    super(`The table cannot ${operation} at the moment (${why}): try again later`, { cause })
    this.operation = operation
  }
}

/** The table understood the request and will never grant it: a missing table or permission, a key or an item too large. */
export class TableRefused extends Error {
  override readonly name = 'TableRefused'
  readonly operation: string
  /** DynamoDB's name of the reason, e.g. `AccessDeniedException`. */
  readonly code: string
  constructor(operation: string, code: string, why: string, cause?: unknown) {
    super(`The table refuses to ${operation}: ${code}: ${why}`, { cause })
    this.operation = operation
    this.code = code
  }
}

/** An item that this version of the program cannot read. The message never holds the item's key or content. */
export class UnreadableItem extends Error {
  override readonly name = 'UnreadableItem'
  readonly kind: ItemKind
  /** The item's partition key. Personal data: keep it out of logs. */
  readonly key: string
  constructor(kind: ItemKind, key: string, why: string) {
    super(`A ${kind} item of the table cannot be read: ${why}`)
    this.kind = kind
    this.key = key
  }
}
