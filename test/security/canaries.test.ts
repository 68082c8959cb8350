import { describe, expect, test } from 'vitest'
import { readDeletion } from '../../functions/core/parse/deletion.ts'
import { spelled } from '../../functions/core/parse/id.ts'
import type { Json } from '../../functions/core/types.ts'
import { HubSpotClient } from '../../functions/hubspot/client.ts'
import { Pace } from '../../functions/hubspot/pacing.ts'
import { record } from '../../functions/record/handler.ts'
import { MemoryStore } from '../../functions/store/memory/memory-store.ts'
import { everything } from '../support/everything.ts'
import { httpRequest } from '../support/http-request.ts'
import { signedHeaders, webhook } from '../support/hubspot-webhooks.ts'
import { lambdaContext, sqsRecord } from '../support/lambda-invocation.ts'
import { testPlatform } from '../support/platform.ts'
import type { Recorder } from '../support/recorder.ts'
import { webhookHeaders } from '../support/standard-webhooks.ts'
import { NOW, openDoor, PUBLIC_URL } from './doors.ts'

/** In every value that must not be seen. One word, so that no form of it can be mistaken for ours or HubSpot's. */
const CANARY = 'kanarienvogel'
const userId = (n: number) => `${CANARY}-user-${n}`
const email = (n: number) => `${CANARY}.${n}@example.com`

/** What was logged and measured, as one text; forms in which a value may hide are undone. */
function seen({ lines, samples }: Recorder): string {
  const text = JSON.stringify([lines, samples])
  const unescaped = text.replace(/%([0-9a-f]{2})|\\u00([0-9a-f]{2})/gi, (_, a = '', b = '') =>
    String.fromCharCode(Number.parseInt(a || b, 16)),
  )
  const decoded = (text.match(/[\w+/-]{16,}={0,2}/g) ?? []).map(word => Buffer.from(word, 'base64').toString('latin1'))
  return [text, unescaped, ...decoded].join('\n').toLowerCase()
}

function expectNoCanary(recorder: Recorder): void {
  const found = recorder.lines.filter(line => JSON.stringify(line).toLowerCase().includes(CANARY))
  expect(found).toEqual([])
  expect(seen(recorder)).not.toContain(CANARY)
}

const BAD_TRAITS: { readonly [trait: string]: Json } = {
  // Each of a type that its property does not have, so that HubSpot or we refuse it and say which.
  lifecyclestage: `${CANARY} stage`,
  hs_lead_status: `${CANARY} status`,
  numemployees: `${CANARY} many`,
  closedate: `${CANARY} day`,
  phone: `${CANARY} ${'9'.repeat(70_000)}`,
  unheard_of: `${CANARY} of a property that there is not`,
  website: `https://${CANARY}.example.com/?q=${CANARY}`,
}

/** Of which HubSpot may quote the beginning alone. */
const LONG = `${CANARY} Ada ${CANARY} Ada and so on`

describe('no value, id, address or secret is seen in any log line or metric', () => {
  test('when everything goes well, for everything that there is', async () => {
    const p = everything()
    for (const n of [1, 2, 3]) {
      await p.identify(userId(n), { email: email(n), firstName: `${CANARY} Ada`, vip: true, newsletter: true })
      await p.group(userId(n), `${CANARY}-company`, { name: `${CANARY} Inc`, role: `${CANARY} role` })
      await p.track(userId(n), 'Order Completed', { order_id: `${CANARY}-${n}`, title: CANARY, total: 3 })
    }
    await p.alias(userId(1), userId(4))
    await p.identify(undefined, { email: `lead-${email(5)}` })
    await p.untilQuiet()
    await p.identify(userId(2), { email: `new-${email(2)}` })
    await p.delete(userId(3))
    await p.untilQuiet()

    expect(p.recorder.lines.length).toBeGreaterThan(20)
    expect(p.recorder.sum('ContactsCreated')).toBeGreaterThan(2)
    expectNoCanary(p.recorder)
  })

  test('when HubSpot refuses values and quotes them', async () => {
    const p = everything()
    const custom = ['shoe', 'born', 'tier']
    for (const name of custom) p.hubspot.defineProperty({ name })
    await p.identify(userId(1), { email: email(1) })
    await p.untilQuiet()
    // Somebody changes the types, and vidsync does not know yet.
    p.hubspot.defineProperty({ name: 'shoe', type: 'number' })
    p.hubspot.defineProperty({ name: 'born', type: 'date' })
    p.hubspot.defineProperty({ name: 'tier', type: 'enumeration', options: ['gold'] })
    const bad = Object.fromEntries(custom.map(name => [name, `${CANARY} of ${name}`]))
    await p.identifyAll([1, 2, 3].map(n => [userId(n), { email: email(n), ...bad }]))
    await p.untilQuiet()

    const { withheld } = (await p.user(userId(1))).delivered
    expect([...withheld].map(([name, { code }]) => [name, code])).toEqual(custom.map(name => [name, 'rejected']))
    for (const { message } of withheld.values()) expect(message).not.toContain(CANARY)
    expectNoCanary(p.recorder)
  })

  test('when values are of a form that nobody takes', async () => {
    const p = everything()
    await p.identifyAll([1, 2].map(n => [userId(n), { email: email(n), ...BAD_TRAITS }]))
    await p.identify(userId(4), { email: `${CANARY}@no-domain` })
    await p.track(userId(1), 'Order Completed', {
      order_id: [CANARY],
      total: `${CANARY} euros`,
      title: { [CANARY]: 1 },
    })
    await p.untilQuiet()

    expectNoCanary(p.recorder)
  })

  test.each([
    `${email(1)} is wrong`,
    `Property values were not valid: [{"isValid":false,"message":"${CANARY} Ada was not one of the allowed options","error":"INVALID_OPTION","name":"firstname"}]`,
    `Contact already exists. ${email(1).toUpperCase()} has it`,
    `Cannot deserialize value of type \`java.lang.Long\` from String "${CANARY} Ada": not a valid value`,
    `input at index 0 (${CANARY}-user-1) is invalid`,
    `path /contacts/v1/${encodeURIComponent(email(1))} is wrong`,
    `{propertyName=firstname, value=${CANARY} Ada} on 5. 6 already has that value.`,
    `<b>${CANARY} Ada</b> &lt;${email(1)}&gt;`,
    `first name too long: ${CANARY} Ada ${CANARY} Ada and s…`,
  ])('when HubSpot refuses a whole request: %s', async message => {
    const p = everything()
    p.hubspot.addFault({
      match: { path: 'contacts/batch/(create|update)' },
      fault: { kind: 'refuse', status: 400, message },
    })
    await p.identifyAll([1, 2].map(n => [userId(n), { email: email(n), firstName: `${CANARY} Ada`, lastName: LONG }]))

    for (let n = 0; n < 12; n += 1) {
      await p.deliver()
      await p.clock.advance(60_000)
    }

    expect(p.recorder.lines.some(({ level }) => level === 'warn')).toBe(true)
    expectNoCanary(p.recorder)
    // Whoever may look at the user is not told either.
    expect(JSON.stringify((await p.user(userId(1))).delivered.problem)).not.toContain(CANARY)
  })

  test('when users are in conflict, contacts are merged, and writes are lost', async () => {
    const p = everything()
    await p.identifyAll([1, 2, 3].map(n => [userId(n), { email: email(n) }]))
    await p.untilQuiet()
    await p.identify(userId(1), { email: email(2) })
    p.hubspot.mergeInUi(p.contactOf(userId(2)).vid, p.contactOf(userId(3)).vid)
    p.hubspot.addFault({ fault: { kind: 'drop', when: 'after' }, times: 2 })
    p.hubspot.addFault({ fault: { kind: 'error', status: 500, when: 'after', html: true }, times: 1 })
    await p.identify(userId(3), { firstName: `${CANARY} Ada` })
    await p.untilQuiet()

    expect((await p.user(userId(3))).delivered.state).toBe('conflict')
    expectNoCanary(p.recorder)
  })

  test('when what is in the queue is no event', async () => {
    const platform = testPlatform()
    const wakeUps = { wake: async () => undefined, wakeRegardless: async () => undefined }
    const config = everything().config
    const handler = record({ ...platform, store: new MemoryStore(), config, wakeUps })
    const bodies = [
      `${CANARY}`,
      `{"type":"identify","key":"user#${CANARY}"`,
      `{"type":"${CANARY}"}`,
      `{"type":"identify","key":"${CANARY}"}`,
      `{"type":"identify","key":"user#${CANARY}","messageId":"${CANARY}","hash":7,"${CANARY}":1}`,
    ]

    const { event } = readDeletion(spelled('u1'), NOW, () => 'id')
    const message = sqsRecord('template', event, NOW)
    await handler({ Records: bodies.map((body, n) => ({ ...message, messageId: `m${n}`, body })) }, lambdaContext)

    expect(platform.recorder.sum('EventsParked')).toBe(bodies.length)
    expectNoCanary(platform.recorder)
  })
})

describe('at the doors', () => {
  const KEY = `${CANARY}-key`
  const basic = (key: string) => ({ authorization: `Basic ${Buffer.from(`${key}:`).toString('base64')}` })
  const BODIES = [
    '',
    CANARY,
    `{"userId":"${CANARY}"`,
    `{"userId":["${CANARY}"]}`,
    `{"userId":"${CANARY}\u0000"}`,
    `{"userId":"${CANARY}","traits":"${CANARY}"}`,
    `{"${CANARY}":"${CANARY}"}`,
    `{"userId":"${CANARY}","type":"${CANARY}"}`,
    `{"userId":"${CANARY}","context":{"vidsync":{"priority":"${CANARY}"}}}`,
    `{"batch":[{"type":"identify","userId":"${CANARY}"},{"type":"${CANARY}"}],"sentAt":"${CANARY}"}`,
  ]

  test('no request is repeated, in the log or in what answers a refusal', async () => {
    const secrets = { writeKeys: [KEY], adminKeys: [`${KEY}-admin`], signingSecrets: [`${KEY}-signing`] }
    const door = openDoor('receive', secrets)
    const credentials = [basic(KEY), basic(`${CANARY}-wrong`), basic(`${KEY}-admin`), { authorization: CANARY }]

    for (const body of BODIES) {
      const signed = webhookHeaders({ body, timestamp: NOW / 1_000, key: `${KEY}-signing`, id: `${CANARY}-id` })
      for (const path of ['/v1/identify', '/v1/batch', `/v1/${CANARY}`, `/v1/users/${CANARY}%`]) {
        for (const headers of [
          ...credentials,
          signed,
          { ...basic(KEY), 'content-type': CANARY, 'content-encoding': CANARY },
        ]) {
          const answer = await door.knock(
            httpRequest({ path, headers, body, method: path.includes('users') ? 'DELETE' : 'POST' }),
          )
          if (answer.statusCode !== 202) expect(answer.body?.toLowerCase()).not.toContain(CANARY)
        }
      }
    }
    door.queue.isAway = true
    await door.knock(httpRequest({ path: '/v1/identify', headers: basic(KEY), body: `{"userId":"${CANARY}"}` }))

    expect(door.recorder.lines.length).toBeGreaterThan(5)
    expectNoCanary(door.recorder)
  })

  test('no webhook is repeated, nor the secret that it should have been signed with', async () => {
    const door = openDoor('notice', { webhookSecrets: [KEY] })
    const uri = `${PUBLIC_URL}/hubspot/webhooks`
    const bodies = [CANARY, `[{"${CANARY}":1}]`, JSON.stringify([webhook('contact.deletion', { objectId: CANARY })])]
    for (const body of bodies) {
      for (const secret of [KEY, 'wrong']) {
        const headers = signedHeaders({ uri, body, timestamp: NOW, secret })
        const answer = await door.knock(httpRequest({ path: '/hubspot/webhooks', headers, body }))
        expect(answer.body).not.toContain(CANARY)
      }
    }

    expect(door.recorder.lines.length).toBeGreaterThan(0)
    expectNoCanary(door.recorder)
  })
})

describe('the token', () => {
  const token = `${CANARY}-token`
  const outcomes: readonly (readonly [string, () => Promise<Response>])[] = [
    ['is refused', async () => Response.json({ message: `Token ${token} is wrong` }, { status: 401 })],
    ['lacks a scope', async () => Response.json({ message: `Bearer ${token} lacks scopes` }, { status: 403 })],
    ['is quoted by a page', async () => new Response(`<p>authorization: Bearer ${token}</p>`, { status: 502 })],
    ['is quoted by an error', () => Promise.reject(new TypeError(`fetch failed with Bearer ${token}`))],
    ['is quoted by a refusal', async () => Response.json({ message: token, category: token }, { status: 400 })],
  ]

  test.each(outcomes)('is in no log line when it %s', async (_, fetch) => {
    const platform = testPlatform()
    const secrets = { read: async () => ({ ...(await platform.secrets.read()), hubspotAccessToken: token }) }
    const pace = new Pace(100, platform.clock)
    const client = new HubSpotClient({
      ...platform,
      baseUrl: 'https://hubspot.test',
      version: 'v3',
      secrets,
      pace,
      fetch,
    })

    await client.readPortalId()

    expect(platform.recorder.lines.length).toBeGreaterThan(0)
    expectNoCanary(platform.recorder)
  })
})
