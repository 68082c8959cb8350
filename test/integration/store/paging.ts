import { expect, it } from 'vitest'
import { type Place, placeOf, type Store } from '../../../functions/core/store.ts'
import type { RecordKey } from '../../../functions/core/types.ts'
import { foldedOf, NOON } from '../../support/records.ts'

export function paging(open: () => Promise<Store>): void {
  const filled = async (count: number, at: (id: number) => number) => {
    const store = await open()
    const ids = Array.from({ length: count }, (_, id) => id)
    await Promise.all(ids.map(id => store.fold(`user#${id}`, foldedOf(1), { lane: 'conflict', at: at(id) })))
    return store
  }
  const pages = async (store: Store, limit: number): Promise<RecordKey[][]> => {
    const found: RecordKey[][] = []
    let after: Place | undefined
    for (;;) {
      const page = await store.list('conflict', limit, after)
      if (page.length === 0) return found
      found.push(page.map(({ key }) => key))
      const last = page.at(-1)
      after = last && placeOf(last)
    }
  }

  it('a lane is listed in order, whether it is due or not, and page after page nothing is missed', async () => {
    const store = await filled(60, id => NOON + 1e9 + ((id * 37) % 60))

    const listed = await pages(store, 7)

    expect(listed.map(({ length }) => length)).toStrictEqual([7, 7, 7, 7, 7, 7, 7, 7, 4])
    const order = listed.flat().map(key => (Number(key.slice('user#'.length)) * 37) % 60)
    expect(order).toStrictEqual(Array.from({ length: 60 }, (_, place) => place))
  })

  it('those who wait for the same moment are told apart', async () => {
    const store = await filled(90, id => NOON + (id % 2))

    const listed = await pages(store, 8)

    expect(new Set(listed.flat()).size).toBe(90)
    expect(listed.flat()).toHaveLength(90)
  })

  it('whoever is looked at meanwhile may be met again, and nobody is missed', async () => {
    const store = await filled(20, id => NOON + id)
    const [first] = await store.list('conflict', 5).then(page => [page])
    await store.fold('user#0', foldedOf(2), { lane: 'conflict', at: NOON + 1000 })
    const last = first?.at(-1)

    const rest = await store.list('conflict', 100, last && placeOf(last))

    expect(rest.map(({ key }) => key)).toHaveLength(16)
    expect(rest.at(-1)?.key).toBe('user#0')
  })

  it('other lanes are not listed', async () => {
    const store = await filled(3, id => NOON + id)

    expect(await store.list('rejected', 10)).toStrictEqual([])
  })
}
