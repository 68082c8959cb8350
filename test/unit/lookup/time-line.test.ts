import { expect, it } from 'vitest'
import { occurrenceKey } from '../../../functions/core/keys.ts'
import { operator } from '../../support/operator.ts'
import { deliveredOf, foldedOf, NOON, registerOf, settlementOf, stampOf, vidOf } from '../../support/records.ts'

const DAY = 86_400_000

async function start() {
  const started = operator()
  const registers = new Map([
    ['email', registerOf('alex@example.com', stampOf(1), 1)],
    ['firstname', registerOf('Alex', stampOf(2), 2)],
    ['seats', registerOf('secret', stampOf(2), 2)],
    ['plan', registerOf('pro', stampOf(3), 3)],
  ])
  const problem = { code: 'invalid_value', message: 'is no option', stamp: stampOf(2) } as const
  const problems = new Map([['tier', problem]])
  await started.store.fold('user#a/b', foldedOf(1, { version: 3, registers, problems }), { lane: 'live', at: NOON })
  const withheld = new Map([['seats', { code: 'rejected', message: 'no', value: '', schema: '' } as const]])
  const delivered = deliveredOf(2, { vid: vidOf('501'), withheld })
  await started.store.settle(1, settlementOf('user#a/b', 2, { delivered }))
  return started
}

it('events are told by what they changed, newest first, and whether HubSpot has it', async () => {
  const { ask } = await start()

  const { status, body, text } = await ask(`/v1/timelines/${encodeURIComponent('a/b')}`)

  expect(status).toBe(200)
  expect(body).toMatchObject({ userId: 'a/b', ids: ['a/b'], now: { version: 3, deliveredVersion: 2, lane: 'live' } })
  expect(body.events).toEqual([
    expect.objectContaining({ changes: [{ property: 'plan', version: 3, delivered: false }] }),
    {
      event: stampOf(2).id,
      happenedAt: new Date(stampOf(2).time).toISOString(),
      receivedAt: new Date(stampOf(2).receivedAt).toISOString(),
      changes: [
        { property: 'firstname', version: 2, delivered: true },
        { property: 'seats', version: 2, delivered: false },
      ],
      refused: [{ property: 'tier', message: 'is no option' }],
    },
    expect.objectContaining({ changes: [{ property: 'email', version: 1, delivered: true }] }),
  ])
  expect(text).not.toMatch(/secret|alex@example/)
})

it('what was logged is told newest first, page after page, and no longer than the setting says', async () => {
  const { ask, store } = await start()
  const entryOf = (at: number) => ({ owner: 'user#a/b' as const, at, id: `${at}`, calls: [], settled: [] })
  await store.logCalls(
    [entryOf(NOON - 15 * DAY), ...Array.from({ length: 60 }, (_, n) => entryOf(NOON - n * 1_000))],
    0,
  )

  const first = (await ask('/v1/timelines/a/b')).body
  const second = (await ask(`/v1/timelines/a/b?before=${first.next}`)).body

  expect(first.rounds).toHaveLength(50)
  expect(first.rounds[0].at).toBe(new Date(NOON).toISOString())
  expect([second.rounds.length, second.next]).toEqual([10, null])
  expect(first.callLog).toEqual({ of: 'problems', days: 14 })
})

it('what waits of somebody of whom no contact is known is told', async () => {
  const { ask, store } = operator()
  const occurrence = { name: 'order_completed', at: NOON, uuid: 'u' }
  await store.fold(occurrenceKey('user#ghost', 'h'), foldedOf(1, { occurrence }), { lane: 'waiting', at: NOON + 1 })

  const { body } = await ask('/v1/timelines/ghost')

  expect(body).toMatchObject({ userId: 'ghost', now: null, events: [] })
  expect(body.belongings).toMatchObject([{ kind: 'event', subject: 'order_completed', lane: 'waiting' }])
})

it.each([
  ['/v1/timelines/', 404],
  ['/v1/timelines/stranger', 404],
  ['/v1/timelines/a%ZZ', 400],
  ['/v1/timelines/a/b?before=yesterday', 400],
])('%s is refused with %i', async (path, status) => {
  const { ask } = await start()

  expect((await ask(path)).status).toBe(status)
})
