import { expect, it } from 'vitest'
import { canonicalEmail, type RecordKey } from '../../../functions/core/types.ts'
import { operator } from '../../support/operator.ts'
import { claimOnEmail, claimOnVid, deliveredOf, foldedOf, settlementOf, vidOf } from '../../support/records.ts'

async function start() {
  const started = operator()
  const known = async (key: RecordKey, vid: string, email: string) => {
    await started.store.fold(key, foldedOf(1), undefined)
    const delivered = deliveredOf(1, { vid: vidOf(vid), email: canonicalEmail(email) })
    await started.store.settle(1, settlementOf(key, 1, { delivered }))
    await started.store.claim(claimOnVid(vid), key)
    await started.store.claim(claimOnEmail(email), key)
  }
  await known('user#Ada', '101', 'ada@example.com')
  await known('user#101', '102', 'bo@example.com')
  await known('lead#cy@example.com', '103', 'cy@example.com')
  return started
}

const ADA = { userId: 'Ada', vid: '101', status: 'synced', email: 'a***@e***.com' }

it.each([
  ['an id', 'Ada', [{ ...ADA, by: 'id' }]],
  ['a vid', '101', [expect.objectContaining({ userId: '101', by: 'id' }), { ...ADA, by: 'vid' }]],
  ['an address, however it is written', ' ADA@Example.com ', [{ ...ADA, by: 'email' }]],
  ['an id in other letters', 'ada', []],
  ['what nobody has', 'nobody@example.com', []],
  ['a lead’s address', 'cy@example.com', [expect.objectContaining({ lead: 'c***@e***.com', vid: '103', by: 'email' })]],
])('whoever is meant is found by %s', async (_, text, expected) => {
  const { ask } = await start()

  const { status, body } = await ask(`/v1/search?q=${encodeURIComponent(text)}`)

  expect({ status, found: body.found }).toEqual({ status: 200, found: expected })
})

it('of an id that has become another’s, the other is found', async () => {
  const { ask, store } = await start()
  const alias = { key: 'user#Ada', heir: 'user#Ada', stamp: { time: 1, receivedAt: 1, index: 0, id: 'a' } } as const
  await store.fold('user#old', foldedOf(1, { aliasOf: alias }), undefined)

  expect((await ask('/v1/search?q=old')).body.found).toMatchObject([{ userId: 'Ada' }])
})

it.each(['', '?q=', '?q=%20', `?q=${'x'.repeat(2_001)}`])(
  'a search for nothing, or for a book, is refused: %s',
  async query => {
    const { ask } = await start()

    expect((await ask(`/v1/search${query}`)).status).toBe(400)
  },
)

it('nobody searches without the admin key', async () => {
  const { ask } = await start()

  expect((await ask('/v1/search?q=Ada', { key: 'write-key' })).status).toBe(401)
})
