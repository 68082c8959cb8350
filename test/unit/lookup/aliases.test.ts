import { describe, expect, it } from 'vitest'
import { type AliasOf, notDelivered } from '../../../functions/core/record.ts'
import type { RecordKey, UserId } from '../../../functions/core/types.ts'
import { recordOf } from '../../../functions/lookup/record.ts'
import { MemoryStore } from '../../../functions/store/memory/memory-store.ts'
import { foldedOf, stampOf } from '../../support/records.ts'

const into = (key: RecordKey): { readonly aliasOf: AliasOf } => ({ aliasOf: { key, heir: key, stamp: stampOf(1) } })
const find = (store: MemoryStore, id: string) => recordOf(store, id as UserId)

describe('a user is looked up', () => {
  it('under an id that has become another’s: the other is found, through whatever it has become', async () => {
    const store = new MemoryStore()
    await store.fold('user#a', foldedOf(1, into('user#b')), undefined)
    await store.fold('user#b', foldedOf(1, into('user#c')), undefined)
    await store.fold('user#c', foldedOf(1), undefined)

    expect(await find(store, 'a')).toMatchObject({ key: 'user#c', delivered: notDelivered })
    expect(await find(store, 'c')).toMatchObject({ key: 'user#c' })
  })

  it('and not found when an alias named them, and nothing else is known', async () => {
    const store = new MemoryStore()
    await store.fold('user#a', foldedOf(1, into('user#b')), undefined)
    await store.fold('user#b', foldedOf(1, { version: 0 }), undefined)

    expect(await find(store, 'a')).toBeUndefined()
    expect(await find(store, 'b')).toBeUndefined()
    expect(await find(store, 'nobody')).toBeUndefined()
  })

  it('and not found when ids go round in a circle', async () => {
    const store = new MemoryStore()
    await store.fold('user#a', foldedOf(1, into('user#b')), undefined)
    await store.fold('user#b', foldedOf(1, into('user#a')), undefined)

    expect(await find(store, 'a')).toBeUndefined()
  })
})
