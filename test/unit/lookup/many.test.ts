import { expect, it } from 'vitest'
import { many } from '../../../functions/lookup/many.ts'
import { MemoryStore } from '../../../functions/store/memory/memory-store.ts'
import { httpRequest } from '../../support/http-request.ts'
import { claimOnEmail, claimOnVid, deliveredOf, foldedOf, NOON, vidOf } from '../../support/records.ts'

async function start() {
  const store = new MemoryStore()
  const { token } = await store.open()
  await store.fold('user#ada', foldedOf(1), { lane: 'live', at: NOON })
  const delivered = deliveredOf(1, { vid: vidOf('51') })
  await store.settle(token, { key: 'user#ada', delivered, basis: { foldVersion: 1, verify: 0 }, due: undefined })
  const ask = async (body: unknown) => {
    const request = httpRequest({ path: '/v1/users/lookup', method: 'POST', body: JSON.stringify(body) })
    return JSON.parse((await many(store, request)).body ?? '')
  }
  return { store, ask }
}
const ADA = { userId: 'ada', uniqueId: 'ada', vid: '51', status: 'synced', wantedEmail: 'alex@example.com' }

it('says who users are, and whose contacts and addresses are; whom nobody knows it leaves out', async () => {
  const { store, ask } = await start()
  await store.claim(claimOnVid('51'), 'user#ada')
  await store.claim(claimOnEmail('alex@example.com'), 'user#ada')

  const found = await ask({ userIds: ['ada', 'nobody'], vids: ['51', '52'], emails: ['Alex@Example.com', 'x@y.com'] })

  expect(found).toEqual({ users: [['ada', ADA]], vids: [['51', ADA]], emails: [['Alex@Example.com', ADA]] })
})

it('takes nobody for an owner who does not stand behind the claim', async () => {
  const { store, ask } = await start()
  await store.claim(claimOnVid('99'), 'user#ada')

  expect(await ask({ vids: ['99'] })).toEqual({ users: [], vids: [], emails: [] })
})

it('refuses more than it can answer at once', async () => {
  const { ask } = await start()

  await expect(ask({ userIds: Array.from({ length: 101 }, (_, n) => `u${n}`) })).rejects.toThrow('at most 100')
})
