import { expect, it } from 'vitest'
import { notDelivered } from '../../../functions/core/record.ts'
import { StaleWrite, type Store } from '../../../functions/core/store.ts'
import { deliveredOf, foldedOf, NOON, registerOf, settlementOf } from '../../support/records.ts'

const key = 'user#1'

export function folding(open: () => Promise<Store>): void {
  it('a first fold creates the record as one that was never delivered', async () => {
    const store = await open()

    await store.fold(key, foldedOf(1), { lane: 'live', at: NOON })

    const records = await store.readRecords([key, 'user#nobody', key])
    expect(records).toStrictEqual(
      new Map([
        [key, { key, folded: foldedOf(1), delivered: notDelivered, verify: 0, due: { lane: 'live', at: NOON } }],
      ]),
    )
  })

  it('a fold that gives no due key leaves the one there is', async () => {
    const store = await open()
    await store.fold(key, foldedOf(1), { lane: 'bulk', at: NOON })

    await store.fold(key, foldedOf(2, { version: 1 }), undefined)

    const record = (await store.readRecords([key])).get(key)
    expect(record?.folded).toStrictEqual(foldedOf(2, { version: 1 }))
    expect(record?.due).toStrictEqual({ lane: 'bulk', at: NOON })
    expect(await store.due('bulk', NOON, 10)).toStrictEqual([{ key, at: NOON }])
  })

  it('a fold that gives a due key always sets it, a later one and another lane too', async () => {
    const store = await open()
    await store.fold(key, foldedOf(1), { lane: 'bulk', at: NOON })

    await store.fold(key, foldedOf(2), { lane: 'live', at: NOON + 5 })

    expect((await store.readRecords([key])).get(key)?.due).toStrictEqual({ lane: 'live', at: NOON + 5 })
    expect(await store.due('bulk', NOON + 10, 10)).toStrictEqual([])
    expect(await store.due('live', NOON + 10, 10)).toStrictEqual([{ key, at: NOON + 5 }])
  })

  it('a fold keeps what delivery wrote', async () => {
    const store = await open()
    await store.fold(key, foldedOf(1), { lane: 'live', at: NOON })
    await store.settle(1, settlementOf(key, 1, { delivered: deliveredOf(1, { attempts: 3 }) }))

    await store.fold(key, foldedOf(2), { lane: 'live', at: NOON + 1 })

    expect((await store.readRecords([key])).get(key)?.delivered).toStrictEqual(deliveredOf(1, { attempts: 3 }))
  })

  it('a redelivered fold is refused and changes nothing', async () => {
    const store = await open()
    await store.fold(key, foldedOf(1), { lane: 'live', at: NOON })
    await store.fold(key, foldedOf(2), undefined)

    await expect(store.fold(key, foldedOf(2, { updatedAt: 0 }), { lane: 'bulk', at: 0 })).rejects.toThrow(StaleWrite)
    await expect(store.fold(key, foldedOf(1, { updatedAt: 0 }), { lane: 'bulk', at: 0 })).rejects.toThrow(StaleWrite)

    const record = (await store.readRecords([key])).get(key)
    expect(record?.folded).toStrictEqual(foldedOf(2))
    expect(record?.due).toStrictEqual({ lane: 'live', at: NOON })
  })

  it('a fold into a record that is not there is refused and creates none', async () => {
    const store = await open()

    await expect(store.fold(key, foldedOf(2), { lane: 'live', at: NOON })).rejects.toThrow(StaleWrite)

    expect(await store.readRecords([key])).toStrictEqual(new Map())
  })

  it('the refusal names the record to the program and not to the log', async () => {
    const store = await open()

    const refusal = await store.fold('user#alex@example.com', foldedOf(2), undefined).catch((error: unknown) => error)

    expect(refusal).toMatchObject({ name: 'StaleWrite', key: 'user#alex@example.com' })
    expect(String(refusal)).not.toContain('alex')
  })

  it('hundreds of records are read in one go, each key once', async () => {
    const store = await open()
    const keys = Array.from({ length: 250 }, (_, id) => `user#${id}` as const)
    await Promise.all(keys.map(key => store.fold(key, foldedOf(1), undefined)))

    const records = await store.readRecords([...keys, ...keys])

    expect([...records.keys()].sort()).toStrictEqual([...keys].sort())
  })

  it('records that exceed 16 MB together are all read', async () => {
    const store = await open()
    const keys = Array.from({ length: 60 }, (_, id) => `user#${id}` as const)
    const registers = new Map([['biography', registerOf('x'.repeat(300_000))]])
    await Promise.all(keys.map(key => store.fold(key, foldedOf(1, { registers }), undefined)))

    const records = await store.readRecords(keys)

    expect(records.size).toBe(60)
  })
}
