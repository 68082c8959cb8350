import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { Due } from '../../../functions/core/record.ts'
import type { Store } from '../../../functions/core/store.ts'
import { deliveredOf, foldedOf, NOON, settlementOf, vidOf } from '../../support/records.ts'

const key = 'user#1'
const NOW = NOON + 60_000
const now: Due = { lane: 'live', at: NOW }
const linked = deliveredOf(1, { vid: vidOf('101') })
const erased = { vid: vidOf('101'), at: NOON }

export function doubting(open: () => Promise<Store>): void {
  const read = async (store: Store, of: `user#${string}` = key) => (await store.readRecords([of])).get(of)

  /** A record that waits where `due` says, or for nothing. */
  async function withRecord(due: Due | undefined): Promise<Store> {
    const store = await open()
    await store.fold(key, foldedOf(1), { lane: 'live', at: NOON })
    await store.settle(1, settlementOf(key, 1, { delivered: linked, due }))
    return store
  }

  it('a record that waits for nothing is due at once, and nothing else of it changes', async () => {
    const store = await withRecord(undefined)

    expect(await store.raiseVerify(key, NOW)).toBe(true)

    expect(await read(store)).toStrictEqual({
      key,
      folded: foldedOf(1),
      delivered: linked,
      verify: 1,
      due: now,
      token: 1,
    })
    expect(await store.due('live', NOW, 10)).toStrictEqual([{ key, at: NOW }])
  })

  it.each<Due['lane']>(['live', 'bulk', 'verifying', 'conflict', 'rejected'])(
    'a record that waits for later, %s, is due at once',
    async lane => {
      const store = await withRecord({ lane, at: NOW + 1 })

      await store.raiseVerify(key, NOW)

      expect((await read(store))?.due).toStrictEqual(now)
      expect(await store.due(lane, NOW + 60_000, 10)).toStrictEqual(lane === 'live' ? [{ key, at: NOW }] : [])
    },
  )

  it.each<Due>([
    { lane: 'live', at: NOON },
    { lane: 'bulk', at: NOW },
    { lane: 'conflict', at: NOON },
  ])('a record that is due already keeps its place and its age: %j', async due => {
    const store = await withRecord(due)

    expect(await store.raiseVerify(key, NOW)).toBe(true)

    const record = await read(store)
    expect(record?.due).toStrictEqual(due)
    expect(record?.verify).toBe(1)
  })

  it('each doubt counts', async () => {
    const store = await withRecord(undefined)

    await store.raiseVerify(key, NOW)
    await store.raiseVerify(key, NOW)

    expect((await read(store))?.verify).toBe(2)
  })

  it('a doubt outlives a settlement that was planned before it, and ends with one that knows of it', async () => {
    const store = await withRecord(now)
    await store.raiseVerify(key, NOW)

    expect(await store.settle(1, settlementOf(key, 1))).toBe(false)
    expect((await read(store))?.due).toStrictEqual(now)

    expect(await store.settle(1, settlementOf(key, 1, { basis: { foldVersion: 1, verify: 1 } }))).toBe(true)
    expect((await read(store))?.due).toBeUndefined()
  })

  it('needs no deliverer’s token, and deposes nobody', async () => {
    const store = await withRecord(undefined)
    await store.settle(7, settlementOf(key, 1, { delivered: linked }))

    await store.raiseVerify(key, NOW)

    expect(await store.settle(7, settlementOf(key, 1, { basis: { foldVersion: 1, verify: 1 } }))).toBe(true)
  })

  it('that a contact was erased stays known, whatever is folded and settled afterwards', async () => {
    const store = await withRecord(undefined)

    await store.raiseVerify(key, NOW, erased)
    await store.raiseVerify(key, NOW)
    await store.fold(key, foldedOf(2), now)
    await store.settle(1, settlementOf(key, 2, { basis: { foldVersion: 2, verify: 2 } }))
    await store.settle(1, settlementOf(key, 2, { due: now, raiseVerify: true }))

    expect((await read(store))?.erased).toStrictEqual(erased)
  })

  it('of two contacts that were erased, the one told last is known', async () => {
    const store = await withRecord(now)

    await store.raiseVerify(key, NOW, erased)
    await store.raiseVerify(key, NOW, { vid: vidOf('102'), at: NOW })

    expect((await read(store))?.erased).toStrictEqual({ vid: '102', at: NOW })
  })

  it('doubting a record that is not there creates none', async () => {
    const store = await open()

    expect(await store.raiseVerify(key, NOW, erased)).toBe(false)

    expect(await store.readRecords([key])).toStrictEqual(new Map())
    expect(await store.due('live', NOW, 10)).toStrictEqual([])
  })

  it('whoever comes first, a doubt in flight with a settlement leaves its record due', async () => {
    const store = await open()
    const keys = Array.from({ length: 60 }, (_, id) => `user#${id}` as const)
    // Due before, due later, and not at all: each takes another way through the race.
    const dues: (Due | undefined)[] = [{ lane: 'live', at: NOON }, { lane: 'verifying', at: NOW + 1 }, undefined]
    await Promise.all(
      keys.map(async (each, id) => {
        await store.fold(each, foldedOf(1), { lane: 'live', at: NOON })
        await store.settle(1, settlementOf(each, 1, { due: dues[id % dues.length] }))
      }),
    )

    await Promise.all(
      keys.flatMap((each, id) => {
        const settle = () => store.settle(1, settlementOf(each, 1, { delivered: linked }))
        const doubt = () => store.raiseVerify(each, NOW)
        return id % 2 === 0 ? [settle(), doubt()] : [doubt(), settle()]
      }),
    )

    for (const record of (await store.readRecords(keys)).values()) {
      expect(record.verify).toBe(1)
      expect(record.due?.at).toBeLessThanOrEqual(NOW)
      expect(record.delivered).toStrictEqual(linked)
    }
  })

  it('no order of folds, doubts and settlements takes a doubt out of the index', async () => {
    const store = await open()
    let users = 0
    const step = fc.constantFrom('fold', 'plan', 'settle', 'later', 'doubt')

    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 10 }), async steps => {
        const each = `user#fuzz-${++users}` as const
        let version = 1
        let verify = 0
        let basis = { foldVersion: 1, verify: 0 }
        await store.fold(each, foldedOf(1), now)

        for (const step of steps) {
          if (step === 'fold') await store.fold(each, foldedOf(++version), undefined)
          if (step === 'plan') basis = { foldVersion: version, verify }
          if (step === 'settle') await store.settle(1, settlementOf(each, version, { basis }))
          if (step === 'later') {
            await store.settle(1, settlementOf(each, version, { basis, due: { lane: 'conflict', at: NOW + 1 } }))
          }
          if (step === 'doubt') {
            await store.raiseVerify(each, NOW)
            verify++
          }

          const record = await read(store, each)
          expect(record?.verify).toBe(verify)
          if (basis.verify < verify) expect(record?.due?.at).toBeLessThanOrEqual(NOW)
        }
      }),
      { numRuns: 40 },
    )
  })
}
