import { expect, it } from 'vitest'
import { type ConfigInput, defineConfig } from '../../functions/core/config.ts'
import type { Due } from '../../functions/core/record.ts'
import type { RecordKey } from '../../functions/core/types.ts'
import { MemoryStore } from '../../functions/store/memory/memory-store.ts'
import { sweep } from '../../functions/sweep/handler.ts'
import { lambdaContext } from '../support/http-request.ts'
import { testPlatform } from '../support/platform.ts'
import { foldedOf, NOON } from '../support/records.ts'
import { schemaOf } from '../support/schemas.ts'

async function start(config: ConfigInput = {}, { portal = true, now = NOON } = {}) {
  const store = new MemoryStore()
  if (portal) await store.writePortal({ id: '1', schema: schemaOf() })
  const platform = testPlatform({ clock: { now: () => now, monotonic: () => 0, sleep: async () => {} } })
  let woken = 0
  const wakeUps = {
    wake: async () => undefined,
    wakeRegardless: async () => {
      woken += 1
    },
  }
  const handler = sweep({ ...platform, store, wakeUps, config: defineConfig(config) })
  const waiting = (key: RecordKey, due: Due) => store.fold(key, foldedOf(1), due)
  const run = async () => {
    await handler({}, lambdaContext())
    return woken
  }
  return { waiting, run, store, recorder: platform.recorder }
}

it('deliver is left alone while nothing is due', async () => {
  const { waiting, run } = await start()
  await waiting('user#1', { lane: 'conflict', at: NOON + 1 })
  await waiting('event#a@user#1', { lane: 'waiting', at: NOON + 1 })

  expect(await run()).toBe(0)
})

it.each([
  ['user#1', 'live'],
  ['user#1', 'rejected'],
  ['event#a@user#1', 'events'],
  ['event#a@user#1', 'waiting'],
] as const)('deliver is woken while %s is due in %s', async (key, lane) => {
  const { waiting, run } = await start()
  await waiting(key, { lane, at: NOON })

  expect(await run()).toBe(1)
})

it('lanes that the configuration does not use are not looked into', async () => {
  const { waiting, run, recorder } = await start({ events: { track: false } })
  await waiting('event#a@user#1', { lane: 'events', at: NOON - 5_000 })

  expect(await run()).toBe(0)
  expect(recorder.sum('DueRecords')).toBe(0)
})

it('every ten minutes all lanes are looked into, and what an earlier configuration has left is told and cleared away', async () => {
  const now = Math.ceil(NOON / 600_000) * 600_000
  const { waiting, run, recorder } = await start({ events: { track: false } }, { now })
  await waiting('event#a@user#1', { lane: 'waiting', at: now + 1 })
  const notYet = await run()
  await waiting('lists@user#1', { lane: 'lists', at: now })
  const woken = await run()

  expect([notYet, woken]).toEqual([0, 1])
  const told = recorder.lines.filter(({ level }) => level === 'warn')
  expect(told.map(({ fields }) => fields)).toEqual([{ records: ['waiting 1'] }, { records: ['lists 1', 'waiting 1'] }])
})

it('what the account forbids is no late work: it waits, and deliver is woken for it when its pause is over', async () => {
  const { waiting, run, store, recorder } = await start()
  const { token, state } = await store.open()
  const pause = { capability: 'events', code: 'forbidden', reason: 'no tier', until: NOON + 1, length: 1_000 } as const
  await store.save(token, { ...state, pauses: [pause] })
  await waiting('event#a@user#1', { lane: 'events', at: NOON - 3_600_000 })
  const paused = await run()
  await store.save(token, { ...state, pauses: [{ ...pause, until: NOON }] })
  const over = await run()

  expect([paused, over]).toEqual([0, 1])
  const samples = (wanted: string) => recorder.samples.flatMap(({ name, value }) => (name === wanted ? [value] : []))
  expect(samples('OldestDueAge')).toEqual([0, 0])
  expect(samples('DueRecords')).toEqual([0, 0])
  expect(samples('WaitingRecords')).toEqual([1, 1])
})

it('what is forbidden and not tried any more, and all that any other pause holds up, is late', async () => {
  const { waiting, run, store, recorder } = await start()
  const { token, state } = await store.open()
  const pause = { capability: 'events', code: 'forbidden', reason: '', until: NOON - 121_000, length: 1_000 } as const
  await waiting('event#a@user#1', { lane: 'events', at: NOON - 3_600_000 })
  await store.save(token, { ...state, pauses: [pause] })
  await run()
  await store.save(token, { ...state, pauses: [{ ...pause, code: 'unavailable', until: NOON + 1 }] })
  await run()

  expect(recorder.sum('OldestDueAge')).toBe(7_200)
})

it('due work is measured in all its lanes, and slow looks each for itself', async () => {
  const { waiting, run, recorder } = await start()
  await waiting('user#1', { lane: 'bulk', at: NOON - 1_000 })
  await waiting('event#a@user#1', { lane: 'events', at: NOON - 5_000 })
  await waiting('event#b@user#1', { lane: 'waiting', at: NOON - 9_000 })

  await run()

  expect(recorder.sum('DueRecords')).toBe(2)
  expect(recorder.sum('WaitingRecords')).toBe(1)
  expect(recorder.sum('OldestDueAge')).toBe(5)
})

it('deliver is woken for a call that was left behind', async () => {
  const { store, run } = await start()
  await store.journal({ id: 'call', kind: 'create', records: [], at: NOON })

  expect(await run()).toBe(1)
})

it('deliver is woken where it has never read the portal', async () => {
  const { run } = await start({}, { portal: false })

  expect(await run()).toBe(1)
})
