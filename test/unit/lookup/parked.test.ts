import { expect, it } from 'vitest'
import { eventOf } from '../../support/events.ts'
import { operator } from '../../support/operator.ts'
import { NOON } from '../../support/records.ts'

const EVENT = eventOf(1, { email: 'alex@example.com' })

async function start(queueing = true) {
  const started = operator({ queueing })
  await started.store.park('readable', { event: JSON.stringify(EVENT), reason: 'folding failed', at: NOON })
  await started.store.park('strange', { event: '{"type":"of tomorrow"}', reason: 'not an event', at: NOON })
  return started
}

it('parked events are listed by their reason, without what they say', async () => {
  const { ask } = await start()

  const { body, text } = await ask('/v1/parked')

  expect(body).toMatchObject({
    parked: [
      { id: 'readable', userId: 'alex', type: 'identify', reason: 'folding failed', readable: true },
      { id: 'strange', type: null, reason: 'not an event', readable: false, bytes: 22 },
    ],
    next: null,
  })
  expect(text).not.toContain('alex@example')
})

it('pages follow one another without a gap', async () => {
  const { ask, store } = operator()
  const ids = Array.from({ length: 45 }, (_, n) => `event-${String(n).padStart(2, '0')}`)
  for (const id of ids) await store.park(id, { event: '{}', reason: 'why', at: NOON })

  const found: string[] = []
  for (let next: string | null = ''; next !== null; ) {
    const { body } = await ask(`/v1/parked${next && `?after=${next}`}`)
    found.push(...body.parked.map(({ id }: { id: string }) => id))
    next = body.next
  }

  expect(found).toEqual(ids)
})

it('one that can be read by now is queued as it was, and parked no more', async () => {
  const { ask, queued, store } = await start()

  expect((await ask('/v1/parked/readable/replay', { method: 'POST' })).status).toBe(202)

  expect(queued).toEqual([EVENT])
  expect(await store.readParked('readable')).toBeUndefined()
  expect((await ask('/v1/parked/readable/replay', { method: 'POST' })).status).toBe(404)
})

it('one that cannot be read stays, and so does one that cannot be queued', async () => {
  const strange = await start()
  const stuck = await start(false)

  expect((await strange.ask('/v1/parked/strange/replay', { method: 'POST' })).status).toBe(409)
  expect((await stuck.ask('/v1/parked/readable/replay', { method: 'POST' })).status).toBe(503)

  expect([await strange.store.countParked(), await stuck.store.countParked()]).toEqual([2, 2])
})

it('one that is discarded is gone, and the others stay', async () => {
  const { ask, queued, store } = await start()

  expect((await ask('/v1/parked/strange/discard', { method: 'POST' })).status).toBe(200)

  expect([queued.length, (await store.listParked(10)).map(({ id }) => id)]).toEqual([0, ['readable']])
})

it.each([
  ['GET', '/v1/parked/readable/replay', 405],
  ['POST', '/v1/parked/readable', 404],
  ['POST', '/v1/parked/../replay', 404],
  ['GET', '/v1/parked/', 404],
])('%s %s is refused with %i', async (method, path, status) => {
  const { ask, store } = await start()

  expect((await ask(path, { method })).status).toBe(status)
  expect(await store.countParked()).toBe(2)
})

it('needs the admin key', async () => {
  const { ask, store } = await start()

  expect((await ask('/v1/parked/strange/discard', { method: 'POST', key: 'write-key' })).status).toBe(401)
  expect(await store.countParked()).toBe(2)
})
