import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type ConfigInput, defineConfig } from '../../../functions/core/config.ts'
import { fold } from '../../../functions/core/fold.ts'
import type { Foldable, Statement } from '../../../functions/core/folding/statement.ts'
import { linkKey, membershipsKey, objectKey, occurrenceKey } from '../../../functions/core/keys.ts'
import type { ContactRecord, Due, Occurrence, Scalar } from '../../../functions/core/record.ts'
import type { RecordKey } from '../../../functions/core/types.ts'
import { ALEX } from '../../support/events.ts'
import { deliveredOf, NOON, stampOf } from '../../support/records.ts'
import { propertyOf } from '../../support/schemas.ts'

const COMPANY = objectKey('companies', 'acme')
const LISTS = membershipsKey(ALEX)
const LINK = linkKey(ALEX, 'companies', 'acme')
const EVENT = occurrenceKey(ALEX, 'hash')
const OCCURRENCE: Occurrence = { name: 'order_completed', at: stampOf(1).time, uuid: 'a' }

type Values = Readonly<Record<string, Scalar>>

const says = (n: number, values: Values, change: Partial<Statement> = {}): Statement => ({
  type: 'says',
  stamp: stampOf(n),
  hash: `hash-${n}`,
  priority: 'live',
  wishes: new Map(Object.entries(values).map(([name, value]) => [name, { value }])),
  ...change,
})
const deleted = (n: number): Foldable => {
  const hash = `deletion-${n}`
  return { type: 'delete', key: ALEX, messageId: hash, stamp: stampOf(n), hash, priority: 'live' }
}

interface Place {
  readonly config?: ConfigInput
  readonly now?: number
  readonly typed?: boolean
}
const SCHEMA = { revision: '1', readAt: 0, properties: new Map([['employees', propertyOf('employees', 'number')]]) }

/** Folds batch after batch, as `record` does. */
function foldAll(
  key: RecordKey,
  batches: readonly (readonly Foldable[])[],
  place: Place = {},
  before?: ContactRecord,
): ContactRecord {
  let record = before
  for (const batch of batches) {
    const schema = place.typed ? SCHEMA : undefined
    const world = { schema, config: defineConfig(place.config ?? {}), now: place.now ?? NOON }
    const { folded, due, news } = fold(key, record, batch, world)
    if (!news) continue
    const waits: Due | undefined = due ?? record?.due
    record = { key, folded, delivered: record?.delivered ?? deliveredOf(0), verify: 0, ...(waits && { due: waits }) }
  }
  if (!record) throw new Error('Nothing was folded.')
  return record
}

const valuesOf = ({ folded }: ContactRecord) =>
  Object.fromEntries([...folded.registers].map(([name, { candidates }]) => [name, candidates[0].value]))

describe('records of every kind', () => {
  const statement = fc.record({
    n: fc.integer({ min: 1, max: 5 }),
    value: fc.constantFrom<Scalar>(true, false, '*', '', 1),
  })
  const history = fc
    .tuple(
      fc.uniqueArray(statement, { selector: ({ n }) => n, minLength: 1, maxLength: 5 }),
      fc.option(fc.integer({ min: 1, max: 5 }), { nil: undefined }),
    )
    .map(([statements, deletion]) => [
      ...statements.map(({ n, value }) => says(n * 2, { one: value, [n % 2 === 0 ? 'two' : 'three']: value })),
      ...(deletion === undefined ? [] : [deleted(deletion * 2 + 1)]),
    ])

  it.each([COMPANY, LISTS, LINK])(
    '%s: the newest values stand, whatever the order, the batches and the repetitions',
    key => {
      fc.assert(
        fc.property(
          history.chain(all =>
            fc.tuple(fc.constant(all), fc.shuffledSubarray([...all, ...all], { minLength: all.length * 2 })),
          ),
          fc.constantFrom<ConfigInput>({}, { policies: { deletedUser: 'erase' } }),
          ([all, shuffled], config) => {
            const expected = foldAll(key, [all], { config })

            const singly = foldAll(
              key,
              shuffled.map(each => [each]),
              { config },
            )
            const together = foldAll(key, [shuffled], { config })

            for (const { folded } of [singly, together]) {
              expect(valuesOf({ ...expected, folded })).toStrictEqual(valuesOf(expected))
              expect(folded.deletion).toStrictEqual(expected.folded.deletion)
            }
          },
        ),
      )
    },
  )

  it.each([
    [COMPANY, 'objects'],
    [LISTS, 'lists'],
    [LINK, 'links'],
    [EVENT, 'events'],
  ] as const)('%s waits in its own lane, bulk or not', (key, lane) => {
    for (const priority of ['live', 'bulk'] as const) {
      expect(foldAll(key, [[says(1, { a: 1 }, { priority })]]).due).toStrictEqual({ lane, at: NOON })
    }
  })

  it('keep their age as work, and are work at once when they waited for something else', () => {
    const waiting = { lane: 'waiting', at: NOON + 60_000 } as const
    const first = foldAll(LISTS, [[says(1, { a: true })]])

    const again = foldAll(LISTS, [[says(2, { a: false })]], { now: NOON + 5_000 }, first)
    const woken = foldAll(LISTS, [[says(2, { a: false })]], { now: NOON + 5_000 }, { ...first, due: waiting })

    expect(again.due).toStrictEqual({ lane: 'lists', at: NOON })
    expect(woken.due).toStrictEqual({ lane: 'lists', at: NOON + 5_000 })
  })

  it('are not due for a value that they have already', () => {
    const first = foldAll(LISTS, [[says(1, { a: true })]])
    const { due: _, ...settled } = { ...first, delivered: deliveredOf(1) }

    const again = foldAll(LISTS, [[says(2, { a: true })]], {}, settled)

    expect(again.due).toBeUndefined()
    expect(again.folded.version).toBe(1)
    expect(again.folded.registers.get('a')?.candidates[0].stamp).toStrictEqual(stampOf(2))
  })

  it('whose registers are no properties keep one value each', () => {
    const lists = foldAll(LISTS, [[says(1, { a: true })], [says(2, { a: false })]])
    const company = foldAll(COMPANY, [[says(1, { a: true })], [says(2, { a: false })]])

    expect(lists.folded.registers.get('a')?.candidates).toHaveLength(1)
    // Nobody can say yet which of them HubSpot will take.
    expect(company.folded.registers.get('a')?.candidates).toHaveLength(2)
  })

  it('that are objects are judged by the properties of their type', () => {
    const company = foldAll(COMPANY, [[says(1, { employees: '7.' }), says(2, { employees: 'many' })]], { typed: true })

    expect(valuesOf(company)).toStrictEqual({ employees: '7' })
    expect(company.folded.problems.get('employees')?.code).toBe('invalid_value')
  })

  it('may have a register that is called like the unique property of contacts', () => {
    const company = foldAll(COMPANY, [[says(1, { internal_user_id: 'x' })]])

    expect(valuesOf(company)).toStrictEqual({ internal_user_id: 'x' })
  })

  it('tell what cannot be used', () => {
    const wishes = new Map([['Beta', { unfit: 'is neither true nor false' }]])

    const { folded } = foldAll(LISTS, [[says(1, {}, { wishes })]])

    expect(folded.problems.get('Beta')).toMatchObject({ code: 'invalid_value', message: 'is neither true nor false' })
  })
})

describe('an event', () => {
  const told = says(1, { revenue: 5 }, { occurrence: OCCURRENCE })

  it('is kept as it was said first', () => {
    const other = says(2, {}, { occurrence: { ...OCCURRENCE, name: 'other' } })

    expect(foldAll(EVENT, [[told], [other]]).folded.occurrence).toStrictEqual(OCCURRENCE)
  })

  it('of a user who was deleted afterwards is nothing any more, and to be looked at', () => {
    const first = foldAll(EVENT, [[told]])
    const { due: _, ...settled } = { ...first, delivered: deliveredOf(1) }

    const { folded, due } = foldAll(EVENT, [[deleted(2)]], {}, settled)

    expect(folded).not.toHaveProperty('occurrence')
    expect(folded.registers).toStrictEqual(new Map())
    expect(due).toStrictEqual({ lane: 'events', at: NOON })
  })

  it('of a user who was deleted before is what it is where deleted users may come back', () => {
    const later = { ...OCCURRENCE, at: stampOf(3).time }
    const batches = [[says(3, { revenue: 5 }, { occurrence: later })], [deleted(2)]]

    const kept = foldAll(EVENT, batches)
    const erased = foldAll(EVENT, batches, { config: { policies: { deletedUser: 'erase' } } })

    expect(kept.folded.occurrence).toStrictEqual(later)
    expect(valuesOf(kept)).toStrictEqual({ revenue: 5 })
    expect(erased.folded).not.toHaveProperty('occurrence')
    expect(valuesOf(erased)).toStrictEqual({})
  })
})
