import { createServer, request as forward } from 'node:http'
import { buffer } from 'node:stream/consumers'
import {
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  type Message,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs'
import { buildApp } from 'fauxqs'
import { sqsClientOptions } from '../../functions/queues/client.ts'

export const clientFor = (endpoint: string, options: { maxAttempts?: number } = {}): SQSClient =>
  new SQSClient({
    ...sqsClientOptions,
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    ...options,
  })

/** SQS in this process, on loopback. */
export async function startEmbeddedSqs() {
  const app = buildApp({ logger: false })
  const endpoint = await app.listen({ host: '127.0.0.1', port: 0 })
  const client = clientFor(endpoint)
  return {
    endpoint,
    client,
    async createQueue(name: string, attributes: Record<string, string> = {}): Promise<string> {
      const { QueueUrl = '' } = await client.send(
        new CreateQueueCommand({ QueueName: name, Attributes: { FifoQueue: 'true', ...attributes } }),
      )
      return QueueUrl
    },
    /** Takes every visible message out of a queue. */
    async drain(queueUrl: string): Promise<Message[]> {
      const all: Message[] = []
      for (;;) {
        const { Messages = [] } = await client.send(
          new ReceiveMessageCommand({
            QueueUrl: queueUrl,
            MaxNumberOfMessages: 10,
            MessageSystemAttributeNames: ['All'],
          }),
        )
        if (Messages.length === 0) return all
        all.push(...Messages)
        await client.send(
          new DeleteMessageBatchCommand({
            QueueUrl: queueUrl,
            Entries: Messages.map(({ ReceiptHandle }, at) => ({ Id: String(at), ReceiptHandle })),
          }),
        )
      }
    },
    async stop() {
      client.destroy()
      await app.close()
    },
  }
}

/** What becomes of one request on its way to SQS. */
type Fault =
  /** Passed on; its answer is thrown away. */
  | { readonly kind: 'answer lost' }
  | { readonly kind: 'answered'; readonly status: number; readonly body: unknown }
  /** Passed on without these entries, which are reported as failed. */
  | { readonly kind: 'some refused'; readonly refuse: (entryId: string) => boolean; readonly senderFault?: boolean }
  | { readonly kind: 'never answered' }

interface SqsRequest {
  readonly Entries?: readonly { readonly Id: string }[]
}

/** A proxy before SQS that injects the faults it is told of, one a request, and passes everything else on. */
export async function startFaultyProxy(endpoint: string) {
  const faults: Fault[] = []
  const seen: { readonly target: string; readonly body: SqsRequest }[] = []
  const server = createServer(async (incoming, outgoing) => {
    const body: SqsRequest = JSON.parse((await buffer(incoming)).toString())
    const { Entries = [] } = body
    seen.push({ target: String(incoming.headers['x-amz-target']), body })
    const fault = faults.shift()
    if (fault?.kind === 'never answered') return
    if (fault?.kind === 'answered') {
      outgoing.writeHead(fault.status, { 'content-type': 'application/x-amz-json-1.0' })
      outgoing.end(JSON.stringify(fault.body))
      return
    }
    const refused = fault?.kind === 'some refused' ? Entries.filter(({ Id }) => fault.refuse(Id)) : []
    const passed = refused.length > 0 ? { ...body, Entries: Entries.filter(entry => !refused.includes(entry)) } : body
    const { status, answer } = await pass(endpoint, incoming.headers, JSON.stringify(passed))
    if (fault?.kind === 'answer lost') {
      outgoing.destroy()
      return
    }
    const failed = refused.map(({ Id }) => ({
      Id,
      Code: 'InternalError',
      SenderFault: fault?.kind === 'some refused' && fault.senderFault === true,
    }))
    outgoing.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' })
    outgoing.end(refused.length > 0 ? JSON.stringify({ ...JSON.parse(answer), Failed: failed }) : answer)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The proxy has no port.')
  return {
    url: `http://127.0.0.1:${address.port}`,
    faults,
    seen,
    async stop() {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }
}

function pass(endpoint: string, headers: NodeJS.Dict<string | string[]>, body: string) {
  return new Promise<{ status: number; answer: string }>((resolve, reject) => {
    const { 'content-length': _, ...kept } = headers
    const outgoing = forward(endpoint, { method: 'POST', headers: kept }, async answer => {
      resolve({ status: answer.statusCode ?? 500, answer: (await buffer(answer)).toString() })
    })
    outgoing.on('error', reject).end(body)
  })
}
