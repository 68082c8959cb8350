import { GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { countWrites } from '../../bench/count-writes.ts'
import type { Store } from '../../functions/core/store.ts'
import { dynamoClient } from '../../functions/store/dynamo/client.ts'
import { DynamoStore } from '../../functions/store/dynamo/dynamo-store.ts'
import { TableRefused, TableUnavailable, UnreadableItem } from '../../functions/store/errors.ts'
import type { ItemWrite } from '../../functions/store/item-write.ts'
import { MemoryStore } from '../../functions/store/memory/memory-store.ts'
import { type EmbeddedDynamo, startDynalite } from '../support/dynamodb.ts'
import { claimOnEmail, foldedOf, NOON, registerOf, settlementOf, vidOf } from '../support/records.ts'
import { createTable } from '../support/table.ts'

const clock = { sleep: async () => {} }
let dynamo: EmbeddedDynamo
let store: DynamoStore
beforeAll(async () => {
  dynamo = await startDynalite()
  await createTable(dynamo.client, 'vidsync')
  store = new DynamoStore(dynamo.client, 'vidsync', clock)
})
afterAll(() => dynamo.stop())

describe('what DynamoDB throws becomes ours', () => {
  it('a table that is not there refuses', async () => {
    const nowhere = new DynamoStore(dynamo.client, 'nowhere', clock)

    const failure = nowhere.readRecords(['user#1'])

    await expect(failure).rejects.toThrow(TableRefused)
    await expect(failure).rejects.toMatchObject({ code: 'ResourceNotFoundException', operation: 'read items' })
  })

  it('a table that does not answer is unavailable', async () => {
    const settings = { region: 'us-east-1', credentials: { accessKeyId: 'local', secretAccessKey: 'local' } }
    const client = dynamoClient({ ...settings, endpoint: 'http://127.0.0.1:1', maxAttempts: 1 })
    const silent = new DynamoStore(client, 'vidsync', clock)

    const failure = silent.fold('user#1', foldedOf(1), undefined)

    await expect(failure).rejects.toThrow(TableUnavailable)
    await expect(failure).rejects.toThrow(/cannot change an item.*ECONNREFUSED.*try again later/)
  })

  it('a record larger than an item may be is refused', async () => {
    const registers = new Map([['biography', registerOf('x'.repeat(500_000))]])

    await expect(store.fold('user#1', foldedOf(1, { registers }), undefined)).rejects.toThrow(TableRefused)
  })

  it('a key longer than a key may be is refused', async () => {
    await expect(store.fold(`user#${'x'.repeat(3000)}`, foldedOf(1), undefined)).rejects.toThrow(TableRefused)
  })

  it('a call that another version has announced is left over without its records, and hides no other', async () => {
    const call = JSON.stringify({ format: 99, whom: 'knows' })
    const Item = { pk: { S: 'calls' }, sk: { S: 'of-tomorrow' }, call: { S: call } }
    await dynamo.client.send(new PutItemCommand({ TableName: 'vidsync', Item }))
    const known = { id: 'of-today', kind: 'create', records: [{ key: 'user#1', properties: [] }], at: NOON } as const
    await store.journal(known)

    const leftovers = await store.leftovers()

    expect(leftovers).toStrictEqual([
      known,
      { id: 'of-tomorrow', kind: 'update', at: 0, records: [], unreadable: expect.stringContaining('format 99') },
    ])
    for (const { id } of leftovers) await store.forget(id)
  })

  it('an item that somebody else has put there is unreadable', async () => {
    const item = { pk: { S: 'user#stranger' }, sk: { S: 'record' }, writes: { N: '1' } }
    await dynamo.client.send(new PutItemCommand({ TableName: 'vidsync', Item: item }))

    await expect(store.readRecords(['user#stranger'])).rejects.toThrow(UnreadableItem)
  })
})

it('the first parking of an event is kept whole, or cut off with a note where it is too large', async () => {
  const reason = 'It cannot be folded'
  await store.park('small', { event: { name: 'first' }, reason, at: NOON })
  await store.park('small', { event: { name: 'second' }, reason, at: NOON + 1 })
  await store.park('large', { event: 'x'.repeat(500_000), reason, at: NOON })

  const [small, large] = await Promise.all([parkedItem('small'), parkedItem('large')])
  expect(small).toStrictEqual({
    pk: { S: 'parked' },
    sk: { S: 'small' },
    event: { S: '{"name":"first"}' },
    reason: { S: reason },
    parkedAt: { N: String(NOON) },
    // A year later.
    expiresAt: { N: String(NOON / 1_000 + 365 * 86_400) },
  })
  expect(large?.event?.S).toBe(`"${'x'.repeat(349_999)}`)
  expect(large?.note?.S).toBe('cut off at 350000 of 500002 bytes')
})

async function parkedItem(id: string) {
  const key = { pk: { S: 'parked' }, sk: { S: id } }
  return (await dynamo.client.send(new GetItemCommand({ TableName: 'vidsync', Key: key }))).Item
}

it('what is counted in memory is what DynamoDB is asked to write', async () => {
  await createTable(dynamo.client, 'counted')
  const count = countWrites(dynamo.client)
  const counted = new DynamoStore(dynamo.client, 'counted', clock)
  const writes: ItemWrite[] = []

  await everyKindOfWrite(counted)
  await everyKindOfWrite(new MemoryStore({ onWrite: write => writes.push(write) }))

  const inMemory = (kind: string) => writes.filter(write => write.kind === kind)
  for (const kind of ['record', 'claim', 'call', 'portal', 'deliverer', 'parked'] as const) {
    const { writes, refused, indexWrites } = count.kinds.get(kind) ?? {}
    expect({ kind, writes, refused, indexWrites }).toStrictEqual({
      kind,
      writes: inMemory(kind).length,
      refused: inMemory(kind).filter(write => write.refused).length,
      indexWrites: inMemory(kind).reduce((sum, write) => sum + write.indexWrites, 0),
    })
  }
  expect(count.total.writes).toBe(writes.length)
  expect(count.readUnits).toBeGreaterThan(0)
})

describe('what costs requests', () => {
  it('counting asks once for each partition of the lanes that are counted, while no more than dozens wait in each', async () => {
    const { client } = dynamo
    await createTable(client, 'lanes')
    const lanes = new DynamoStore(client, 'lanes', clock)
    const ids = Array.from({ length: 200 }, (_, id) => id)
    await Promise.all(ids.map(id => lanes.fold(`user#${id}`, foldedOf(1), { lane: 'live', at: NOON + id })))
    let queries = 0
    client.middlewareStack.add(
      (next, { commandName }) =>
        args => {
          queries += commandName === 'QueryCommand' ? 1 : 0
          return next(args)
        },
      { step: 'initialize', name: 'countQueries' },
    )

    await lanes.countDue(['live', 'bulk', 'verifying', 'conflict', 'rejected'])

    expect(queries).toBe(5 * 8)
  })

  it('an event that has settled for good is taken away by DynamoDB, which counts in seconds', async () => {
    const key = 'event#settled@user#7'
    await store.fold(key, foldedOf(1), { lane: 'events', at: NOON })

    await store.settle(1, settlementOf(key, 1, { expiresAt: NOON + 1 }))

    const Key = { pk: { S: 'user#7' }, sk: { S: 'event#settled' } }
    const { Item } = await dynamo.client.send(new GetItemCommand({ TableName: 'vidsync', Key }))
    expect(Item?.expiresAt).toStrictEqual({ N: String(NOON / 1_000 + 1) })
    expect(Object.keys(Item ?? {}).sort()).toStrictEqual([
      'delivered',
      'expiresAt',
      'pk',
      'sk',
      'token',
      'version',
      'writes',
    ])
  })
})

async function everyKindOfWrite(store: Store): Promise<void> {
  const key = 'user#1'
  const address = claimOnEmail('alex@example.com')
  const { token, state } = await store.open()
  await store.fold(key, foldedOf(1), { lane: 'live', at: NOON })
  await store.fold(key, foldedOf(2), { lane: 'bulk', at: NOON + 1 })
  await store.fold(key, foldedOf(1), undefined).catch(() => {})
  await store.settle(token, settlementOf(key, 1))
  await store.settle(token, settlementOf(key, 2, { due: { lane: 'live', at: NOON }, raiseVerify: true }))
  await store.settle(token, settlementOf(key, 2, { basis: { foldVersion: 2, verify: 1 } }))
  await store.settle(0, settlementOf(key, 2)).catch(() => {})
  await store.raiseVerify(key, NOON)
  await store.raiseVerify(key, NOON + 1)
  await store.raiseVerify(key, NOON + 1, { vid: vidOf('101'), at: NOON })
  await store.raiseVerify('user#nobody', NOON)
  const event = 'event#1@user#1'
  await store.fold(event, foldedOf(1), { lane: 'events', at: NOON })
  await store.settle(token, settlementOf(event, 0, { expiresAt: NOON }))
  await store.settle(token, settlementOf(event, 1, { expiresAt: NOON }))
  await store.fold(event, foldedOf(1), undefined).catch(() => {})
  await store.readRecords([key])
  await store.due('live', NOON, 10)
  await store.claim(address, key)
  await store.claim(address, 'user#2')
  await store.release(address, key)
  await store.release(address, key)
  await store.journal({ id: 'call', kind: 'create', records: [], at: NOON })
  await store.forget('call')
  await store.writePortal({ id: '1', schema: { revision: 'r', readAt: NOON, properties: new Map() } })
  await store.writePortal({ id: '2', schema: { revision: 'r', readAt: NOON, properties: new Map() } }).catch(() => {})
  await store.writeSchema('companies', { revision: 'r', readAt: NOON, properties: new Map() })
  await store.park('a', { event: {}, reason: 'why', at: NOON })
  await store.park('a', { event: {}, reason: 'why', at: NOON })
  await store.save(token, state)
  await store.save(token - 1, state).catch(() => {})
}
