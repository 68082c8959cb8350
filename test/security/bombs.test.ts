import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { httpRequest } from '../support/http-request.ts'
import { signedHeaders, webhook } from '../support/hubspot-webhooks.ts'
import { type Door, NOW, openDoor, PUBLIC_URL, WITH_KEY } from './doors.ts'

const MB = 2 ** 20
const PATIENCE = { timeout: 120_000 }

/** Milliseconds of the fastest of some tries: whatever else the machine does only makes others slower. */
async function fastest(work: () => Promise<unknown>, tries = 5): Promise<number> {
  let best = Number.POSITIVE_INFINITY
  for (let n = 0; n < tries; n += 1) {
    const begun = performance.now()
    await work()
    best = Math.min(best, performance.now() - begun)
  }
  return best
}

/** How many times as long as the small work the large one takes: in turns, so that both meet the same weather. */
async function ratioOf(small: () => Promise<unknown>, large: () => Promise<unknown>): Promise<number> {
  let [one, many] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]
  for (let n = 0; n < 12; n += 1) {
    one = Math.min(one, await fastest(small, 3))
    many = Math.min(many, await fastest(large, 1))
  }
  // What is done in a tenth of a millisecond is done in no time, whatever the ratio.
  return many / Math.max(one, 0.1)
}

const post = (door: Door, body: Uint8Array, encoding = 'identity', headers: Record<string, string> = {}) =>
  door.knock(
    httpRequest({ path: '/v1/batch', headers: { ...WITH_KEY, 'content-encoding': encoding, ...headers }, body }),
  )

/** As much as a request may hold, of ordinary events. */
const honest = Buffer.from(
  JSON.stringify({
    batch: Array.from({ length: 9_000 }, (_, n) => ({
      type: 'identify',
      userId: `u${n}`,
      messageId: `m${n}`,
      timestamp: '2026-10-01T00:00:00Z',
      traits: { email: `u${n}@example.com`, plan: 'pro', note: 'x'.repeat(260) },
    })),
  }),
)

describe('a body that inflates to far more than it may', () => {
  const block = Buffer.alloc(100 * MB)
  const gzip = gzipSync(block)

  test.each([
    ['gzip', 'of 10 GB in members', Buffer.concat(Array.from({ length: 100 }, () => gzip))],
    ['gzip', 'that is a bomb in a bomb', gzipSync(Buffer.concat(Array.from({ length: 40 }, () => gzip)))],
    ['deflate', 'of 100 MB', deflateSync(block)],
    ['br', 'of 100 MB', brotliCompressSync(block)],
  ])(
    '%s, %s, takes no more time than an honest body, and an eighth of the memory that there is',
    PATIENCE,
    async (encoding, _, bomb) => {
      const door = openDoor('receive')
      const packed = gzipSync(honest)
      const usual = await fastest(async () => {
        expect((await post(door, packed, 'gzip')).statusCode).toBe(202)
        door.queue.forget()
      }, 3)
      const before = process.resourceUsage().maxRSS * 1024

      const time = await fastest(async () => {
        expect((await post(door, bomb, encoding)).statusCode).not.toBe(202)
      }, 3)

      expect(time).toBeLessThan(usual)
      expect(process.resourceUsage().maxRSS * 1024 - before).toBeLessThan(128 * MB)
    },
  )
})

describe('what costs the reader most for its size', () => {
  const traits = (text: string) => `{"userId":"u1","traits":${text}}`
  const many = (count: number, item: (n: number) => string) =>
    Array.from({ length: count }, (_, n) => item(n)).join(',')
  /** Each makes a request of about so many bytes. */
  const SHAPES: readonly (readonly [name: string, make: (size: number) => string])[] = [
    ['one value', size => traits(`{"a":"${'x'.repeat(size)}"}`)],
    ['one name', size => traits(`{"${'x'.repeat(size)}":1}`)],
    ['names in falling order', size => traits(`{${many(size / 12, n => `"k${1e8 - n}":1`)}}`)],
    ['names that are numbers', size => traits(`{${many(size / 13, n => `"${4_294_967_290 - n * 7}":1`)}}`)],
    ['the same name', size => traits(`{${many(size / 5, () => '"a":1')}}`)],
    ['brackets', size => traits('['.repeat(size / 2) + ']'.repeat(size / 2))],
    ['objects in objects', size => traits(`${'{"a":'.repeat(size / 6)}1${'}'.repeat(size / 6)}`)],
    ['escapes', size => traits(`{"a":"${'\\u0041'.repeat(size / 6)}"}`)],
    ['half characters', size => traits(`{"a":"${'\\ud83e'.repeat(size / 6)}"}`)],
    ['digits', size => traits(`{"a":${'9'.repeat(size)}}`)],
    ['a timestamp', size => `{"userId":"u1","timestamp":"${'1'.repeat(size)}"}`],
    ['an id', size => `{"userId":"${'1'.repeat(size)}"}`],
    ['an address', size => traits(`{"email":"${'a.'.repeat(size / 2)}"}`)],
    ['blanks', size => `${' '.repeat(size)}{"userId":"u1"}`],
    ['what is no event', size => many(size / 3, () => '[]')],
  ]

  test.each(SHAPES)('%s: sixteen times as much takes nowhere near 256 times as long', PATIENCE, async (_, make) => {
    const door = openDoor('receive')
    const size = 12_000
    const batch = (text: string) => Buffer.from(`{"batch":[${text}]}`)
    const [small, large] = [batch(make(size)), batch(make(16 * size))]
    const knock = async (body: Buffer) => {
      expect((await post(door, body)).statusCode).toBeLessThan(500)
      door.queue.forget()
    }
    await knock(large)

    expect(
      await ratioOf(
        () => knock(small),
        () => knock(large),
      ),
    ).toBeLessThan(100)
  })

  test.each(['authorization', 'content-type', 'content-encoding', 'webhook-id', 'webhook-signature', 'x-odd'])(
    'a header %s as long as they may be',
    PATIENCE,
    async header => {
      const door = openDoor('receive')
      const usual = await fastest(() => post(door, Buffer.from('{}')), 9)

      for (const text of ['a', ' ', ',', 'v1,A ', '=', 'application/a+', 'Basic ']) {
        const long = text.repeat(10_000 / text.length)
        const time = await fastest(() => post(door, Buffer.from('{}'), 'identity', { [header]: long }), 5)
        expect(time).toBeLessThan(Math.max(100 * usual, 25))
      }
    },
  )

  test("HubSpot's webhooks", PATIENCE, async () => {
    const door = openDoor('notice')
    const uri = `${PUBLIC_URL}/hubspot/webhooks`
    const merge = (ids: number) =>
      JSON.stringify([webhook('contact.merge', { mergedObjectIds: Array.from({ length: ids }, (_, n) => 1000 + n) })])
    const knock = async (body: string) => {
      const headers = signedHeaders({ uri, body, timestamp: NOW })
      const answer = await door.knock(httpRequest({ path: '/hubspot/webhooks', headers, body }))
      expect(answer.statusCode).toBeLessThan(500)
      door.queue.forget()
    }

    expect(
      await ratioOf(
        () => knock(merge(30)),
        () => knock(merge(480)),
      ),
    ).toBeLessThan(100)
  })
})
