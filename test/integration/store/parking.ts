import { expect, it } from 'vitest'
import type { Store } from '../../../functions/core/store.ts'
import { NOON } from '../../support/records.ts'

export function parking(open: () => Promise<Store>): void {
  it('an event that is parked twice is kept once', async () => {
    const store = await open()
    expect(await store.countParked()).toBe(0)

    await store.park('a', { event: { type: 'identify' }, reason: 'It has no user', at: NOON })
    await store.park('a', { event: { type: 'identify' }, reason: 'It has no user', at: NOON + 1 })
    await store.park('b', { event: 'not even JSON', reason: 'It is no event', at: NOON })

    expect(await store.countParked()).toBe(2)
  })

  it('an event larger than an item may be is kept all the same', async () => {
    const store = await open()

    await store.park('a', { event: { traits: { biography: '🐢'.repeat(200_000) } }, reason: 'Too large', at: NOON })
    await store.park('b', { event: undefined, reason: 'There is nothing in it', at: NOON })

    expect(await store.countParked()).toBe(2)
  })

  it('parked events are listed page by page, read as they were, and let go of one by one', async () => {
    const store = await open()
    for (const id of ['b', 'a', 'c']) await store.park(id, { event: { of: id }, reason: `No ${id}`, at: NOON })

    const first = await store.listParked(2)
    const second = await store.listParked(2, 'b')
    await store.unpark('b')
    await store.unpark('b')

    expect(first).toEqual([
      { id: 'a', event: { of: 'a' }, reason: 'No a', at: NOON },
      { id: 'b', event: { of: 'b' }, reason: 'No b', at: NOON },
    ])
    expect(second.map(({ id }) => id)).toEqual(['c'])
    expect(await store.readParked('b')).toBeUndefined()
    expect(await store.readParked('c')).toEqual({ id: 'c', event: { of: 'c' }, reason: 'No c', at: NOON })
    expect(await store.countParked()).toBe(2)
  })
}
