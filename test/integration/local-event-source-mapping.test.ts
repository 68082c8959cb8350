import {
  ChangeMessageVisibilityCommand,
  GetQueueAttributesCommand,
  SendMessageBatchCommand,
  SQSClient,
} from '@aws-sdk/client-sqs'
import type { SQSEvent } from 'aws-lambda'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { localAws } from '../../local/aws.ts'
import { type RunningMapping, startEventSourceMapping } from '../../local/event-source-mapping.ts'
import { invocable, readingJson } from '../../local/invocation.ts'
import { type Embedded, startQueues } from '../../local/queues.ts'
import type { Mapping, Queue } from '../../local/stack.ts'

const VISIBILITY = 1
const quiet = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }

const queue: Queue = {
  id: 'Events',
  name: 'Events.fifo',
  arn: 'arn:aws:sqs:us-east-1:000000000000:Events.fifo',
  url: 'https://sqs.us-east-1.amazonaws.com/000000000000/Events.fifo',
  attributes: { FifoQueue: 'true', VisibilityTimeout: String(VISIBILITY) },
}

let embedded: Embedded
let sqs: SQSClient
let running: RunningMapping | undefined

beforeEach(async () => {
  embedded = await startQueues([queue])
  sqs = new SQSClient(localAws(embedded.endpoint))
})
afterEach(async () => {
  await running?.stop()
  running = undefined
  sqs.destroy()
  await embedded.stop()
})

type Answer = (event: SQSEvent) => unknown

/** Starts a mapping to a function that answers as told, and keeps the bodies of every batch that it was given. */
function feed(answer: Answer, settings: Partial<Mapping> = {}, timeout = 900) {
  const batches: string[][] = []
  const events: SQSEvent[] = []
  const handler = async (event: SQSEvent) => {
    events.push(event)
    batches.push(event.Records.map(record => record.body))
    return answer(event)
  }
  const mapping: Mapping = { queue, function: 'record', batchSize: 10, reportBatchItemFailures: true, ...settings }
  const fn = invocable({ name: 'record', handler: readingJson(handler), timeout, log: quiet })
  running = startEventSourceMapping(mapping, fn, sqs, quiet)
  return { batches, events, bodies: () => batches.flat() }
}

async function send(...messages: readonly (readonly [group: string, body: string])[]): Promise<void> {
  const entries = messages.map(([group, body], index) => ({
    Id: String(index),
    MessageBody: body,
    MessageGroupId: group,
    MessageDeduplicationId: `${group}-${body}`,
  }))
  await sqs.send(new SendMessageBatchCommand({ QueueUrl: queue.url, Entries: entries }))
}

async function left(): Promise<number> {
  const { Attributes = {} } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: queue.url, AttributeNames: ['All'] }),
  )
  return Number(Attributes.ApproximateNumberOfMessages) + Number(Attributes.ApproximateNumberOfMessagesNotVisible)
}

test('an empty answer deletes the whole batch', async () => {
  await send(['a', '1'], ['b', '2'])

  const { bodies } = feed(() => undefined)

  await vi.waitFor(async () => expect(await left()).toBe(0))
  expect(bodies().toSorted()).toEqual(['1', '2'])
})

test('a message reported as failed comes again after its visibility timeout, the others do not', async () => {
  await send(['a', '1'], ['b', '2'], ['c', '3'])
  const begun = performance.now()
  let failedOnce = false

  const { bodies } = feed(event => {
    const failed = event.Records.filter(record => record.body === '2' && !failedOnce)
    failedOnce ||= failed.length > 0
    return { batchItemFailures: failed.map(record => ({ itemIdentifier: record.messageId })) }
  })

  await vi.waitFor(() => expect(bodies().toSorted()).toEqual(['1', '2', '2', '3']), { timeout: 5000 })
  expect(performance.now() - begun).toBeGreaterThan(VISIBILITY * 1000 - 50)
  await vi.waitFor(async () => expect(await left()).toBe(0))
})

test.each<[string, Answer]>([
  ['a throw', () => Promise.reject(new Error('on purpose'))],
  ['an answer that is no object', () => 'fine'],
  ['a list of failures that is no list', () => ({ batchItemFailures: 'all' })],
  ['a failure without an identifier', () => ({ batchItemFailures: [{}] })],
  ['a failure with an empty identifier', () => ({ batchItemFailures: [{ itemIdentifier: '' }] })],
  ['a failure that names a message of no batch', () => ({ batchItemFailures: [{ itemIdentifier: 'unknown' }] })],
])('%s fails the whole batch', async (_what, answer) => {
  await send(['a', '1'], ['b', '2'])
  let tries = 0

  const { bodies } = feed(event => (tries++ === 0 ? answer(event) : null))

  await vi.waitFor(() => expect(bodies().toSorted()).toEqual(['1', '1', '2', '2']), { timeout: 5000 })
})

test('without ReportBatchItemFailures the answer says nothing', async () => {
  await send(['a', '1'])

  feed(({ Records }) => ({ batchItemFailures: [{ itemIdentifier: Records[0]?.messageId }] }), {
    reportBatchItemFailures: false,
  })

  await vi.waitFor(async () => expect(await left()).toBe(0))
})

test('an invocation that takes longer than the function’s timeout is given up and its batch comes again', async () => {
  await send(['a', '1'])
  let tries = 0

  const { bodies } = feed(() => (tries++ === 0 ? new Promise(() => {}) : null), {}, 200)

  await vi.waitFor(() => expect(bodies()).toEqual(['1', '1']), { timeout: 5000 })
  await vi.waitFor(async () => expect(await left()).toBe(0))
})

test('no batch is larger than the mapping says', async () => {
  await send(['a', '1'], ['b', '2'], ['c', '3'], ['d', '4'], ['e', '5'])

  const { batches, bodies } = feed(() => null, { batchSize: 2 })

  await vi.waitFor(() => expect(bodies()).toHaveLength(5))
  expect(Math.max(...batches.map(batch => batch.length))).toBe(2)
})

test('groups are handled at the same time, the messages of one group one after another and in order', async () => {
  await send(['a', 'a1'], ['a', 'a2'], ['a', 'a3'], ['b', 'b1'], ['b', 'b2'], ['b', 'b3'])
  const underWay = new Set<string>()
  let together = 0
  let overlapping = false

  const { bodies } = feed(
    async ({ Records }) => {
      const group = Records[0]?.attributes.MessageGroupId ?? ''
      overlapping ||= underWay.has(group)
      underWay.add(group)
      together = Math.max(together, underWay.size)
      await new Promise(resolve => setTimeout(resolve, 30))
      underWay.delete(group)
    },
    { batchSize: 1 },
  )

  await vi.waitFor(() => expect(bodies()).toHaveLength(6), { timeout: 5000 })
  expect(bodies().filter(body => body.startsWith('a'))).toEqual(['a1', 'a2', 'a3'])
  expect(bodies().filter(body => body.startsWith('b'))).toEqual(['b1', 'b2', 'b3'])
  expect({ together, overlapping }).toEqual({ together: 2, overlapping: false })
})

test('a function can have its message again sooner by changing its visibility and reporting it failed', async () => {
  await send(['deliver', 'wake'])
  const times: number[] = []

  feed(async ({ Records: [record] }) => {
    times.push(performance.now())
    if (!record || times.length > 1) return null
    await sqs.send(
      new ChangeMessageVisibilityCommand({
        QueueUrl: queue.url,
        ReceiptHandle: record.receiptHandle,
        VisibilityTimeout: 2,
      }),
    )
    return { batchItemFailures: [{ itemIdentifier: record.messageId }] }
  })

  await vi.waitFor(() => expect(times).toHaveLength(2), { timeout: 5000 })
  const [first = 0, second = 0] = times
  expect(second - first).toBeGreaterThan(1950)
  await vi.waitFor(async () => expect(await left()).toBe(0))
})

test('a record looks as Lambda makes it', async () => {
  await send(['group', '{"any":"body"}'])

  const { events } = feed(() => null)

  await vi.waitFor(() => expect(events).toHaveLength(1))
  expect(events[0]?.Records[0]).toEqual({
    messageId: expect.stringMatching(/.+/),
    receiptHandle: expect.stringMatching(/.+/),
    body: '{"any":"body"}',
    attributes: {
      ApproximateReceiveCount: '1',
      ApproximateFirstReceiveTimestamp: expect.stringMatching(/^\d{13}$/),
      SentTimestamp: expect.stringMatching(/^\d{13}$/),
      SenderId: expect.any(String),
      MessageGroupId: 'group',
      MessageDeduplicationId: 'group-{"any":"body"}',
      SequenceNumber: expect.stringMatching(/^\d{20}$/),
    },
    messageAttributes: {},
    md5OfBody: expect.stringMatching(/^[0-9a-f]{32}$/),
    eventSource: 'aws:sqs',
    eventSourceARN: queue.arn,
    awsRegion: 'us-east-1',
  })
})

test('stopping lets the batch under way end and takes no more', async () => {
  await send(['a', '1'])
  const finish = Promise.withResolvers<void>()
  const { bodies } = feed(() => finish.promise)
  await vi.waitFor(() => expect(bodies()).toEqual(['1']))

  const stopped = running?.stop()
  await send(['b', '2'])
  finish.resolve()
  await stopped

  expect(bodies()).toEqual(['1'])
  expect(await left()).toBe(1)
})
