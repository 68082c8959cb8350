import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { DeleteMessageCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { synthesize } from '../../cdk/synthesize.ts'
import { sha256 } from '../../functions/core/digest.ts'
import { environmentSecrets } from '../../functions/runtime/environment-secrets.ts'
import { localAws } from '../../local/aws.ts'
import { type Emulators, startEmulators } from '../../local/emulators.ts'
import { composeFunctions } from '../../local/functions.ts'
import { createHubSpot } from '../../local/hubspot/index.ts'
import { localPlatform } from '../../local/platform.ts'
import { readStack } from '../../local/stack.ts'
import { httpRequest } from '../support/http-request.ts'
import { signedHeaders, webhook } from '../support/hubspot-webhooks.ts'
import { idOf, permissionsOf } from './synthesized.ts'

type Name = 'receive' | 'record' | 'deliver' | 'sweep' | 'lookup' | 'notice'
const NAMES: readonly Name[] = ['receive', 'record', 'deliver', 'sweep', 'lookup', 'notice']

const stack = readStack(synthesize())
/** What each function has asked of AWS: `sqs:SendMessage on Events`. */
const asked = new Map<Name, Set<string>>(NAMES.map(name => [name, new Set()]))
let emulators: Emulators
let ends: (() => unknown)[] = []

/** Writes down each command under the IAM action that it takes, and what it is done to. */
function watching<Client extends SQSClient | DynamoDBClient>(name: Name, client: Client): Client {
  // The clients' stacks differ in types that nobody looks at here.
  const stackOfClient: Pick<SQSClient['middlewareStack'], 'add'> = Object(client).middlewareStack
  stackOfClient.add(
    (next, context) => async args => {
      const command = String(context.commandName).replace(/Command$/, '')
      const { QueueUrl, TableName, IndexName, RequestItems } = Object(args.input)
      const action = QueueUrl ? `sqs:${command.replace(/Batch$/, '')}` : `dynamodb:${command}`
      const index = IndexName ? `/index/${IndexName}` : ''
      const resource = QueueUrl
        ? stack.queues.find(({ url }) => new URL(url).pathname === new URL(QueueUrl).pathname)?.id
        : [TableName, ...Object.keys(RequestItems ?? {})].includes(stack.table.name) && `Table${index}`
      asked.get(name)?.add(`${action} on ${resource}`)
      return next(args)
    },
    { step: 'initialize' },
  )
  return client
}

const secrets = environmentSecrets({ HUBSPOT_CLIENT_SECRET: 'client-secret' })
const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }
const PUBLIC_URL = 'https://hooks.example.com'

beforeAll(async () => {
  const simulator = createHubSpot()
  const hubspot = await simulator.listen()
  emulators = await startEmulators(stack)
  ends = [() => emulators.stop(), () => hubspot.close()]
  const platform = localPlatform(secrets, silent, { add: () => {} })
  const overrides = {
    HUBSPOT_BASE_URL: hubspot.url,
    PUBLIC_URL,
    HUBSPOT_API_VERSION: 'v3',
    HUBSPOT_REQUESTS_PER_10_SECONDS: '100',
  }
  const functions = Object.fromEntries(
    NAMES.map(name => {
      const sqs = watching(name, new SQSClient(localAws(emulators.queues)))
      const dynamo = watching(name, new DynamoDBClient(localAws(emulators.table)))
      ends.unshift(
        () => sqs.destroy(),
        () => dynamo.destroy(),
      )
      const others = { series: { read: async () => new Map() }, pages: async () => new Map() }
      const neighbours = { ...platform, sqs, dynamo, ...others }
      return [name, composeFunctions(stack, Object(neighbours), overrides, new AbortController().signal)[name]]
    }),
  )
  await aDay(
    name => functions[name]?.invoke.bind(functions[name]) ?? (() => Promise.reject(new Error(name))),
    () => simulator.addFault({ fault: { kind: 'outage' } }),
  )
}, 120_000)
afterAll(async () => {
  for (const end of ends) await end()
})

type Invoke = (name: Name) => (event: unknown) => Promise<unknown>

/** Everything that the functions are there for, once. */
async function aDay(invoke: Invoke, breakHubSpot: () => unknown): Promise<void> {
  const poller = new SQSClient(localAws(emulators.queues))
  const headers = { authorization: `Basic ${btoa('local:')}` }
  const ask = (
    name: Name,
    path: string,
    method = 'GET',
    body: unknown = undefined,
    more: Record<string, string> = {},
  ) => invoke(name)(httpRequest({ path, method, headers: { ...headers, ...more }, body: JSON.stringify(body) ?? '' }))
  /** What Lambda's poller does: hands over what is there, and deletes it. */
  const hand = async (queue: string, name: Name) => {
    const QueueUrl = stack.queues.find(({ id }) => id === queue)?.url
    const { Messages = [] } = await poller.send(
      new ReceiveMessageCommand({
        QueueUrl,
        MaxNumberOfMessages: 10,
        WaitTimeSeconds: 3,
        MessageSystemAttributeNames: ['All'],
      }),
    )
    const Records = Messages.map(({ MessageId: messageId, ReceiptHandle: receiptHandle, Body: body, Attributes }) => ({
      messageId,
      receiptHandle,
      body,
      attributes: Attributes,
    }))
    if (Records.length > 0) await invoke(name)({ Records })
    for (const { ReceiptHandle } of Messages) await poller.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }))
  }
  const deliverAll = async () => {
    for (let n = 0; n < 2; n += 1) await hand('Events', 'record')
    await invoke('sweep')({})
    await hand('WakeUps', 'deliver')
  }
  const user = (userId: string, email: string) => ({ type: 'identify', userId, traits: { email } })

  await ask('receive', '/v1/batch', 'POST', {
    batch: [
      user('u1', 'a@example.com'),
      user('u2', 'b@example.com'),
      { type: 'track', userId: 'u1', event: 'Ordered' },
    ],
  })
  await deliverAll()
  await ask('receive', '/v1/identify', 'POST', user('u1', 'c@example.com'))
  await ask('receive', '/v1/users/u2', 'DELETE')
  const body = JSON.stringify([webhook('contact.deletion', { objectId: 12_345 })])
  const signed = signedHeaders({ uri: `${PUBLIC_URL}/hubspot/webhooks`, body })
  await invoke('notice')(httpRequest({ path: '/hubspot/webhooks', body, headers: signed }))
  await invoke('record')({ Records: [{ messageId: 'm', body: 'no event', attributes: {}, receiptHandle: '' }] })
  await deliverAll()
  // Whatever is left makes deliver ask to be woken again.
  breakHubSpot()
  await ask('receive', '/v1/identify', 'POST', user('u3', 'd@example.com'))
  await deliverAll()
  for (const path of ['/v1/users/u1', '/v1/users/nobody', '/v1/status', '/v1/conflicts', '/v1/audit/shared'])
    await ask('lookup', path)
  await ask('lookup', '/v1/users/u1/retry', 'POST')
  await ask('lookup', `/v1/parked/${sha256('no event')}/discard`, 'POST')
  poller.destroy()
}

/** What Lambda itself does in a function's name, and what this machine has instead of AWS's. */
const NOT_OURS =
  /^(logs|xray|secretsmanager|cloudwatch):|^sqs:(ReceiveMessage|DeleteMessage) |^sqs:GetQueueAttributes on WakeUps$/

test.each(NAMES)('%s asks AWS for nothing that its role does not allow', name => {
  const allowed = permissionsOf(idOf(name))

  expect([...(asked.get(name) ?? [])].filter(each => !allowed.includes(each))).toEqual([])
})

test.each(NAMES)('%s may do nothing that it does not do', name => {
  const allowed = permissionsOf(idOf(name)).filter(each => !NOT_OURS.test(each))
  // Its poller's: what it may do with the queue that it reads.
  const polled = name === 'record' ? ['sqs:GetQueueAttributes on Events'] : []

  expect(allowed.filter(each => !polled.includes(each) && !asked.get(name)?.has(each))).toEqual([])
})
