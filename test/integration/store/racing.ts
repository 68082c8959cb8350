import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { Due } from '../../../functions/core/record.ts'
import { StaleWrite, type Store } from '../../../functions/core/store.ts'
import { claimOnEmail, deliveredOf, foldedOf, NOON, settlementOf, vidOf } from '../../support/records.ts'

const address = claimOnEmail('alex@example.com')

export function racing(open: () => Promise<Store>): void {
  it('of many who fold on the same reading, one succeeds and the others are told', async () => {
    const store = await open()
    const contenders = Array.from({ length: 20 }, (_, id) => foldedOf(1, { updatedAt: id }))

    const results = await Promise.allSettled(contenders.map(folded => store.fold('user#1', folded, undefined)))

    const refusals = results.filter(result => result.status === 'rejected').map(result => result.reason)
    expect(refusals).toHaveLength(19)
    expect(refusals.every(refusal => refusal instanceof StaleWrite)).toBe(true)
    const winner = results.findIndex(result => result.status === 'fulfilled')
    expect((await store.readRecords(['user#1'])).get('user#1')?.folded.updatedAt).toBe(winner)
  })

  it('whoever comes first, a fold in flight with a settlement leaves its work due and the vid known', async () => {
    const store = await open()
    const keys = Array.from({ length: 40 }, (_, id) => `user#${id}` as const)
    const due = { lane: 'live', at: NOON } as const
    const linked = deliveredOf(1, { vid: vidOf('101') })
    await Promise.all(keys.map(key => store.fold(key, foldedOf(1), due)))

    await Promise.all(
      keys.flatMap((key, id) => {
        const settle = () => store.settle(1, settlementOf(key, 1, { delivered: linked }))
        const fold = () => store.fold(key, foldedOf(2), { lane: 'live', at: NOON + 1 })
        return id % 2 === 0 ? [settle(), fold()] : [fold(), settle()]
      }),
    )

    const records = [...(await store.readRecords(keys)).values()]
    expect(records).toHaveLength(40)
    for (const record of records) {
      expect(record.due).toStrictEqual({ lane: 'live', at: NOON + 1 })
      expect(record.delivered).toStrictEqual(linked)
      expect(record.folded).toStrictEqual(foldedOf(2))
    }
  })

  it('no order of folds, doubts and settlements takes undone work out of the index', async () => {
    const store = await open()
    let users = 0
    const step = fc.constantFrom('fold', 'plan', 'settle', 'doubt')

    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 10 }), async steps => {
        const key = `user#${++users}` as const
        let version = 1
        let verify = 0
        let basis = { foldVersion: 1, verify: 0 }
        const due: Due = { lane: 'live', at: NOON }
        await store.fold(key, foldedOf(1), due)

        for (const step of steps) {
          if (step === 'fold') await store.fold(key, foldedOf(++version), due)
          if (step === 'plan') basis = { foldVersion: version, verify }
          if (step === 'settle') await store.settle(1, settlementOf(key, basis.foldVersion, { basis }))
          if (step === 'doubt') {
            verify++
            await store.settle(1, settlementOf(key, basis.foldVersion, { basis, due, raiseVerify: true }))
          }

          const record = (await store.readRecords([key])).get(key)
          const done = record?.delivered.version === version && basis.verify === verify && step === 'settle'
          if (!done && step !== 'plan') expect(record?.due).toStrictEqual(due)
          if (done) expect(record?.due).toBeUndefined()
        }
      }),
      { numRuns: 40 },
    )
  })

  it('of many who claim the same address, all learn of the same owner', async () => {
    const store = await open()
    const owners = Array.from({ length: 20 }, (_, id) => `user#${id}` as const)

    const claims = await Promise.all(owners.map(owner => store.claim(address, owner)))

    const [first] = claims
    expect(claims.every(claim => claim.owner === first?.owner)).toBe(true)
    expect((await store.readClaims([address])).get(address)).toStrictEqual(first)
  })

  it('of many who take a claim over from the same owner, one succeeds', async () => {
    const store = await open()
    await store.claim(address, 'user#old')
    const owners = Array.from({ length: 20 }, (_, id) => `user#${id}` as const)

    const claims = await Promise.all(owners.map(owner => store.claim(address, owner, 'user#old')))

    expect(claims.filter((claim, place) => claim.owner === owners[place])).toHaveLength(1)
    expect(new Set(claims.map(claim => claim.owner)).size).toBe(1)
  })

  it('claiming while the owner lets go ends with one owner', async () => {
    const store = await open()
    await store.claim(address, 'user#old')

    const [claims] = await Promise.all([
      Promise.all((['user#1', 'user#2', 'user#3'] as const).map(owner => store.claim(address, owner))),
      store.release(address, 'user#old'),
    ])

    const stands = (await store.readClaims([address])).get(address)
    for (const claim of claims) expect(['user#old', stands?.owner]).toContain(claim.owner)
  })

  it('of two deliverers who open at once, only one can save', async () => {
    const store = await open()

    const opened = await Promise.all([store.open(), store.open()])
    const saved = await Promise.allSettled(opened.map(({ token, state }) => store.save(token, state)))

    expect(new Set(opened.map(({ token }) => token)).size).toBe(2)
    expect(saved.map(result => result.status).sort()).toStrictEqual(['fulfilled', 'rejected'])
  })
}
