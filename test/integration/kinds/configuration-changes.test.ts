import { expect, it } from 'vitest'
import { perLane } from '../../../functions/core/record.ts'
import { someOfEverything } from '../../support/everything.ts'
import { type Pipeline, pipeline } from '../../support/pipeline.ts'

/** The same table and portal under another configuration. */
function reconfigured({ store: table, hubspot, clock }: Pipeline, config = {}): Pipeline {
  return pipeline({ config, table, portal: { clock, hubspot } })
}

const lanesOf = async ({ store }: Pipeline) => (await store.countDue()).lanes

it('what is left of kinds that the configuration has no more is cleared away; what would be lost waits', async () => {
  const before = await someOfEverything()
  const left = await lanesOf(before)
  const after = reconfigured(before, { events: { track: false } })
  const told = before.hubspot.events.count

  await after.deliver()

  expect(left).toMatchObject({ objects: 4, lists: 3, subscriptions: 2, events: 4 })
  // Objects and events would be told whole once there is a place for them.
  expect(await lanesOf(after)).toEqual({ ...perLane(() => 0), waiting: 8 })
  expect(after.hubspot.lists.members('Trial')).toEqual([])
  expect(after.hubspot.events.count).toBe(told)
})

it('what waits is told when the configuration has a place for it again', async () => {
  const before = await someOfEverything()
  const without = reconfigured(before, { events: { track: false } })
  await without.deliver()
  const again = reconfigured(before, { events: { track: true } })

  await again.clock.advance(3_600_000)
  await again.untilQuiet()

  const { vid } = again.contactOf('new')
  const names = again.hubspot.events.of(vid).map(({ name }) => name)
  expect(names.sort()).toEqual(['order_completed', 'trial_started'])
})

it('events that nobody wants any more go when they have waited long enough', async () => {
  const before = await someOfEverything()
  const after = reconfigured(before, { events: { track: false } })

  await after.deliver()
  await after.clock.advance(31 * 86_400_000)
  await after.deliver()

  expect((await after.store.belongingsOf('user#new')).filter(key => key.startsWith('event#'))).toEqual([])
  expect(after.recorder.sum('EventsExpired')).toBe(4)
})

it('they are looked for at first, and then every ten minutes', async () => {
  const before = await someOfEverything()
  const after = reconfigured(before, { events: { track: false } })
  await after.deliver()
  await after.clock.advance(60_000)
  const looked: string[] = []
  after.process.gate.watch = ({ what, args, when }) => {
    if (what === 'store.due' && when === 'before') looked.push(String(args[0]))
  }

  await after.deliver()
  const soon = looked.splice(0)
  await after.clock.advance(600_000)
  await after.deliver()

  expect(soon).not.toContain('lists')
  expect(looked).toContain('lists')
})
