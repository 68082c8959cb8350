import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { defineConfig } from '../../../functions/core/config.ts'
import { fold } from '../../../functions/core/fold.ts'
import { statementOf } from '../../../functions/core/folding/statement.ts'
import { contactsCreate, objectsCreate, propertiesToCreate } from '../../../functions/core/mapping/creating.ts'
import { sayingsOf } from '../../../functions/core/mapping/saying.ts'
import type { ContactRecord, Folded } from '../../../functions/core/record.ts'
import type { Json } from '../../../functions/core/types.ts'
import { ALEX, eventOf, recordOf } from '../../support/events.ts'
import { NOON } from '../../support/records.ts'
import { schemaOf } from '../../support/schemas.ts'

const config = defineConfig({
  contacts: { unmapped: 'create', traits: { tier: 'plan_tier' }, fields: { own: 'traits.a' } },
})
const schema = schemaOf()

/** A user's record after identify calls, the nth of which was made in the nth minute. */
function foldedFrom(all: readonly { readonly [trait: string]: Json }[], order = [...all.keys()]): Folded {
  let record: ContactRecord | undefined
  for (const n of order) {
    const event = eventOf(n, all[n] ?? {})
    const statements = sayingsOf(event, config).map(saying => statementOf(event, saying))
    record = recordOf(fold(ALEX, record, statements, { schema, config, now: NOON }).folded)
  }
  return record?.folded ?? fold(ALEX, undefined, [], { schema, config, now: NOON }).folded
}

const created = (...records: readonly Folded[]) => propertiesToCreate(records, schema, contactsCreate(config))
const typeOf = (...values: readonly Json[]) => created(foldedFrom(values.map(seats => ({ seats }))))[0]?.type

describe('a property that the portal lacks is made', () => {
  it('with the name and the type of its values, in the order of names', () => {
    const folded = foldedFrom([{ seats: 3, 'Beta Tester': true, 'plan.since': '2020-02-29T10:00:00Z', motto: 'go' }])

    expect(created(folded)).toStrictEqual([
      { name: 'beta_tester', label: 'Beta tester', type: 'bool' },
      { name: 'motto', label: 'Motto', type: 'string' },
      { name: 'plan_since', label: 'Plan since', type: 'datetime' },
      { name: 'seats', label: 'Seats', type: 'number' },
    ])
  })

  it.each<[readonly Json[], string | undefined]>([
    [[1, 2.5], 'number'],
    [[true, false], 'bool'],
    [['2020-02-29T10:00Z', '2021-01-01T00:00:00.000+02:00'], 'datetime'],
    [['2020-02-29T10:00Z', 'soon'], 'string'],
    [['2020-02-29', '2021-01-01'], 'date'],
    [['2020-02-29', '2020-02-29T10:00Z'], 'string'],
    [['2020-02-31'], 'string'],
    [['2020-02-31T10:00Z'], 'string'],
    [['007'], 'string'],
    [['true'], 'string'],
    [[1, true], 'string'],
    [[1, '2'], 'string'],
    [[null, 3], 'number'],
    [[3, null], 'number'],
    [[null], undefined],
    [[['a', 'b']], 'string'],
  ])('for %j as %s', (values, type) => {
    expect(typeOf(...values)).toBe(type)
  })

  it('of one type, whatever the order in which values came and in which records are looked at', () => {
    const values = fc.array(fc.constantFrom<Json>(1, 2, true, false, 'a', '2020-02-29T10:00:00Z', null), {
      maxLength: 5,
    })
    const history = values.chain(all =>
      fc.tuple(fc.constant(all), fc.shuffledSubarray([...all.keys()], { minLength: all.length })),
    )

    fc.assert(
      fc.property(history, values, ([all, order], others) => {
        const traits = all.map(seats => ({ seats }))
        const other = foldedFrom(others.map(seats => ({ seats })))

        expect(created(foldedFrom(traits, order), other)).toStrictEqual(created(other, foldedFrom(traits)))
      }),
    )
  })
})

describe('nothing is made', () => {
  it('of what the configuration maps, of what HubSpot keeps to itself, and of what is no name', () => {
    const folded = foldedFrom([
      { tier: 'a', a: 1, birthday: 'x', hs_thing: 1, "what's up": 1, '1st': 1, firstName: 'A' },
    ])

    expect(created(folded)).toStrictEqual([])
  })

  it('unless the setting says so', () => {
    const folded = foldedFrom([{ seats: 3 }])

    expect(propertiesToCreate([folded], schema, contactsCreate(defineConfig({})))).toStrictEqual([])
  })
})

it('objects have their own setting', () => {
  const mapping = {
    from: 'group',
    id: 'groupId',
    uniqueProperty: 'company_id',
    fields: { name: 'traits.name' },
  } as const
  const { objects } = defineConfig({ objects: { companies: { ...mapping, unmapped: 'create' }, deals: mapping } })
  const names = ['seats', 'name', 'company_id', 'hs_x', 'Seats']

  expect(names.filter(objectsCreate(objects.companies ?? fail()))).toStrictEqual(['seats'])
  expect(names.filter(objectsCreate(objects.deals ?? fail()))).toStrictEqual([])
})

function fail(): never {
  throw new Error('the configuration has it')
}
