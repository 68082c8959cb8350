import { describe, expect, it } from 'vitest'
import { defineConfig } from '../../../functions/core/config.ts'
import type { FoldableEvent, SplitEvent } from '../../../functions/core/event.ts'
import { isToBeSplit } from '../../../functions/core/identity.ts'
import { readQueuedEvent } from '../../../functions/core/parse/queued-event.ts'
import { splitEvent } from '../../../functions/core/parse/splitting.ts'
import { ALEX, eventOf } from '../../support/events.ts'
import { foldEvents } from '../../support/folding.ts'
import { deliveredOf, NOON, stampOf, vidOf } from '../../support/records.ts'

const V1 = vidOf('101')
const V2 = vidOf('102')

const splitOf = (n: number, vid = V1): SplitEvent => {
  const stamp = stampOf(n)
  return { type: 'split', key: ALEX, messageId: stamp.id, stamp, hash: stamp.id, priority: 'live', vid }
}
const deletionOf = (n: number): FoldableEvent => {
  const { vid: _, ...split } = splitOf(n)
  return { ...split, type: 'delete', hash: `delete-${n}` }
}
const world = (config = {}) => ({ schema: undefined, config: defineConfig(config), now: NOON })
const folded = (events: readonly FoldableEvent[], config = {}) => foldEvents(undefined, events, world(config))

describe('an operator’s request to split a user off a contact', () => {
  it('makes the user due, and changes no value', () => {
    const before = folded([eventOf(1, { email: 'alex@example.com' })]).folded
    const record = { key: ALEX, folded: before, delivered: deliveredOf(1), verify: 0 }

    const { folded: after, due } = foldEvents(record, [splitOf(2)], world())

    expect(due).toStrictEqual({ lane: 'live', at: NOON })
    expect(after.split).toStrictEqual({ vid: V1, stamp: stampOf(2) })
    expect(after.registers).toStrictEqual(before.registers)
    expect(after.version).toBe(before.version + 1)
  })

  it('stands as it was asked for last, whatever the order and the repetitions', () => {
    const orders = [
      [splitOf(1, V1), splitOf(2, V2)],
      [splitOf(2, V2), splitOf(1, V1), splitOf(2, V2)],
    ]

    for (const events of orders) expect(folded(events).folded.split).toStrictEqual({ vid: V2, stamp: stampOf(2) })
  })

  it('goes with the user who is deleted after it, or before it for good', () => {
    const ignoring = { policies: { eventsAfterDeletion: 'ignore' } }

    expect(folded([splitOf(1), deletionOf(2)]).folded.split).toBeUndefined()
    expect(folded([deletionOf(2), splitOf(1)]).folded.split).toBeUndefined()
    expect(folded([deletionOf(1), splitOf(2)], ignoring).folded.split).toBeUndefined()
    expect(folded([splitOf(2), deletionOf(1)], ignoring).folded.split).toBeUndefined()
    expect(folded([splitOf(2), deletionOf(1)]).folded.split).toBeDefined()
  })

  it('stands for its contact alone, until it is carried out', () => {
    const { folded: after } = folded([splitOf(2)])
    const { time } = stampOf(2)

    expect(isToBeSplit(V1, after, deliveredOf(1))).toBe(true)
    expect(isToBeSplit(V2, after, deliveredOf(1))).toBe(false)
    expect(isToBeSplit(V1, after, deliveredOf(1, { split: time - 1 }))).toBe(true)
    expect(isToBeSplit(V1, after, deliveredOf(1, { split: time }))).toBe(false)
  })

  it('comes through the queue as it was sent, and each is one of its own', () => {
    const ids = ['first', 'second']
    const newId = () => ids.shift() ?? ''
    const [first, second] = [splitEvent(ALEX, V1, NOON, newId), splitEvent(ALEX, V1, NOON, newId)]

    expect(readQueuedEvent(JSON.stringify(first.event))).toStrictEqual(first.event)
    expect(first.event.hash).not.toBe(second.event.hash)
    expect(first.deduplicationId).not.toBe(second.deduplicationId)
    expect(() => readQueuedEvent(JSON.stringify({ ...first.event, vid: 'x' }))).toThrow('vid')
  })
})
