import { createHmac } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { canonicalEmail } from '../../functions/core/types.ts'
import { type LookupDeps, lookup } from '../../functions/lookup/handler.ts'
import { MemoryStore } from '../../functions/store/memory/memory-store.ts'
import { type HttpApi, serve } from '../../local/http.ts'
import { Gate } from '../support/gate.ts'
import { lambdaContext } from '../support/http-request.ts'
import { testPlatform, testSecrets } from '../support/platform.ts'
import { deliveredOf, foldedOf, settlementOf, vidOf } from '../support/records.ts'

const hash = (userId: string, secret = 'identity-secret') => createHmac('sha256', secret).update(userId).digest('hex')
const PAGE = 'https://app.example.com'

let store: MemoryStore
/** Every call to the table. */
let table: Gate
let platform: ReturnType<typeof testPlatform>
let open: HttpApi[] = []

beforeEach(() => {
  store = new MemoryStore()
  table = new Gate()
  platform = testPlatform()
})
afterEach(async () => {
  await Promise.all(open.map(api => api.close()))
  open = []
})

async function start(changes: Partial<LookupDeps> = {}): Promise<string> {
  const events = { depth: async () => 0 }
  const orders = { queue: { send: async () => [] }, canDetach: true }
  const deps = {
    ...platform,
    ...orders,
    store: table.before('store', store),
    events,
    lanes: [],
    origins: ['*'],
    ...changes,
  }
  const handler = lookup(deps)
  const api = await serve(event => handler(event, lambdaContext()), 0)
  open.push(api)
  return api.url
}

async function ask(url: string, userId: string, headers: Record<string, string> = {}, method = 'GET') {
  const response = await fetch(`${url}/v1/identity/${encodeURIComponent(userId)}`, {
    method,
    headers: { origin: PAGE, ...headers },
  })
  const text = await response.text()
  return { status: response.status, headers: response.headers, body: text ? JSON.parse(text) : undefined }
}

/** A user whose address HubSpot holds. */
async function synced(userId: string): Promise<void> {
  const key = `user#${userId}` as const
  await store.fold(key, foldedOf(1), { lane: 'live', at: 0 })
  const { token } = await store.open()
  const delivered = deliveredOf(1, { vid: vidOf('101'), email: canonicalEmail('alex@example.com') })
  await store.settle(token, settlementOf(key, 1, { delivered }))
}

describe('a page that proves its user', () => {
  test.each(['u1', 'acme/Ada L. 🚀', 'Ä%2F', 'U1'])('is told the address that HubSpot holds of %s', async userId => {
    const url = await start()
    await synced(userId)

    const answer = await ask(url, userId, { 'x-user-hash': hash(userId) })

    expect(answer).toMatchObject({ status: 200, body: { email: 'alex@example.com', pending: false } })
    expect(answer.headers.get('cache-control')).toBe('no-store')
    expect(answer.headers.get('access-control-allow-origin')).toBe('*')
    expect(answer.headers.get('access-control-allow-credentials')).toBeNull()
  })

  test('costs one read of one record', async () => {
    const url = await start()
    await synced('u1')

    await ask(url, 'u1', { 'x-user-hash': hash('u1') })

    expect(table.calls).toEqual(['store.readRecords'])
  })

  test('is told to wait for a user whose first event is still on its way', async () => {
    const url = await start()

    const answer = await ask(url, 'newcomer', { 'x-user-hash': hash('newcomer') })

    expect(answer).toMatchObject({ status: 200, body: { email: null, pending: true } })
  })

  test('may do so with any of the secrets, in letters of any case', async () => {
    const url = await start()
    const hashes = [hash('u1'), hash('u1', 'next-identity-secret'), hash('u1').toUpperCase()]

    const answers = await Promise.all(hashes.map(each => ask(url, 'u1', { 'x-user-hash': each })))

    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200])
  })

  test('may do so with a secret that was just rotated in', async () => {
    const before = { ...testSecrets, identitySecrets: [] }
    const url = await start({ secrets: { read: async ({ refresh = false } = {}) => (refresh ? testSecrets : before) } })

    const answer = await ask(url, 'u1', { 'x-user-hash': hash('u1') })

    expect(answer.status).toBe(200)
  })

  test('of an id too long to be recorded is answered like one of an unknown user', async () => {
    const url = await start()
    const userId = 'x'.repeat(3_000)

    const answer = await ask(url, userId, { 'x-user-hash': hash(userId) })

    expect(answer).toMatchObject({ status: 200, body: { email: null, pending: true } })
  })
})

describe('a page that does not', () => {
  const WRONG: readonly (readonly [string, Record<string, string>])[] = [
    ['no hash', {}],
    ['an empty hash', { 'x-user-hash': '' }],
    ['the hash of another user', { 'x-user-hash': hash('u2') }],
    ['a hash of another spelling of the id', { 'x-user-hash': hash('U1') }],
    ['a hash made with another secret', { 'x-user-hash': hash('u1', 'guess') }],
    ['a hash made with a key of producers', { 'x-user-hash': hash('u1', 'write-key') }],
    ['half a hash', { 'x-user-hash': hash('u1').slice(0, 32) }],
    ['a hash that is not hexadecimal', { 'x-user-hash': Buffer.from(hash('u1'), 'hex').toString('base64') }],
    ['two hashes', { 'x-user-hash': `${hash('u2')}, ${hash('u1')}` }],
    ['the admin key', { authorization: `Basic ${btoa('admin-key:')}` }],
  ]

  test.each(WRONG)('is refused with %s, before anything is read', async (_, headers) => {
    const url = await start()
    await synced('u1')

    const answer = await ask(url, 'u1', headers)

    expect(answer.status).toBe(401)
    expect(answer.body.error).toMatch(/^X-User-Hash is not the hash of this user id/)
    expect(answer.headers.get('access-control-allow-origin')).toBe('*')
    expect(table.calls).toEqual([])
  })

  test('learns nothing of whether there is such a user', async () => {
    const url = await start()
    await synced('u1')

    const [known, unknown] = await Promise.all(['u1', 'u2'].map(id => ask(url, id, { 'x-user-hash': hash('u3') })))

    expect(known?.status).toBe(unknown?.status)
    expect(known?.body).toEqual(unknown?.body)
  })

  test.each([[[]], [['']]])('is told what to configure where the secrets are %j', async identitySecrets => {
    const url = await start({ secrets: { read: async () => ({ ...testSecrets, identitySecrets }) } })
    const empty = { 'x-user-hash': createHmac('sha256', '').update('u1').digest('hex') }

    const answer = await ask(url, 'u1', empty)

    expect(answer.status).toBe(401)
    expect(answer.body.error).toMatch(
      identitySecrets.length === 0 ? /"identitySecrets".*IDENTITY_SECRET/ : /X-User-Hash/,
    )
    expect(table.calls).toEqual([])
  })

  test('is refused when it does something else, or asks about nobody', async () => {
    const url = await start()

    const [post, nobody, garbled] = await Promise.all([
      ask(url, 'u1', { 'x-user-hash': hash('u1') }, 'POST'),
      ask(url, '', { 'x-user-hash': hash('') }),
      fetch(`${url}/v1/identity/%E0%A4%A`),
    ])

    expect([post?.status, nobody?.status, garbled?.status]).toEqual([405, 404, 400])
    expect(post?.headers.get('allow')).toBe('GET, OPTIONS')
  })

  test('gets nothing else: operators’ questions still need the admin key', async () => {
    const url = await start()

    const answers = await Promise.all(
      ['/v1/users/u1', '/v1/status'].map(path => fetch(url + path, { headers: { 'x-user-hash': hash('u1') } })),
    )

    expect(answers.map(({ status }) => status)).toEqual([401, 401])
    expect(answers.map(({ headers }) => headers.get('access-control-allow-origin'))).toEqual([null, null])
  })
})

describe('a browser', () => {
  const preflight = { 'access-control-request-method': 'GET', 'access-control-request-headers': 'x-user-hash' }

  test('is allowed to send the hash, without anybody being named or read', async () => {
    const url = await start()

    const { status, headers } = await ask(url, 'u1', preflight, 'OPTIONS')

    expect(status).toBe(204)
    expect(headers.get('access-control-allow-origin')).toBe('*')
    expect(headers.get('access-control-allow-methods')).toBe('GET')
    expect(headers.get('access-control-allow-headers')).toBe('x-user-hash')
    expect(headers.get('access-control-allow-credentials')).toBeNull()
    expect(table.calls).toEqual([])
  })

  test.each([
    [PAGE, PAGE],
    ['https://elsewhere.example', null],
    ['https://app.example.com.evil.example', null],
    ['null', null],
  ])('showing a page of %s is allowed to read answers as the configured list says', async (origin, allowed) => {
    const url = await start({ origins: ['https://www.example.com', PAGE] })

    const answers = await Promise.all([
      ask(url, 'u1', { ...preflight, origin }, 'OPTIONS'),
      ask(url, 'u1', { 'x-user-hash': hash('u1'), origin }),
      ask(url, 'u1', { origin }),
    ])

    expect(answers.map(({ headers }) => headers.get('access-control-allow-origin'))).toEqual([
      allowed,
      allowed,
      allowed,
    ])
    expect(answers.map(({ headers }) => headers.get('vary'))).toEqual(['origin', 'origin', 'origin'])
  })
})

describe('secrets that cannot be read', () => {
  const unreadable = {
    read: async () => {
      throw new Error('Secrets Manager is away')
    },
  }

  test.each([
    ['a page', '/v1/identity/u1'],
    ['an operator', '/v1/users/u1'],
  ])('keep %s out for a while, without a word of why', async (_, path) => {
    const url = await start({ secrets: unreadable })

    const response = await fetch(`${url}${path}`, { headers: { 'x-user-hash': hash('u1') } })

    expect(response.status).toBe(503)
    expect(response.headers.get('retry-after')).not.toBeNull()
    expect(await response.text()).not.toContain('Secrets Manager')
  })
})
