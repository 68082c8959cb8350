import { expect, it } from 'vitest'
import { linkKey, membershipsKey, objectKey, occurrenceKey, subscriptionsKey } from '../../../functions/core/keys.ts'
import { type Lane, notDelivered } from '../../../functions/core/record.ts'
import type { Store } from '../../../functions/core/store.ts'
import type { BelongingKey, ContactKey, RecordKey } from '../../../functions/core/types.ts'
import { deliveredOf, foldedOf, NOON, registerOf, settlementOf } from '../../support/records.ts'

const owner: ContactKey = 'user#42'
const company = objectKey('companies', 'ACME & Co @ Bern #1')
const event = occurrenceKey(owner, 'aaaaaaaaaaaa')
const all: readonly BelongingKey[] = [
  event,
  occurrenceKey(owner, 'bbbbbbbbbbbb'),
  linkKey(owner, 'companies', 'ACME & Co @ Bern #1'),
  linkKey(owner, 'plans'),
  membershipsKey(owner),
  subscriptionsKey(owner),
]

export function belonging(open: () => Promise<Store>): void {
  async function withRecords(keys: readonly RecordKey[], lane?: Lane): Promise<Store> {
    const store = await open()
    await Promise.all(keys.map(key => store.fold(key, foldedOf(1), lane && { lane, at: NOON })))
    return store
  }

  it('records of every kind are kept apart, and read and listed under their own keys', async () => {
    const keys = [owner, company, ...all]

    const store = await withRecords(keys, 'live')

    const records = await store.readRecords(keys)
    expect([...records.keys()].sort()).toStrictEqual([...keys].sort())
    for (const [key, record] of records) expect(record.key).toBe(key)
    expect((await store.due('live', NOON, 100)).map(({ key }) => key).sort()).toStrictEqual([...keys].sort())
    expect((await store.list('live', 100)).map(({ key }) => key).sort()).toStrictEqual([...keys].sort())
  })

  it('all of it is found by its owner, and nothing else', async () => {
    const others: RecordKey[] = ['user#4', 'user#421', 'lists@user#4', 'lists@user#421', 'lists@lead#42@example.com']
    const store = await withRecords([...all, owner, company, ...others])

    expect([...(await store.belongingsOf(owner))].sort()).toStrictEqual([...all].sort())
    expect(await store.belongingsOf('lead#42@example.com')).toStrictEqual(['lists@lead#42@example.com'])
    expect(await store.belongingsOf('user#nobody')).toStrictEqual([])
  })

  it('it is found however much there is', async () => {
    const store = await open()
    const keys = Array.from({ length: 30 }, (_, n) => occurrenceKey(owner, `event-${n}`))
    const registers = new Map([['note', registerOf('x'.repeat(60_000))]])
    await Promise.all(keys.map(key => store.fold(key, foldedOf(1, { registers }), undefined)))

    expect([...(await store.belongingsOf(owner))].sort()).toStrictEqual([...keys].sort())
  })

  it('what waits in a lane can be asked for alone', async () => {
    const store = await open()
    await store.fold(event, foldedOf(1), { lane: 'waiting', at: NOON })
    await store.fold(membershipsKey(owner), foldedOf(1), { lane: 'lists', at: NOON })
    await store.fold(subscriptionsKey(owner), foldedOf(1), undefined)

    expect(await store.belongingsOf(owner, 'waiting')).toStrictEqual([event])
    expect(await store.belongingsOf(owner, 'links')).toStrictEqual([])
  })

  it.each([
    [event, 'events'],
    [linkKey(owner, 'plans'), 'links'],
    [membershipsKey(owner), 'lists'],
    [subscriptionsKey(owner), 'subscriptions'],
    [company, 'objects'],
    [owner, 'live'],
  ] as const)('a doubt puts %s among the %s', async (key, lane) => {
    const store = await withRecords([key])

    expect(await store.raiseVerify(key, NOON)).toBe(true)

    expect((await store.readRecords([key])).get(key)).toMatchObject({ verify: 1, due: { lane, at: NOON } })
  })

  it('an event that has settled for good keeps nothing but its place, and belongs to nobody any more', async () => {
    const store = await withRecords([event, membershipsKey(owner)], 'events')
    const delivered = deliveredOf(1)

    expect(await store.settle(1, settlementOf(event, 1, { delivered, expiresAt: NOON + 1_000 }))).toBe(true)

    const folded = { writes: 1, version: 1, registers: new Map(), ring: [], problems: new Map(), updatedAt: 0 }
    expect((await store.readRecords([event])).get(event)).toStrictEqual({
      key: event,
      folded,
      delivered,
      verify: 0,
      token: 1,
    })
    expect(await store.belongingsOf(owner)).toStrictEqual([membershipsKey(owner)])
    await expect(store.fold(event, foldedOf(1), undefined)).rejects.toThrow('folded')
  })

  it('what has been folded meanwhile is kept, whatever a settlement for good takes away', async () => {
    const store = await withRecords([event], 'events')
    await store.fold(event, foldedOf(2), { lane: 'events', at: NOON + 1 })

    expect(await store.settle(1, settlementOf(event, 1, { expiresAt: NOON + 1_000 }))).toBe(false)

    const record = (await store.readRecords([event])).get(event)
    expect(record?.folded).toStrictEqual(foldedOf(2))
    expect(record?.due).toStrictEqual({ lane: 'events', at: NOON + 1 })
    expect(await store.belongingsOf(owner)).toStrictEqual([event])
  })

  it('what is folded into a record that had settled for good is a record again', async () => {
    const store = await withRecords([event], 'events')
    await store.settle(1, settlementOf(event, 1, { expiresAt: NOON + 1_000 }))

    await store.fold(event, foldedOf(2), undefined)

    expect(await store.belongingsOf(owner)).toStrictEqual([event])
    expect((await store.readRecords([event])).get(event)?.delivered).not.toBe(notDelivered)
  })
}
