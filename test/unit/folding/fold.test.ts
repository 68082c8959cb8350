import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { defineConfig } from '../../../functions/core/config.ts'
import { payloadFor } from '../../../functions/core/delivery/payload.ts'
import { newWork } from '../../../functions/core/delivery/work.ts'
import type { IdentifyEvent, Stamp } from '../../../functions/core/event.ts'
import type { FoldResult } from '../../../functions/core/fold.ts'
import { type ContactRecord, type Folded, notDelivered } from '../../../functions/core/record.ts'
import type { PropertyDefinition, Schema } from '../../../functions/core/schema.ts'
import type { Json } from '../../../functions/core/types.ts'
import { ALEX, eventOf, recordOf } from '../../support/events.ts'
import { foldEvents } from '../../support/folding.ts'
import { deliveredOf, NOON, stampOf, vidOf } from '../../support/records.ts'
import { propertyOf, schemaOf } from '../../support/schemas.ts'

const config = defineConfig({})
const schema = schemaOf()
const linked = deliveredOf(1, { vid: vidOf('1') })

interface Place {
  readonly schema?: Schema | undefined
  readonly config?: typeof config
  readonly now?: number
}

function foldOnce(current: ContactRecord | undefined, events: readonly IdentifyEvent[], place: Place = {}): FoldResult {
  return foldEvents(current, events, {
    schema: 'schema' in place ? place.schema : schema,
    config: place.config ?? config,
    now: place.now ?? NOON,
  })
}

/** Folds batch after batch, as `record` does. */
function foldAll(
  batches: readonly (readonly IdentifyEvent[])[],
  place: Place & { readonly vid?: boolean } = {},
): ContactRecord {
  const empty = foldOnce(undefined, []).folded
  let record = place.vid ? recordOf(empty, { delivered: linked }) : undefined
  for (const batch of batches) {
    const { folded, news } = foldOnce(record, batch, place)
    if (!news) continue
    record = recordOf(folded, { delivered: record?.delivered ?? notDelivered })
  }
  return record ?? recordOf(empty)
}

const registers = ({ folded }: { readonly folded: Folded }) =>
  new Map([...folded.registers].map(([name, { candidates }]) => [name, candidates]))
const newest = ({ folded }: { readonly folded: Folded }, name: string) =>
  folded.registers.get(name)?.candidates[0].value
const problem = ({ folded }: { readonly folded: Folded }, name: string) => folded.problems.get(name)?.code

/** Values that fit, values that do not, and clearings, of few properties at few moments, so that they meet. */
const anyTraits: fc.Arbitrary<Record<string, Json>> = fc.dictionary(
  fc.constantFrom('email', 'firstName', 'age', 'plan', 'nowhere', 'active'),
  fc.constantFrom<Json>('a@x.test', 'b@x.test', 'c@x.test', 1, 2, '2', 'paid', 'gold', null, true, { nested: 1 }),
  { maxKeys: 4, noNullPrototype: true },
)
const plain = { noNullPrototype: true } as const
const anyStamp: fc.Arbitrary<Stamp> = fc.record(
  {
    time: fc.integer({ min: 1, max: 4 }),
    receivedAt: fc.integer({ min: 5, max: 7 }),
    index: fc.nat({ max: 1 }),
    id: fc.constantFrom('a', 'b', 'c'),
  },
  plain,
)
const anyEvents = fc
  .array(fc.tuple(anyTraits, anyStamp), { maxLength: 9 })
  .map(list => list.map(([traits, stamp], n) => eventOf(n, traits, { stamp, hash: `hash-${n}` })))
/** The same events in another order, some of them twice, cut into batches anywhere. */
const anyHistory = anyEvents.chain(events =>
  fc.tuple(
    fc.constant(events),
    fc
      .tuple(fc.shuffledSubarray(events, { minLength: events.length }), fc.shuffledSubarray(events))
      .map(([all, again]) => [...all, ...again]),
    fc.array(fc.nat({ max: 4 }), { minLength: 18, maxLength: 18 }),
  ),
)

function cut<T>(items: readonly T[], sizes: readonly number[]): T[][] {
  const rest = [...items]
  return [...sizes.map(size => rest.splice(0, size)), rest]
}

describe.each([
  ['before the schema is known', undefined, false],
  ['with the schema known', schema, false],
  ['of a user whose vid is known', schema, true],
])('any events, %s', (_, known, vid) => {
  it('whatever the order, the duplicates and the batches, the registers are the same', () => {
    fc.assert(
      fc.property(anyHistory, ([events, shuffled, sizes]) => {
        const straight = foldAll(
          events.map(event => [event]),
          { schema: known, vid },
        )
        const otherwise = foldAll(cut(shuffled, sizes), { schema: known, vid })

        expect(registers(otherwise)).toStrictEqual(registers(straight))
      }),
      { numRuns: 500 },
    )
  })

  it('a replay of everything changes no register, no version and no due', () => {
    fc.assert(
      fc.property(anyEvents, events => {
        const record = foldAll([events], { schema: known, vid })
        const forgetful = { ...record, folded: { ...record.folded, ring: [] } }

        const replayed = foldOnce(forgetful, events, { schema: known })

        expect(replayed.folded.registers).toStrictEqual(record.folded.registers)
        expect(replayed.folded.version).toBe(record.folded.version)
        expect(replayed.due).toBeUndefined()
      }),
    )
  })

  it('the newest value by stamp stands', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray([1, 2, 3, 4, 5, 6], { minLength: 1 }), numbers => {
        const record = foldAll(
          numbers.map(n => [eventOf(n, { age: n })]),
          { schema: known, vid },
        )

        expect(Number(newest(record, 'age'))).toBe(Math.max(...numbers))
      }),
    )
  })

  it('the newest is what happened last, whenever it came', () => {
    const happened = (n: number, receivedAt: number) => eventOf(n, { age: n }, { stamp: { ...stampOf(n), receivedAt } })
    const late = happened(1, NOON + 9e9)
    const newer = happened(2, NOON + 8e9)

    expect(Number(newest(foldAll([[newer], [late]], { schema: known, vid }), 'age'))).toBe(2)
    expect(Number(newest(foldAll([[late], [newer]], { schema: known, vid }), 'age'))).toBe(2)
  })

  it('a version is above all earlier ones exactly when a newest value changes', () => {
    fc.assert(
      fc.property(anyEvents, events => {
        let record: ContactRecord | undefined
        for (const event of events) {
          const { folded, due } = foldOnce(record, [event], { schema: known })
          const before = record
          const changed = [...folded.registers].filter(
            ([name, register]) => before?.folded.registers.get(name)?.version !== register.version,
          )
          const rises = folded.version > (before?.folded.version ?? 0)

          expect(rises).toBe(before === undefined || changed.length > 0)
          expect(changed.every(([, register]) => register.version === folded.version)).toBe(true)
          expect(due !== undefined).toBe(rises)
          record = recordOf(folded)
        }
      }),
    )
  })
})

describe('values that fit and values that do not', () => {
  const values = fc.array(fc.constantFrom<Json>(1, 2, 3, 'old', 'young', null), { minLength: 1, maxLength: 5 })

  it('the newest value that fits is what is sent, wherever in the history the schema became known', () => {
    fc.assert(
      fc.property(
        values.chain(all =>
          fc.tuple(fc.constant(all), fc.shuffledSubarray([...all.keys()], { minLength: all.length })),
        ),
        fc.nat({ max: 5 }),
        ([all, order], knownFrom) => {
          const events = order.map(n => eventOf(n, { age: all[n] ?? null }))
          let record = recordOf(foldOnce(undefined, [eventOf(100, {})], { schema: undefined }).folded)
          for (const [place, event] of events.entries()) {
            record = recordOf(foldOnce(record, [event], { schema: place < knownFrom ? undefined : schema }).folded)
          }

          const { properties } = payloadFor(
            newWork(record),
            { schema, config, now: NOON },
            { creating: false, email: 'confirmed' },
          )

          const fitting = all.findLast(value => typeof value !== 'string')
          const expected = fitting === undefined ? undefined : fitting === null ? '' : String(fitting)
          expect(properties.age).toBe(expected)
        },
      ),
      { numRuns: 500 },
    )
  })

  it('an ill-typed value that is kept only because nobody knew better gives way to an older one that fits', () => {
    const early = foldOnce(undefined, [eventOf(3, { age: 'old' })], { schema: undefined })

    const late = foldOnce(recordOf(early.folded), [eventOf(2, { age: 7 })])

    expect(newest(late, 'age')).toBe('7')
    expect(problem(late, 'age')).toBe('invalid_value')
    expect(late.due).toBeDefined()
  })

  it('an ill-typed value costs itself alone and is told until a newer one fits', () => {
    const good = foldOnce(undefined, [eventOf(1, { age: 5, firstName: 'Al' })])
    const bad = foldOnce(recordOf(good.folded), [eventOf(2, { age: 'old', firstName: 'Alex' })])
    const cured = foldOnce(recordOf(bad.folded), [eventOf(3, { age: 6 })])

    expect(newest(bad, 'age')).toBe('5')
    expect(newest(bad, 'firstname')).toBe('Alex')
    expect(problem(bad, 'age')).toBe('invalid_value')
    expect(newest(cured, 'age')).toBe('6')
    expect(problem(cured, 'age')).toBeUndefined()
  })

  it('an ill-typed value that is older than the good one is no problem', () => {
    const good = foldOnce(undefined, [eventOf(2, { age: 5 })])

    const older = foldOnce(recordOf(good.folded), [eventOf(1, { age: 'old' })])

    expect(problem(older, 'age')).toBeUndefined()
  })

  it('what the portal calculates or reserves is told, and not kept', () => {
    const { folded } = foldOnce(undefined, [eventOf(1, { createdate: 1, internal_user_id: 'me', tags: [{}] })])

    expect([...folded.registers.keys()]).toStrictEqual([])
    expect([...folded.problems].map(([name, { code }]) => [name, code])).toStrictEqual([
      ['createdate', 'read_only'],
      ['internal_user_id', 'read_only'],
      ['tags', 'invalid_value'],
    ])
  })

  it('a problem never repeats the value', () => {
    const { folded } = foldOnce(undefined, [
      eventOf(1, { age: 'SECRET', plan: 'SECRET', email: 'SECRET', born: 'SECRET' }),
    ])

    expect(JSON.stringify([...folded.problems.values()])).not.toContain('SECRET')
    expect(folded.problems.size).toBe(4)
  })
})

describe('news', () => {
  it('the same value at a newer moment is only a newer stamp: no version, no due', () => {
    const first = foldOnce(undefined, [eventOf(1, { age: 5, seen: '2020-02-29' })])
    const settled: ContactRecord = { ...recordOf(first.folded, { delivered: linked }) }

    const again = foldOnce(settled, [eventOf(2, { age: '5.', seen: '2020-02-29T00:00:00Z' })])

    expect(again.news).toBe(true)
    expect(again.due).toBeUndefined()
    expect(again.folded.version).toBe(first.folded.version)
    expect(again.folded.registers.get('age')?.candidates[0].stamp).toStrictEqual(stampOf(2))
    expect(again.folded.registers.get('age')?.version).toBe(1)
  })

  it('and a value between the two is then too old to count', () => {
    const twice = foldAll([[eventOf(1, { age: 5 })], [eventOf(3, { age: 5 })]])

    expect(newest(foldOnce(twice, [eventOf(2, { age: 4 })]), 'age')).toBe('5')
  })

  it('an event that the ring knows folds to nothing', () => {
    const once = foldOnce(undefined, [eventOf(1, { age: 5 })])

    const twice = foldOnce(recordOf(once.folded), [eventOf(1, { age: 5 })])

    expect(twice.news).toBe(false)
  })

  it('the ring holds the last 16 events, each once', () => {
    const events = Array.from({ length: 20 }, (_, n) => eventOf(n, { age: n }))

    const { folded } = foldOnce(undefined, [...events, ...events])

    expect(folded.ring).toStrictEqual(events.slice(4).map(({ hash }) => hash))
  })

  it('a user who says nothing of themselves is due once, all the same', () => {
    const first = foldOnce(undefined, [eventOf(1, {})])
    const second = foldOnce(recordOf(first.folded), [eventOf(2, {})])

    expect(first.due).toStrictEqual({ lane: 'live', at: NOON })
    expect(first.folded.version).toBe(1)
    expect(second.due).toBeUndefined()
    expect(second.folded.version).toBe(1)
  })

  it('all events of a batch are one write and one version', () => {
    const { folded } = foldOnce(undefined, [
      eventOf(1, { age: 1 }),
      eventOf(2, { age: 2 }),
      eventOf(3, { firstName: 'A' }),
    ])

    expect(folded.writes).toBe(1)
    expect(folded.version).toBe(1)
  })

  it('a cleared property is a value like any other: the newest wins', () => {
    const cleared = foldAll([[eventOf(1, { age: 5 })], [eventOf(3, { age: null })]])

    expect(newest(cleared, 'age')).toBe('')
    expect(newest(foldOnce(cleared, [eventOf(2, { age: 6 })]), 'age')).toBe('')
    expect(newest(foldOnce(cleared, [eventOf(4, { age: 6 })]), 'age')).toBe('6')
  })
})

describe('the place in the index', () => {
  const folded = foldOnce(undefined, [eventOf(1, { age: 1 })]).folded
  const change = (priority: 'live' | 'bulk', due: ContactRecord['due']) =>
    foldOnce(
      { key: ALEX, folded, delivered: linked, verify: 0, ...(due ? { due } : {}) },
      [eventOf(2, { age: 2 }, { priority })],
      { now: NOON + 9 },
    ).due

  it('bulk work waits among bulk work', () => {
    expect(change('bulk', undefined)).toStrictEqual({ lane: 'bulk', at: NOON + 9 })
  })

  it('one live event makes all of it live, and it stays live; it keeps its age', () => {
    expect(change('live', { lane: 'bulk', at: NOON })).toStrictEqual({ lane: 'live', at: NOON })
    expect(change('bulk', { lane: 'live', at: NOON })).toStrictEqual({ lane: 'live', at: NOON })
    expect(change('bulk', { lane: 'bulk', at: NOON })).toStrictEqual({ lane: 'bulk', at: NOON })
  })

  it.each(['verifying', 'conflict', 'rejected'] as const)('news does not wait for the slow look of %s', lane => {
    expect(change('live', { lane, at: NOON + 3_600_000 })).toStrictEqual({ lane: 'live', at: NOON + 9 })
    expect(change('live', { lane, at: NOON - 3_600_000 })).toStrictEqual({ lane: 'live', at: NOON + 9 })
  })

  it('work that was put off comes forward', () => {
    expect(change('live', { lane: 'live', at: NOON + 99 })).toStrictEqual({ lane: 'live', at: NOON + 9 })
  })
})

describe('addresses', () => {
  const addresses = ({ folded }: { readonly folded: Folded }) =>
    folded.registers.get('email')?.candidates.map(({ value }) => value)
  const moves = Array.from({ length: 7 }, (_, n) => eventOf(n, { email: `a${n}@x.test` }))

  it('without a vid, the newest five are kept, newest first, whatever their order', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(moves, { minLength: moves.length }), events => {
        expect(addresses(foldAll(events.map(event => [event])))).toStrictEqual(
          ['a6', 'a5', 'a4', 'a3', 'a2'].map(name => `${name}@x.test`),
        )
      }),
    )
  })

  it('with a vid, the newest alone is kept', () => {
    const before = foldAll([moves.slice(0, 3)])

    const after = foldOnce({ ...before, delivered: linked }, moves.slice(3, 5))

    expect(addresses(after)).toStrictEqual(['a4@x.test'])
  })

  it('an older address that arrives late is kept without a version', () => {
    const before = foldAll([[eventOf(5, { email: 'new@x.test' })]])

    const after = foldOnce(before, [eventOf(1, { email: 'old@x.test' })])

    expect(addresses(after)).toStrictEqual(['new@x.test', 'old@x.test'])
    expect(after.folded.version).toBe(before.folded.version)
  })

  it('spelling is not a change', () => {
    const before = foldAll([[eventOf(1, { email: 'alex@x.test' })]])

    expect(foldOnce(before, [eventOf(2, { email: ' Alex@X.test' })]).due).toBeUndefined()
  })
})

describe('properties that the portal does not have', () => {
  const read = (ago: number, ...more: readonly PropertyDefinition[]): Schema => ({
    ...schemaOf(...more),
    readAt: NOON - ago,
  })
  const synced = ({ folded }: FoldResult, change: Partial<ContactRecord> = {}): ContactRecord => {
    const withheld = { code: 'unknown_property', message: '', value: '', schema: 'first' } as const
    const delivered = deliveredOf(folded.version, { vid: vidOf('1'), withheld: new Map([['nowhere', withheld]]) })
    return { key: ALEX, folded, delivered, verify: 0, ...change }
  }
  const first = foldOnce(undefined, [eventOf(1, { nowhere: 'a' })])

  it('are kept, the newest five values of each, and are no problem of folding', () => {
    const moves = Array.from({ length: 7 }, (_, n) => eventOf(n, { nowhere: `v${n}` }))

    const { folded } = foldOnce(undefined, moves)

    expect(
      registers({ folded })
        .get('nowhere')
        ?.map(({ value }) => value),
    ).toStrictEqual(['v6', 'v5', 'v4', 'v3', 'v2'])
    expect(folded.problems.size).toBe(0)
  })

  it.each([
    ['at once when the portal was read a minute ago or more', 60_000, NOON],
    ['when the portal will have been read a minute ago', 59_000, NOON + 1_000],
  ])('are looked at %s', (_, ago, at) => {
    const place = { schema: read(ago) }

    const changed = foldOnce(synced(first), [eventOf(2, { nowhere: 'b' })], place)
    const repeated = foldOnce(synced(first), [eventOf(2, { nowhere: 'a' })], place)

    expect(changed.due).toStrictEqual({ lane: 'verifying', at })
    expect(changed.folded.version).toBe(2)
    expect(repeated.due).toStrictEqual({ lane: 'verifying', at })
    expect(repeated.folded.version).toBe(1)
  })

  it('are not looked at for an event that neither names them nor says anything new', () => {
    expect(foldOnce(synced(first), [eventOf(2, {})]).due).toBeUndefined()
  })

  it('bring a slow look forward, and put no look off', () => {
    const lookAt = (at: number) =>
      foldOnce(synced(first, { due: { lane: 'conflict', at } }), [eventOf(2, { nowhere: 'b' })], { schema: read(0) })
        .due

    expect(lookAt(NOON + 3_600_000)).toStrictEqual({ lane: 'conflict', at: NOON + 60_000 })
    expect(lookAt(NOON + 5)).toStrictEqual({ lane: 'conflict', at: NOON + 5 })
  })

  it('do not keep what HubSpot takes waiting', () => {
    const { due } = foldOnce(synced(first), [eventOf(2, { nowhere: 'b', age: 5 })], { schema: read(0) })

    expect(due).toStrictEqual({ lane: 'live', at: NOON })
  })

  it('are due with the next event once they have been made, whatever it says', () => {
    const made = { schema: read(0, propertyOf('nowhere')) }

    expect(foldOnce(synced(first), [eventOf(2, {})], made).due).toStrictEqual({ lane: 'live', at: NOON })
    expect(foldOnce(synced(first), [eventOf(2, { nowhere: 'a' })], made).due).toStrictEqual({ lane: 'live', at: NOON })
    expect(foldOnce(synced(first), [eventOf(1, {})], made).due).toBeUndefined()
  })

  it('make a deleted user anew, where that is the policy, like any other', () => {
    const deleted = synced(first, { delivered: deliveredOf(1, { state: 'deleted' }) })

    expect(foldOnce(deleted, [eventOf(2, { nowhere: 'b' })]).due).toStrictEqual({ lane: 'live', at: NOON })
    expect(foldOnce(deleted, [eventOf(2, { nowhere: 'a' })]).due).toBeUndefined()
  })

  it('are fifty at most, the latest ones, in whatever order they come', () => {
    const events = Array.from({ length: 60 }, (_, n) => eventOf(n, { [`other${n}`]: n, [`another${n}`]: n }))
    const latest = events.slice(35).flatMap(({ traits }) => Object.keys(traits))

    fc.assert(
      fc.property(fc.shuffledSubarray(events, { minLength: events.length }), shuffled => {
        const record = foldAll([shuffled.slice(0, 20), shuffled.slice(20)])

        expect([...record.folded.registers.keys()].sort()).toStrictEqual([...latest].sort())
      }),
      { numRuns: 50 },
    )
  })

  it('give way to properties that the portal has, the least recent first, by number and by bytes', () => {
    const few = defineConfig({ limits: { properties: 3, bytes: 2_000 } })
    const wide = schemaOf(propertyOf('p0'), propertyOf('p1'))
    const place = { schema: wide, config: few }
    const unknown = foldAll(
      [1, 2, 3].map(n => [eventOf(n, { [`other${n}`]: 'x'.repeat(600) })]),
      place,
    )

    const byNumber = foldOnce(unknown, [eventOf(0, { p0: 'y' })], place)
    const byBytes = foldOnce(
      recordOf(byNumber.folded),
      [eventOf(0, { p0: 'y'.repeat(1_000), age: 1 }, { hash: 'b' })],
      place,
    )
    const tooLarge = foldOnce(unknown, [eventOf(0, { p0: 'y'.repeat(2_000) })], place)

    expect([...byNumber.folded.registers.keys()]).toStrictEqual(['other2', 'other3', 'p0'])
    expect(problem(byNumber, '*')).toBe('too_large')
    expect([...byBytes.folded.registers.keys()]).toStrictEqual(['other3', 'p0', 'age'])
    expect([...tooLarge.folded.registers.keys()]).toStrictEqual(['other1', 'other2', 'other3'])
  })

  it('never keep one of 200 known ones out', () => {
    const texts = Array.from({ length: 199 }, (_, n) => propertyOf(`p${n}`))
    const unknown = Object.fromEntries(Array.from({ length: 5_000 }, (_, n) => [`a trait ${n}`, n]))
    const known = Object.fromEntries(texts.map(({ name }) => [name, 'x']))

    const { folded } = foldOnce(undefined, [eventOf(1, { ...unknown, ...known })], { schema: schemaOf(...texts) })

    expect(texts.every(({ name }) => folded.registers.has(name))).toBe(true)
    expect(folded.registers.size).toBe(200)
  })
})

describe('limits', () => {
  const texts = Array.from({ length: 250 }, (_, n) => propertyOf(`p${n}`))
  const wide = schemaOf(...texts)

  it('the 201st property is left out and told; the address always has room', () => {
    const traits = Object.fromEntries(texts.map(({ name }) => [name, 'x']))

    const full = foldOnce(undefined, [eventOf(1, traits)], { schema: wide })
    const after = foldOnce(recordOf(full.folded), [eventOf(2, { email: 'a@x.test', p0: 'y', p249: 'z' })], {
      schema: wide,
    })

    expect(full.folded.registers.size).toBe(200)
    expect(problem(full, '*')).toBe('too_large')
    expect(newest(after, 'email')).toBe('a@x.test')
    expect(newest(after, 'p0')).toBe('y')
    expect(newest(after, 'p249')).toBeUndefined()
  })

  it('what was left out is told until nothing of it has been said for a month', () => {
    const traits = Object.fromEntries(texts.map(({ name }) => [name, 'x']))
    const full = foldOnce(undefined, [eventOf(1, traits)], { schema: wide })
    const told = (event: number, more: { readonly [trait: string]: Json }) =>
      problem(foldOnce(recordOf(full.folded), [eventOf(event, more)], { schema: wide }), '*')
    const MONTH = 30 * 24 * 60

    expect(told(MONTH, { p0: 'y' })).toBe('too_large')
    expect(told(MONTH + 2, { p0: 'y' })).toBeUndefined()
    expect(told(MONTH + 2, { p0: 'y', p249: 'z' })).toBe('too_large')
  })

  it('problems beyond those that are listed are told until all that are listed are cured', () => {
    const numbers = schemaOf(...Array.from({ length: 60 }, (_, n) => propertyOf(`n${n}`, 'number')))
    const all = (value: string, from = 0) =>
      Object.fromEntries(Array.from({ length: 60 - from }, (_, n) => [`n${n + from}`, value]))
    const bad = recordOf(foldOnce(undefined, [eventOf(1, all('many'))], { schema: numbers }).folded)

    const some = foldOnce(bad, [eventOf(2, all('7', 1))], { schema: numbers })
    const none = foldOnce(bad, [eventOf(2, all('7'))], { schema: numbers })

    expect([...bad.folded.problems.keys()]).toContain('*')
    expect([...some.folded.problems.keys()]).toStrictEqual(['n0', '*'])
    expect([...none.folded.problems.keys()]).toStrictEqual([])
  })

  it('5,000 traits are 200 properties and a problem, quickly', () => {
    const traits = Object.fromEntries(Array.from({ length: 5_000 }, (_, n) => [`trait ${n}`, n]))

    const known = foldOnce(undefined, [eventOf(1, traits)])
    const unknown = foldOnce(undefined, [eventOf(1, traits)], { schema: undefined })

    expect(known.folded.registers.size).toBe(50)
    expect([...known.folded.problems.keys()]).toStrictEqual(['*'])
    expect(problem(known, '*')).toBe('too_large')
    expect(unknown.folded.registers.size).toBe(200)
    expect(problem(unknown, '*')).toBe('too_large')
  })

  it('a value beyond the bytes of a record is told; smaller ones still fit', () => {
    const { folded } = foldOnce(undefined, [eventOf(1, { p0: 'é'.repeat(32_000), p1: 'é'.repeat(100), p2: 'ok' })], {
      schema: wide,
    })

    expect([...folded.registers.keys()]).toStrictEqual(['p1', 'p2'])
    expect(folded.problems.get('p0')?.code).toBe('too_large')
  })

  it('a value counts as it is stored: what JSON must escape fills an item of the table six times as fast', () => {
    const { folded } = foldOnce(undefined, [eventOf(1, { p0: '\u0001'.repeat(12_000) })], { schema: wide })

    expect(folded.problems.get('p0')?.code).toBe('too_large')
  })

  it('growing beyond the bytes of a record keeps the value before', () => {
    const small = foldOnce(undefined, [eventOf(1, { p0: 'small' })], { schema: wide })

    const grown = foldOnce(recordOf(small.folded), [eventOf(2, { p0: 'x'.repeat(64_000) })], { schema: wide })

    expect(newest(grown, 'p0')).toBe('small')
    expect(problem(grown, 'p0')).toBe('too_large')
  })

  it('bytes are given back when values shrink', () => {
    const large = foldOnce(undefined, [eventOf(1, { p0: 'x'.repeat(60_000) })], { schema: wide })
    const shrunk = foldOnce(recordOf(large.folded), [eventOf(2, { p0: 'x' }), eventOf(3, { p1: 'y'.repeat(60_000) })], {
      schema: wide,
    })

    expect(newest(shrunk, 'p1')).toHaveLength(60_000)
  })
})

it("names of JavaScript's own objects stay harmless", () => {
  const traits = JSON.parse('{"__proto__": "a", "constructor": "b", "hasOwnProperty": "c"}')

  const { folded } = foldOnce(undefined, [eventOf(1, traits)], { schema: undefined })

  expect([...folded.registers.keys()]).toStrictEqual(['__proto__', 'constructor', 'hasownproperty'])
  expect([...foldOnce(undefined, [eventOf(1, traits)]).folded.registers.keys()]).toStrictEqual([
    '__proto__',
    'constructor',
    'hasownproperty',
  ])
})
