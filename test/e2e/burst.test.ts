import { afterAll, beforeAll, expect, test } from 'vitest'
import { drive } from '../../bench/drive.ts'
import { type Pipeline, startPipeline } from '../../bench/pipeline.ts'
import { Workload } from '../../bench/workload.ts'

/** The bounds of the bench, without its times: those depend on what else the machine does. */
const EVENTS = 1_000
const CLEAN = { missing: 0, wrong: 0, duplicate: 0 }
const PATIENCE = 60_000

const workload = new Workload(400)
let pipeline: Pipeline
beforeAll(async () => {
  pipeline = await startPipeline({ contacts: workload.contacts() })
})
afterAll(() => pipeline.stop())

test('a burst over users who are half new arrives whole, in few calls and few writes', {
  timeout: PATIENCE,
}, async () => {
  const events = workload.burst(EVENTS)

  const { counts } = await drive(pipeline, events)

  expect(workload.judge(await pipeline.contacts())).toEqual(CLEAN)
  expect(counts.hubspot.calls).toBeLessThanOrEqual(14)
  expect(counts.table.total.writes / EVENTS).toBeLessThanOrEqual(2.8)
})

test('a second burst over the same users costs fewer writes still', { timeout: PATIENCE }, async () => {
  await pipeline.reset()
  const events = workload.burst(EVENTS)

  const { counts } = await drive(pipeline, events)

  expect(workload.judge(await pipeline.contacts())).toEqual(CLEAN)
  expect(counts.table.total.writes / EVENTS).toBeLessThanOrEqual(1.8)
})

test('newer events that say what is known already cost HubSpot nothing', { timeout: PATIENCE }, async () => {
  await pipeline.reset()
  const events = workload.unchanged(EVENTS)

  const { counts } = await drive(pipeline, events)

  expect(counts.functions.record?.invocations).toBeGreaterThan(0)
  expect(counts.hubspot).toMatchObject({ calls: 0, writes: 0 })
  expect(workload.judge(await pipeline.contacts())).toEqual(CLEAN)
})

test('the judge sees a contact that is missing, one that is wrong and one too many', async () => {
  const [first, second, ...others] = await pipeline.contacts()
  if (!first || !second) throw new Error('There are contacts by now')
  const spoilt = { ...second, properties: { ...second.properties, city: 'Nowhere' } }
  const stranger = { ...first, properties: {} }

  const verdict = workload.judge([stranger, spoilt, ...others, stranger])

  expect(verdict).toMatchObject({ missing: 1, wrong: 1, duplicate: 1 })
})
