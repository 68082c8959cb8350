import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DynamoDBClient, GetItemCommand, PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb'
import { DeleteMessageCommand, ReceiveMessageCommand, SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs'
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { synthesize } from '../../cdk/synthesize.ts'
import { localAws } from '../../local/aws.ts'
import { openDataDirectory } from '../../local/data-directory.ts'
import { type Emulators, startEmulators } from '../../local/emulators.ts'
import { readStack, type Stack } from '../../local/stack.ts'

let stack: Stack
beforeAll(() => {
  stack = readStack(synthesize())
})

let path: string
let child: ChildProcess | undefined
const ends: (() => unknown)[] = []
beforeEach(() => {
  path = mkdtempSync(join(tmpdir(), 'vidsync-data-'))
})
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end()
  child?.kill('SIGKILL')
  rmSync(path, { recursive: true, force: true })
})

/** The neighbours in a process of their own, to be killed. */
async function startChild() {
  child = fork(new URL('./local-persistence.child.ts', import.meta.url), { execArgv: [] })
  child.send({ stack: { queues: stack.queues, table: stack.table }, path })
  const [endpoints] = await once(child, 'message')
  return connect(endpoints)
}

async function kill(): Promise<void> {
  const gone = child && once(child, 'exit')
  child?.kill('SIGKILL')
  await gone
}

async function start() {
  const data = openDataDirectory(path)
  ends.push(() => data.close())
  const emulators = await startEmulators(stack, data)
  ends.push(() => emulators.stop())
  return { ...connect(emulators), leftBehind: data.leftBehind }
}

function connect({ queues, table }: Pick<Emulators, 'queues' | 'table'>) {
  const sqs = new SQSClient(localAws(queues))
  const dynamo = new DynamoDBClient(localAws(table))
  ends.push(
    () => sqs.destroy(),
    () => dynamo.destroy(),
  )
  return { sqs, dynamo }
}

const events = () => stack.queues.find(queue => queue.id === 'Events')?.url ?? ''

const send = (sqs: SQSClient, bodies: readonly string[]) =>
  sqs.send(
    new SendMessageBatchCommand({
      QueueUrl: events(),
      Entries: bodies.map((body, index) => ({
        Id: String(index),
        MessageBody: body,
        MessageGroupId: 'one user',
        MessageDeduplicationId: body,
      })),
    }),
  )

async function receive(sqs: SQSClient) {
  const { Messages } = await sqs.send(
    new ReceiveMessageCommand({
      QueueUrl: events(),
      MaxNumberOfMessages: 10,
      MessageSystemAttributeNames: ['ApproximateReceiveCount'],
    }),
  )
  return (Messages ?? []).map(message => ({
    body: message.Body,
    receipt: message.ReceiptHandle,
    count: message.Attributes?.ApproximateReceiveCount,
  }))
}

test('after a kill, a message in flight is there at once, in its place, and what was deleted stays deleted', async () => {
  const before = await startChild()
  await send(before.sqs, ['first', 'second', 'third'])
  const [done] = await receive(before.sqs)
  await before.sqs.send(new DeleteMessageCommand({ QueueUrl: events(), ReceiptHandle: done?.receipt }))
  const [inFlight] = await receive(before.sqs)

  await kill()
  const after = await start()
  const [again] = await receive(after.sqs)
  await after.sqs.send(new DeleteMessageCommand({ QueueUrl: events(), ReceiptHandle: again?.receipt }))
  const [next] = await receive(after.sqs)

  expect([done?.body, inFlight?.body]).toEqual(['first', 'second'])
  expect(again).toMatchObject({ body: 'second', count: '2' })
  expect(next).toMatchObject({ body: 'third', count: '1' })
})

test('after a kill, an item that was written is there, and so is its entry in the index', async () => {
  const before = await startChild()
  const item = { pk: { S: 'user#1' }, sk: { S: 'record' }, lane: { S: 'live#3' }, dueAt: { N: '17' } }
  await before.dynamo.send(new PutItemCommand({ TableName: stack.table.name, Item: item }))

  await kill()
  const after = await start()

  const { Item } = await after.dynamo.send(
    new GetItemCommand({ TableName: stack.table.name, Key: { pk: item.pk, sk: item.sk } }),
  )
  expect(Item).toEqual(item)
  expect(await due(after.dynamo)).toEqual(['user#1'])
  expect(after.leftBehind).toBe(true)
})

test('a run that ended well leaves nothing to repair', async () => {
  const first = openDataDirectory(path)
  first.markEnded()
  first.close()

  const second = openDataDirectory(path)
  ends.push(() => second.close())

  expect(second.leftBehind).toBe(false)
})

test('two runs cannot share a directory, and the second is told so', async () => {
  const first = openDataDirectory(path)
  ends.push(() => first.close())

  expect(() => openDataDirectory(path)).toThrow(/^DATA_DIR is .*, which another run is using/)
})

test('a queue that exists takes over what the stack has changed and keeps its messages', async () => {
  const before = await startChild()
  await send(before.sqs, ['kept'])
  await kill()
  const changed = { ...stack, queues: stack.queues.map(queue => withVisibility(queue, '1')) }

  const data = openDataDirectory(path)
  const emulators = await startEmulators(changed, data)
  ends.push(
    () => data.close(),
    () => emulators.stop(),
  )
  const { sqs } = connect(emulators)
  const [first] = await receive(sqs)

  expect(first?.body).toBe('kept')
  await expect.poll(() => receive(sqs), { timeout: 3000 }).toMatchObject([{ body: 'kept', count: '2' }])
})

const withVisibility = (queue: Stack['queues'][number], seconds: string) => ({
  ...queue,
  attributes: { ...queue.attributes, VisibilityTimeout: seconds },
})

test('after a kill, an item that the index has lost is found again, and an entry without its item goes', async () => {
  const before = await startChild()
  const record = (pk: string) => ({ pk: { S: pk }, sk: { S: 'record' }, lane: { S: 'live#3' }, dueAt: { N: '17' } })
  for (const user of ['user#lost', 'user#settled', 'user#never']) {
    await before.dynamo.send(new PutItemCommand({ TableName: stack.table.name, Item: record(user) }))
  }
  await kill()
  await tear(async ({ put, del, keys }) => {
    const [entryOfLost = ''] = await keys('index-global~', 'user#lost')
    const [settled = ''] = await keys('item-', 'user#settled')
    const [never = ''] = await keys('item-', 'user#never')
    await del(entryOfLost)
    await put(settled, { pk: { S: 'user#settled' }, sk: { S: 'record' }, delivered: { S: 'kept' } })
    await del(never)
  })

  const after = await start()

  expect(await due(after.dynamo)).toEqual(['user#lost'])
  const { Item } = await after.dynamo.send(
    new GetItemCommand({ TableName: stack.table.name, Key: { pk: { S: 'user#settled' }, sk: { S: 'record' } } }),
  )
  expect(Item).toEqual({ pk: { S: 'user#settled' }, sk: { S: 'record' }, delivered: { S: 'kept' } })
})

interface Database {
  put(key: string, value: unknown): Promise<void>
  del(key: string): Promise<void>
  iterator(): AsyncIterable<[string, { pk?: { S?: string } }]>
  close(): Promise<void>
}

/** Leaves the table as a kill between two of its writes does. */
async function tear(
  change: (table: Pick<Database, 'put' | 'del'> & { keys(prefix: string, pk: string): Promise<string[]> }) => unknown,
): Promise<void> {
  const { Level } = createRequire(import.meta.resolve('dynalite'))('level')
  const database: Database = new Level(join(path, 'table'), { valueEncoding: 'json' })
  const keys = async (prefix: string, pk: string) => {
    const found: string[] = []
    for await (const [key, value] of database.iterator()) {
      if (key.startsWith(prefix) && value.pk?.S === pk) found.push(key)
    }
    return found
  }
  await change({ put: (key, value) => database.put(key, value), del: key => database.del(key), keys })
  await database.close()
}

async function due(dynamo: DynamoDBClient): Promise<(string | undefined)[]> {
  const { Items = [] } = await dynamo.send(
    new QueryCommand({
      TableName: stack.table.name,
      IndexName: 'due',
      KeyConditionExpression: 'lane = :lane',
      ExpressionAttributeValues: { ':lane': { S: 'live#3' } },
    }),
  )
  return Items.map(item => item.pk?.S)
}

test.each([
  ['in a place where nobody can make directories', '/proc/vidsync/data'],
  ['behind a file', join(import.meta.filename, 'data')],
])('a directory %s is refused at once, in a sentence', (_, impossible) => {
  expect(() => openDataDirectory(impossible)).toThrow(/^DATA_DIR is .*, which cannot be used: .*\.$/)
})
