import { expect, it } from 'vitest'
import type { Lane } from '../../../functions/core/record.ts'
import type { Store } from '../../../functions/core/store.ts'
import type { RecordKey } from '../../../functions/core/types.ts'
import { dueKey } from '../../../functions/store/dynamo/due-key.ts'
import { foldedOf, NOON } from '../../support/records.ts'

export function listingDueWork(open: () => Promise<Store>): void {
  /** Users whose ids tell when they are due, in no order. */
  async function withDue(count: number, lane: Lane = 'live'): Promise<Store> {
    const store = await open()
    const shuffled = Array.from({ length: count }, (_, id) => (id * 37) % count)
    await Promise.all(shuffled.map(id => store.fold(`user#${id}`, foldedOf(1), { lane, at: NOON + id })))
    return store
  }

  it('lists what is due by now, oldest first', async () => {
    const store = await withDue(100)

    const due = await store.due('live', NOON + 59, 1000)

    expect(due).toStrictEqual(Array.from({ length: 60 }, (_, id) => ({ key: `user#${id}`, at: NOON + id })))
  })

  it('lists the oldest where more is due than asked for', async () => {
    const store = await withDue(100)

    for (const limit of [1, 7, 40, 100]) {
      const due = await store.due('live', NOON + 1000, limit)
      expect(due.map(({ at }) => at - NOON)).toStrictEqual(Array.from({ length: limit }, (_, id) => id))
    }
  })

  it('lists the oldest although they all happen to share a partition', async () => {
    const store = await open()
    const partitionOf = (key: RecordKey) => dueKey(key, { lane: 'live', at: NOON }).lane?.S
    const keys = Array.from({ length: 400 }, (_, id) => `user#${id}` as const)
    const crowded = keys.filter(key => partitionOf(key) === 'live#0')
    const moments = keys.map((key, id) => ({ key, at: crowded.includes(key) ? NOON + id : NOON + 1000 + id }))
    await Promise.all(moments.map(({ key, at }) => store.fold(key, foldedOf(1), { lane: 'live', at })))

    const due = await store.due('live', NOON + 2000, crowded.length + 5)

    expect(due).toStrictEqual(moments.sort((a, b) => a.at - b.at).slice(0, crowded.length + 5))
  })

  it('nothing asked for is nothing listed', async () => {
    const store = await withDue(3)

    expect(await store.due('live', NOON + 1000, 0)).toStrictEqual([])
  })

  it('keeps the lanes apart', async () => {
    const store = await withDue(3, 'conflict')

    expect(await store.due('live', NOON + 1000, 10)).toStrictEqual([])
    expect(await store.due('conflict', NOON + 1000, 10)).toHaveLength(3)
  })

  it('counts every lane, and says since when live or bulk work has been waiting', async () => {
    const store = await open()
    const lanes: readonly Lane[] = ['rejected', 'live', 'bulk', 'bulk', 'verifying', 'conflict', 'conflict', 'live']
    await Promise.all(lanes.map((lane, id) => store.fold(`user#${id}`, foldedOf(1), { lane, at: NOON + id })))

    expect(await store.countDue()).toStrictEqual({
      lanes: { live: 2, bulk: 2, verifying: 1, conflict: 2, rejected: 1 },
      oldestDueAt: NOON + 1,
    })
  })

  it('without work there is nothing to count', async () => {
    const store = await open()

    expect(await store.countDue()).toStrictEqual({
      lanes: { live: 0, bulk: 0, verifying: 0, conflict: 0, rejected: 0 },
      oldestDueAt: undefined,
    })
  })
}
