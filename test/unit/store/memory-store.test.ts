import { expect, it } from 'vitest'
import type { ItemWrite } from '../../../functions/store/item-write.ts'
import { MemoryStore } from '../../../functions/store/memory/memory-store.ts'
import { foldedOf, NOON, settlementOf } from '../../support/records.ts'

it('an index that lags still lists what has been settled, and the record decides', async () => {
  let now = NOON
  const store = new MemoryStore({ indexLag: { clock: { now: () => now }, length: () => 200 } })
  await store.fold('user#1', foldedOf(1), { lane: 'live', at: NOON })
  expect(await store.due('live', NOON, 10)).toStrictEqual([])
  now += 200
  await store.settle(1, settlementOf('user#1', 1))

  const stale = await store.due('live', NOON, 10)

  expect(stale).toStrictEqual([{ key: 'user#1', at: NOON }])
  expect((await store.countDue()).lanes.live).toBe(1)
  expect((await store.readRecords(['user#1'])).get('user#1')?.due).toBeUndefined()
  now += 200
  expect(await store.due('live', NOON, 10)).toStrictEqual([])
})

it('the changes of one record reach a lagging index in their order', async () => {
  let now = NOON
  const lags = [500, 10]
  const store = new MemoryStore({ indexLag: { clock: { now: () => now }, length: () => lags.shift() ?? 0 } })
  await store.fold('user#1', foldedOf(1), { lane: 'live', at: NOON })
  await store.settle(1, settlementOf('user#1', 1))

  now += 499
  expect(await store.due('live', NOON, 10)).toStrictEqual([])
  now += 1
  expect(await store.due('live', NOON, 10)).toStrictEqual([])
})

it('every write is told with its kind and what it did to the index', async () => {
  const writes: ItemWrite[] = []
  const store = new MemoryStore({ onWrite: write => writes.push(write) })

  await store.fold('user#1', foldedOf(1), { lane: 'live', at: NOON })
  await store.fold('user#1', foldedOf(2), { lane: 'live', at: NOON })
  await store.fold('user#1', foldedOf(3), { lane: 'live', at: NOON + 1 })
  await store.settle(1, settlementOf('user#1', 1))
  await store.settle(1, settlementOf('user#1', 3))

  expect(writes.map(({ kind, refused, indexWrites }) => `${kind} ${refused ? 'refused' : indexWrites}`)).toStrictEqual([
    'record 1',
    'record 0',
    'record 2',
    'record refused',
    'record 0',
    'record 1',
  ])
})
