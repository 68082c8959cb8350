import type { SQSEvent } from 'aws-lambda'
import { describe, expect, it } from 'vitest'
import { defineConfig } from '../../functions/core/config.ts'
import type { IdentifyEvent } from '../../functions/core/event.ts'
import type { WakeUps } from '../../functions/core/queue.ts'
import { type ParkedEvent, StaleWrite } from '../../functions/core/store.ts'
import type { ContactKey, Json, RecordKey } from '../../functions/core/types.ts'
import { record } from '../../functions/record/handler.ts'
import { handedOver } from '../../functions/runtime/without-lambda.ts'
import { TableUnavailable, UnreadableItem } from '../../functions/store/errors.ts'
import type { ItemWrite } from '../../functions/store/item-write.ts'
import { MemoryStore } from '../../functions/store/memory/memory-store.ts'
import { ALEX, eventOf } from '../support/events.ts'
import { lambdaContext } from '../support/http-request.ts'
import { testPlatform } from '../support/platform.ts'
import { deliveredOf, settlementOf, vidOf } from '../support/records.ts'
import { schemaOf } from '../support/schemas.ts'

const BO: ContactKey = 'user#bo'

/** A table that can be told to fail, and that tells what it wrote. */
class Table extends MemoryStore {
  readonly writes: ItemWrite[]
  readonly parked: ParkedEvent[] = []
  unreadable: RecordKey | undefined
  /** How many folds of which user fail, and how. */
  failures = new Map<RecordKey, Error[]>()
  parking = true

  constructor() {
    const writes: ItemWrite[] = []
    super({ onWrite: write => writes.push(write) })
    this.writes = writes
  }

  override async readRecords(keys: readonly RecordKey[]) {
    if (this.unreadable && keys.includes(this.unreadable))
      throw new UnreadableItem('record', this.unreadable, 'it is odd')
    return super.readRecords(keys)
  }

  override async fold(...args: Parameters<MemoryStore['fold']>) {
    const failure = this.failures.get(args[0])?.shift()
    if (failure) throw failure
    return super.fold(...args)
  }

  override async park(id: string, parked: ParkedEvent) {
    if (!this.parking) throw new TableUnavailable('park an event', 'throttled')
    this.parked.push(parked)
    return super.park(id, parked)
  }

  async of(key: RecordKey) {
    return (await super.readRecords([key])).get(key)
  }
}

class CountedWakeUps implements WakeUps {
  count = 0
  failing = false

  async wake() {
    if (this.failing) throw new Error('SQS is away')
    this.count += 1
  }
  async wakeRegardless() {
    this.count += 100
  }
}

function start() {
  const table = new Table()
  const wakeUps = new CountedWakeUps()
  const platform = testPlatform()
  const handler = record({ ...platform, store: table, wakeUps, config: defineConfig({}) })
  /** @returns the message ids that are to be delivered again */
  const deliver = async (...messages: SQSEvent['Records']): Promise<string[]> => {
    const { batchItemFailures } = await handler({ Records: messages }, lambdaContext())
    return batchItemFailures.map(({ itemIdentifier }) => itemIdentifier)
  }
  return { table, wakeUps, deliver, recorder: platform.recorder }
}

/** A message as Lambda hands it over: its id is `<group>-<n>`. */
const message = (n: number, body: string, group: string) => handedOver({ messageId: `${group}-${n}`, body, group })

const says = (
  n: number,
  traits: { readonly [trait: string]: Json },
  key: ContactKey = ALEX,
  change: Partial<IdentifyEvent> = {},
) =>
  message(n, JSON.stringify(eventOf(n, traits, { key, hash: `${key}-${n}`, ...change })), key === ALEX ? 'alex' : 'bo')

describe('a batch of events', () => {
  it('costs one write for each user, however many events there are', async () => {
    const { table, deliver, wakeUps } = start()

    const failed = await deliver(
      ...[1, 2, 3, 4, 5].map(n => says(n, { age: n })),
      ...[1, 2, 3, 4, 5].map(n => says(n, { age: -n }, BO)),
    )

    expect(failed).toStrictEqual([])
    expect(table.writes).toHaveLength(2)
    expect((await table.of(ALEX))?.folded.registers.get('age')?.candidates[0].value).toBe(5)
    expect((await table.of(BO))?.folded.registers.get('age')?.candidates[0].value).toBe(-5)
    expect(wakeUps.count).toBe(1)
  })

  it('delivered a second time writes nothing', async () => {
    const { table, deliver } = start()
    await deliver(says(1, { age: 1 }), says(2, { age: 2 }))
    const before = table.writes.length

    await deliver(says(1, { age: 1 }), says(2, { age: 2 }))

    expect(table.writes).toHaveLength(before)
  })

  it('is judged by the schema that deliver has read', async () => {
    const { table, deliver } = start()
    await table.writePortal({ id: '1', schema: schemaOf() })

    await deliver(says(1, { age: '5.' }), says(2, { age: 'old' }))

    const folded = (await table.of(ALEX))?.folded
    expect(folded?.registers.get('age')?.candidates.map(({ value }) => value)).toStrictEqual(['5'])
    expect(folded?.problems.get('age')?.code).toBe('invalid_value')
  })

  it('with traits that are named like JavaScript’s own loses none of them', async () => {
    const { table, deliver } = start()
    const event = JSON.stringify(eventOf(1, {})).replace(
      '"traits":{}',
      '"traits":{"constructor":"a","prototype":"b","__proto__":"c"}',
    )

    await deliver(message(1, event, 'alex'))

    expect([...((await table.of(ALEX))?.folded.registers.keys() ?? [])]).toStrictEqual([
      'constructor',
      'prototype',
      '__proto__',
    ])
  })
})

describe('waking deliver', () => {
  it('is done for news, and left for what changes nothing', async () => {
    const { table, deliver, wakeUps } = start()
    await deliver(says(1, { age: 1 }))
    await table.settle(1, settlementOf(ALEX, 1, { delivered: deliveredOf(1, { vid: vidOf('501') }) }))

    await deliver(says(2, { age: 1 }))

    expect(wakeUps.count).toBe(1)
    expect((await table.of(ALEX))?.due).toBeUndefined()
  })

  it('is done again for an event that is delivered again while its user is still due', async () => {
    const { deliver, wakeUps } = start()
    await deliver(says(1, { age: 1 }))

    await deliver(says(1, { age: 1 }))

    expect(wakeUps.count).toBe(2)
  })

  it('that fails costs no event', async () => {
    const { table, deliver, wakeUps } = start()
    wakeUps.failing = true

    const failed = await deliver(says(1, { age: 1 }))

    expect(failed).toStrictEqual([])
    expect((await table.of(ALEX))?.due).toBeDefined()
  })
})

describe('a user who cannot be folded now', () => {
  it('has all events of the batch delivered again, later ones too; others are not concerned', async () => {
    const { table, deliver, wakeUps } = start()
    table.failures.set(ALEX, [new TableUnavailable('fold', 'throttled')])

    const failed = await deliver(says(1, { age: 1 }), says(1, { age: 1 }, BO), says(2, { age: 2 }))

    expect(failed).toStrictEqual(['alex-1', 'alex-2'])
    expect(await table.of(BO)).toBeDefined()
    expect(wakeUps.count).toBe(1)
  })

  it('because somebody else was faster is tried again with what that one wrote', async () => {
    const { table, deliver } = start()
    await deliver(says(1, { age: 1, firstName: 'Al' }))
    table.failures.set(
      ALEX,
      [1, 2, 3].map(() => new StaleWrite(ALEX, 'somebody else')),
    )

    const failed = await deliver(says(2, { age: 2 }))

    expect(failed).toStrictEqual([])
    expect((await table.of(ALEX))?.folded.registers.get('age')?.candidates[0].value).toBe(2)
  })

  it('because somebody else is always faster waits for the next delivery', async () => {
    const { table, deliver } = start()
    table.failures.set(
      ALEX,
      Array.from({ length: 9 }, () => new StaleWrite(ALEX, 'somebody else')),
    )

    expect(await deliver(says(1, { age: 1 }))).toStrictEqual(['alex-1'])
    expect(table.failures.get(ALEX)).toHaveLength(5)
  })

  it('because the record cannot be read costs nobody else', async () => {
    const { table, deliver } = start()
    table.unreadable = ALEX

    const failed = await deliver(says(1, { age: 1 }), says(1, { age: 1 }, BO))

    expect(failed).toStrictEqual(['alex-1'])
    expect(await table.of(BO)).toBeDefined()
  })

  it('is never named in a log', async () => {
    const { table, deliver, recorder } = start()
    table.failures.set(ALEX, [new StaleWrite(ALEX, 'no'), new TableUnavailable('fold', 'no')])

    await deliver(says(1, { age: 1 }))

    expect(JSON.stringify(recorder.lines)).not.toContain('alex')
  })
})

describe('what is no event', () => {
  it.each([
    ['no JSON', 'nonsense', 'the message is not JSON'],
    ['something else', '{"type":"identify"}', 'not an event that this version knows: key is not as expected'],
    ['of another version', '{"type":"telepathy"}', 'not an event that this version knows: type is not as expected'],
    [
      'with traits that are a list',
      JSON.stringify({ ...eventOf(1, {}), traits: [] }),
      'not an event that this version knows: traits is not as expected',
    ],
    ['null', 'null', 'not an event that this version knows: the message is not as expected'],
  ])('(%s) is parked with its reason, and the others of its group go on', async (_, body, reason) => {
    const { table, deliver } = start()

    const failed = await deliver(says(1, { age: 1 }), message(2, body, 'alex'), says(3, { age: 3 }))

    expect(failed).toStrictEqual([])
    expect(table.parked.map(parked => parked.reason)).toStrictEqual([reason])
    expect((await table.of(ALEX))?.folded.registers.get('age')?.candidates[0].value).toBe(3)
  })

  it('delivered again is parked once', async () => {
    const { table, deliver } = start()

    await deliver(message(1, 'nonsense', 'alex'))
    await deliver(message(1, 'nonsense', 'alex'))

    expect(await table.countParked()).toBe(1)
  })

  it('and cannot be parked now stays queued, with what follows it in its group', async () => {
    const { table, deliver } = start()
    table.parking = false

    const failed = await deliver(
      says(1, { age: 1 }),
      message(2, 'nonsense', 'alex'),
      says(3, { age: 3 }),
      says(4, { age: 4 }, BO),
    )

    expect(failed).toStrictEqual(['alex-2', 'alex-3'])
    expect((await table.of(ALEX))?.folded.registers.get('age')?.candidates[0].value).toBe(1)
    expect(await table.of(BO)).toBeDefined()
  })
})
