import { expect, it } from 'vitest'
import type { Event } from '../../../functions/core/event.ts'
import { lookup } from '../../../functions/lookup/handler.ts'
import { MemoryStore } from '../../../functions/store/memory/memory-store.ts'
import { httpRequest, lambdaContext } from '../../support/http-request.ts'
import { testPlatform } from '../../support/platform.ts'
import { foldedOf, NOON } from '../../support/records.ts'

function start({ queueing = true } = {}) {
  const store = new MemoryStore()
  const queued: Event[] = []
  const queue = {
    send: async (events: readonly { readonly event: Event }[]) => {
      if (queueing) queued.push(...events.map(({ event }) => event))
      return queueing ? [] : events.map((_, at) => at)
    },
  }
  const events = { depth: async () => 0 }
  const deps = { ...testPlatform(), store, queue, events, canDetach: true, lanes: [], origins: [] }
  const post = async (path: string, key = 'admin-key') => {
    const authorization = `Basic ${Buffer.from(`${key}:`).toString('base64')}`
    const answer = await lookup(deps)(
      httpRequest({ path, method: 'POST', headers: { authorization } }),
      lambdaContext(),
    )
    return { status: answer.statusCode, body: JSON.parse(answer.body ?? 'null') }
  }
  return { store, queued, post }
}

it('queues that the user, and every id that has become theirs, is to be looked at', async () => {
  const { store, queued, post } = start()
  await store.fold('user#a/1', foldedOf(1, { absorbs: ['user#old'] }), { lane: 'live', at: NOON })

  expect(await post('/v1/users/a%2F1/retry')).toEqual({ status: 202, body: { retried: 'a/1' } })

  expect(queued).toEqual([
    { type: 'retry', key: 'user#a/1' },
    { type: 'retry', key: 'user#old' },
  ])
})

it('takes a user of whom nothing but an event is known', async () => {
  const { store, queued, post } = start()
  await store.fold('event#hash@user#ghost', foldedOf(1), { lane: 'waiting', at: NOON })

  expect(await post('/v1/users/ghost/retry')).toMatchObject({ status: 202 })

  expect(queued).toEqual([{ type: 'retry', key: 'user#ghost' }])
})

it('says who is not known, who may not ask, and what could not be queued', async () => {
  const { post } = start()
  const broken = start({ queueing: false })
  await broken.store.fold('user#ada', foldedOf(1), { lane: 'live', at: NOON })

  expect(await post('/v1/users/nobody/retry')).toMatchObject({ status: 404 })
  expect(await post('/v1/users/nobody/retry', 'write-key')).toMatchObject({ status: 401 })
  expect(await post('/v1/users/nobody')).toMatchObject({ status: 405 })
  expect(await broken.post('/v1/users/ada/retry')).toMatchObject({ status: 503 })
})
