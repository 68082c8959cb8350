import type { Event } from '../../functions/core/event.ts'
import type { EventQueue, QueuedEvent } from '../../functions/core/queue.ts'
import { notice } from '../../functions/notice/handler.ts'
import { receive } from '../../functions/receive/handler.ts'
import type { HttpAnswer, HttpRequest } from '../../functions/runtime/http.ts'
import type { SecretValues } from '../../functions/runtime/platform.ts'
import { lambdaContext } from '../support/http-request.ts'
import { testPlatform, testSecrets } from '../support/platform.ts'
import type { Recorder } from '../support/recorder.ts'

/** The events queue in memory. Recognises repeated sends, as FIFO queues do. */
class KeepingQueue implements EventQueue {
  readonly kept: QueuedEvent[] = []
  readonly #seen = new Set<string>()
  /** Away: it confirms nothing. */
  isAway = false

  /** As if nothing had ever been sent. */
  forget(): void {
    this.kept.length = 0
    this.#seen.clear()
  }

  async send(events: readonly QueuedEvent[]): Promise<readonly number[]> {
    if (this.isAway) return events.map((_, index) => index)
    const isNew = ({ deduplicationId }: QueuedEvent) => !this.#seen.has(deduplicationId)
    for (const event of events.filter(isNew)) {
      this.#seen.add(event.deduplicationId)
      this.kept.push(event)
    }
    return []
  }
}

export interface Door {
  readonly queue: KeepingQueue
  readonly recorder: Recorder
  /** Milliseconds that the door's clock is ahead. */
  ahead: number
  knock(request: HttpRequest): Promise<HttpAnswer>
  /** Takes out what was queued, as `record` will read it; the queue forgets it. */
  taken(): Event[]
}

export const NOW = Date.UTC(2026, 10, 1, 12)
export const PUBLIC_URL = 'https://hooks.example.com'

/** `receive` or `notice` as they are, over a queue in memory and a clock that stands still. */
export function openDoor(which: 'receive' | 'notice', secrets: Partial<SecretValues> = {}): Door {
  const queue = new KeepingQueue()
  const values = { ...testSecrets, ...secrets }
  const platform = testPlatform({
    clock: { now: () => NOW + door.ahead, monotonic: () => performance.now(), sleep: async () => {} },
    secrets: { read: async () => values },
  })
  const handler =
    which === 'receive'
      ? receive({ ...platform, events: queue })
      : notice({ ...platform, events: queue, uniqueProperty: 'internal_user_id', publicUrl: PUBLIC_URL })
  const door: Door = {
    queue,
    recorder: platform.recorder,
    ahead: 0,
    knock: request => handler(request, lambdaContext()),
    taken: () => {
      const events: Event[] = JSON.parse(JSON.stringify(queue.kept.map(({ event }) => event)))
      queue.forget()
      return events
    },
  }
  return door
}

export const WITH_KEY = { authorization: `Basic ${Buffer.from('write-key:').toString('base64')}` }
