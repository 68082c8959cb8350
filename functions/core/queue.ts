import type { Event } from './event.ts'
import type { Millis } from './types.ts'

/** Where `receive` puts accepted events, and `notice` what HubSpot tells. */
export interface EventQueue {
  /**
   * Sends events to the FIFO queue, each in its group, retrying until `deadline` those that the queue did
   * not take.
   * @param deadline by the clock's monotonic time.
   * @returns the indexes (in `events`) of those that the queue has not confirmed; empty when all were accepted.
   */
  send(events: readonly QueuedEvent[], deadline: Millis): Promise<readonly number[]>
}

export interface QueuedEvent<Kind extends Event = Event> {
  readonly event: Kind
  /** At most 128 printable ASCII characters: what the queue recognises a repeated send by, for five minutes. */
  readonly deduplicationId: string
}

/** How `record` and `sweep` wake `deliver`. A wake-up says nothing but "look": losing one costs a minute. */
export interface WakeUps {
  /** At most one wake-up for all calls within the same 2-second slot of the clock. */
  wake(): Promise<void>
  /** A wake-up that no slot swallows. */
  wakeRegardless(): Promise<void>
}

/** How `deliver` and `lookup` learn that events are still on their way. */
export interface QueueDepth {
  /** Events waiting and being folded, approximately. */
  depth(): Promise<number>
}

/** How `deliver` asks to be woken again without sending to any queue. */
export interface Rearm {
  /** Makes the wake-up visible again after `seconds`. */
  reappear(receiptHandle: string, seconds: number): Promise<void>
}
