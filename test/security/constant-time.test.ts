import { createHmac, timingSafeEqual } from 'node:crypto'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { isSignedByHubSpot } from '../../functions/notice/signature.ts'
import { isOneOf, isSigned, isUserHash } from '../../functions/runtime/authentication.ts'
import { httpRequest } from '../support/http-request.ts'
import { signedHeaders } from '../support/hubspot-webhooks.ts'
import { webhookHeaders } from '../support/standard-webhooks.ts'

// Times cannot be told apart on a busy machine; the comparisons can be counted.
vi.mock('node:crypto', async load => {
  const crypto = await load<typeof import('node:crypto')>()
  return { ...crypto, timingSafeEqual: vi.fn(crypto.timingSafeEqual) }
})
afterEach(() => vi.mocked(timingSafeEqual).mockClear())

/** Lengths of what was compared, comparison by comparison. */
const compared = () => vi.mocked(timingSafeEqual).mock.calls.map(([a, b]) => [a.byteLength, b.byteLength])

const DIGEST = [32, 32]
const NOW = Date.UTC(2026, 10, 1, 12)
const body = Buffer.from('[]')

describe('a key is compared by its digest with each of those that are active', () => {
  const keys = ['first-key', 'second-key', 'a-third-key-that-is-longer']
  test.each([
    ['the first', 'first-key', true],
    ['the last', 'a-third-key-that-is-longer', true],
    ['one that shares all but the last character', 'first-kez', false],
    ['one of the same length that shares nothing', '?????????', false],
    ['one of a single character', 'f', false],
    ['one of 10,000 characters', 'f'.repeat(10_000), false],
  ])('%s', (_, key, expected) => {
    expect(isOneOf(key, keys)).toBe(expected)
    expect(compared()).toEqual(keys.map(() => DIGEST))
  })
})

describe('a signature of Standard Webhooks is compared by its digest with that of each active secret', () => {
  const secrets = ['first secret', 'second secret']
  const headers = (key: string) => webhookHeaders({ body, timestamp: NOW / 1_000, key })
  const right = headers('first secret')['webhook-signature'] ?? ''
  test.each([
    ['made with the first', right, true],
    ['made with the last', headers('second secret')['webhook-signature'] ?? '', true],
    ['that shares all but the last bits', `${right.slice(0, -2)}A=`, false],
    ['that is cut', right.slice(0, 10), false],
    ['of nothing', 'v1,', false],
    ['that is long', `v1,${'A'.repeat(5_000)}`, false],
  ])('one %s', (_, signature, expected) => {
    const given = { ...headers('first secret'), 'webhook-signature': signature }

    expect(isSigned(given, body, secrets, NOW)).toBe(expected)
    expect(compared()).toEqual(secrets.map(() => DIGEST))
  })
})

describe('a signature of HubSpot is compared by its digest with that of each active secret', () => {
  const secrets = ['first secret', 'second secret']
  const uri = 'https://api.example.com/hubspot/webhooks'
  const headers = (secret: string) => signedHeaders({ uri, body, timestamp: NOW, secret })
  const right = headers('first secret')['x-hubspot-signature-v3'] ?? ''
  test.each([
    ['made with the first', right, true],
    ['made with the last', headers('second secret')['x-hubspot-signature-v3'] ?? '', true],
    ['that shares all but the last character', `${right.slice(0, -1)}_`, false],
    ['that is cut', right.slice(0, 1), false],
    ['that is long', 'A'.repeat(5_000), false],
  ])('one %s', (_, signature, expected) => {
    const given = { ...headers('first secret'), 'x-hubspot-signature-v3': signature }
    const request = httpRequest({ path: '/hubspot/webhooks', headers: given, body })

    expect(isSignedByHubSpot(request, body, secrets, undefined, NOW)).toBe(expected)
    expect(compared()).toEqual(secrets.map(() => DIGEST))
  })
})

describe('the hash of a user id is compared as a digest with that of each active secret', () => {
  const secrets = ['first secret', 'second secret']
  const hash = (secret: string) => createHmac('sha256', secret).update('u1').digest('hex')
  test.each([
    ['made with the first', hash('first secret'), true],
    ['made with the last', hash('second secret'), true],
    [
      'that shares all but the last digit',
      hash('first secret').replace(/.$/, digit => (digit === '0' ? '1' : '0')),
      false,
    ],
    ['of nothing but zeros', '0'.repeat(64), false],
  ])('one %s', (_, given, expected) => {
    expect(isUserHash('u1', given, secrets)).toBe(expected)
    expect(compared()).toEqual(secrets.map(() => DIGEST))
  })
})
