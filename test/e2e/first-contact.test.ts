import { beforeAll, expect, test } from 'vitest'
import { type Run, SOON, startRun } from './run.ts'

let run: Run
beforeAll(async () => {
  run = await startRun()
})

test('a user who is identified becomes a contact with the user’s id, and lookup knows it', async () => {
  const user = { userId: 'u1', traits: { email: 'Ada@Example.com', firstName: 'Ada', lastName: 'Lovelace' } }

  const answer = await run.post('identify', user)

  expect(answer).toEqual({ status: 202, body: { accepted: 1, rejected: [] } })
  await expect
    .poll(() => run.hubspot?.contactByEmail('ada@example.com')?.properties, SOON)
    .toMatchObject({
      email: 'ada@example.com',
      firstname: 'Ada',
      lastname: 'Lovelace',
      internal_user_id: 'u1',
    })
  const vid = run.hubspot?.contactByEmail('ada@example.com')?.vid
  await expect
    .poll(() => run.get('/v1/users/u1'), SOON)
    .toMatchObject({
      status: 200,
      body: { userId: 'u1', vid, status: 'synced', email: 'ada@example.com', problems: [] },
    })
})

test('what changes later changes that contact, and only what changed is sent', async () => {
  await expect.poll(() => run.get('/v1/status'), SOON).toMatchObject({ body: { due: 0 } })
  const before = run.hubspot?.contactCount
  const vid = run.hubspot?.contactByEmail('ada@example.com')?.vid ?? ''

  await run.post('identify', { userId: 'u1', traits: { firstName: 'Ada', city: 'London' } })

  await expect.poll(() => run.hubspot?.contact(vid)?.properties.city, SOON).toBe('London')
  expect(run.hubspot?.contactCount).toBe(before)
  expect(run.hubspot?.ledger.writes.at(-1)).toMatchObject({ vid, kind: 'update' })
  expect(Object.keys(run.hubspot?.ledger.writes.at(-1)?.properties ?? {})).toEqual(['city'])
})

test('a user whom HubSpot knows by email already is adopted', async () => {
  const known = run.hubspot?.seedContact({ email: 'grace@example.com', properties: { city: 'Arlington' } })

  await run.post('identify', { userId: 'u2', traits: { email: 'grace@example.com', firstName: 'Grace' } })

  await expect.poll(() => run.get('/v1/users/u2'), SOON).toMatchObject({ body: { vid: known?.vid, status: 'synced' } })
  expect(run.hubspot?.contact(known?.vid ?? '')?.properties).toMatchObject({
    firstname: 'Grace',
    city: 'Arlington',
    internal_user_id: 'u2',
  })
})

test('an id with slashes, blanks and emoji arrives and is found', async () => {
  const userId = 'acme/Ada L. 🚀'

  const { status } = await run.post('identify', { userId, traits: { email: 'rocket@example.com' } })

  expect(status).toBe(202)
  await expect
    .poll(() => run.get(`/v1/users/${encodeURIComponent(userId)}`), SOON)
    .toMatchObject({
      status: 200,
      body: { userId, status: 'synced', email: 'rocket@example.com' },
    })
})
