import { expect, it } from 'vitest'
import { basisOf, Deposed, Overtaken, type Store } from '../../../functions/core/store.ts'
import { deliveredOf, foldedOf, NOON, settlementOf, vidOf } from '../../support/records.ts'

const key = 'user#1'
const due = { lane: 'live', at: NOON } as const
const soon = { lane: 'verifying', at: NOON + 10_000 } as const
const linked = deliveredOf(1, { vid: vidOf('101') })

export function settling(open: () => Promise<Store>): void {
  async function withDueRecord(): Promise<Store> {
    const store = await open()
    await store.fold(key, foldedOf(1), due)
    return store
  }
  const read = async (store: Store) => (await store.readRecords([key])).get(key)

  it('a settlement on what is still there takes the record out of the index', async () => {
    const store = await withDueRecord()

    expect(await store.settle(1, settlementOf(key, 1, { delivered: linked }))).toBe(true)

    const record = await read(store)
    expect(record).toStrictEqual({ key, folded: foldedOf(1), delivered: linked, verify: 0, token: 1 })
    expect(await store.due('live', NOON, 10)).toStrictEqual([])
  })

  it('a settlement moves the record to the lane and the moment it names', async () => {
    const store = await withDueRecord()

    await store.settle(1, settlementOf(key, 1, { due: soon }))

    expect((await read(store))?.due).toStrictEqual(soon)
    expect(await store.due('live', NOON + 60_000, 10)).toStrictEqual([])
    expect(await store.due('verifying', NOON + 60_000, 10)).toStrictEqual([{ key, at: soon.at }])
  })

  it('a settlement on an older version keeps the due key and still writes the vid', async () => {
    const store = await withDueRecord()
    await store.fold(key, foldedOf(2), { lane: 'live', at: NOON + 1 })

    expect(await store.settle(1, settlementOf(key, 1, { delivered: linked }))).toBe(false)

    const record = await read(store)
    expect(record?.delivered).toStrictEqual(linked)
    expect(record?.due).toStrictEqual({ lane: 'live', at: NOON + 1 })
  })

  it('a fold that changed no value does not make a settlement stale', async () => {
    const store = await withDueRecord()
    await store.fold(key, foldedOf(2, { version: 1 }), undefined)

    expect(await store.settle(1, settlementOf(key, 1))).toBe(true)

    expect((await read(store))?.due).toBeUndefined()
  })

  it('a doubt raises the verify counter and puts the record into the index', async () => {
    const store = await withDueRecord()
    await store.settle(1, settlementOf(key, 1))

    expect(await store.settle(1, settlementOf(key, 1, { due: soon, raiseVerify: true }))).toBe(true)

    const record = await read(store)
    expect(record?.verify).toBe(1)
    expect(record?.due).toStrictEqual(soon)
  })

  it('a doubt sets its due key even when values were folded meanwhile', async () => {
    const store = await withDueRecord()
    await store.fold(key, foldedOf(2), { lane: 'live', at: NOON + 1 })

    expect(await store.settle(1, settlementOf(key, 1, { due: soon, raiseVerify: true }))).toBe(true)

    const record = await read(store)
    expect(record?.due).toStrictEqual(soon)
    expect(record?.folded).toStrictEqual(foldedOf(2))
  })

  it('a doubt raised between planning and settling keeps the due key', async () => {
    const store = await withDueRecord()
    const planned = settlementOf(key, 1)
    await store.settle(1, settlementOf(key, 1, { due: soon, raiseVerify: true }))

    expect(await store.settle(1, planned)).toBe(false)

    const record = await read(store)
    expect(record?.due).toStrictEqual(soon)
    expect(record?.verify).toBe(1)
  })

  it('a second doubt is not taken for the first', async () => {
    const store = await withDueRecord()
    const doubt = settlementOf(key, 1, { due: soon, raiseVerify: true })
    await store.settle(1, doubt)
    const planned = settlementOf(key, 1, { basis: { foldVersion: 1, verify: 1 } })
    await store.settle(1, doubt)

    expect(await store.settle(1, planned)).toBe(false)
    expect(await store.settle(1, settlementOf(key, 1, { basis: { foldVersion: 1, verify: 2 } }))).toBe(true)

    expect((await read(store))?.due).toBeUndefined()
  })

  it('a doubt without a moment to look at it is a mistake of the program', async () => {
    const store = await withDueRecord()

    await expect(store.settle(1, settlementOf(key, 1, { raiseVerify: true }))).rejects.toThrow(TypeError)

    expect((await read(store))?.verify).toBe(0)
  })

  it('a deliverer that a newer one has overtaken changes nothing, however it tries', async () => {
    const store = await withDueRecord()
    await store.settle(7, settlementOf(key, 1, { delivered: linked, due }))
    const late = settlementOf(key, 1, { delivered: deliveredOf(1, { vid: vidOf('999') }) })

    await expect(store.settle(6, late)).rejects.toThrow(Deposed)
    await expect(store.settle(6, { ...late, basis: { foldVersion: 0, verify: 0 } })).rejects.toThrow(Deposed)
    await expect(store.settle(6, { ...late, due: soon, raiseVerify: true })).rejects.toThrow(Deposed)

    expect(await read(store)).toStrictEqual({ key, folded: foldedOf(1), delivered: linked, verify: 0, due, token: 7 })
  })

  it('a newer deliverer settles what an older one settled before', async () => {
    const store = await withDueRecord()
    await store.settle(9, settlementOf(key, 1, { due }))

    expect(await store.settle(10, settlementOf(key, 1, { delivered: linked }))).toBe(true)

    expect((await read(store))?.delivered).toStrictEqual(linked)
  })

  it.each([
    ['whom nobody had delivered', undefined],
    ['that another had settled before', 3],
  ])('a record %s is not settled once an older deliverer has written it since it was read', async (_, before) => {
    const store = await withDueRecord()
    if (before !== undefined) await store.settle(before, settlementOf(key, 1, { due }))
    const record = await read(store)
    if (!record) throw new Error('there is no record')
    const planned = settlementOf(key, 1, { basis: basisOf(record), delivered: linked })

    await store.settle(5, settlementOf(key, 1, { basis: { foldVersion: 0, verify: 0 }, due }))
    const written = await read(store)

    await expect(store.settle(6, planned)).rejects.toThrow(Overtaken)
    await expect(store.settle(6, { ...planned, basis: { ...planned.basis, foldVersion: 0 } })).rejects.toThrow(
      Overtaken,
    )
    expect(await read(store)).toStrictEqual(written)
    expect(await store.settle(6, settlementOf(key, 1, { basis: basisOf(written ?? record), due }))).toBe(true)
    expect(await store.settle(6, planned)).toBe(true)
  })

  it('settling a record that is not there creates none', async () => {
    const store = await open()

    expect(await store.settle(1, settlementOf(key, 1))).toBe(false)
    expect(await store.settle(1, settlementOf(key, 0))).toBe(false)
    expect(await store.settle(1, settlementOf(key, 1, { due, raiseVerify: true }))).toBe(false)

    expect(await store.readRecords([key])).toStrictEqual(new Map())
    expect(await store.due('live', NOON, 10)).toStrictEqual([])
  })
}
