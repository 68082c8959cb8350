import { expect, it } from 'vitest'
import { MOST_WAITERS, type Store } from '../../../functions/core/store.ts'
import { claimOnVid } from '../../support/records.ts'

const key = claimOnVid('101')

export function waiting(open: () => Promise<Store>): void {
  const waitersOf = async (store: Store) => (await store.readClaims([key])).get(key)?.waiters?.toSorted()

  it('a claim names those who wait for it, each once', async () => {
    const store = await open()
    await store.claim(key, 'user#1')

    for (const waiter of ['user#3', 'lead#a@example.com', 'user#3'] as const) await store.wait(key, waiter)

    expect(await waitersOf(store)).toStrictEqual(['lead#a@example.com', 'user#3'])
  })

  it('nobody can wait for what nobody has claimed', async () => {
    const store = await open()

    await store.wait(key, 'user#2')

    expect(await store.readClaims([key])).toStrictEqual(new Map())
    expect(await store.takeWaiters(key)).toStrictEqual([])
  })

  it('giving a claim up tells who waited; whoever does not own it is told nothing', async () => {
    const store = await open()
    await store.claim(key, 'user#1')
    await store.wait(key, 'user#2')

    expect(await store.release(key, 'user#9')).toStrictEqual([])
    expect(await store.release(key, 'user#1')).toStrictEqual(['user#2'])
    expect(await store.release(key, 'user#1')).toStrictEqual([])

    await store.claim(key, 'user#3')
    expect(await waitersOf(store)).toBeUndefined()
  })

  it('waiters are struck off, and the claim stays', async () => {
    const store = await open()
    await store.claim(key, 'user#1')
    await store.wait(key, 'user#2')

    expect(await store.takeWaiters(key)).toStrictEqual(['user#2'])

    expect(await store.takeWaiters(key)).toStrictEqual([])
    expect((await store.readClaims([key])).get(key)).toStrictEqual({ key, owner: 'user#1' })
  })

  it('whoever waits goes on waiting when another takes the claim over, or its owner takes it again', async () => {
    const store = await open()
    await store.claim(key, 'user#1')
    await store.wait(key, 'user#2')

    await store.claim(key, 'user#1')
    await store.claim(key, 'user#3', 'user#1')

    expect((await store.readClaims([key])).get(key)).toStrictEqual({ key, owner: 'user#3', waiters: ['user#2'] })
  })

  it('no more wait than an item can hold', async () => {
    const store = await open()
    await store.claim(key, 'user#1')

    for (let id = 0; id < MOST_WAITERS + 5; id += 1) await store.wait(key, `user#waiter-${id}`)

    expect(await waitersOf(store)).toHaveLength(MOST_WAITERS)
  })
}
