import { afterAll, beforeAll, describe } from 'vitest'
import type { Store } from '../../functions/core/store.ts'
import { DynamoStore } from '../../functions/store/dynamo/dynamo-store.ts'
import { MemoryStore } from '../../functions/store/memory/memory-store.ts'
import { dynamoOf } from '../simulation/world/clients.ts'
import { MemoryTable } from '../simulation/world/memory-table.ts'
import { type EmbeddedDynamo, hasJava, startDynalite, startDynamoLocal } from '../support/dynamodb.ts'
import { createTable } from '../support/table.ts'
import { belonging } from './store/belonging.ts'
import { claiming } from './store/claiming.ts'
import { delivering } from './store/delivering.ts'
import { doubting } from './store/doubting.ts'
import { folding } from './store/folding.ts'
import { listingDueWork } from './store/listing-due-work.ts'
import { loggingCalls } from './store/logging-calls.ts'
import { paging } from './store/paging.ts'
import { parking } from './store/parking.ts'
import { racing } from './store/racing.ts'
import { roundTripping } from './store/round-tripping.ts'
import { settling } from './store/settling.ts'
import { rememberingThePortal } from './store/the-portal.ts'
import { waiting } from './store/waiting.ts'

/** What a store does is promised once and holds wherever the table is. `open` gives an empty one. */
function everyPromise(open: () => Promise<Store>): void {
  describe('folding', () => folding(open))
  describe('settling', () => settling(open))
  describe('what belongs to a person', () => belonging(open))
  describe('doubts from outside', () => doubting(open))
  describe('races', () => racing(open))
  describe('any record', () => roundTripping(open))
  describe('the index of due work', () => listingDueWork(open))
  describe('pages of a lane', () => paging(open))
  describe('claims', () => claiming(open))
  describe('those who wait for a claim', () => waiting(open))
  describe('the deliverer and its journal', () => delivering(open))
  describe('the portal', () => rememberingThePortal(open))
  describe('parked events', () => parking(open))
  describe('the call log', () => loggingCalls(open))
}

function everyPromiseOn(start: () => Promise<EmbeddedDynamo>): void {
  let dynamo: EmbeddedDynamo
  let tables = 0
  beforeAll(async () => {
    dynamo = await start()
  })
  afterAll(() => dynamo?.stop())

  everyPromise(async () => {
    const name = `vidsync-${++tables}`
    await createTable(dynamo.client, name)
    return new DynamoStore(dynamo.client, name, { sleep: duration => new Promise(done => setTimeout(done, duration)) })
  })
}

describe('a store in memory', () => everyPromise(async () => new MemoryStore()))

describe('a store on the table of the simulation', () =>
  everyPromise(async () => {
    const table = new MemoryTable()
    const client = dynamoOf(async command => table.perform(command))
    return new DynamoStore(client, 'vidsync', { sleep: async () => undefined })
  }))

describe('a store on dynalite', () => everyPromiseOn(startDynalite))

const onDynamoLocal = process.env.DYNAMODB_LOCAL === '1' && hasJava()
if (!onDynamoLocal) {
  console.warn("Not tried on Amazon's DynamoDB Local: that takes Java 17, DYNAMODB_LOCAL=1 and half a minute.")
}
describe.skipIf(!onDynamoLocal)("a store on Amazon's DynamoDB Local", () => everyPromiseOn(startDynamoLocal))
