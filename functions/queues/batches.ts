/** A message ready to be sent. */
export interface Message {
  /** Its place among the events to send. */
  readonly index: number
  readonly body: string
  readonly group: string
  readonly deduplicationId: string
}

/** SQS's limits on one SendMessageBatch: messages, and bytes of all bodies together. */
const MOST_MESSAGES = 10
const MOST_BYTES = 1024 * 1024

/** Divides messages, in their order, into as few batches as SQS takes. */
export function batchesOf(messages: readonly Message[]): Message[][] {
  const batches: Message[][] = []
  let last: Message[] = []
  let bytes = 0
  for (const message of messages) {
    const size = Buffer.byteLength(message.body)
    if (last.length === 0 || last.length === MOST_MESSAGES || bytes + size > MOST_BYTES) {
      last = []
      bytes = 0
      batches.push(last)
    }
    last.push(message)
    bytes += size
  }
  return batches
}
