import type { SQSEvent } from 'aws-lambda'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { defineConfig } from '../../functions/core/config.ts'
import type { GroupEvent, UserEvent } from '../../functions/core/event.ts'
import { linkKey, membershipsKey, objectKey } from '../../functions/core/keys.ts'
import { spelled } from '../../functions/core/parse/id.ts'
import { userKey } from '../../functions/core/types.ts'
import { record } from '../../functions/record/handler.ts'
import { DynamoStore } from '../../functions/store/dynamo/dynamo-store.ts'
import { type EmbeddedDynamo, startDynalite } from '../support/dynamodb.ts'
import { lambdaContext, sqsRecord } from '../support/lambda-invocation.ts'
import { testPlatform } from '../support/platform.ts'
import { stampOf } from '../support/records.ts'
import { createTable } from '../support/table.ts'

const config = defineConfig({
  objects: {
    companies: {
      from: 'group',
      id: 'groupId',
      uniqueProperty: 'account_id',
      fields: { newest: 'traits.newest' },
      unmapped: 'send',
    },
  },
  lists: { Beta: { when: 'traits.beta' } },
})

let dynamo: EmbeddedDynamo
beforeAll(async () => {
  dynamo = await startDynalite()
})
afterAll(() => dynamo.stop())

async function start(table: string) {
  await createTable(dynamo.client, table)
  const platform = testPlatform()
  const store = new DynamoStore(dynamo.client, table, platform.clock)
  const wakeUps = { wake: async () => undefined, wakeRegardless: async () => undefined }
  /** An invocation of its own, in a process of its own. @returns the messages that are to be delivered again */
  const invoke = async (Records: SQSEvent['Records']): Promise<SQSEvent['Records']> => {
    const handler = record({ ...platform, store, wakeUps, config })
    const { batchItemFailures } = await handler({ Records }, lambdaContext)
    return Records.filter(({ messageId }) => batchItemFailures.some(failure => failure.itemIdentifier === messageId))
  }
  return { store, invoke }
}

const user = (n: number) => userKey(spelled(`u${n}`))
const messageOf = (event: UserEvent) => sqsRecord(event.messageId, event, 0)
const said = (n: number, key: ReturnType<typeof user>) => ({
  key,
  messageId: `message-${n}`,
  stamp: stampOf(n),
  hash: `hash-${n}`,
  priority: 'live' as const,
})

it('a company of which twenty invocations speak at once has what each of them says', async () => {
  const { store, invoke } = await start('hot')
  const batches = Array.from({ length: 20 }, (_, batch) =>
    Array.from({ length: 3 }, (_, at): GroupEvent => {
      const n = batch * 3 + at
      return { type: 'group', ...said(n, user(n)), groupId: 'acme', traits: { newest: n, [`of_${n}`]: n } }
    }),
  )

  let waiting = batches.map(batch => batch.map(messageOf))
  let deliveries = 0
  while (waiting.length > 0) {
    deliveries += 1
    waiting = (await Promise.all(waiting.map(invoke))).filter(failed => failed.length > 0)
  }

  const acme = (await store.readRecords([objectKey('companies', 'acme')])).values().next().value
  const values = new Map(
    [...(acme?.folded.registers ?? [])].map(([name, { candidates }]) => [name, candidates[0].value]),
  )
  expect(values.get('newest')).toBe(59)
  for (let n = 0; n < 60; n += 1) expect(values.get(`of_${n}`)).toBe(n)
  const links = await store.readRecords(Array.from({ length: 60 }, (_, n) => linkKey(user(n), 'companies', 'acme')))
  expect(links.size).toBe(60)
  // Most get through by trying again; a message that comes back comes a minute later.
  expect(deliveries).toBeLessThanOrEqual(3)
})

it('a user who is deleted leaves nothing under any id, and what was done to others stays', async () => {
  const { store, invoke } = await start('deletion')
  const [alex, visitor, bo] = [user(1), user(2), user(3)]
  const events: UserEvent[] = [
    { type: 'identify', ...said(1, visitor), traits: { beta: true } },
    { type: 'track', ...said(2, visitor), name: 'Seen', properties: { secret: 'of the visitor' } },
    { type: 'track', ...said(3, alex), name: 'Bought', properties: { secret: 'of alex' } },
    { type: 'identify', ...said(4, bo), traits: { beta: true } },
    { type: 'alias', ...said(5, visitor), into: alex },
  ]
  for (const event of events) expect(await invoke([messageOf(event)])).toStrictEqual([])

  expect(await invoke([messageOf({ type: 'delete', ...said(6, alex) })])).toStrictEqual([])

  for (const id of [alex, visitor]) {
    const belongings = await store.belongingsOf(id)
    expect(belongings.length).toBeGreaterThan(0)
    for (const { folded, due } of (await store.readRecords(belongings)).values()) {
      expect(folded.registers.size).toBe(0)
      expect(folded.occurrence).toBeUndefined()
      expect(due).toBeDefined()
    }
  }
  expect((await store.readRecords([membershipsKey(bo)])).get(membershipsKey(bo))?.folded.registers.size).toBe(1)
})
