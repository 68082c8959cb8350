import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  answerForId,
  answerForVid,
  type Input,
  learnByEmail,
  learnRefusal,
  sortAnswer,
} from '../../../functions/core/delivery/answers.ts'
import { decide } from '../../../functions/core/delivery/decide.ts'
import { settle } from '../../../functions/core/delivery/settle.ts'
import { unlinked } from '../../../functions/core/delivery/transitions.ts'
import type { Properties, Work } from '../../../functions/core/delivery/work.ts'
import type { BatchResult, Contact, InputError } from '../../../functions/core/hubspot.ts'
import { canonicalEmail } from '../../../functions/core/types.ts'
import { vidOf } from '../../support/records.ts'
import { contactOf, knownUser, newUser, saying, worldOf } from '../../support/works.ts'

const ID = 'internal_user_id'
const world = worldOf()

const errorOf = (change: Partial<InputError>): InputError => ({
  traces: [],
  ids: [],
  code: 'other',
  message: 'HubSpot said no',
  properties: [],
  ...change,
})

const createOf = (n: number, properties: Properties = {}): Input => ({
  work: newUser({}),
  trace: `trace-${n}`,
  properties: { [ID]: `user-${n}`, ...properties },
})
const updateOf = (n: number): Input => ({
  work: knownUser({}),
  trace: `trace-${n}`,
  vid: vidOf(`50${n}`),
  properties: { age: `${n}` },
})

function sorted(inputs: readonly Input[], result: Partial<BatchResult>) {
  const { done, refused, missing } = sortAnswer(inputs, { contacts: [], errors: [], ...result }, ID)
  return {
    done: Object.fromEntries(done.map(({ input, contact }) => [input.trace, contact.vid])),
    refused: Object.fromEntries(refused.map(({ input, error }) => [input.trace, error.message])),
    missing: missing.map(({ trace }) => trace),
  }
}

describe('an answer to a batch', () => {
  const inputs = [1, 2, 3, 4].map(n => createOf(n, { email: `u${n}@x.test` }))
  const answers: Record<string, (n: number) => Contact> = {
    'their trace ids': n => contactOf(`90${n}`, {}, `trace-${n}`),
    'our ids': n => contactOf(`90${n}`, { [ID]: `user-${n}`, email: null }),
    'their emails, in any case': n => contactOf(`90${n}`, { email: `U${n}@X.test` }),
  }

  it.each(Object.keys(answers))('to creates is matched by %s, in whatever order', by => {
    fc.assert(
      fc.property(fc.shuffledSubarray([1, 2, 3, 4]), numbers => {
        const contacts = numbers.flatMap(n => answers[by]?.(n) ?? [])

        const { done, missing } = sorted(inputs, { contacts })

        expect(done).toStrictEqual(Object.fromEntries([...numbers].sort().map(n => [`trace-${n}`, `90${n}`])))
        expect(missing).toStrictEqual([1, 2, 3, 4].filter(n => !numbers.includes(n)).map(n => `trace-${n}`))
      }),
    )
  })

  it('to updates is matched by record id, in whatever order', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray([1, 2, 3, 4]), numbers => {
        const contacts = numbers.map(n => contactOf(`50${n}`, { age: '1' }))

        const { done, missing } = sorted([1, 2, 3, 4].map(updateOf), { contacts })

        expect(done).toStrictEqual(Object.fromEntries([...numbers].sort().map(n => [`trace-${n}`, `50${n}`])))
        expect(missing).toHaveLength(4 - numbers.length)
      }),
    )
  })

  it('to an update that names another record is no answer to it: its contact was merged away', () => {
    expect(sorted([updateOf(1)], { contacts: [contactOf('777', {}, 'trace-1')] }).missing).toStrictEqual(['trace-1'])
  })

  it('with contacts that nobody asked for is not taken for anybody’s', () => {
    const { done, missing } = sorted(inputs, {
      contacts: [contactOf('1', { email: 'x@x.test', [ID]: 'x' }), contactOf('2', {})],
    })

    expect(done).toStrictEqual({})
    expect(missing).toHaveLength(4)
  })

  it('to a create without id and address is matched by nothing but its trace', () => {
    const lead: Input = { work: newUser({}), trace: 'trace-1', properties: { age: '1' } }

    expect(sorted([lead], { contacts: [contactOf('1', {}), contactOf('2', { email: '' })] }).missing).toStrictEqual([
      'trace-1',
    ])
    expect(sorted([lead], { contacts: [contactOf('1', {}, 'trace-1')] }).done).toStrictEqual({ 'trace-1': '1' })
  })

  it('207: each error costs the input that it names, by trace or by record id', () => {
    const updates = [1, 2, 3, 4].map(updateOf)

    const answer = sorted(updates, {
      contacts: [contactOf('501', {}, 'trace-1')],
      errors: [
        errorOf({ traces: ['trace-2'], message: 'two' }),
        errorOf({ ids: ['503'], message: 'three', code: 'not_found' }),
      ],
    })

    expect(answer).toStrictEqual({
      done: { 'trace-1': '501' },
      refused: { 'trace-2': 'two', 'trace-3': 'three' },
      missing: ['trace-4'],
    })
  })

  it('207: an error that names nobody costs nobody', () => {
    const errors = [errorOf({ message: 'whoever' })]
    expect(sorted([updateOf(1), updateOf(2)], { errors }).refused).toStrictEqual({})
  })

  it('207: an error that names nobody is about the only input', () => {
    const { refused, missing } = sorted([updateOf(1)], { errors: [errorOf({ message: 'whoever' })] })
    expect(Object.keys(refused)).toHaveLength(1)
    expect(missing).toHaveLength(0)
  })

  it('empty: everything is missing', () => {
    expect(sorted(inputs, {}).missing).toHaveLength(4)
  })
})

describe('what is found under addresses', () => {
  it('is filed under each of them, primary or secondary, in any case; the others are free', () => {
    const work = newUser({ email: 'a@x.test' }, { email: 'b@x.test' }, { email: 'c@x.test' })
    const contact = contactOf('7', { email: 'A@X.test', hs_additional_emails: 'B@x.test;z@x.test' })

    learnByEmail([work], ['a@x.test', 'b@x.test', 'c@x.test'], { contacts: [contact], errors: [] })

    expect([...work.facts.byEmail]).toStrictEqual([
      ['c@x.test', null],
      ['b@x.test', contact],
      ['a@x.test', contact],
    ])
  })

  it('says nothing about addresses that were not asked for in this call', () => {
    const work = newUser({ email: 'a@x.test' }, { email: 'b@x.test' })

    learnByEmail([work], ['a@x.test'], { contacts: [], errors: [] })

    expect([...work.facts.byEmail.keys()]).toStrictEqual(['a@x.test'])
  })
})

describe('who answers for a vid', () => {
  const answer = (contacts: Contact[], errors: InputError[] = []): BatchResult => ({ contacts, errors })
  const gone = errorOf({ code: 'not_found', ids: ['501'] })

  it.each<[string, BatchResult, boolean, string | null | undefined]>([
    ['itself', answer([contactOf('9'), contactOf('501')]), false, '501'],
    ['nobody, as HubSpot says', answer([], [gone]), false, null],
    [
      'the survivor that lists it among its merged ids',
      answer([contactOf('9', { hs_merged_object_ids: '3;501' })]),
      false,
      '9',
    ],
    [
      'the survivor that lists it among all its ids',
      answer([contactOf('9', { hs_all_contact_vids: '9;501' })]),
      false,
      '9',
    ],
    ['nobody that can be told among many', answer([contactOf('9'), contactOf('8')]), false, undefined],
    [
      'no id that only begins like it',
      answer([contactOf('9', { hs_merged_object_ids: '5010;1501' })]),
      false,
      undefined,
    ],
    ['whoever answers when it was asked for alone', answer([contactOf('9')]), true, '9'],
    [
      'nobody when it was asked for alone and there is an error that names nobody',
      answer([], [errorOf({ code: 'not_found' })]),
      true,
      null,
    ],
    ['nothing, when there is no answer at all', answer([]), true, undefined],
    ['nothing, when another one is gone', answer([], [errorOf({ code: 'not_found', ids: ['502'] })]), false, undefined],
  ])('%s', (_, result, alone, vid) => {
    const found = answerForVid('501', result, alone)

    expect(found ? found.vid : found).toBe(vid)
  })
})

it('who answers for an id is whoever carries it, in any case, and nobody else', () => {
  const result = { contacts: [contactOf('8', { [ID]: 'other' }), contactOf('9', { [ID]: 'ALEX' })], errors: [] }

  expect(answerForId('alex', result, ID)?.vid).toBe('9')
  expect(answerForId('nobody', result, ID)).toBeNull()
})

describe('a refusal', () => {
  const inputOf = (work: Work, properties: Properties): Input => {
    const { vid } = work.delivered
    return { work, trace: 'trace-1', properties, ...(vid === undefined ? {} : { vid }) }
  }
  const invalid = (...names: [string, string][]) =>
    errorOf({ code: 'invalid', properties: names.map(([name, code]) => ({ name, code, message: `${name} is wrong` })) })

  it('of a value costs the value, with HubSpot’s reason', () => {
    const work = saying(knownUser({ age: 5 }), { age: 6, firstName: 'Al' })

    const consequence = learnRefusal(inputOf(work, { age: '6', firstname: 'Al' }), invalid(['age', 'INVALID_LONG']), ID)

    expect(consequence).toBe('decide_again')
    expect(decide(work, world)).toMatchObject({ do: 'update', properties: { firstname: 'Al' } })
    expect(settle(work, undefined, world).delivered.withheld.get('age')?.message).toBe('age is wrong')
  })

  it('of several values costs all of them', () => {
    const work = saying(knownUser({}), { age: 6, firstName: 'Al', plan: 'paid' })

    learnRefusal(inputOf(work, { age: '6', firstname: 'Al', plan: 'paid' }), invalid(['age', 'x'], ['plan', 'y']), ID)

    expect(decide(work, world)).toMatchObject({ do: 'update', properties: { firstname: 'Al' } })
  })

  it('of a property that is not there means that our schema is old', () => {
    const work = knownUser({ age: 5 })

    expect(learnRefusal(inputOf(work, { age: '5' }), invalid(['age', 'PROPERTY_DOESNT_EXIST']), ID)).toBe(
      'schema_outdated',
    )
  })

  it('of the unique property is never held against the user’s values', () => {
    const work = newUser({ age: 5 })

    const consequence = learnRefusal(
      inputOf(work, { age: '5', [ID]: 'alex' }),
      invalid([ID, 'PROPERTY_DOESNT_EXIST']),
      ID,
    )

    expect(consequence).toBe('schema_outdated')
    expect(work.facts.refused.size).toBe(0)
  })

  it.each([['something'], ['constructor'], ['__proto__']])(
    'of a property that was not sent (%s) costs the whole user',
    name => {
      const work = saying(knownUser({}), { age: 6 })

      learnRefusal(inputOf(work, { age: '6' }), invalid([name, 'INVALID']), ID)

      expect(decide(work, world)).toMatchObject({ do: 'settle', trouble: { code: 'rejected' } })
    },
  )

  it.each(['duplicate_ids', 'too_many_identities', 'other'] as const)(
    'for the reason %s costs the whole user, in HubSpot’s words',
    code => {
      const work = knownUser({ age: 5 })

      learnRefusal(inputOf(work, { age: '6' }), errorOf({ code }), ID)

      expect(decide(work, world)).toStrictEqual({
        do: 'settle',
        trouble: { code: 'rejected', message: 'HubSpot said no' },
      })
    },
  )

  it('because the contact is gone begins again without it', () => {
    const work = saying(knownUser({ age: 5 }), { age: 6 })

    learnRefusal(inputOf(work, { age: '6' }), errorOf({ code: 'not_found' }), ID)

    expect(decide(work, world)).toStrictEqual({ do: 'unlink' })
  })

  it('because the contact is gone unlearns what was read of it before, so that it is not adopted again', () => {
    const work = saying(knownUser({ email: 'a@x.test' }), { age: 6 })
    work.facts.byId = contactOf('501', { [ID]: 'alex' })
    work.facts.byEmail.set(canonicalEmail('a@x.test'), contactOf('501', { email: 'a@x.test' }))

    learnRefusal(inputOf(work, { age: '6' }), errorOf({ code: 'not_found' }), ID)
    work.delivered = unlinked(work.delivered)
    delete work.facts.byVid

    expect(decide(work, world)).toStrictEqual({ do: 'read', by: 'email', ids: ['a@x.test'] })
  })

  describe('because another contact has the value', () => {
    const moving = () => {
      const work = saying(knownUser({ email: 'a@x.test' }), { email: 'b@x.test', age: 6 })
      work.facts.reserved.add(canonicalEmail('b@x.test'))
      return work
    }
    const taken = (change: Partial<InputError> = {}) => errorOf({ code: 'conflict', existing: vidOf('7'), ...change })
    const aboutId = [{ name: ID, code: 'UNIQUE_VALUE_CONFLICT', message: '' }]

    it('of a create is looked at, whatever the value was', () => {
      const work = newUser({})

      learnRefusal(inputOf(work, { [ID]: 'alex' }), taken({ properties: aboutId }), ID)

      expect(decide(work, world)).toStrictEqual({ do: 'read', by: 'rival', ids: ['7'] })
    })

    it('of a create, and HubSpot does not say which, is a conflict', () => {
      const work = newUser({})
      const { existing: _, ...unnamed } = taken()

      learnRefusal(inputOf(work, { [ID]: 'alex' }), unnamed, ID)

      expect(decide(work, world)).toMatchObject({ do: 'settle', trouble: { code: 'conflict' } })
    })

    it('of an update with an address costs the address alone, after a look at the other', () => {
      const work = moving()

      learnRefusal(inputOf(work, { email: 'b@x.test', age: '6' }), taken(), ID)
      const first = decide(work, world)
      work.facts.rival = contactOf('7', { email: 'b@x.test', internal_user_id: 'them' })

      expect(first).toStrictEqual({ do: 'read', by: 'rival', ids: ['7'] })
      expect(decide(work, world)).toMatchObject({ do: 'update', properties: { age: '6' } })
    })

    it('of an update with an address, and HubSpot does not say which, costs the address alone', () => {
      const work = moving()
      const { existing: _, ...unnamed } = taken()

      learnRefusal(inputOf(work, { email: 'b@x.test', age: '6' }), unnamed, ID)

      expect(decide(work, world)).toMatchObject({ do: 'update', properties: { age: '6' } })
      expect(settle(work, undefined, world).delivered).toMatchObject({
        state: 'conflict',
        email: 'a@x.test',
        problem: { code: 'conflict' },
      })
    })

    it('of an update is tried again at the next look', () => {
      const work = moving()
      const { existing: _, ...unnamed } = taken()
      learnRefusal(inputOf(work, { email: 'b@x.test', age: '6' }), unnamed, ID)
      const { delivered } = settle(work, undefined, world)

      const next = { ...moving(), delivered }
      next.facts.byVid = contactOf('501', { email: 'a@x.test' })

      expect(decide(next, world)).toStrictEqual({ do: 'update', vid: '501', properties: { email: 'b@x.test' } })
    })

    it('of an update, and it is our id, has that contact looked at', () => {
      const work = moving()

      learnRefusal(inputOf(work, { email: 'b@x.test', [ID]: 'alex' }), taken({ properties: aboutId }), ID)

      expect(decide(work, world)).toStrictEqual({ do: 'read', by: 'other', ids: ['7'] })
    })
  })
})
