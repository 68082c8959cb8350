import { expect, it } from 'vitest'
import type { Store } from '../../../functions/core/store.ts'
import type { RecordKey } from '../../../functions/core/types.ts'
import { MemoryStore } from '../../../functions/store/memory/memory-store.ts'
import { everything, joinedTo } from '../../support/everything.ts'

/** A table of which somebody may do something right before a record is folded for the first time. */
function interruptible(before: (key: RecordKey) => Promise<void>): Store {
  const table = new MemoryStore()
  return new Proxy(table, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target)
      if (typeof member !== 'function') return member
      return async (...args: unknown[]) => {
        if (name === 'fold') await before(args[0] as RecordKey)
        return Reflect.apply(member, target, args)
      }
    },
  })
}

it('what is said under another id of a user while they are being deleted is told to nobody, also when they come back', async () => {
  let interrupt: ((key: RecordKey) => Promise<void>) | undefined
  const p = everything({ table: interruptible(async key => interrupt?.(key)) })
  await p.identify('new', { email: 'new@example.com' })
  await p.alias('old', 'new')
  await p.untilQuiet()
  let deletions = 0
  // Each of these is read before the deletion, and written after it: the deletion cannot find it.
  interrupt = async key => {
    if (!key.endsWith('@user#old') || deletions > 0) return
    deletions += 1
    await p.deleteMeanwhile('new')
  }
  await p.callAll([
    ['group', { userId: 'old', groupId: 'acme', traits: { name: 'Acme' } }],
    ['identify', { userId: 'old', traits: { vip: true, newsletter: true } }],
    ['track', { userId: 'old', event: 'Trial Started', properties: {} }],
  ])
  await p.untilQuiet()
  await p.identify('new', { email: 'new@example.com', city: 'Berlin' })
  await p.untilQuiet()

  expect(deletions).toBe(1)
  const { vid } = p.contactOf('new')
  expect(joinedTo(p, 'new')).toEqual([])
  expect(p.hubspot.lists.of(vid)).toEqual([])
  expect(p.hubspot.subscriptions.of('new@example.com')).toMatchObject({ Newsletter: 'NOT_SPECIFIED' })
  expect(p.hubspot.events.of(vid)).toEqual([])
  // Nothing personal is kept of it either.
  expect(await p.store.belongingsOf('user#old')).toEqual([])
  expect(await p.waiting()).toBe(0)
})
