import { expect, it } from 'vitest'
import {
  type DelivererState,
  Deposed,
  firstDeliverer,
  type JournalEntry,
  type Store,
} from '../../../functions/core/store.ts'
import { NOON } from '../../support/records.ts'

const state: DelivererState = {
  pauses: [
    { capability: 'contacts', reason: 'HubSpot is busy', code: 'throttled', until: NOON + 8_000, length: 8_000 },
  ],
  pace: [NOON, NOON, NOON + 52, NOON + 110],
  roundLimit: 4,
  suspect: { key: 'user#1', crashes: 2 },
  inRound: true,
}

export function delivering(open: () => Promise<Store>): void {
  it('the first deliverer finds a clean slate', async () => {
    const store = await open()

    expect(await store.readDeliverer()).toBeUndefined()
    expect(await store.open()).toStrictEqual({ token: 1, state: firstDeliverer })
    expect(await store.readDeliverer()).toStrictEqual(firstDeliverer)
  })

  it('the next deliverer has a higher token and finds what the last one left', async () => {
    const store = await open()
    const { token } = await store.open()
    await store.save(token, state)

    expect(await store.open()).toStrictEqual({ token: token + 1, state })
    expect(await store.readDeliverer()).toStrictEqual(state)
  })

  it('a deposed deliverer cannot save', async () => {
    const store = await open()
    const { token } = await store.open()
    const successor = await store.open()
    await store.save(successor.token, state)

    await expect(store.save(token, firstDeliverer)).rejects.toThrow(Deposed)

    expect(await store.readDeliverer()).toStrictEqual(state)
  })

  it('nobody saves without having opened', async () => {
    const store = await open()

    await expect(store.save(1, state)).rejects.toThrow(Deposed)

    expect(await store.readDeliverer()).toBeUndefined()
  })

  it('announced calls are left over until they are forgotten', async () => {
    const store = await open()
    const create: JournalEntry = {
      id: 'call-a',
      kind: 'create',
      records: [
        { key: 'user#1', properties: ['email', 'firstname'] },
        { key: 'lead#b@example.com', properties: [] },
        { key: 'user#3', properties: ['email', 'firstname'] },
        { key: 'user#4', properties: ['firstname', '__proto__'] },
      ],
      at: NOON,
    }
    const update: JournalEntry = { ...create, id: 'call-b', kind: 'update', records: [] }

    await store.journal(create)
    await store.journal(update)
    expect(await store.leftovers()).toStrictEqual([create, update])

    await store.forget('call-a')
    await store.forget('call-a')
    expect(await store.leftovers()).toStrictEqual([update])
  })

  it('leftovers of more than a page are all found', async () => {
    const store = await open()
    const ids = Array.from({ length: 400 }, (_, id) => `call-${String(id).padStart(4, '0')}`)
    const records = Array.from({ length: 100 }, (_, id) => ({
      key: `user#${'x'.repeat(40)}${id}` as const,
      properties: ['email', `property_${id}`],
    }))

    await Promise.all(ids.map(id => store.journal({ id, kind: 'update', records, at: NOON })))

    expect((await store.leftovers()).map(entry => entry.id)).toStrictEqual(ids)
  })
}
