import { beforeEach, describe, expect, test } from 'vitest'
import { notice } from '../../functions/notice/handler.ts'
import { record } from '../../functions/record/handler.ts'
import type { HttpRequest } from '../../functions/runtime/http.ts'
import { handedOver } from '../../functions/runtime/without-lambda.ts'
import type { Switches } from '../../local/hubspot/index.ts'
import type { WebhookRequest, Webhooks } from '../../local/hubspot/webhooks/webhooks.ts'
import { httpRequest, lambdaContext } from '../support/http-request.ts'
import { type Pipeline, pipeline } from '../support/pipeline.ts'
import { testPlatform, testSecrets } from '../support/platform.ts'

const PUBLIC_URL = 'https://hooks.example.com'
const MINUTES = 60_000

/** A pipeline that HubSpot tells of what happens in it; its events queue hands everything to `record` at once. */
function noticing(switches: Partial<Switches> = {}) {
  const p = pipeline({ switches })
  const { clock, recorder } = p
  const wakeUps = { wake: async () => undefined, wakeRegardless: async () => undefined }
  const platform = testPlatform({ clock, log: recorder, metrics: recorder })
  const recording = record({ ...platform, store: p.store, config: p.config, wakeUps })
  const handler = notice({
    ...platform,
    publicUrl: PUBLIC_URL,
    uniqueProperty: 'internal_user_id',
    events: {
      send: async events => {
        const Records = events.map(({ event }, at) => messageOf(String(at), JSON.stringify(event)))
        const { batchItemFailures } = await recording({ Records }, lambdaContext())
        return batchItemFailures.map(({ itemIdentifier }) => Number(itemIdentifier))
      },
    },
  })
  const send = async ({ url, headers, body }: WebhookRequest) => {
    const { pathname } = new URL(url)
    const request: HttpRequest = httpRequest({ path: pathname, headers, body })
    return (await handler(request, lambdaContext())).statusCode ?? 200
  }
  const webhooks: Webhooks = p.hubspot.sendWebhooks({
    targetUrl: `${PUBLIC_URL}/hubspot/webhooks`,
    clientSecret: testSecrets.webhookSecrets[0] ?? '',
    duplicates: 0.5,
    send,
  })
  return { p, webhooks }
}

const messageOf = (messageId: string, body: string) => handedOver({ messageId, body, group: messageId })

/** Everything that HubSpot has to tell has been told, and what follows from it is done. */
async function settled(p: Pipeline): Promise<void> {
  await p.clock.advance(2_000)
  await p.untilQuiet()
}

describe.each(['new', 'primary'] as const)('what happens in HubSpot, merging with ids %s', mergeIds => {
  let p: Pipeline
  let webhooks: Webhooks
  beforeEach(async () => {
    ;({ p, webhooks } = noticing({ mergeIds }))
    await p.identify('ada', { email: 'ada@example.com', firstName: 'Ada' })
    await p.identify('bob', { email: 'bob@example.com', firstName: 'Bob' })
    await settled(p)
  })

  test('a contact merged into a stranger’s takes its user along, with our values', async () => {
    const stranger = p.hubspot.seedContact({ email: 'x@example.com', properties: { firstname: 'X', city: 'Rome' } })
    const { vid } = p.hubspot.mergeInUi(stranger.vid, p.contactOf('ada').vid)

    await settled(p)

    expect((await p.user('ada')).delivered).toMatchObject({ vid, state: 'synced' })
    expect(p.hubspot.contact(vid)?.properties).toMatchObject({ firstname: 'Ada', internal_user_id: 'ada' })
    expect((await p.user('bob')).verify).toBe(0)
  })

  test('two users’ contacts merged: one keeps the survivor, the other is told of as a conflict, and nothing is mixed', async () => {
    const [ada, bob] = [p.contactOf('ada').vid, p.contactOf('bob').vid]
    const { vid } = p.hubspot.mergeInUi(ada, bob)

    await settled(p)

    const states = [(await p.user('ada')).delivered, (await p.user('bob')).delivered]
    expect(states.map(({ state }) => state).sort()).toEqual(['conflict', 'synced'])
    expect(states.find(({ state }) => state === 'synced')?.vid).toBe(vid)
  })

  test('a contact that is deleted is made again, and one that is restored does no harm', async () => {
    const before = p.contactOf('ada').vid
    p.hubspot.archiveInUi(before)

    await settled(p)

    const { vid } = p.contactOf('ada')
    expect(vid).not.toBe(before)
    expect((await p.user('ada')).delivered).toMatchObject({ vid, state: 'synced', email: 'ada@example.com' })
  })

  test('an erasure is known by its contact, from then on', async () => {
    const { vid } = p.contactOf('ada')
    const at = p.clock.now()
    p.hubspot.eraseInUi(vid)

    await p.clock.advance(2_000)

    expect(await p.user('ada')).toMatchObject({ erased: { vid, at }, due: { lane: 'live' } })
  })

  test('an address that somebody changes in HubSpot is looked at', async () => {
    const { vid } = p.contactOf('ada')
    p.hubspot.editInUi(vid, { email: 'other@example.com' })

    await p.clock.advance(2_000)

    expect((await p.user('ada')).due?.lane).toBe('live')
    await p.untilQuiet()
    expect((await p.user('ada')).due).toBeUndefined()
  })

  test('our own writes raise no doubts', async () => {
    await p.identify('ada', { email: 'lovelace@example.com', city: 'London' })
    await settled(p)
    await settled(p)

    expect(webhooks.waiting).toBe(0)
    expect((await p.user('ada')).verify).toBe(0)
    expect((await p.user('bob')).verify).toBe(0)
  })

  test('the same is found by the next update where webhooks never come', async () => {
    webhooks.stop()
    const stranger = p.hubspot.seedContact({ email: 'x@example.com' })
    const { vid } = p.hubspot.mergeInUi(stranger.vid, p.contactOf('ada').vid)
    await p.clock.advance(30 * MINUTES)
    expect((await p.user('ada')).verify).toBe(0)

    await p.identify('ada', { city: 'London' })
    await p.untilQuiet()

    expect((await p.user('ada')).delivered).toMatchObject({ vid, state: 'synced' })
    expect(p.hubspot.contact(vid)?.properties.city).toBe('London')
  })
})
