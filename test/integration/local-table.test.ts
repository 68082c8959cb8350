import { createRequire } from 'node:module'
import { DynamoDBClient, PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { synthesize } from '../../cdk/synthesize.ts'
import { localAws } from '../../local/aws.ts'
import type { Embedded } from '../../local/queues.ts'
import { readStack, type Stack } from '../../local/stack.ts'
import { startTable } from '../../local/table.ts'

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
