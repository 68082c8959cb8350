import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { defineConfig } from '../../../functions/core/config.ts'
import type { Stamp, UserEvent } from '../../../functions/core/event.ts'
import { fold } from '../../../functions/core/fold.ts'
import { statementOf } from '../../../functions/core/folding/statement.ts'
import { kindOf, membershipsKey } from '../../../functions/core/keys.ts'
import { wantedLink } from '../../../functions/core/mapping/link.ts'
import { sayingsOf } from '../../../functions/core/mapping/saying.ts'
import type { ContactRecord } from '../../../functions/core/record.ts'
import type { Json, RecordKey } from '../../../functions/core/types.ts'
import { ALEX, eventOf, recordOf } from '../../support/events.ts'
import { NOON } from '../../support/records.ts'
import { optionsOf, propertyOf, schemaOf } from '../../support/schemas.ts'

const config = defineConfig({
  contacts: {
    fields: {
      interests: { from: 'traits.interests', append: true },
      firstname: { template: '{traits.first} {traits.last}' },
      age: { compute: ({ traits }) => Number(traits.age) + 1 },
      plan: { from: 'traits.plan', clear: false },
    },
  },
  objects: {
    companies: {
      ...{ from: 'group', id: 'groupId', uniqueProperty: 'company_id', unmapped: 'send' },
      contact: { one: true, labelsFrom: 'traits.role', removedBy: { track: 'Left' }, removedId: 'properties.company' },
    },
    deals: {
      ...{ from: { track: ['Begun', 'Left'] }, id: 'properties.deal', uniqueProperty: 'number' },
      fields: { amount: 'properties.amount' },
      contact: { labels: ['Buyer'], removedBy: { track: 'Left' } },
    },
  },
  lists: { Trial: { add: { track: 'Begun' }, remove: { track: 'Left' } }, Paying: { when: 'traits.paying' } },
  subscriptions: { News: { when: 'traits.paying' } },
})
const interests = propertyOf('interests', 'enumeration', { options: optionsOf('golf', 'chess'), multiple: true })
const schema = schemaOf(interests)

const plain = { noNullPrototype: true } as const
const some = fc.constantFrom<Json>('a', 'b', 'golf', 'golf;chess', ['chess', 'darts'], 1, 2, true, null, '', 'paid', {})
const members = (...names: readonly string[]) =>
  fc.dictionary(fc.constantFrom(...names), some, { maxKeys: 4, ...plain })
const anyCall = fc.oneof(
  fc.record(
    { type: fc.constant('identify' as const), traits: members('interests', 'first', 'last', 'age', 'plan', 'paying') },
    plain,
  ),
  fc.record(
    {
      type: fc.constant('track' as const),
      name: fc.constantFrom('Begun', 'Left'),
      properties: members('company', 'deal', 'amount', 'x'),
    },
    plain,
  ),
  fc.record(
    { type: fc.constant('group' as const), groupId: fc.constantFrom('a', 'b'), traits: members('role', 'size') },
    plain,
  ),
)
const anyStamp: fc.Arbitrary<Stamp> = fc.record(
  {
    time: fc.integer({ min: 1, max: 5 }),
    receivedAt: fc.integer({ min: 5, max: 6 }),
    index: fc.constant(0),
    id: fc.constantFrom('a', 'b'),
  },
  plain,
)
const anyEvents: fc.Arbitrary<UserEvent[]> = fc.array(fc.tuple(anyCall, anyStamp), { maxLength: 10 }).map(list =>
  list.map(([call, stamp], n) => ({
    ...call,
    ...{ key: ALEX, messageId: `message-${n}`, stamp, hash: `hash-${n}`, priority: 'live' as const },
  })),
)
/** The same events in another order, some of them twice. */
const anyHistory = anyEvents.chain(events =>
  fc.tuple(
    fc.constant(events),
    fc
      .tuple(fc.shuffledSubarray(events, { minLength: events.length }), fc.shuffledSubarray(events))
      .map(([all, again]) => [...all, ...again]),
  ),
)

/** Every record that the events speak of, folded as often as one of them does, or all of a record's at once. */
function recordsAfter(events: readonly UserEvent[], known: boolean, atOnce = false): Map<RecordKey, ContactRecord> {
  const said = events.flatMap(event =>
    sayingsOf(event, config).map(saying => ({ key: saying.key, statement: statementOf(event, saying) })),
  )
  const records = new Map<RecordKey, ContactRecord>()
  for (const key of new Set(said.map(each => each.key))) {
    const statements = said.filter(each => each.key === key).map(({ statement }) => statement)
    const world = { schema: known && kindOf(key) === 'contact' ? schema : undefined, config, now: NOON }
    for (const batch of atOnce ? [statements] : statements.map(each => [each])) {
      const { folded, news } = fold(key, records.get(key), batch, world)
      if (news) records.set(key, recordOf(folded, { key }))
    }
  }
  return records
}

const shown = (records: ReadonlyMap<RecordKey, ContactRecord>) =>
  Object.fromEntries(
    [...records].map(([key, { folded }]) => [
      key,
      {
        values: new Map([...folded.registers].map(([name, { candidates }]) => [name, candidates])),
        occurrence: folded.occurrence,
      },
    ]),
  )

describe.each([
  ['before the schema is known', false],
  ['with the schema known', true],
])('any calls, %s', (_, known) => {
  it('whatever the order, the duplicates and the batches, every record comes out the same', () => {
    fc.assert(
      fc.property(anyHistory, ([events, otherwise]) => {
        const straight = shown(recordsAfter(events, known))

        expect(shown(recordsAfter(otherwise, known))).toStrictEqual(straight)
        expect(shown(recordsAfter(otherwise, known, true))).toStrictEqual(straight)
      }),
      { numRuns: 400 },
    )
  })

  it('a replay of everything changes no version', () => {
    fc.assert(
      fc.property(anyEvents, events => {
        for (const [key, record] of recordsAfter(events, known)) {
          const statements = events.flatMap(event =>
            sayingsOf(event, config).flatMap(saying => (saying.key === key ? [statementOf(event, saying)] : [])),
          )
          const world = { schema: known && kindOf(key) === 'contact' ? schema : undefined, config, now: NOON }
          const forgetful = { ...record, folded: { ...record.folded, ring: [] } }

          expect(fold(key, forgetful, statements, world).folded.version).toBe(record.folded.version)
        }
      }),
    )
  })
})

it('what a link asks for changes only when its version rises', () => {
  fc.assert(
    fc.property(anyEvents, events => {
      for (let count = 1; count <= events.length; count += 1) {
        const before = recordsAfter(events.slice(0, count - 1), true)
        for (const [key, { folded }] of recordsAfter(events.slice(0, count), true)) {
          const earlier = before.get(key)?.folded
          if (kindOf(key) !== 'link' || folded.version !== earlier?.version) continue
          expect(wantedLink(folded)).toStrictEqual(wantedLink(earlier))
        }
      }
    }),
  )
})

it('a problem of a list ends with its next value, whatever the list is called', () => {
  const name = 'Paying; & more'
  const lists = defineConfig({ lists: { [name]: { when: 'traits.paying' } } })
  const key = membershipsKey(ALEX)
  const said = (n: number, paying: Json) =>
    sayingsOf(eventOf(n, { paying }), lists).flatMap(saying =>
      saying.key === key ? [statementOf(eventOf(n, {}), saying)] : [],
    )
  const world = { schema: undefined, config: lists, now: NOON }

  const unfit = fold(key, undefined, said(2, 'maybe'), world).folded
  const older = fold(key, recordOf(unfit, { key }), said(1, true), world).folded
  const newer = fold(key, recordOf(older, { key }), said(3, true), world).folded

  expect([...unfit.problems.keys()]).toStrictEqual([name])
  expect([...older.problems.keys()]).toStrictEqual([name])
  expect([...newer.problems.keys()]).toStrictEqual([])
})
