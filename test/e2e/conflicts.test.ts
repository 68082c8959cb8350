import { beforeAll, expect, test } from 'vitest'
import { type Run, SOON, startRun } from './run.ts'

const MAIN = 'ada@example.com'
const SECOND = 'bo@example.com'

/** Two users of one contact, as somebody left them in HubSpot years ago. */
async function shared(run: Run): Promise<string> {
  const vid = run.hubspot?.seedContact({ email: MAIN, secondaryEmails: [SECOND] }).vid ?? ''
  await run.post('identify', { userId: 'ada', traits: { email: MAIN, firstName: 'Ada' } })
  await expect.poll(() => run.get('/v1/users/ada'), SOON).toMatchObject({ body: { status: 'synced', vid } })
  await run.post('identify', { userId: 'bo', traits: { email: SECOND, firstName: 'Bo' } })
  await expect.poll(() => run.get('/v1/users/bo'), SOON).toMatchObject({ body: { status: 'conflict' } })
  return vid
}

let run: Run
beforeAll(async () => {
  run = await startRun({ hubspot: { seed: 21 } })
})

test('operators see the conflict, split the two, and both have a contact of their own', async () => {
  const vid = await shared(run)
  const conflict = { userId: 'bo', email: 'b***@e***.com', with: { userId: 'ada', vid } }
  expect(await run.get('/v1/conflicts')).toMatchObject({ status: 200, body: { conflicts: [conflict], next: null } })
  expect(await run.get('/v1/audit/shared')).toMatchObject({
    body: { shared: [{ kind: 'shares_contact', ...conflict }] },
  })

  expect(await run.post('conflicts/bo/split', {})).toMatchObject({ status: 202, body: { split: 'bo', contact: vid } })

  await expect.poll(() => run.get('/v1/users/bo'), SOON).toMatchObject({ body: { status: 'synced', email: SECOND } })
  expect(await run.get('/v1/conflicts')).toMatchObject({ body: { conflicts: [] } })
  expect(await run.get('/v1/audit/shared')).toMatchObject({ body: { shared: [] } })
  expect(run.hubspot?.contact(vid)).toMatchObject({
    email: MAIN,
    secondaryEmails: [],
    properties: { firstname: 'Ada' },
  })
  expect(run.hubspot?.contactByEmail(SECOND)?.properties.firstname).toBe('Bo')
  expect(await run.post('conflicts/bo/split', {})).toMatchObject({ status: 409 })
})

test('a conflict is gone as soon as the other user has left the address', async () => {
  await run.post('identify', { userId: 'cy', traits: { email: MAIN } })
  await expect.poll(() => run.get('/v1/users/cy'), SOON).toMatchObject({ body: { status: 'conflict' } })

  await run.post('identify', { userId: 'ada', traits: { email: 'countess@example.com' } })

  await expect.poll(() => run.get('/v1/users/cy'), SOON).toMatchObject({ body: { status: 'synced', email: MAIN } })
})
