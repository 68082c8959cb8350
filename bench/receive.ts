import { CreateQueueCommand, SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs'
import { buildApp } from 'fauxqs'
import { parseRequest } from '../functions/core/parse/request.ts'
import { batchesOf, type Message } from '../functions/queues/batches.ts'
import { sqsClientOptions } from '../functions/queues/client.ts'
import { messageOf } from '../functions/queues/event-queue.ts'
import { composeReceive } from '../functions/receive/compose.ts'
import { environmentSecrets } from '../functions/runtime/environment-secrets.ts'
import { localPlatform } from '../local/platform.ts'
import { httpRequest, lambdaContext } from '../test/support/http-request.ts'

export interface ReceiveMeasurement {
  readonly eventsPerRequest: number
  /** Medians, in milliseconds. */
  readonly receive: number
  readonly bareSend: number
}

const quiet = { debug() {}, info() {}, warn() {}, error() {} }
const platform = localPlatform(environmentSecrets({}), quiet, { add() {} })

/**
 * What `receive` adds to sending: an identify (or a batch) through the whole handler against a bare SendMessageBatch of
 * the same bytes, in turns, in one process with an embedded SQS, whose share is in both.
 */
export async function measureReceive(sizes: readonly number[], rounds: number): Promise<ReceiveMeasurement[]> {
  const app = buildApp({ logger: false })
  const endpoint = await app.listen({ host: '127.0.0.1', port: 0 })
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' }
  const sqs = new SQSClient({ ...sqsClientOptions, endpoint, region: 'us-east-1', credentials })
  const createQueue = async (QueueName: string) =>
    (await sqs.send(new CreateQueueCommand({ QueueName, Attributes: { FifoQueue: 'true' } }))).QueueUrl ?? ''
  const measurements: ReceiveMeasurement[] = []
  for (const size of sizes) {
    const handler = composeReceive(
      { EVENTS_QUEUE_URL: await createQueue(`received-${size}.fifo`) },
      { ...platform, sqs },
    )
    const bareQueue = await createQueue(`sent-${size}.fifo`)
    const times = { receive: [] as number[], bareSend: [] as number[] }
    for (let round = 0; round < rounds; round++) {
      const body = { batch: Array.from({ length: size }, (_, at) => identify(round, at)) }
      const request = requestOf(JSON.stringify(body))
      const batches = batchesOf(
        parseRequest('batch', body, {
          receivedAt: Date.now(),
          source: 'bench',
          newId: platform.random.id,
        }).accepted.map(messageOf),
      )
      const steps = {
        receive: () => handler(request, lambdaContext()),
        bareSend: () => Promise.all(batches.map(batch => sqs.send(commandOf(bareQueue, batch)))),
      }
      for (const step of round % 2 ? (['receive', 'bareSend'] as const) : (['bareSend', 'receive'] as const)) {
        const begun = performance.now()
        await steps[step]()
        // The first half warms up.
        if (round >= rounds / 2) times[step].push(performance.now() - begun)
      }
    }
    measurements.push({ eventsPerRequest: size, receive: median(times.receive), bareSend: median(times.bareSend) })
  }
  sqs.destroy()
  await app.close()
  return measurements
}

const identify = (round: number, at: number) => ({
  type: 'identify',
  userId: `user-${round}-${at}`,
  messageId: `message-${round}-${at}`,
  timestamp: new Date().toISOString(),
  traits: {
    firstName: 'Alex',
    city: 'New Orleans',
    country: 'USA',
    phone: '+1-202-555-0146',
    email: `alex-${round}-${at}@example.com`,
    custom_flavor: 'chocolate',
    custom_date: 1574769933368,
  },
})

const requestOf = (body: string) =>
  httpRequest({
    path: '/v1/batch',
    headers: { authorization: `Basic ${btoa('local:')}`, 'content-type': 'application/json' },
    body,
  })

const commandOf = (QueueUrl: string, batch: readonly Message[]) =>
  new SendMessageBatchCommand({
    QueueUrl,
    Entries: batch.map(message => ({
      Id: String(message.index),
      MessageBody: message.body,
      MessageGroupId: message.group,
      MessageDeduplicationId: message.deduplicationId,
    })),
  })

const median = (times: number[]): number => times.sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? Number.NaN

if (import.meta.main) console.table(await measureReceive([1, 10, 100], 400))
