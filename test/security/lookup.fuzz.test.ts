import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { defineConfig } from '../../functions/core/config.ts'
import { LANES } from '../../functions/core/record.ts'
import { type LookupDeps, lookup } from '../../functions/lookup/handler.ts'
import { systemClock } from '../../functions/runtime/system.ts'
import { DynamoStore } from '../../functions/store/dynamo/dynamo-store.ts'
import { type EmbeddedDynamo, startDynalite } from '../support/dynamodb.ts'
import { httpRequest, lambdaContext } from '../support/http-request.ts'
import { testPlatform } from '../support/platform.ts'
import { createTable } from '../support/table.ts'
import { headers, IDS, NAMES } from './hostile.ts'

const RUNS = 1_000
const PATIENCE = { timeout: 120_000 }
const ADMIN = { authorization: `Basic ${Buffer.from('admin-key:').toString('base64')}` }

let dynamo: EmbeddedDynamo
let handler: ReturnType<typeof lookup>
beforeAll(async () => {
  dynamo = await startDynalite()
  // The real one's rules of what may be a key, not those of a map.
  await createTable(dynamo.client, 'fuzzed')
  // Of what is asked for by key, dynalite lets any length pass; DynamoDB refuses it.
  dynamo.client.middlewareStack.add(
    next => async args => {
      const tooLong = JSON.stringify(args.input)
        .match(/"S":"(?:[^"\\]|\\.)*"/g)
        ?.some(each => Buffer.byteLength(each) > 2_048 + 6)
      if (tooLong)
        throw new Error('ValidationException: Size of hashkey has exceeded the maximum size limit of 2048 bytes')
      return next(args)
    },
    { step: 'initialize' },
  )
  const store = new DynamoStore(dynamo.client, 'fuzzed', systemClock)
  const console: NonNullable<LookupDeps['console']> = {
    series: { read: async () => new Map(), renewed: 0 },
    pages: async () => new Map(),
    callLog: defineConfig({}).callLog,
    pace: 100,
  }
  const others = { events: { depth: async () => 0 }, queue: { send: async () => [] }, canDetach: true }
  handler = lookup({ ...testPlatform(), ...others, store, lanes: LANES, origins: ['https://app.example.com'], console })
})
afterAll(() => dynamo.stop())

const segment = fc.oneof(
  fc.constantFrom(
    'v1',
    'users',
    'status',
    'conflicts',
    'split',
    'retry',
    'problems',
    'search',
    'timelines',
    'metrics',
    'identity',
  ),
  fc.constantFrom(
    'audit',
    'shared',
    'console',
    'index.html',
    '..',
    '%2F',
    '%',
    '%ff',
    '%00',
    '',
    '%F0%9F%A6%8A'.repeat(600),
  ),
  fc.constantFrom(...IDS, ...NAMES).map(text => encodeURIComponent(text.toWellFormed())),
  fc.constantFrom(...IDS, ...NAMES),
  fc.string({ unit: 'binary' }),
)
const path = fc.oneof(
  fc.array(segment, { maxLength: 5 }).map(segments => `/${segments.join('/')}`),
  fc
    .tuple(fc.constantFrom('users', 'conflicts', 'timelines', 'identity'), segment)
    .map(([first, id]) => `/v1/${first}/${id}`),
  fc.constantFrom('/v1/conflicts', '/v1/problems', '/v1/audit/shared', '/v1/search', '/v1/metrics', '/v1/status'),
)
const query = fc
  .array(
    fc.tuple(
      fc.constantFrom('limit', 'after', 'q', 'only', 'from', 'to', 'hours', 'since', 'name', '__proto__'),
      fc.oneof(
        fc.constantFrom(
          '',
          '0',
          '1',
          '-1',
          '100',
          '101',
          '1e9',
          'NaN',
          '9'.repeat(400),
          'queue',
          '%',
          '\u0000',
          '🦊'.repeat(600),
        ),
        fc.constantFrom(...IDS, 'kim@example.com', `${'x'.repeat(1_400)}@example.com`, `${'İ'.repeat(700)}@x.com`),
        fc.string({ unit: 'binary' }),
        fc.string().map(text => Buffer.from(`conflict 5 ${text}`).toString('base64url')),
      ),
    ),
    { maxLength: 3 },
  )
  .map(pairs => {
    const parameters = new URLSearchParams()
    for (const [name, value] of pairs) parameters.append(name, value.toWellFormed())
    return parameters.toString()
  })
const method = fc.constantFrom('GET', 'GET', 'GET', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'HEAD', '')

test('whatever an operator asks, the answer is no 5xx', PATIENCE, async () => {
  await fc.assert(
    fc.asyncProperty(path, query, method, async (at, rawQueryString, by) => {
      const request = { ...httpRequest({ path: at, method: by, headers: ADMIN }), rawQueryString }

      const { statusCode } = await handler(request, lambdaContext())

      expect([200, 202, 204, 400, 401, 404, 405, 409]).toContain(statusCode)
    }),
    { numRuns: RUNS },
  )
})

test.each(['/v1/users/', '/v1/timelines/', '/v1/search?q=', '/v1/conflicts/', '/v1/identity/'])(
  'an id that is too long to be a key is nobody’s: %s',
  async prefix => {
    const [at = '', rawQueryString = ''] = `${prefix}${'x'.repeat(2_100)}`.split('?')
    const hash = createHmac('sha256', 'identity-secret').update('x'.repeat(2_100)).digest('hex')
    const path = prefix === '/v1/conflicts/' ? `${at}/split` : at
    const method = prefix === '/v1/conflicts/' ? 'POST' : 'GET'
    const request = { ...httpRequest({ path, method, headers: { ...ADMIN, 'x-user-hash': hash } }), rawQueryString }

    const { statusCode } = await handler(request, lambdaContext())

    expect([200, 400, 404]).toContain(statusCode)
  },
)

test('whoever comes without the admin key learns nothing, by whatever path and headers', PATIENCE, async () => {
  const known = {
    authorization: 'Basic d3JpdGUta2V5Og==',
    'x-user-hash': '0'.repeat(64),
    origin: 'https://evil.example.com',
  }
  await fc.assert(
    fc.asyncProperty(path, query, method, headers(known), async (at, rawQueryString, by, given) => {
      const request = { ...httpRequest({ path: at, method: by, headers: given }), rawQueryString }

      const { statusCode, headers: answered } = await handler(request, lambdaContext())

      // The console's files hold no data, and what a browser asks beforehand is answered to all.
      const isOpen = at.startsWith('/console') || (at.startsWith('/v1/identity/') && by === 'OPTIONS')
      if (!isOpen) expect([400, 401, 404, 405]).toContain(statusCode)
      if (!isOpen && !at.startsWith('/v1/identity/')) expect(statusCode).toBe(401)
      expect(answered?.['access-control-allow-origin']).toBeUndefined()
    }),
    { numRuns: RUNS },
  )
})
