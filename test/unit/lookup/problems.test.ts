import { expect, it } from 'vitest'
import { linkKey, objectKey, occurrenceKey } from '../../../functions/core/keys.ts'
import type { Delivered, Folded, Lane } from '../../../functions/core/record.ts'
import type { RecordKey } from '../../../functions/core/types.ts'
import { lookup } from '../../../functions/lookup/handler.ts'
import { MemoryStore } from '../../../functions/store/memory/memory-store.ts'
import { httpRequest, lambdaContext } from '../../support/http-request.ts'
import { testPlatform } from '../../support/platform.ts'
import { deliveredOf, foldedOf, NOON, settlementOf } from '../../support/records.ts'

function start() {
  const store = new MemoryStore()
  const platform = testPlatform({ clock: { now: () => NOON, monotonic: () => 0, sleep: async () => {} } })
  const queue = { send: async () => [] }
  const events = { depth: async () => 0 }
  const handler = lookup({ ...platform, store, queue, events, canDetach: true, lanes: [], origins: [] })
  const ask = async (path: string, key = 'admin-key') => {
    const [rawPath = '', rawQueryString = ''] = path.split('?')
    const authorization = `Basic ${Buffer.from(`${key}:`).toString('base64')}`
    const request = { ...httpRequest({ path: rawPath, method: 'GET', headers: { authorization } }), rawQueryString }
    const answer = await handler(request, lambdaContext())
    return { status: answer.statusCode, text: answer.body ?? '', body: JSON.parse(answer.body ?? 'null') }
  }
  /** A record as `deliver` has left it in a lane. */
  const left = async (
    key: RecordKey,
    lane: Lane,
    at: number,
    change: Partial<Delivered>,
    folded: Partial<Folded> = {},
  ) => {
    await store.fold(key, foldedOf(1, folded), { lane: 'live', at: NOON })
    await store.settle(1, settlementOf(key, 1, { delivered: deliveredOf(1, change), due: { lane, at } }))
  }
  return { ask, left }
}

const refused = { code: 'rejected', message: 'HubSpot refuses it' } as const
const waits = { code: 'waiting', message: 'the user has no contact in HubSpot yet' } as const

it('what HubSpot has refused comes first, then what waits, each with the reason and the next look', async () => {
  const { ask, left } = start()
  await left('user#bo', 'waiting', NOON + 1, { problem: waits })
  await left('user#ada', 'rejected', NOON + 2, {
    withheld: new Map([['phone', { ...refused, value: '', schema: '' }]]),
  })

  const { status, body } = await ask('/v1/problems')

  expect(status).toBe(200)
  expect(body).toEqual({
    problems: [
      {
        userId: 'ada',
        kind: 'contact',
        state: 'rejected',
        problems: [{ property: 'phone', ...refused }],
        nextProbe: new Date(NOON + 2).toISOString(),
      },
      {
        userId: 'bo',
        kind: 'contact',
        state: 'waiting',
        problems: [{ property: '', ...waits }],
        nextProbe: new Date(NOON + 1).toISOString(),
      },
    ],
    next: null,
  })
})

it('events, links and objects say what they are, and whose', async () => {
  const { ask, left } = start()
  const occurrence = { name: 'bought', at: NOON, uuid: 'x' }
  await left(occurrenceKey('user#ada', 'hash'), 'waiting', NOON + 1, { problem: waits }, { occurrence })
  await left(linkKey('lead#carol@example.com', 'companies', 'acme'), 'waiting', NOON + 2, { problem: waits })
  await left(objectKey('companies', 'acme'), 'rejected', NOON + 3, { problem: refused })

  const { body, text } = await ask('/v1/problems')

  expect(body.problems).toMatchObject([
    { kind: 'object', object: 'companies', state: 'rejected' },
    { kind: 'event', event: 'bought', userId: 'ada', state: 'waiting' },
    { kind: 'link', object: 'companies', lead: 'c***@e***.com', state: 'waiting' },
  ])
  expect(text).not.toContain('carol')
})

it('is read page by page, across the lanes, without conflicts', async () => {
  const { ask, left } = start()
  for (let at = 0; at < 3; at += 1) {
    await left(`user#r${at}`, 'rejected', NOON + at, { problem: refused })
    await left(`user#w${at}`, 'waiting', NOON + at, { problem: waits })
    await left(`user#c${at}`, 'conflict', NOON + at, { state: 'conflict', problem: { ...refused, code: 'conflict' } })
  }

  const found: string[] = []
  let path: string | undefined = '/v1/problems?limit=2'
  while (path) {
    const { body } = await ask(path)
    found.push(...body.problems.map(({ userId }: { userId: string }) => userId))
    path = body.next === null ? undefined : `/v1/problems?limit=2&after=${body.next}`
  }

  expect(found).toEqual(['r0', 'r1', 'r2', 'w0', 'w1', 'w2'])
})

it('takes the admin key, and refuses nonsense', async () => {
  const { ask } = start()

  expect(await ask('/v1/problems', 'write-key')).toMatchObject({ status: 401 })
  expect(await ask('/v1/problems?limit=1000')).toMatchObject({ status: 400 })
  expect(await ask('/v1/problems?after=nonsense')).toMatchObject({ status: 400 })
})
