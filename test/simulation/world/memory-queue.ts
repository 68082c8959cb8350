import type { Millis } from '../../../functions/core/types.ts'

export interface QueueOptions {
  readonly name: string
  readonly fifo: boolean
  /** Milliseconds for which a message that was received stays invisible. */
  readonly visibility: Millis
  readonly delay?: Millis
  readonly retention?: Millis
  /** Where a message goes that was received `most` times already. */
  readonly deadLetters?: { readonly queue: MemoryQueue; readonly most: () => number }
  /** How far high-throughput queues look for duplicates: within a group. Others: within the queue. */
  readonly deduplicationScope?: 'queue' | 'messageGroup'
}

export interface Sent {
  readonly body: string
  readonly group?: string | undefined
  readonly deduplicationId?: string | undefined
}

/** A message in a queue. */
export interface Queued {
  readonly id: string
  readonly body: string
  readonly group: string | undefined
  readonly deduplicationId: string | undefined
  readonly sequence: number
  readonly sentAt: Millis
  /** From when on it may be received. */
  visibleAt: Millis
  /** Of the last time that it was received. */
  receipt: string | undefined
  receives: number
  firstReceivedAt: Millis | undefined
}

export interface Received {
  readonly message: Queued
  readonly receipt: string
}

/** Source: AWS's SQS developer guide, "Exactly-once processing in Amazon SQS". */
const DEDUPLICATION: Millis = 5 * 60_000
const RETENTION: Millis = 4 * 86_400_000

export interface QueueWorld {
  now(): Millis
  /** Which of so many: SQS gives messages of a standard queue in any order. */
  integer(below: number): number
}

/**
 * A queue as AWS documents it.
 *
 * FIFO: the messages of a group come in the order in which they were sent, several of them in one batch; while any of them
 * is in flight, nobody else gets one of that group. A deduplication id that was sent within five minutes is answered and
 * not queued, also when its message is gone already. Standard: any order, no groups.
 *
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/FIFO-queues-understanding-logic.html
 */
export class MemoryQueue {
  readonly options: QueueOptions
  readonly #world: QueueWorld
  /** In the order in which they were sent. */
  #messages: Queued[] = []
  readonly #recent = new Map<string, { readonly id: string; readonly until: Millis }>()
  #count = 0
  #listeners: (() => void)[] = []
  /** Hears of every message that is queued. */
  onSend: ((message: Queued) => void) | undefined

  constructor(options: QueueOptions, world: QueueWorld) {
    this.options = options
    this.#world = world
  }

  /** @returns the message's id: that of the first one where it is a duplicate. */
  send({ body, group, deduplicationId }: Sent): string {
    const now = this.#world.now()
    const { fifo, name, delay = 0, deduplicationScope } = this.options
    const scope = deduplicationScope === 'messageGroup' ? `${group}\n${deduplicationId}` : `${deduplicationId}`
    const known = fifo ? this.#recent.get(scope) : undefined
    if (known && known.until > now) return known.id
    this.#count += 1
    const id = `${name}-${this.#count}`
    if (fifo) this.#recent.set(scope, { id, until: now + DEDUPLICATION })
    const message: Queued = {
      id,
      body,
      group: fifo ? group : undefined,
      deduplicationId,
      sequence: this.#count,
      sentAt: now,
      visibleAt: now + delay,
      receipt: undefined,
      receives: 0,
      firstReceivedAt: undefined,
    }
    this.#messages.push(message)
    this.onSend?.(message)
    this.#changed()
    return id
  }

  receive(most: number, visibility = this.options.visibility): Received[] {
    this.#expire()
    const now = this.#world.now()
    const { deadLetters, fifo } = this.options
    const received: Received[] = []
    for (const message of this.#candidates()) {
      if (received.length === most) break
      if (deadLetters && message.receives >= deadLetters.most()) {
        this.#remove(message)
        deadLetters.queue.#take(message)
        continue
      }
      message.receives += 1
      message.firstReceivedAt ??= now
      message.visibleAt = now + visibility
      message.receipt = `${message.id}/${message.receives}`
      received.push({ message, receipt: message.receipt })
    }
    if (received.length > 0 && !fifo) this.#changed()
    return received
  }

  /**
   * Those that may be received now, in the order in which they would be. A message in flight locks its group; one that is
   * only delayed holds back what was sent after it.
   */
  #candidates(): Queued[] {
    const now = this.#world.now()
    if (!this.options.fifo) {
      const visible = this.#messages.filter(({ visibleAt }) => visibleAt <= now)
      const shuffled: Queued[] = []
      while (visible.length > 0) shuffled.push(...visible.splice(this.#world.integer(visible.length), 1))
      return shuffled
    }
    const closed = new Set<string | undefined>()
    for (const { group, visibleAt, receives } of this.#messages) {
      if (visibleAt > now && receives > 0) closed.add(group)
    }
    return this.#messages.filter(({ group, visibleAt }) => {
      if (visibleAt > now) closed.add(group)
      return visibleAt <= now && !closed.has(group)
    })
  }

  /** @returns whether the receipt was good: that of the last time, and for FIFO not after its visibility has ended. */
  delete(receipt: string): boolean {
    this.#expire()
    const message = this.#messages.find(({ id }) => receipt.startsWith(`${id}/`))
    // One that is gone already is gone.
    if (!message) return true
    if (!this.#isGood(message, receipt)) return false
    this.#remove(message)
    this.#changed()
    return true
  }

  /** @returns whether the message was in flight under this receipt. */
  changeVisibility(receipt: string, visibility: Millis): boolean {
    this.#expire()
    const message = this.#messages.find(({ id }) => receipt.startsWith(`${id}/`))
    if (!message || !this.#isGood(message, receipt) || message.visibleAt <= this.#world.now()) return false
    message.visibleAt = this.#world.now() + visibility
    this.#changed()
    return true
  }

  #isGood(message: Queued, receipt: string): boolean {
    if (!this.options.fifo) return true
    return message.receipt === receipt && message.visibleAt > this.#world.now()
  }

  get counts(): { readonly visible: number; readonly inFlight: number; readonly delayed: number } {
    this.#expire()
    const now = this.#world.now()
    const hidden = this.#messages.filter(({ visibleAt }) => visibleAt > now)
    const inFlight = hidden.filter(({ receives }) => receives > 0).length
    return { visible: this.#messages.length - hidden.length, inFlight, delayed: hidden.length - inFlight }
  }

  get size(): number {
    return this.#messages.length
  }

  /** When something may be received, at the earliest; `undefined`: not before something else happens. */
  nextAt(): Millis | undefined {
    let next: Millis | undefined
    for (const { visibleAt } of this.#messages) if (next === undefined || visibleAt < next) next = visibleAt
    const now = this.#world.now()
    if (next === undefined || next > now) return next
    if (this.#candidates().length > 0) return now
    // What is visible is locked by what is not: until the next one of those comes back.
    const later = this.#messages.flatMap(({ visibleAt }) => (visibleAt > now ? [visibleAt] : []))
    return later.length > 0 ? Math.min(...later) : undefined
  }

  /** Resolves with the next change. */
  changed(): Promise<void> {
    return new Promise(resolve => {
      this.#listeners.push(resolve)
    })
  }

  /** Everything that is in it, for judges. */
  get messages(): readonly Queued[] {
    return this.#messages
  }

  /** Takes out everything: an operator redrives or purges. */
  empty(): Queued[] {
    const all = this.#messages
    this.#messages = []
    this.#changed()
    return all
  }

  /** A dead letter keeps its id and its age. */
  #take(message: Queued): void {
    this.#messages.push({ ...message, visibleAt: this.#world.now(), receipt: undefined, receives: 0 })
    this.#changed()
  }

  #remove(message: Queued): void {
    this.#messages = this.#messages.filter(other => other !== message)
  }

  #expire(): void {
    const oldest = this.#world.now() - (this.options.retention ?? RETENTION)
    if (this.#messages.some(({ sentAt }) => sentAt < oldest)) {
      this.#messages = this.#messages.filter(({ sentAt }) => sentAt >= oldest)
    }
  }

  #changed(): void {
    const listeners = this.#listeners
    if (listeners.length === 0) return
    this.#listeners = []
    for (const listener of listeners) listener()
  }
}
