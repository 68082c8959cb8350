import { expect, it } from 'vitest'
import type { Store } from '../../../functions/core/store.ts'
import { claimOnEmail, claimOnVid } from '../../support/records.ts'

const key = claimOnVid('101')

export function claiming(open: () => Promise<Store>): void {
  const ownerOf = async (store: Store) => (await store.readClaims([key])).get(key)?.owner

  it('a free claim is taken', async () => {
    const store = await open()

    expect(await store.claim(key, 'user#1')).toStrictEqual({ key, owner: 'user#1' })

    expect(await ownerOf(store)).toBe('user#1')
  })

  it('its owner may take a claim again', async () => {
    const store = await open()
    await store.claim(key, 'user#1')

    expect(await store.claim(key, 'user#1', 'user#9')).toStrictEqual({ key, owner: 'user#1' })
  })

  it('whoever comes second is told whose the claim is', async () => {
    const store = await open()
    await store.claim(key, 'user#1')

    expect(await store.claim(key, 'user#2')).toStrictEqual({ key, owner: 'user#1' })

    expect(await ownerOf(store)).toBe('user#1')
  })

  it('an object of HubSpot’s is claimed as contacts and addresses are', async () => {
    const store = await open()
    const claim = 'id#companies#9' as const
    await store.claim(claim, 'object#companies#acme')

    expect(await store.claim(claim, 'object#companies#ACME')).toStrictEqual({
      key: claim,
      owner: 'object#companies#acme',
    })

    expect((await store.readClaims([claim])).get(claim)?.owner).toBe('object#companies#acme')
  })

  it('a claim is taken over from the owner who was named', async () => {
    const store = await open()
    await store.claim(key, 'user#1')

    expect(await store.claim(key, 'user#2', 'user#1')).toStrictEqual({ key, owner: 'user#2' })

    expect(await ownerOf(store)).toBe('user#2')
  })

  it('a claim is not taken over from anybody else', async () => {
    const store = await open()
    await store.claim(key, 'user#1')
    await store.claim(key, 'user#3', 'user#1')

    expect(await store.claim(key, 'user#2', 'user#1')).toStrictEqual({ key, owner: 'user#3' })

    expect(await ownerOf(store)).toBe('user#3')
  })

  it('its owner gives a claim up, nobody else does', async () => {
    const store = await open()
    await store.claim(key, 'user#1')

    await store.release(key, 'user#2')
    expect(await ownerOf(store)).toBe('user#1')

    await store.release(key, 'user#1')
    expect(await ownerOf(store)).toBeUndefined()

    await store.release(key, 'user#1')
    expect(await store.claim(key, 'user#2')).toStrictEqual({ key, owner: 'user#2' })
  })

  it('hundreds of claims are read in one go', async () => {
    const store = await open()
    const keys = Array.from({ length: 130 }, (_, id) => claimOnEmail(`user${id}@example.com`))
    await Promise.all(keys.map((key, id) => store.claim(key, `user#${id}`)))

    const claims = await store.readClaims([...keys, key, ...keys])

    expect(claims.size).toBe(130)
    expect(claims.get(claimOnEmail('user7@example.com'))?.owner).toBe('user#7')
  })
}
