import * as v from 'valibot'
import { beforeAll, expect, test } from 'vitest'
import type { WebhookRequest } from '../../local/hubspot/webhooks/webhooks.ts'
import { type Run, SOON, startRun } from './run.ts'

let run: Run
/** What HubSpot has sent, and what it was answered. */
const sent: { readonly body: string; readonly status: number; readonly answer: unknown }[] = []
beforeAll(async () => {
  const send = async ({ url, headers, body }: WebhookRequest) => {
    const response = await fetch(url, { method: 'POST', headers, body })
    sent.push({ body, status: response.status, answer: await response.json() })
    return response.status
  }
  run = await startRun({ hubspot: { seed: 12 }, webhooks: { duplicates: 0.5, send } })
})

/** What somebody does in the embedded HubSpot. */
async function inHubSpot(what: string, body: object): Promise<string> {
  const response = await fetch(`${run.hubspotUrl}/simulator/${what}`, { method: 'POST', body: JSON.stringify(body) })
  return v.parse(v.object({ vid: v.string() }), { vid: '', ...Object(await response.json()) }).vid
}
const identified = async (userId: string, traits: object): Promise<string> => {
  await run.post('identify', { userId, traits })
  await expect.poll(() => run.get(`/v1/users/${userId}`), SOON).toMatchObject({ body: { status: 'synced' } })
  await expect.poll(() => run.get('/v1/status'), SOON).toMatchObject({ body: { due: 0 } })
  return run.hubspot?.contactByEmail(`${userId}@example.com`)?.vid ?? ''
}

test('a user whose contact is merged in HubSpot is relinked without any new event', async () => {
  const vid = await identified('ada', { email: 'ada@example.com', firstName: 'Ada' })
  const other = await inHubSpot('forms', { email: 'countess@example.com', properties: { firstname: 'Augusta' } })

  const survivor = await inHubSpot('merges', { primary: other, loser: vid })

  expect([vid, other]).not.toContain(survivor)
  await expect.poll(() => run.get('/v1/users/ada'), SOON).toMatchObject({ body: { vid: survivor, status: 'synced' } })
  // Our values win: the merge had put the other's in their place.
  await expect.poll(() => run.hubspot?.contact(survivor)?.properties.firstname, SOON).toBe('Ada')
})

test('a user whose contact is deleted in HubSpot gets another without any new event', async () => {
  const vid = await identified('grace', { email: 'grace@example.com', city: 'Arlington' })

  await inHubSpot('archives', { vid })

  await expect.poll(() => run.hubspot?.contactByEmail('grace@example.com')?.properties.city, SOON).toBe('Arlington')
  const anew = run.hubspot?.contactByEmail('grace@example.com')?.vid
  expect(anew).not.toBe(vid)
  await expect.poll(() => run.get('/v1/users/grace'), SOON).toMatchObject({ body: { vid: anew, status: 'synced' } })
})

test('our own writes come back as webhooks and make no work', async () => {
  await identified('joan', { email: 'joan@example.com' })

  const echoes = () => sent.filter(({ body }) => body.includes('joan@example.com'))
  await expect.poll(() => echoes().length, SOON).toBeGreaterThan(0)

  for (const echo of echoes()) expect(echo).toMatchObject({ status: 202, answer: { accepted: 0 } })
})

test('without the client secret nobody can make work', async () => {
  const response = await fetch(`${run.apiUrl}/hubspot/webhooks`, { method: 'POST', body: sent[0]?.body ?? '' })

  expect(response.status).toBe(401)
})
