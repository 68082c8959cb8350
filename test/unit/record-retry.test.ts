import { expect, it } from 'vitest'
import { defineConfig } from '../../functions/core/config.ts'
import type { RetryEvent } from '../../functions/core/event.ts'
import type { Lane } from '../../functions/core/record.ts'
import type { RecordKey } from '../../functions/core/types.ts'
import { record } from '../../functions/record/handler.ts'
import { TableUnavailable } from '../../functions/store/errors.ts'
import { MemoryStore } from '../../functions/store/memory/memory-store.ts'
import { lambdaContext, sqsRecord } from '../support/lambda-invocation.ts'
import { testPlatform } from '../support/platform.ts'
import { deliveredOf, foldedOf, NOON, settlementOf } from '../support/records.ts'

const LATER = NOON + 3_600_000

/** A table that can be told to fail. */
class Table extends MemoryStore {
  failing = false
  override async raiseVerify(...args: Parameters<MemoryStore['raiseVerify']>) {
    if (this.failing) throw new TableUnavailable('change an item', 'throttled')
    return super.raiseVerify(...args)
  }
}

function start() {
  const table = new Table()
  let woken = 0
  const wakeUps = { wake: async () => void woken++, wakeRegardless: async () => {} }
  const platform = testPlatform({ clock: { ...testPlatform().clock, now: () => NOON } })
  const handler = record({ ...platform, store: table, wakeUps, config: defineConfig({}) })
  return {
    table,
    woken: () => woken,
    /** A record that is to be looked at in an hour. */
    slow: async (key: RecordKey, lane: Lane) => {
      await table.fold(key, foldedOf(1), { lane: 'live', at: NOON })
      await table.settle(1, settlementOf(key, 1, { delivered: deliveredOf(1), due: { lane, at: LATER } }))
    },
    dueOf: async (key: RecordKey) => (await table.readRecords([key])).get(key)?.due,
    retry: async (event: RetryEvent) => {
      const message = { ...sqsRecord('1', { ...OF_USER, key: event.key }, NOON), body: JSON.stringify(event) }
      return (await handler({ Records: [message] }, lambdaContext)).batchItemFailures
    },
  }
}

const OF_USER = {
  type: 'delete',
  messageId: 'm',
  stamp: { time: 0, receivedAt: 0, index: 0, id: '' },
  hash: '',
  priority: 'live',
} as const

it('a user in conflict, and what waits or was refused of theirs, is due at once', async () => {
  const { slow, dueOf, retry, woken } = start()
  await slow('user#bo', 'conflict')
  await slow('event#1@user#bo', 'waiting')
  await slow('lists@user#bo', 'rejected')
  await slow('user#ada', 'conflict')

  expect(await retry({ type: 'retry', key: 'user#bo' })).toEqual([])

  expect(await dueOf('user#bo')).toEqual({ lane: 'live', at: NOON })
  expect(await dueOf('event#1@user#bo')).toEqual({ lane: 'events', at: NOON })
  expect(await dueOf('lists@user#bo')).toEqual({ lane: 'lists', at: NOON })
  expect(await dueOf('user#ada')).toEqual({ lane: 'conflict', at: LATER })
  expect(woken()).toBe(1)
})

it('of a user of whom there is no record, nothing is made', async () => {
  const { dueOf, retry, woken } = start()

  expect(await retry({ type: 'retry', key: 'user#nobody' })).toEqual([])

  expect(await dueOf('user#nobody')).toBeUndefined()
  expect(woken()).toBe(0)
})

it('a retry that the table does not take stays queued', async () => {
  const { slow, table, retry } = start()
  await slow('user#bo', 'conflict')
  table.failing = true

  expect(await retry({ type: 'retry', key: 'user#bo' })).toEqual([{ itemIdentifier: '1' }])
})
