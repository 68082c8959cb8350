import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import type { Event } from '../../../functions/core/event.ts'
import { type Delivered, LANES } from '../../../functions/core/record.ts'
import { canonicalEmail, type RecordKey } from '../../../functions/core/types.ts'
import { lookup } from '../../../functions/lookup/handler.ts'
import { MemoryStore } from '../../../functions/store/memory/memory-store.ts'
import { httpRequest, lambdaContext } from '../../support/http-request.ts'
import { testPlatform } from '../../support/platform.ts'
import { deliveredOf, foldedOf, NOON, registerOf, settlementOf, vidOf } from '../../support/records.ts'

const HOUR = 3_600_000

function start({ canDetach = true, queueing = true } = {}) {
  const store = new MemoryStore()
  const queued: Event[] = []
  const queue = {
    send: async (events: readonly { readonly event: Event }[]) => {
      if (queueing) queued.push(...events.map(({ event }) => event))
      return queueing ? [] : events.map((_, at) => at)
    },
  }
  const platform = testPlatform({ clock: { now: () => NOON, monotonic: () => 0, sleep: async () => {} } })
  const handler = lookup({
    ...platform,
    store,
    queue,
    canDetach,
    events: { depth: async () => 0 },
    lanes: LANES,
    origins: [],
  })
  const ask = async (path: string, { key = 'admin-key', method = 'GET' } = {}) => {
    const [rawPath = '', rawQueryString = ''] = path.split('?')
    const authorization = `Basic ${Buffer.from(`${key}:`).toString('base64')}`
    const request = { ...httpRequest({ path: rawPath, method, headers: { authorization } }), rawQueryString }
    const answer = await handler(request, lambdaContext())
    return { status: answer.statusCode, text: answer.body ?? '', body: JSON.parse(answer.body ?? 'null') }
  }
  /** A record as `deliver` has left it. */
  const settled = async (key: RecordKey, email: string, change: Partial<Delivered>, probe?: number) => {
    const registers = new Map([['email', registerOf(email)]])
    await store.fold(key, foldedOf(1, { registers }), { lane: 'live', at: NOON })
    const lane = change.state === 'conflict' ? 'conflict' : 'rejected'
    const due = probe === undefined ? undefined : ({ lane, at: probe } as const)
    await store.settle(1, settlementOf(key, 1, { delivered: deliveredOf(1, change), due }))
  }
  /** The second user's address is a further one of the first user's contact. */
  const share = async (first = 'ada', second = 'bo', probe = NOON + HOUR) => {
    const main = `${first}@example.com`
    await settled(`user#${first}`, main, { vid: vidOf('101'), email: canonicalEmail(main) })
    const message = 'the contact belongs to another user'
    const problem = { code: 'conflict', message, vid: vidOf('101'), with: `user#${first}` } as const
    await settled(
      `user#${second}`,
      `${second}@example.com`,
      { state: 'conflict', conflictSince: NOON - HOUR, problem },
      probe,
    )
  }
  return { store, queued, ask, settled, share }
}

describe('the list of conflicts', () => {
  it('says who, with whom, since when and what would resolve it, with masked addresses', async () => {
    const { ask, share } = start()
    await share()

    const { status, text, body } = await ask('/v1/conflicts')

    expect(status).toBe(200)
    expect(body).toStrictEqual({
      conflicts: [
        {
          userId: 'bo',
          state: 'conflict',
          vid: null,
          email: 'b***@e***.com',
          with: { userId: 'ada', vid: '101' },
          since: new Date(NOON - HOUR).toISOString(),
          reason: 'the contact belongs to another user',
          canSplit: true,
          resolves: expect.stringContaining('split'),
          nextProbe: new Date(NOON + HOUR).toISOString(),
        },
      ],
      next: null,
    })
    expect(text).not.toContain('@example')
  })

  it('masks leads, whose keys are addresses, and shows none in a cursor', async () => {
    const { ask, settled } = start()
    const problem = { code: 'conflict', message: 'another user has the address', with: 'lead#x@example.com' } as const
    await settled('lead#carol@example.com', 'carol@example.com', { state: 'conflict', problem }, NOON)
    await settled('lead#dave@example.com', 'dave@example.com', { state: 'conflict', problem }, NOON + 1)

    const { text, body } = await ask('/v1/conflicts?limit=1')

    expect(body.conflicts).toMatchObject([{ lead: 'c***@e***.com', with: { lead: 'x***@e***.com', vid: null } }])
    expect(text + Buffer.from(body.next, 'base64url').toString()).not.toMatch(/carol|example/)
  })

  it('tells apart what a split can do and what only the other user can', async () => {
    const { ask, settled, share } = start()
    await share()
    const problem = { code: 'conflict', message: 'it', vid: vidOf('101'), with: 'user#ada' } as const
    await settled('user#cy', 'ada@example.com', { state: 'conflict', problem }, NOON + 2 * HOUR)

    const { body } = await ask('/v1/conflicts')

    expect(body.conflicts[1]).toMatchObject({
      userId: 'cy',
      resolves: expect.stringContaining('user ada has this address'),
    })
  })

  it('is read page by page', async () => {
    const { ask, share } = start()
    for (let pair = 0; pair < 7; pair += 1) await share(`a${pair}`, `b${pair}`, NOON + (pair % 3))

    const found: string[] = []
    let path: string | undefined = '/v1/conflicts?limit=3'
    while (path) {
      const { body } = await ask(path)
      found.push(...body.conflicts.map(({ userId }: { userId: string }) => userId))
      path = body.next === null ? undefined : `/v1/conflicts?limit=3&after=${body.next}`
    }

    expect(found).toHaveLength(7)
    expect(found.toSorted()).toEqual(Array.from({ length: 7 }, (_, pair) => `b${pair}`))
  })

  it('leaves out whoever has been resolved although the index still has them', async () => {
    const { ask, settled } = start()
    await settled('user#ada', 'ada@example.com', { state: 'conflict' }, NOON)
    const { ask: askAnother, settled: other } = start()
    await other('user#ada', 'ada@example.com', { state: 'synced' }, NOON)

    expect((await ask('/v1/conflicts')).body.conflicts).toHaveLength(1)
    expect((await askAnother('/v1/conflicts')).body).toEqual({ conflicts: [], next: null })
  })

  it.each(['limit=0', 'limit=101', 'limit=x', 'after=nonsense', 'after=bGl2ZQ'])('refuses %s', async query => {
    const { status, body } = await start().ask(`/v1/conflicts?${query}`)

    expect(status).toBe(400)
    expect(v.is(v.object({ error: v.string() }), body)).toBe(true)
  })

  it.each([
    ['/v1/conflicts', 'GET'],
    ['/v1/audit/shared', 'GET'],
    ['/v1/conflicts/bo/split', 'POST'],
  ])('and what belongs to it is for the admin key alone: %s', async (path, method) => {
    const { ask, share, queued } = start()
    await share()

    expect((await ask(path, { key: 'write-key', method })).status).toBe(401)
    expect(queued).toEqual([])
  })
})

describe('the audit of shared contacts', () => {
  it('names those who share a contact, and those who sit on a further address of one', async () => {
    const { ask, settled, share } = start()
    await share()
    const withheld = new Map([['email', { code: 'secondary_email', message: 'it is', value: '', schema: '' } as const]])
    await settled('user#cy', 'cy@example.com', { vid: vidOf('7'), withheld }, NOON + HOUR)
    await settled('user#di', 'di@example.com', { state: 'rejected' }, NOON)
    await settled('user#ed', 'ed@example.com', { state: 'conflict', problem: { code: 'conflict', message: '' } }, NOON)

    const pages = []
    for (let after = ''; pages.length < 5; ) {
      const { body } = await ask(`/v1/audit/shared?limit=1&after=${after}`)
      pages.push(...body.shared)
      if (body.next === null) break
      after = body.next
    }

    expect(pages).toMatchObject([
      { kind: 'shares_contact', userId: 'bo', with: { userId: 'ada', vid: '101' } },
      { kind: 'secondary_email', userId: 'cy', vid: '7', email: 'c***@e***.com', with: null, reason: 'it is' },
    ])
  })
})

describe('a split', () => {
  it('is queued for the contact that the conflict names', async () => {
    const { ask, queued, share } = start()
    await share()

    const { status, body } = await ask('/v1/conflicts/bo/split', { method: 'POST' })

    expect({ status, body }).toEqual({ status: 202, body: { split: 'bo', contact: '101', with: 'ada' } })
    expect(queued).toMatchObject([
      { type: 'split', key: 'user#bo', vid: '101', priority: 'live', stamp: { time: NOON } },
    ])
  })

  it('says what a person does first where HubSpot has no call for it, and is queued all the same', async () => {
    const { ask, queued, share } = start({ canDetach: false })
    await share()

    const { status, body } = await ask('/v1/conflicts/bo/split', { method: 'POST' })

    expect(status).toBe(200)
    expect(body.steps).toHaveLength(3)
    expect(queued).toHaveLength(1)
  })

  it('finds users whose ids hold slashes', async () => {
    const { ask, queued, share } = start()
    await share('ada', 'a/b/split')

    expect((await ask('/v1/conflicts/a%2Fb%2Fsplit/split', { method: 'POST' })).status).toBe(202)
    expect(queued).toMatchObject([{ key: 'user#a/b/split' }])
  })

  it('is refused where there is nothing to split', async () => {
    const { ask, queued, settled, share } = start()
    await share()
    const of = (change: object) => ({ code: 'conflict', message: 'it', ...change }) as const
    await settled('user#own', 'own@example.com', { state: 'conflict', problem: of({ vid: vidOf('9') }) }, NOON)
    await settled('user#address', 'x@example.com', { state: 'conflict', problem: of({ with: 'user#ada' }) }, NOON)
    const primary = of({ with: 'user#ada', vid: vidOf('101') })
    await settled('user#primary', 'ada@example.com', { state: 'conflict', problem: primary }, NOON)
    const post = (user: string) => ask(`/v1/conflicts/${user}/split`, { method: 'POST' })

    expect((await post('nobody')).status).toBe(404)
    expect((await post('ada')).status).toBe(409)
    expect((await post('own')).status).toBe(409)
    expect((await post('address')).status).toBe(409)
    expect(await post('primary')).toMatchObject({ status: 409, body: { error: expect.stringContaining('primary') } })
    expect((await ask('/v1/conflicts/bo/split')).status).toBe(405)
    expect((await ask('/v1/conflicts/bo', { method: 'POST' })).status).toBe(405)
    expect(queued).toEqual([])
  })

  it('that cannot be queued is to be asked for again', async () => {
    const { ask, share } = start({ queueing: false })
    await share()

    expect((await ask('/v1/conflicts/bo/split', { method: 'POST' })).status).toBe(503)
  })
})
