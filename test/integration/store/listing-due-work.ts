import { expect, it } from 'vitest'
import { type Lane, perLane } from '../../../functions/core/record.ts'
import type { Store } from '../../../functions/core/store.ts'
import type { RecordKey } from '../../../functions/core/types.ts'
import { dueKey } from '../../../functions/store/dynamo/due-key.ts'
import { foldedOf, NOON } from '../../support/records.ts'

const NONE = perLane(() => 0)

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

  it('counts every lane, and says since when work has been waiting, and when anything is to be looked at', async () => {
    const store = await open()
    const lanes: readonly Lane[] = ['rejected', 'events', 'bulk', 'bulk', 'waiting', 'conflict', 'conflict', 'live']
    await Promise.all(lanes.map((lane, id) => store.fold(`user#${id}`, foldedOf(1), { lane, at: NOON + id })))

    const { lanes: counts, first, oldestDueAt } = await store.countDue()

    expect(counts).toStrictEqual({ ...NONE, live: 1, bulk: 2, events: 1, waiting: 1, conflict: 2, rejected: 1 })
    expect(first).toStrictEqual({
      ...perLane(() => undefined),
      rejected: NOON,
      events: NOON + 1,
      bulk: NOON + 2,
      waiting: NOON + 4,
      conflict: NOON + 5,
      live: NOON + 7,
    })
    expect(oldestDueAt).toBe(NOON + 1)
  })

  it('counts hundreds in a lane, and the first of them is the oldest', async () => {
    const store = await withDue(900, 'links')

    const { lanes, first } = await store.countDue()

    expect(lanes.links).toBe(900)
    expect(first.links).toBe(NOON)
  })

  it('does not look into lanes that nobody asks for', async () => {
    const store = await open()
    await store.fold('user#1', foldedOf(1), { lane: 'live', at: NOON + 1 })
    await store.fold('lists@user#1', foldedOf(1), { lane: 'lists', at: NOON })

    const counts = await store.countDue(['live', 'verifying'])

    expect(counts.lanes).toStrictEqual({ ...NONE, live: 1 })
    expect(counts.oldestDueAt).toBe(NOON + 1)
  })

  it('without work there is nothing to count', async () => {
    const store = await open()

    expect(await store.countDue()).toStrictEqual({
      lanes: NONE,
      first: perLane(() => undefined),
      oldestDueAt: undefined,
    })
  })
}
