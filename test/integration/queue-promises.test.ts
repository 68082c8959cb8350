import {
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sqsOf } from '../simulation/world/clients.ts'
import { MemoryQueue } from '../simulation/world/memory-queue.ts'
import { MemorySqs } from '../simulation/world/memory-sqs.ts'
import { startEmbeddedSqs } from '../support/embedded-sqs.ts'

/** A queue of its own for each test, and the time that its neighbours go by. */
interface Queues {
  readonly client: SQSClient
  /** @returns the addresses of a FIFO queue whose messages come back after 1 s, and of its dead-letter queue, after 2 receives */
  create(options?: { readonly delay?: number }): Promise<{ url: string; deadLetters: string }>
  pass(milliseconds: number): Promise<void>
}

/**
 * What SQS promises, wherever the queues are: the embedded ones of `npm start`, and those of the simulation.
 * @param lenient what the embedded ones do otherwise: they give one message of a group at a time, which SQS may do as
 * well, and look for duplicates in the whole queue
 */
function everyPromise(open: () => Promise<Queues>, { lenient = false } = {}): void {
  const send = (queues: Queues, url: string, body: string, group = 'g', id = body) =>
    queues.client.send(
      new SendMessageCommand({ QueueUrl: url, MessageBody: body, MessageGroupId: group, MessageDeduplicationId: id }),
    )
  const receive = async ({ client }: Queues, url: string, most = 10): Promise<Message[]> => {
    const request = { QueueUrl: url, MaxNumberOfMessages: most, MessageSystemAttributeNames: ['All' as const] }
    return (await client.send(new ReceiveMessageCommand(request))).Messages ?? []
  }
  const bodies = async (queues: Queues, url: string, most = 10) =>
    (await receive(queues, url, most)).map(({ Body }) => Body)
  const remove = ({ client }: Queues, url: string, messages: readonly Message[]) =>
    client.send(
      new DeleteMessageBatchCommand({
        QueueUrl: url,
        Entries: messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle })),
      }),
    )
  const hide = ({ client }: Queues, url: string, message: Message | undefined, seconds: number) =>
    client.send(
      new ChangeMessageVisibilityCommand({
        QueueUrl: url,
        ReceiptHandle: message?.ReceiptHandle,
        VisibilityTimeout: seconds,
      }),
    )

  it.skipIf(lenient)('gives several messages of a group in one batch, in their order', async () => {
    const queues = await open()
    const { url } = await queues.create()
    for (const body of ['1', '2', '3']) await send(queues, url, body)

    expect(await bodies(queues, url)).toEqual(['1', '2', '3'])
  })

  it('gives nothing of a group of which a message is in flight, and goes on with others', async () => {
    const queues = await open()
    const { url } = await queues.create()
    for (const body of ['1', '2']) await send(queues, url, body)
    await send(queues, url, 'other', 'h')

    const first = await bodies(queues, url, 1)
    const second = await bodies(queues, url)

    expect([...first, ...second].sort()).toEqual(['1', 'other'])
  })

  it('goes on with a group when what was in flight is deleted', async () => {
    const queues = await open()
    const { url } = await queues.create()
    for (const body of ['1', '2']) await send(queues, url, body)

    await remove(queues, url, await receive(queues, url, 1))

    expect(await bodies(queues, url)).toEqual(['2'])
  })

  it.skipIf(lenient)('gives a message again, in its old place, when its visibility has ended', async () => {
    const queues = await open()
    const { url } = await queues.create()
    for (const body of ['1', '2']) await send(queues, url, body)
    await receive(queues, url, 1)

    await queues.pass(1_100)

    const again = await receive(queues, url)
    expect(again.map(({ Body }) => Body)).toEqual(['1', '2'])
    expect(again.map(({ Attributes }) => Attributes?.ApproximateReceiveCount)).toEqual(['2', '1'])
  })

  it('gives a message again at once when its visibility is set to nothing', async () => {
    const queues = await open()
    const { url } = await queues.create()
    await send(queues, url, '1')
    const [message] = await receive(queues, url)

    await hide(queues, url, message, 0)
    await queues.pass(50)

    expect(await bodies(queues, url)).toEqual(['1'])
  })

  it('keeps a message away for as long as its visibility is set to', async () => {
    const queues = await open()
    const { url } = await queues.create()
    await send(queues, url, '1')
    const [message] = await receive(queues, url)

    await hide(queues, url, message, 3)
    await queues.pass(1_500)

    expect(await bodies(queues, url)).toEqual([])
  })

  it.skipIf(lenient)(
    'takes what has the same deduplication id in the same group once, also when it is gone already',
    async () => {
      const queues = await open()
      const { url } = await queues.create()
      const first = await send(queues, url, '1')
      await remove(queues, url, await receive(queues, url))

      const second = await send(queues, url, 'again', 'g', '1')
      await send(queues, url, 'other group', 'h', '1')

      expect(second.MessageId).toBe(first.MessageId)
      expect(await bodies(queues, url)).toEqual(['other group'])
    },
  )

  it('does not give a message before its delay is over', async () => {
    const queues = await open()
    const { url } = await queues.create({ delay: 1 })
    await send(queues, url, '1')

    const early = await bodies(queues, url)
    await queues.pass(1_100)

    expect(early).toEqual([])
    expect(await bodies(queues, url)).toEqual(['1'])
  })

  it('sends to the dead letters what was received too often', async () => {
    const queues = await open()
    const { url, deadLetters } = await queues.create()
    await send(queues, url, '1')
    for (let time = 0; time < 2; time++) {
      expect(await bodies(queues, url)).toEqual(['1'])
      await queues.pass(1_100)
    }

    expect(await bodies(queues, url)).toEqual([])
    expect(await bodies(queues, deadLetters)).toEqual(['1'])
  })

  it('counts what waits, what is in flight and what is delayed', async () => {
    const queues = await open()
    const { url } = await queues.create()
    for (const group of ['a', 'b', 'c']) await send(queues, url, group, group)
    await receive(queues, url, 1)

    const { Attributes } = await queues.client.send(
      new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['All'] }),
    )

    expect(Attributes).toMatchObject({
      ApproximateNumberOfMessages: '2',
      ApproximateNumberOfMessagesNotVisible: '1',
      ApproximateNumberOfMessagesDelayed: '0',
    })
  })

  it.each([
    ['none', []],
    ['eleven', Array.from({ length: 11 }, (_, index) => String(index))],
    ['the same twice', ['1', '1']],
  ])('refuses a batch of %s', async (_, ids) => {
    const queues = await open()
    const { url } = await queues.create()
    const Entries = ids.map(Id => ({ Id, MessageBody: Id, MessageGroupId: 'g', MessageDeduplicationId: Id }))

    await expect(queues.client.send(new SendMessageBatchCommand({ QueueUrl: url, Entries }))).rejects.toThrow()
  })

  it('refuses a message that holds characters which XML lacks', async () => {
    const queues = await open()
    const { url } = await queues.create()

    await expect(send(queues, url, 'a\u0001b', 'g', 'id')).rejects.toThrow()
  })
}

describe('queues in memory', () => {
  everyPromise(async () => {
    let now = 1_000_000
    const sqs = new MemorySqs()
    const world = { now: () => now, integer: () => 0 }
    return {
      client: sqsOf(async command => sqs.perform(command)),
      create: async ({ delay = 0 } = {}) => {
        const fifo = { fifo: true, deduplicationScope: 'messageGroup', visibility: 1_000 } as const
        const queue = new MemoryQueue({ ...fifo, name: 'dead-letters.fifo' }, world)
        const deadLetters = { queue, most: () => 2 }
        const url = sqs.add(new MemoryQueue({ ...fifo, name: 'queue.fifo', delay: delay * 1_000, deadLetters }, world))
        return { url, deadLetters: sqs.add(queue) }
      },
      pass: async milliseconds => {
        now += milliseconds
      },
    }
  })
})

describe('embedded queues', () => {
  let embedded: Awaited<ReturnType<typeof startEmbeddedSqs>>
  let count = 0
  beforeAll(async () => {
    embedded = await startEmbeddedSqs()
  })
  afterAll(() => embedded.stop())

  everyPromise(
    async () => ({
      client: embedded.client,
      create: async ({ delay = 0 } = {}) => {
        const { client } = embedded
        const fifo = { FifoQueue: 'true', DeduplicationScope: 'messageGroup', VisibilityTimeout: '1' }
        const throughput = { FifoThroughputLimit: 'perMessageGroupId' }
        const create = async (name: string, attributes: Record<string, string>) => {
          const Attributes = { ...fifo, ...throughput, ...attributes }
          return (await client.send(new CreateQueueCommand({ QueueName: name, Attributes }))).QueueUrl ?? ''
        }
        count += 1
        const deadLetters = await create(`conformance-dead-${count}.fifo`, {})
        const { Attributes: { QueueArn = '' } = {} } = await client.send(
          new GetQueueAttributesCommand({ QueueUrl: deadLetters, AttributeNames: ['QueueArn'] }),
        )
        const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: QueueArn, maxReceiveCount: 2 })
        const url = await create(`conformance-${count}.fifo`, { DelaySeconds: String(delay), RedrivePolicy })
        return { url, deadLetters }
      },
      pass: milliseconds => new Promise(done => setTimeout(done, milliseconds)),
    }),
    { lenient: true },
  )
})
