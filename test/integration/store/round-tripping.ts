import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { Store } from '../../../functions/core/store.ts'
import { anyDelivered, anyFolded, anyKey } from '../../support/arbitrary-record.ts'

export function roundTripping(open: () => Promise<Store>): void {
  it('is read as it was written', async () => {
    const store = await open()
    const written = new Set<string>()

    await fc.assert(
      fc.asyncProperty(anyKey, anyFolded, anyDelivered, async (key, folded, delivered) => {
        fc.pre(!written.has(key))
        written.add(key)

        await store.fold(key, folded, undefined)
        await store.settle(1, { key, delivered, basis: { foldVersion: folded.version, verify: 0 }, due: undefined })

        const records = await store.readRecords([key])
        expect(records).toStrictEqual(new Map([[key, { key, folded, delivered, verify: 0, token: 1 }]]))
      }),
      { numRuns: 60 },
    )
  })
}
