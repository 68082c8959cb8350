import { describe, expect, it } from 'vitest'
import { type ConfigInput, defineConfig } from '../../functions/core/config.ts'
import type { ActivityEvent, AliasEvent, DeleteEvent, GroupEvent, UserEvent } from '../../functions/core/event.ts'
import { linkKey, membershipsKey, objectKey, occurrenceKey, subscriptionsKey } from '../../functions/core/keys.ts'
import { type ParkedEvent, StaleWrite } from '../../functions/core/store.ts'
import type { ContactKey, Json, RecordKey } from '../../functions/core/types.ts'
import { record } from '../../functions/record/handler.ts'
import { TableUnavailable } from '../../functions/store/errors.ts'
import type { ItemWrite } from '../../functions/store/item-write.ts'
import { MemoryStore } from '../../functions/store/memory/memory-store.ts'
import { ALEX, eventOf } from '../support/events.ts'
import { lambdaContext, sqsRecord } from '../support/lambda-invocation.ts'
import { testPlatform } from '../support/platform.ts'
import { deliveredOf, settlementOf, stampOf } from '../support/records.ts'
import { propertyOf, schemaOf } from '../support/schemas.ts'

const BO: ContactKey = 'user#bo'
const CY: ContactKey = 'user#cy'
const ACME = objectKey('companies', 'acme')
const CONFIG = {
  objects: {
    companies: {
      from: 'group',
      id: 'groupId',
      uniqueProperty: 'account_id',
      fields: { name: 'traits.name', numberofemployees: 'traits.employees' },
    },
  },
  lists: { 'Beta testers': { when: 'traits.beta' } },
  subscriptions: { Newsletter: { when: 'traits.newsletter' } },
} as const satisfies ConfigInput

/** A table that can be told to fail, and that tells what was asked of it. */
class Table extends MemoryStore {
  readonly writes: ItemWrite[]
  readonly parked: ParkedEvent[] = []
  reads = 0
  queries = 0
  /** Goes before each fold. */
  beforeFold: (key: RecordKey) => Promise<void> | void = () => {}

  constructor() {
    const writes: ItemWrite[] = []
    super({ onWrite: write => writes.push(write) })
    this.writes = writes
  }

  override async readRecords(keys: readonly RecordKey[]) {
    this.reads += 1
    return super.readRecords(keys)
  }

  override async belongingsOf(...args: Parameters<MemoryStore['belongingsOf']>) {
    this.queries += 1
    return super.belongingsOf(...args)
  }

  override async fold(...args: Parameters<MemoryStore['fold']>) {
    await this.beforeFold(args[0])
    return super.fold(...args)
  }

  override async park(id: string, parked: ParkedEvent) {
    this.parked.push(parked)
    return super.park(id, parked)
  }

  async of(key: RecordKey) {
    return (await super.readRecords([key])).get(key)
  }

  async valuesOf(key: RecordKey) {
    const folded = (await this.of(key))?.folded
    return Object.fromEntries(
      [...(folded?.registers ?? [])].map(([name, { candidates }]) => [name, candidates[0].value]),
    )
  }
}

function start(config: ConfigInput = CONFIG) {
  const table = new Table()
  const sleeps: number[] = []
  const clock = {
    now: () => Date.now(),
    monotonic: () => performance.now(),
    sleep: async (ms: number) => void sleeps.push(ms),
  }
  const platform = testPlatform({ clock })
  const wakeUps = {
    count: 0,
    wake: async () => {
      wakeUps.count += 1
    },
    wakeRegardless: async () => undefined,
  }
  const settings = defineConfig(config)
  const invoke = record({ ...platform, store: table, wakeUps, config: settings })
  const another = record({ ...platform, store: table, wakeUps, config: settings })
  /** @returns the message ids of the events that are to be delivered again */
  const deliver = async (...events: readonly UserEvent[]): Promise<string[]> => {
    const { batchItemFailures } = await invoke({ Records: events.map(messageOf) }, lambdaContext)
    return batchItemFailures.map(({ itemIdentifier }) => itemIdentifier)
  }
  /** In another invocation, at the same time. */
  const deliverElsewhere = (...events: readonly UserEvent[]) =>
    another({ Records: events.map(messageOf) }, lambdaContext)
  return { table, sleeps, wakeUps, deliver, deliverElsewhere, recorder: platform.recorder }
}

const messageOf = (event: UserEvent) => sqsRecord(event.messageId, event, 0)

type Values = { readonly [name: string]: Json }

const said = (n: number, key: ContactKey) => ({
  key,
  messageId: `${key}-${n}`,
  stamp: stampOf(n),
  hash: `${key.slice(5)}-${n}`,
  priority: 'live' as const,
})
const track = (n: number, properties: Values = {}, key = ALEX, name = 'Order Completed'): ActivityEvent => ({
  type: 'track',
  ...said(n, key),
  name,
  properties,
})
const group = (n: number, traits: Values = {}, key = ALEX, groupId = 'acme'): GroupEvent => ({
  type: 'group',
  ...said(n, key),
  groupId,
  traits,
})
const identify = (n: number, traits: Values = {}, key = ALEX) => eventOf(n, traits, said(n, key))
const deletion = (n: number, key = ALEX): DeleteEvent => ({ type: 'delete', ...said(n, key) })
const alias = (n: number, key: ContactKey, into: ContactKey): AliasEvent => ({ type: 'alias', ...said(n, key), into })
const keyOf = (event: ActivityEvent) => occurrenceKey(event.key, event.hash)

describe('something that a user has done', () => {
  it('becomes a record of its own, due among the events, and nothing else', async () => {
    const { table, deliver, wakeUps } = start()
    const event = track(1, { revenue: 5 })

    expect(await deliver(event)).toStrictEqual([])

    const found = await table.of(keyOf(event))
    expect(found?.folded.occurrence).toMatchObject({ name: 'order_completed', at: event.stamp.time })
    expect(await table.valuesOf(keyOf(event))).toMatchObject({ revenue: 5 })
    expect(found?.due?.lane).toBe('events')
    expect(await table.of(ALEX)).toBeUndefined()
    expect(table.writes).toHaveLength(1)
    expect(wakeUps.count).toBe(1)
  })

  it('delivered again is not written again, but deliver is woken again', async () => {
    const { table, deliver, wakeUps, recorder } = start()
    await deliver(track(1))
    const before = await table.of(keyOf(track(1)))

    expect(await deliver(track(1))).toStrictEqual([])

    expect(await table.of(keyOf(track(1)))).toBe(before)
    expect(wakeUps.count).toBe(2)
    expect(recorder.sum('EventsFolded')).toBe(1)
    expect(recorder.sum('EventsUnchanged')).toBe(1)
  })

  it('delivered again after HubSpot has it stays told', async () => {
    const { table, deliver, wakeUps } = start()
    const key = keyOf(track(1))
    await deliver(track(1))
    await table.settle(1, settlementOf(key, 1, { delivered: deliveredOf(1), expiresAt: Date.now() }))
    const before = await table.of(key)

    await deliver(track(1))

    expect(await table.of(key)).toBe(before)
    expect(before?.due).toBeUndefined()
    expect(wakeUps.count).toBe(1)
  })

  it('that the configuration leaves out is taken, dropped and counted', async () => {
    const { table, deliver, recorder, wakeUps } = start()

    expect(await deliver({ ...track(1), type: 'page', name: 'Home' })).toStrictEqual([])

    expect(table.writes).toStrictEqual([])
    expect(recorder.sum('EventsUnused')).toBe(1)
    expect(recorder.sum('EventsUnchanged')).toBe(0)
    expect(wakeUps.count).toBe(0)
  })

  it('that the filter leaves out is taken and counted, whatever it is, and nothing becomes of it', async () => {
    const { table, deliver, recorder, wakeUps } = start({ ...CONFIG, filter: ({ userId }) => userId !== 'alex' })

    expect(await deliver(track(1), identify(2, { age: 1 }), identify(3, { age: 1 }, BO))).toStrictEqual([])

    expect(table.writes).toHaveLength(1)
    expect(await table.of(BO)).toBeDefined()
    expect(recorder.sum('EventsFiltered')).toBe(2)
    expect(recorder.sum('EventsFolded')).toBe(1)
    expect(recorder.sum('EventsUnchanged') + recorder.sum('EventsUnused')).toBe(0)
    expect(wakeUps.count).toBe(1)
  })

  it('that the filter cannot judge is kept', async () => {
    const { table, deliver, recorder } = start({
      ...CONFIG,
      filter: ({ traits }) => !String(Object(traits.email).name.first).endsWith('@test.example'),
    })

    expect(await deliver(track(1))).toStrictEqual([])

    expect(await table.of(keyOf(track(1)))).toBeDefined()
    expect(recorder.sum('EventsFiltered')).toBe(0)
  })

  it('under a name that HubSpot takes for no event is parked, and what else it says is folded', async () => {
    const { table, deliver } = start({
      ...CONFIG,
      lists: { Buyers: { add: { track: '注文完了' } } },
    })

    expect(await deliver(track(1, {}, ALEX, '注文完了'), track(2))).toStrictEqual([])

    expect(table.parked.map(({ reason }) => reason)).toStrictEqual([
      'the name of the event is no name that HubSpot takes for an event: give it one in events.names',
    ])
    expect(await table.valuesOf(membershipsKey(ALEX))).toStrictEqual({ Buyers: true })
    expect(await table.of(keyOf(track(2)))).toBeDefined()
  })

  it('that the mapping cannot read is parked, and its neighbours are folded', async () => {
    const compute = () => {
      throw new Error('private words')
    }
    const { table, deliver } = start({ ...CONFIG, events: { fields: { odd: { compute } } } })

    expect(await deliver(track(1), identify(2, { age: 1 }))).toStrictEqual([])

    const parkedOrTold = table.parked.length > 0 || (await table.of(keyOf(track(1))))?.folded.problems.has('odd')
    expect(parkedOrTold).toBe(true)
    expect(JSON.stringify(table.parked)).not.toContain('private words')
    expect(await table.of(ALEX)).toBeDefined()
  })
})

describe('a group', () => {
  it('becomes an object, and a link of the user to it; no contact is made', async () => {
    const { table, deliver, recorder } = start()

    await deliver(group(1, { name: 'ACME', employees: 5 }))

    expect(await table.valuesOf(ACME)).toStrictEqual({ account_id: 'acme', name: 'ACME', numberofemployees: 5 })
    expect((await table.of(ACME))?.due?.lane).toBe('objects')
    expect(await table.valuesOf(linkKey(ALEX, 'companies', 'acme'))).toStrictEqual({ labels: '*' })
    expect((await table.of(linkKey(ALEX, 'companies', 'acme')))?.due?.lane).toBe('links')
    expect(await table.of(ALEX)).toBeUndefined()
    expect(recorder.sum('EventsFolded')).toBe(1)
  })

  it('costs one write for each record, whoever of the batch speaks of it', async () => {
    const { table, deliver } = start()
    const users: ContactKey[] = [ALEX, BO, CY]

    await deliver(
      ...users.flatMap((user, at) => [group(at, { employees: at }, user), group(at + 5, { name: `A${at}` }, user)]),
    )

    expect(table.writes).toHaveLength(1 + users.length)
    expect(await table.valuesOf(ACME)).toMatchObject({ name: 'A2', numberofemployees: 2 })
  })

  it('costs one read for the batch, and none for what was just done', async () => {
    const { table, deliver } = start()

    await deliver(group(1), identify(2, { beta: true, newsletter: 'no' }), track(3), track(4, {}, BO))

    expect(table.reads).toBe(1)
    expect(table.queries).toBe(0)
  })

  it('is judged by the schema of its type, once deliver has read it', async () => {
    const { table, deliver } = start()
    await table.writePortal({ id: '1', schema: schemaOf() })
    const employees = propertyOf('numberofemployees', 'number')
    await table.writeSchema('companies', {
      revision: '1',
      readAt: 0,
      properties: new Map([['numberofemployees', employees]]),
    })

    await deliver(group(1, { employees: '7.' }), group(2, { employees: 'many' }))

    const folded = (await table.of(ACME))?.folded
    expect(folded?.registers.get('numberofemployees')?.candidates.map(({ value }) => value)).toStrictEqual(['7'])
    expect(folded?.problems.get('numberofemployees')?.code).toBe('invalid_value')
  })

  it('of which another invocation speaks at the same time loses nothing', async () => {
    const { table, deliver, deliverElsewhere, sleeps } = start()
    let others = 6
    table.beforeFold = async key => {
      if (key !== ACME || others === 0) return
      others -= 1
      await deliverElsewhere(group(10 + others, { name: `other ${others}` }, BO))
    }

    expect(await deliver(group(1, { employees: 1 }))).toStrictEqual([])

    expect(await table.valuesOf(ACME)).toMatchObject({ numberofemployees: 1, name: 'other 5' })
    for (const sleep of sleeps) expect(sleep).toBeLessThanOrEqual(1_000)
  })

  it('that somebody else always folds faster stays queued for those who spoke of it, and for nobody else', async () => {
    const { table, deliver, sleeps } = start()
    table.beforeFold = key => {
      if (key === ACME) throw new StaleWrite(ACME, 'somebody else')
    }

    const failed = await deliver(group(1), identify(2, { age: 1 }), group(3, {}, BO), identify(4, { age: 1 }, CY))

    expect(failed.sort()).toStrictEqual(['user#alex-1', 'user#alex-2', 'user#bo-3'])
    expect(sleeps.length).toBeGreaterThan(3)
    expect(sleeps.reduce((sum, sleep) => sum + sleep, 0)).toBeLessThan(6_000)
    expect(await table.of(CY)).toBeDefined()
  })
})

describe('lists and subscriptions', () => {
  it('are records of their own, one of each for a user', async () => {
    const { table, deliver } = start()

    await deliver(identify(1, { beta: true, newsletter: true }), identify(2, { newsletter: false }))

    expect(await table.valuesOf(membershipsKey(ALEX))).toStrictEqual({ 'Beta testers': true })
    expect(await table.valuesOf(subscriptionsKey(ALEX))).toStrictEqual({ Newsletter: false })
    expect(table.writes).toHaveLength(3)
  })

  it('that cannot be folded now keep all of the user’s events queued, and nobody else’s', async () => {
    const { table, deliver } = start()
    table.beforeFold = key => {
      if (key === membershipsKey(ALEX)) throw new TableUnavailable('fold', 'throttled')
    }

    const failed = await deliver(identify(1, { beta: true }), track(2), identify(3, { beta: true }, BO))

    expect(failed.sort()).toStrictEqual(['user#alex-1', 'user#alex-2'])
    expect(await table.of(membershipsKey(BO))).toBeDefined()
  })

  it('keep one value each, whatever came before', async () => {
    const { table, deliver } = start()

    await deliver(...[1, 2, 3, 4].map(n => identify(n, { beta: n % 2 === 0 })))

    const register = (await table.of(membershipsKey(ALEX)))?.folded.registers.get('Beta testers')
    expect(register?.candidates).toHaveLength(1)
  })
})

describe('the deletion of a user', () => {
  const everything = [
    identify(1, { beta: true, newsletter: true }),
    group(2, { name: 'ACME' }),
    track(3, { secret: 'x' }),
  ]
  const belongings = [
    membershipsKey(ALEX),
    subscriptionsKey(ALEX),
    linkKey(ALEX, 'companies', 'acme'),
    keyOf(track(3)),
  ] as const

  it('takes along all that belongs to them: nothing of it is left to be told', async () => {
    const { table, deliver } = start()
    await deliver(...everything)

    await deliver(deletion(5))

    for (const key of belongings) {
      const folded = (await table.of(key))?.folded
      expect(folded?.registers).toStrictEqual(new Map())
      expect(folded).not.toHaveProperty('occurrence')
      expect(folded?.deletion).toStrictEqual(stampOf(5))
      // Somebody must look at it, to find that there is nothing to tell.
      expect((await table.of(key))?.due).toBeDefined()
    }
    expect(await table.valuesOf(ACME)).toMatchObject({ name: 'ACME' })
  })

  it('takes along what comes in the same batch, before it', async () => {
    const { table, deliver } = start()

    await deliver(...everything, deletion(5))

    for (const key of belongings) expect(await table.valuesOf(key)).toStrictEqual({})
  })

  it('concerns what comes late from before it', async () => {
    const { table, deliver } = start()
    await deliver(identify(1), deletion(5))

    await deliver(track(3), identify(4, { beta: true }))

    expect(await table.of(keyOf(track(3)))).toBeUndefined()
    expect(await table.of(membershipsKey(ALEX))).toBeUndefined()
  })

  it('is followed by a new life where contacts are kept, and by nothing where they are not', async () => {
    const [kept, erased] = [start(), start({ ...CONFIG, policies: { deletedUser: 'erase' } })]
    for (const { deliver } of [kept, erased]) {
      await deliver(...everything, deletion(5))
      await deliver(identify(6, { beta: false }), track(7))
    }

    expect(await kept.table.valuesOf(membershipsKey(ALEX))).toStrictEqual({ 'Beta testers': false })
    expect(await kept.table.of(keyOf(track(7)))).toBeDefined()
    expect(await erased.table.valuesOf(membershipsKey(ALEX))).toStrictEqual({})
    expect(await erased.table.of(keyOf(track(7)))).toBeUndefined()
  })

  it('is carried on where a crash has broken it off', async () => {
    const { table, deliver } = start()
    await deliver(...everything)
    table.beforeFold = key => {
      if (key === subscriptionsKey(ALEX)) throw new TableUnavailable('fold', 'throttled')
    }
    expect(await deliver(deletion(5))).toStrictEqual(['user#alex-5'])
    table.beforeFold = () => {}

    expect(await deliver(deletion(5))).toStrictEqual([])

    for (const key of belongings) expect(await table.valuesOf(key)).toStrictEqual({})
  })

  it('takes along what belongs to an id that had become the user’s', async () => {
    const { table, deliver } = start()
    await deliver(identify(1, { beta: true }, BO), track(2, { secret: 'x' }, BO))
    await deliver(alias(3, BO, ALEX))

    await deliver(deletion(5))

    expect(await table.valuesOf(membershipsKey(BO))).toStrictEqual({})
    expect((await table.of(keyOf(track(2, {}, BO))))?.folded).not.toHaveProperty('occurrence')
    await deliver(track(4, {}, BO))
    expect(await table.of(keyOf(track(4, {}, BO)))).toBeUndefined()
  })

  it('of an id from before it became another’s leaves the other’s alone', async () => {
    const { table, deliver } = start()
    await deliver(identify(1, { beta: true }, BO), identify(2, { beta: true }))
    await deliver(alias(6, BO, ALEX))

    await deliver(deletion(4, BO))

    expect(await table.valuesOf(membershipsKey(BO))).toStrictEqual({})
    expect(await table.valuesOf(membershipsKey(ALEX))).toStrictEqual({ 'Beta testers': true })
  })

  it('of somebody of whom there is nothing makes nothing but their own record', async () => {
    const { table, deliver } = start()

    await deliver(deletion(5))

    expect(table.writes).toHaveLength(1)
  })
})

describe('an id that has become another’s', () => {
  it('keeps what belongs to it, and what is heard of it later', async () => {
    const { table, deliver } = start()
    await deliver(identify(1, {}, BO), alias(2, BO, ALEX))

    await deliver(track(3, {}, BO), identify(4, { beta: true, age: 7 }, BO))

    expect(await table.of(keyOf(track(3, {}, BO)))).toBeDefined()
    expect(await table.valuesOf(membershipsKey(BO))).toStrictEqual({ 'Beta testers': true })
    expect(await table.valuesOf(ALEX)).toMatchObject({ age: 7 })
  })
})

describe('an identify call of a contact without lists or objects', () => {
  it.each([{}, CONFIG])('costs one read and one write, as ever: %#', async config => {
    const { table, deliver } = start(config)
    await table.writePortal({ id: '1', schema: schemaOf() })
    table.writes.length = 0

    await deliver(identify(1, { email: 'alex@example.com', plan: 'pro' }))
    await deliver(identify(2, { plan: 'free' }))

    expect(table.reads).toBe(2)
    expect(table.queries).toBe(0)
    expect(table.writes).toStrictEqual([
      { kind: 'record', refused: false, indexWrites: 1 },
      { kind: 'record', refused: false, indexWrites: 0 },
    ])
  })
})
