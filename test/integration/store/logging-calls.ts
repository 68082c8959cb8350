import { expect, it } from 'vitest'
import type { LogEntry } from '../../../functions/core/call-log.ts'
import type { Store } from '../../../functions/core/store.ts'
import type { ContactKey } from '../../../functions/core/types.ts'
import { NOON, vidOf } from '../../support/records.ts'

const LATER = NOON + 86_400_000

function entryOf(owner: ContactKey, at: number, id = 'a'): LogEntry {
  return {
    owner,
    at,
    id,
    calls: [
      {
        kind: 'contact',
        exchange: {
          operation: 'createContacts',
          method: 'POST',
          path: '/crm/v3/objects/contacts/batch/create',
          status: 207,
          correlationId: 'c-1',
          at,
          duration: 81,
        },
        inputs: 3,
        causes: [{ event: 'abc', time: at - 5, receivedAt: at - 4, changes: { email: 1, firstname: 2 } }],
        sent: { email: 'a***@e***.com', firstname: 'A*** (3)' },
        answer: { kind: 'ok', vid: vidOf('501') },
      },
      {
        kind: 'event',
        subject: 'order_completed',
        inputs: 1,
        causes: [],
        sent: {},
        answer: { kind: 'rejected', message: 'No', properties: { total: 'is no number' } },
      },
    ],
    settled: [{ kind: 'contact', state: 'synced', version: 2, problems: { total: 'is no number' } }],
  }
}

export function loggingCalls(open: () => Promise<Store>): void {
  it('what was logged of a person is read back as it was, newest first, and nobody else’s', async () => {
    const store = await open()
    const [older, newer] = [entryOf('user#42', NOON), entryOf('user#42', NOON + 1)]

    const lost = await store.logCalls([newer, entryOf('user#4', NOON), older], LATER)

    expect(lost).toBe(0)
    expect(await store.readCallLog('user#42', 10)).toEqual([newer, older])
    expect(await store.readCallLog('user#42', 1)).toEqual([newer])
    expect(await store.readCallLog('user#42', 10, NOON + 1)).toEqual([older])
    expect(await store.readCallLog('user#4', 10)).toHaveLength(1)
    expect(await store.readCallLog('user#stranger', 10)).toEqual([])
  })

  it('two entries of one moment are two', async () => {
    const store = await open()

    await store.logCalls([entryOf('user#42', NOON, 'a'), entryOf('user#42', NOON, 'b')], LATER)

    expect(await store.readCallLog('user#42', 10)).toHaveLength(2)
  })

  it('more entries are written than one request takes, also of an id as long as a key may be', async () => {
    const store = await open()
    const long = `user#${'x'.repeat(2_040)}` as const
    const entries = Array.from({ length: 60 }, (_, n) => entryOf(long, NOON + n))

    await store.logCalls(entries, LATER)

    expect(await store.readCallLog(long, 100)).toHaveLength(60)
  })

  it('what was logged of a person is erased, all of it, and nobody else’s', async () => {
    const store = await open()
    const entries = Array.from({ length: 30 }, (_, n) => entryOf('user#42', NOON + n))
    await store.logCalls([...entries, entryOf('user#43', NOON)], LATER)

    await store.forgetCalls('user#42')
    await store.forgetCalls('user#42')

    expect(await store.readCallLog('user#42', 100)).toEqual([])
    expect(await store.readCallLog('user#43', 100)).toHaveLength(1)
  })

  it('what belongs to a person is not mixed up with what was logged of them', async () => {
    const store = await open()

    await store.logCalls([entryOf('user#42', NOON)], LATER)

    expect(await store.belongingsOf('user#42')).toEqual([])
    expect(await store.leftovers()).toEqual([])
  })
}
