import { createRequire } from 'node:module'
import { DynamoDBClient, PutItemCommand, QueryCommand, ScanCommand } from '@aws-sdk/client-dynamodb'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { synthesize } from '../../cdk/synthesize.ts'
import { localAws } from '../../local/aws.ts'
import type { Embedded } from '../../local/queues.ts'
import { readStack, type Stack } from '../../local/stack.ts'
import { startTable } from '../../local/table.ts'
import { removeExpired } from '../../local/time-to-live.ts'

let stack: Stack
let table: Embedded
let dynamo: DynamoDBClient
beforeEach(async () => {
  stack = readStack(synthesize())
  table = await startTable(stack.table)
  dynamo = new DynamoDBClient(localAws(table.endpoint))
})
afterEach(async () => {
  dynamo.destroy()
  await table.stop()
})

/** Counts what the database underneath has opened and not closed. */
function countOpen(): () => number {
  const { AbstractLevel } = createRequire(import.meta.resolve('dynalite'))('abstract-level')
  const attach = vi.spyOn(AbstractLevel.prototype, 'attachResource')
  const detach = vi.spyOn(AbstractLevel.prototype, 'detachResource')
  return () => attach.mock.calls.length - detach.mock.calls.length
}

test('a query leaves nothing open, wherever it ends', async () => {
  const TableName = stack.table.name
  for (let n = 0; n < 5; n++) {
    const Item = { pk: { S: `user#${n}` }, sk: { S: 'record' }, lane: { S: 'live#3' }, dueAt: { N: String(n) } }
    await dynamo.send(new PutItemCommand({ TableName, Item }))
  }
  const open = countOpen()

  const query = { TableName, IndexName: 'due', KeyConditionExpression: 'lane = :lane' }
  const counts: (number | undefined)[] = []
  for (const Limit of [1, 5, 100]) {
    const values = { ExpressionAttributeValues: { ':lane': { S: 'live#3' } } }
    counts.push((await dynamo.send(new QueryCommand({ ...query, ...values, Limit }))).Count)
  }

  expect(counts).toEqual([1, 5, 5])
  await expect.poll(open).toBe(0)
})

test('what has expired is removed, and nothing else', async () => {
  const TableName = stack.table.name
  const now = Date.parse('2026-01-01T00:00:00Z')
  const place = { pk: { S: 'user#1' }, lane: { S: 'live#3' }, dueAt: { N: '1' } }
  for (const [sk, expiresAt] of [['event#old', now - 1_000] as const, ['event#young', now + 1_000] as const]) {
    const Item = { ...place, sk: { S: sk }, expiresAt: { N: String(expiresAt / 1_000) } }
    await dynamo.send(new PutItemCommand({ TableName, Item }))
  }
  await dynamo.send(new PutItemCommand({ TableName, Item: { ...place, sk: { S: 'record' } } }))

  expect(await removeExpired(dynamo, stack.table, now)).toBe(1)

  for (const IndexName of [undefined, 'due']) {
    const { Items = [] } = await dynamo.send(new ScanCommand({ TableName, ...(IndexName && { IndexName }) }))
    expect(Items.map(({ sk }) => sk?.S).sort()).toEqual(['event#young', 'record'])
  }
})
