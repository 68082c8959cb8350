import { describe, expect, it } from 'vitest'
import { defineConfig } from '../../../functions/core/config.ts'
import { lanesOf } from '../../../functions/core/lanes.ts'
import { type Due, LANES } from '../../../functions/core/record.ts'
import { firstDeliverer } from '../../../functions/core/store.ts'
import type { RecordKey } from '../../../functions/core/types.ts'
import { lookup } from '../../../functions/lookup/handler.ts'
import { MemoryStore } from '../../../functions/store/memory/memory-store.ts'
import { httpRequest, lambdaContext } from '../../support/http-request.ts'
import { testPlatform } from '../../support/platform.ts'
import { foldedOf, NOON } from '../../support/records.ts'

const ADMIN = 'admin-key'

function start({ depth = 0, lanes = LANES } = {}) {
  const store = new MemoryStore()
  const platform = testPlatform({ clock: { now: () => NOON, monotonic: () => 0, sleep: async () => {} } })
  const orders = { queue: { send: async () => [] }, canDetach: true }
  const events = { depth: async () => depth }
  const handler = lookup({ ...platform, ...orders, store, events, lanes, origins: [] })
  const get = async (path: string, { key = ADMIN, method = 'GET' } = {}) => {
    const authorization = `Basic ${Buffer.from(`${key}:`).toString('base64')}`
    const answer = await handler(httpRequest({ path, method, headers: { authorization } }), lambdaContext())
    return { status: answer.statusCode, body: JSON.parse(answer.body ?? 'null') }
  }
  const waiting = (key: RecordKey, due: Due) => store.fold(key, foldedOf(1), due)
  return { store, get, waiting }
}

describe('the status', () => {
  it('of a table without work is all zeros', async () => {
    const { get } = start()

    expect((await get('/v1/status')).body).toStrictEqual({
      due: 0,
      dueByKind: { contacts: 0, objects: 0, links: 0, lists: 0, subscriptions: 0, events: 0 },
      waiting: 0,
      verifying: 0,
      conflicts: 0,
      rejected: 0,
      parked: 0,
      oldestDueAgeSeconds: 0,
      pauses: [],
    })
  })

  it('counts what the account forbids as waiting, with the reason, and never as late', async () => {
    const { get, store, waiting } = start()
    const { token, state } = await store.open()
    const pause = { capability: 'events', code: 'forbidden', reason: 'no tier', length: 1_000 } as const
    await store.save(token, { ...state, pauses: [{ ...pause, until: NOON - 30_000 }] })
    await waiting('event#a@user#6', { lane: 'events', at: NOON - 999_000 })

    expect((await get('/v1/status')).body).toMatchObject({
      due: 0,
      dueByKind: { events: 0 },
      waiting: 1,
      oldestDueAgeSeconds: 0,
      pauses: [{ capability: 'events', reason: 'no tier' }],
    })
  })

  it('counts what HubSpot does not have yet, queued events included, and slow looks as what they are', async () => {
    const { get, store, waiting } = start({ depth: 7 })
    await waiting('user#1', { lane: 'live', at: NOON - 90_000 })
    await waiting('user#2', { lane: 'bulk', at: NOON - 30_000 })
    await waiting('user#3', { lane: 'verifying', at: NOON - 999_000 })
    await waiting('user#4', { lane: 'conflict', at: NOON - 999_000 })
    await waiting('user#5', { lane: 'rejected', at: NOON + 999_000 })
    await waiting('event#a@user#6', { lane: 'events', at: NOON - 60_000 })
    await waiting('lists@user#6', { lane: 'lists', at: NOON - 60_000 })
    await waiting('event#b@user#6', { lane: 'waiting', at: NOON - 999_000 })
    await store.park('one', { event: '', reason: '', at: NOON })

    expect((await get('/v1/status')).body).toMatchObject({
      due: 11,
      dueByKind: { contacts: 2, objects: 0, links: 0, lists: 1, subscriptions: 0, events: 1 },
      waiting: 1,
      verifying: 1,
      conflicts: 1,
      rejected: 1,
      parked: 1,
      oldestDueAgeSeconds: 90,
    })
  })

  it('looks only where anything can wait', async () => {
    const { get, waiting } = start({ lanes: lanesOf(defineConfig({ events: { track: false } })) })
    await waiting('user#1', { lane: 'live', at: NOON })
    await waiting('event#a@user#6', { lane: 'events', at: NOON })

    expect((await get('/v1/status')).body).toMatchObject({ due: 1, waiting: 0 })
    expect((await get('/v1/status')).body.dueByKind).toStrictEqual({ contacts: 1 })
  })

  it('tells why deliveries pause, and until when, while they do', async () => {
    const { get, store } = start()
    const { token } = await store.open()
    const pause = {
      capability: 'contacts',
      code: 'unavailable',
      reason: 'HubSpot answered 502',
      length: 1_000,
    } as const
    await store.save(token, { ...firstDeliverer, pauses: [{ ...pause, until: NOON + 1 }] })
    const during = await get('/v1/status')
    await store.save(token, { ...firstDeliverer, pauses: [{ ...pause, until: NOON }] })

    expect(during.body.pauses).toStrictEqual([
      { capability: 'contacts', reason: 'HubSpot answered 502', until: new Date(NOON + 1).toISOString() },
    ])
    expect((await get('/v1/status')).body.pauses).toStrictEqual([])
  })

  it('tells of a pause that is over while it is tried whether the trouble is, too', async () => {
    const { get, store, waiting } = start()
    await waiting('user#alex', { lane: 'live', at: NOON })
    const { token } = await store.open()
    const pause = { capability: 'contacts', code: 'unavailable', reason: 'no answer', length: 1_000 } as const
    await store.save(token, { ...firstDeliverer, pauses: [{ ...pause, until: NOON - 20_000 }] })

    expect((await get('/v1/status')).body.pauses).toMatchObject([{ reason: 'no answer' }])
  })

  it('is for the admin key alone', async () => {
    const { get } = start()

    expect((await get('/v1/status', { key: 'write-key' })).status).toBe(401)
    expect((await get('/v1/status', { key: '' })).status).toBe(401)
    expect((await get('/v1/status', { method: 'POST' })).status).toBe(405)
  })
})

describe('a user is found', () => {
  it.each(['alex', 'a/b', 'a%2Fb', 'ünï 😀', '..', 'a?b#c', '__proto__'])(
    'by the id %s as the product knows it',
    async id => {
      const { get, waiting } = start()
      await waiting(`user#${id}`, { lane: 'live', at: NOON })

      const { status, body } = await get(`/v1/users/${encodeURIComponent(id)}`)

      expect(status).toBe(200)
      expect(body.userId).toBe(id)
    },
  )

  it.each([
    ['/v1/users/nobody', 404],
    [`/v1/users/${'a'.repeat(10_000)}`, 404],
    ['/v1/users/', 404],
    ['/v1/users/%', 400],
    ['/v1/users/%FF', 400],
    ['/v1/other', 404],
  ])('or not: %s', async (path, expected) => {
    const { get } = start()

    const { status, body } = await get(path)

    expect(status).toBe(expected)
    expect(body.error).toBeTruthy()
  })
})

describe('what belongs to a user', () => {
  it('is told by kind while it waits, and left out when nothing does', async () => {
    const { get, waiting } = start()
    await waiting('user#alex', { lane: 'live', at: NOON })
    await waiting('lists@user#alex', { lane: 'lists', at: NOON })
    await waiting('event#z@user#bo', { lane: 'waiting', at: NOON })
    const before = (await get('/v1/users/alex')).body
    await waiting('event#a@user#alex', { lane: 'waiting', at: NOON })
    await waiting('event#b@user#alex', { lane: 'waiting', at: NOON })
    await waiting('link#companies#acme@user#alex', { lane: 'waiting', at: NOON })

    expect(before).not.toHaveProperty('waiting')
    expect((await get('/v1/users/alex')).body).toStrictEqual({ ...before, waiting: { events: 2, links: 1 } })
  })

  it('is told under the id that the user had before, too', async () => {
    const { get, store, waiting } = start()
    await store.fold('user#alex', foldedOf(1, { absorbs: ['user#visitor'] }), undefined)
    await waiting('event#a@user#visitor', { lane: 'waiting', at: NOON })

    expect((await get('/v1/users/alex')).body.waiting).toStrictEqual({ events: 1 })
  })

  it('shows somebody of whom nothing else has been heard', async () => {
    const { get, waiting } = start()
    await waiting('event#a@user#alex', { lane: 'waiting', at: NOON })
    await waiting('link#companies#acme@user#alex', { lane: 'links', at: NOON })

    expect(await get('/v1/users/alex')).toStrictEqual({
      status: 200,
      body: {
        userId: 'alex',
        vid: null,
        status: 'pending',
        email: null,
        problems: [],
        updatedAt: new Date(NOON + 1).toISOString(),
        waiting: { events: 1, links: 1 },
      },
    })
  })

  it('is not looked for where nothing can wait', async () => {
    const { get, waiting } = start({ lanes: ['live'] })
    await waiting('event#a@user#alex', { lane: 'waiting', at: NOON })

    expect((await get('/v1/users/alex')).status).toBe(404)
  })
})
