import type { SQSEvent } from 'aws-lambda'
import { handedOver } from '../../../functions/runtime/without-lambda.ts'
import { failedMessages } from '../../../local/batch-answer.ts'
import type { MemoryQueue, Received } from './memory-queue.ts'
import type { FunctionName } from './stack.ts'
import type { World } from './world.ts'

/**
 * Lambda's event source mapping: takes batches from a queue as long as there are any, so many at once, invokes a function
 * and deletes what did not fail. Never ends.
 */
export async function feed(
  world: World,
  queue: MemoryQueue,
  name: FunctionName,
  batchSize: number,
  atOnce: number,
): Promise<never> {
  const { scheduler } = world
  let running = 0
  let finished = () => {}
  for (;;) {
    const next = running < atOnce ? queue.nextAt() : undefined
    if (next === undefined || next > world.now()) {
      const changed = running < atOnce ? [queue.changed()] : []
      const done = new Promise<void>(resolve => {
        finished = resolve
      })
      let callOff = () => {}
      const time = new Promise<void>(resolve => {
        if (next !== undefined) callOff = scheduler.after(next - world.now(), `${name} is polled`, resolve)
      })
      await Promise.race([...changed, done, time])
      callOff()
      await scheduler.turn(`${name} polls`)
      continue
    }
    const received = queue.receive(batchSize)
    if (received.length === 0) continue
    running += 1
    void handle(world, queue, name, received).finally(() => {
      running -= 1
      finished()
    })
    await scheduler.turn(`${name} polls on`)
  }
}

async function handle(
  world: World,
  queue: MemoryQueue,
  name: FunctionName,
  received: readonly Received[],
): Promise<void> {
  const event: SQSEvent = { Records: received.map(recordOf) }
  let failed: ReadonlySet<string>
  try {
    failed = failedMessages(await world.invoke(name, event), event)
  } catch {
    return
  }
  for (const { message, receipt } of received) {
    if (failed.has(message.id)) continue
    if (world.faults.losesDeletion()) continue
    queue.delete(receipt)
  }
}

const recordOf = ({ message, receipt }: Received) =>
  handedOver({
    messageId: message.id,
    receiptHandle: receipt,
    body: message.body,
    group: message.group,
    sentAt: message.sentAt,
    firstReceivedAt: message.firstReceivedAt ?? message.sentAt,
    receives: message.receives,
  })
