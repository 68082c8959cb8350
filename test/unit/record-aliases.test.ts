import { describe, expect, it } from 'vitest'
import { defineConfig } from '../../functions/core/config.ts'
import type { AliasEvent, UserEvent } from '../../functions/core/event.ts'
import type { ContactKey, RecordKey } from '../../functions/core/types.ts'
import { record } from '../../functions/record/handler.ts'
import { handedOver } from '../../functions/runtime/without-lambda.ts'
import { TableUnavailable } from '../../functions/store/errors.ts'
import { MemoryStore } from '../../functions/store/memory/memory-store.ts'
import { ALEX, eventOf } from '../support/events.ts'
import { lambdaContext } from '../support/http-request.ts'
import { testPlatform } from '../support/platform.ts'
import { stampOf } from '../support/records.ts'

const BO: ContactKey = 'user#bo'
const CY: ContactKey = 'user#cy'

/** A table whose n-th fold fails, before or after it takes effect. */
class Table extends MemoryStore {
  folds = 0
  failing: { readonly fold: number; readonly when: 'before' | 'after' } | undefined

  override async fold(...args: Parameters<MemoryStore['fold']>) {
    this.folds += 1
    const fails = this.failing?.fold === this.folds ? this.failing.when : undefined
    if (fails === 'before') throw new TableUnavailable('fold', 'throttled')
    await super.fold(...args)
    if (fails === 'after') throw new TableUnavailable('fold', 'no answer')
  }

  async of(key: RecordKey) {
    const found = (await this.readRecords([key])).get(key)
    if (!found) throw new Error(`there is no ${key}`)
    return found
  }
}

function start() {
  const table = new Table()
  const platform = testPlatform()
  const wakeUps = { wake: async () => undefined, wakeRegardless: async () => undefined }
  const handler = record({ ...platform, store: table, wakeUps, config: defineConfig({}) })
  /** A batch; whatever fails comes again, with all that follows it in its group, until nothing fails. */
  const deliver = async (...events: readonly UserEvent[]): Promise<number> => {
    let messages = events.map(messageOf)
    for (let times = 1; ; times += 1) {
      const { batchItemFailures } = await handler({ Records: messages }, lambdaContext())
      const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier))
      messages = messages.filter(({ messageId }) => failed.has(messageId))
      if (messages.length === 0) return times
    }
  }
  return { table, deliver, platform }
}

const messageOf = (event: UserEvent, index: number) =>
  handedOver({ messageId: `message-${index}`, body: JSON.stringify(event), group: event.key })

const becomes = (n: number, key: ContactKey, into: ContactKey): AliasEvent => ({
  type: 'alias',
  key,
  into,
  messageId: `message-${n}`,
  stamp: stampOf(n),
  hash: `hash-${n}`,
  priority: 'live',
})

async function valuesOf(table: Table, key: RecordKey) {
  const { folded } = await table.of(key)
  return Object.fromEntries([...folded.registers].map(([name, { candidates }]) => [name, candidates[0].value]))
}

describe('an alias', () => {
  it('takes the values along with their own stamps: the newest of both stands', async () => {
    const { table, deliver } = start()
    await deliver(eventOf(1, { city: 'Rome', plan: 'a' }), eventOf(2, { plan: 'b', age: 1 }, { key: BO }))
    await deliver(eventOf(3, { age: 2 }))

    await deliver(becomes(9, ALEX, BO))

    expect(await valuesOf(table, BO)).toEqual({ city: 'Rome', plan: 'b', age: 2 })
    expect((await table.of(BO)).folded.registers.get('age')?.candidates[0].stamp).toEqual(stampOf(3))
    expect((await table.of(BO)).due).toBeDefined()
  })

  it('leaves of the previous id only where it went', async () => {
    const { table, deliver } = start()
    await deliver(eventOf(1, { city: 'Rome', email: 'no address' }))

    await deliver(becomes(2, ALEX, BO))

    const { folded } = await table.of(ALEX)
    expect(folded.registers).toEqual(new Map())
    expect(folded.problems).toEqual(new Map())
    expect(folded.aliasOf).toEqual({ key: BO, heir: BO, stamp: stampOf(2) })
    expect((await table.of(BO)).folded.absorbs).toEqual([ALEX])
  })

  it('and events around it in one batch end alike in every order', async () => {
    const events = [eventOf(1, { city: 'Rome', plan: 'a' }), becomes(2, ALEX, BO), eventOf(3, { plan: 'b' })]
    const orders = [
      [0, 1, 2],
      [0, 2, 1],
      [1, 0, 2],
      [1, 2, 0],
      [2, 0, 1],
      [2, 1, 0],
    ]
    for (const order of orders) {
      const { table, deliver } = start()

      await deliver(...order.flatMap(index => events[index] ?? []))

      expect(await valuesOf(table, BO)).toEqual({ city: 'Rome', plan: 'b' })
    }
  })

  it('that the table fails at any write is repeated harmlessly', async () => {
    for (const when of ['before', 'after'] as const) {
      for (const fold of [3, 4]) {
        const { table, deliver } = start()
        await deliver(eventOf(1, { city: 'Rome' }), eventOf(2, { age: 1 }, { key: BO }))
        table.failing = { fold, when }

        const times = await deliver(becomes(3, ALEX, BO), eventOf(4, { city: 'Oslo' }))

        expect(times).toBe(2)
        expect(await valuesOf(table, BO)).toEqual({ city: 'Oslo', age: 1 })
        expect((await table.of(ALEX)).folded.registers.size).toBe(0)
      }
    }
  })

  it('delivered a second time writes nothing', async () => {
    const { table, deliver } = start()
    await deliver(eventOf(1, { city: 'Rome' }), becomes(2, ALEX, BO))
    const before = table.folds

    await deliver(becomes(2, ALEX, BO))

    expect(table.folds).toBe(before)
  })

  it('back is ignored: the two are one', async () => {
    const { table, deliver } = start()
    await deliver(eventOf(1, { city: 'Rome' }), becomes(2, ALEX, BO))

    await deliver(becomes(3, BO, ALEX), eventOf(4, { city: 'Oslo' }, { key: BO }), eventOf(5, { age: 1 }))

    expect(await valuesOf(table, BO)).toEqual({ city: 'Oslo', age: 1 })
    expect(await table.countParked()).toBe(0)
  })

  it('further down a circle is ignored, too', async () => {
    const { table, deliver } = start()
    await deliver(becomes(1, ALEX, BO))
    await deliver(becomes(2, BO, CY))

    await deliver(becomes(3, CY, ALEX), eventOf(4, { age: 1 }), eventOf(5, { city: 'Oslo' }, { key: BO }))

    expect(await valuesOf(table, CY)).toEqual({ age: 1, city: 'Oslo' })
  })

  it('of an id that goes on to others too often is kept for a person to see', async () => {
    const { table, deliver } = start()
    for (const hop of [6, 5, 4, 3, 2, 1]) await deliver(becomes(hop, `user#${hop}`, `user#${hop + 1}`))

    await deliver(becomes(10, ALEX, 'user#1'))

    expect(await table.countParked()).toBe(1)
  })

  it('of a user whom nobody knows makes nothing due', async () => {
    const { table, deliver } = start()

    await deliver(becomes(1, ALEX, BO))

    expect((await table.of(ALEX)).due).toBeUndefined()
    expect((await table.of(BO)).due).toBeUndefined()
    await deliver(eventOf(2, {}, { key: BO }))
    expect((await table.of(BO)).due).toBeDefined()
  })
})
