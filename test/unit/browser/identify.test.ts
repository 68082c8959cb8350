import { createServer, type IncomingMessage } from 'node:http'
import { afterEach, beforeEach, expect, onTestFinished, test } from 'vitest'
import { identify } from '../../../browser/identify.ts'

/** What a page has pushed to HubSpot. */
let pushed: unknown[]
beforeEach(() => {
  pushed = []
  globalThis._hsq = pushed
})
afterEach(() => {
  globalThis._hsq = undefined
})

interface Reply {
  readonly status?: number
  readonly body: unknown
}
const told = (email: string | null, pending: boolean): Reply => ({ body: { email, pending } })

/** A gate that gives these replies, the last one for ever; `undefined`: none, the request hangs. */
async function gateThat(...replies: readonly (Reply | undefined)[]) {
  const requests: IncomingMessage[] = []
  const server = createServer((request, response) => {
    const reply = replies[Math.min(requests.length, replies.length - 1)]
    requests.push(request)
    if (!reply) return
    response.statusCode = reply.status ?? 200
    response.end(typeof reply.body === 'string' ? reply.body : JSON.stringify(reply.body))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  return { requests, visitor: { api: `http://127.0.0.1:${port}`, userId: 'acme/Ä 1', userHash: 'abc' } }
}

test('a visitor is identified by the address that HubSpot holds, at once', async () => {
  const { visitor, requests } = await gateThat(told('a@example.com', false))

  const email = await identify(visitor)

  expect(email).toBe('a@example.com')
  expect(pushed).toEqual([['identify', { email: 'a@example.com' }]])
  expect(requests.map(({ url, headers }) => [url, headers['x-user-hash']])).toEqual([
    ['/v1/identity/acme%2F%C3%84%201', 'abc'],
  ])
})

test('a page whose tracking code has not loaded yet gets the queue that it will find', async () => {
  globalThis._hsq = undefined
  const { visitor } = await gateThat(told('a@example.com', false))

  await identify(visitor)

  expect(globalThis._hsq).toEqual([['identify', { email: 'a@example.com' }]])
})

test('a newer address that is on its way is waited for, and the one before it never passed', async () => {
  const { visitor, requests } = await gateThat(told('old@example.com', true), told('new@example.com', false))

  const email = await identify(visitor)

  expect(email).toBe('new@example.com')
  expect(pushed).toEqual([['identify', { email: 'new@example.com' }]])
  expect(requests).toHaveLength(2)
})

test('when the newer one does not come in time, the one that HubSpot still holds is used', async () => {
  const { visitor, requests } = await gateThat(told('old@example.com', true))
  const begun = performance.now()

  const email = await identify({ ...visitor, wait: 700 })

  expect(email).toBe('old@example.com')
  expect(pushed).toEqual([['identify', { email: 'old@example.com' }]])
  // At 0, 500 and 700 ms: the answer that is used is as fresh as can be.
  expect(requests.length).toBeLessThanOrEqual(3)
  expect(performance.now() - begun).toBeGreaterThanOrEqual(690)
})

test('a page that does not want to wait is answered by one question', async () => {
  const { visitor, requests } = await gateThat(told('old@example.com', true))

  await identify({ ...visitor, wait: 0 })

  expect(requests).toHaveLength(1)
  expect(pushed).toEqual([['identify', { email: 'old@example.com' }]])
})

test.each<[string, Reply]>([
  ['there is no address', told(null, false)],
  ['the hash is wrong', { status: 401, body: { error: 'X-User-Hash is not the hash of this user id' } }],
  ['the API is throttled', { status: 429, body: { message: 'Too Many Requests' } }],
  ['somebody else answers', { body: '<html>Sign in to the Wi-Fi</html>' }],
  ['the answer is odd', { body: 'null' }],
])('nobody is identified, and nothing is thrown, when %s', async (_, reply) => {
  const { visitor, requests } = await gateThat(reply)

  const email = await identify(visitor)

  expect(email).toBeUndefined()
  expect(pushed).toEqual([])
  expect(requests).toHaveLength(1)
})

test('an address is not used any more when the question after it fails', async () => {
  const { visitor } = await gateThat(told('old@example.com', true), { status: 503, body: { error: 'Starting' } })

  expect(await identify(visitor)).toBeUndefined()
  expect(pushed).toEqual([])
})

test('nobody is identified, and nothing is thrown, when there is no network', async () => {
  expect(await identify({ api: 'http://127.0.0.1:9', userId: 'u1', userHash: 'abc' })).toBeUndefined()
  expect(pushed).toEqual([])
})

test('a gate that does not answer is given up', async () => {
  const { visitor } = await gateThat(undefined)
  const begun = performance.now()

  const email = await identify({ ...visitor, wait: 0 })

  expect(email).toBeUndefined()
  expect(performance.now() - begun).toBeLessThan(5_000)
})
