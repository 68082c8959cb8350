import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { defineConfig } from '../../../functions/core/config.ts'
import { payloadFor } from '../../../functions/core/delivery/payload.ts'
import { settle } from '../../../functions/core/delivery/settle.ts'
import { newWork, type Work } from '../../../functions/core/delivery/work.ts'
import type { Json } from '../../../functions/core/types.ts'
import { eventOf, recordOf } from '../../support/events.ts'
import { foldEvents } from '../../support/folding.ts'
import { deliveredOf, vidOf } from '../../support/records.ts'
import { propertyOf, schemaOf } from '../../support/schemas.ts'
import { contactOf, foldedFrom, knownUser, newUser, saying, worldOf } from '../../support/works.ts'

const world = worldOf()
const updating = { creating: false, email: 'confirmed' } as const
const creating = { creating: true, email: 'send' } as const

const problems = (withheld: ReadonlyMap<string, { readonly code: string }>) =>
  Object.fromEntries([...withheld].map(([name, { code }]) => [name, code]))

/** The record as the next round finds it after this one was settled. */
function afterSettling(work: Work, at = world): Work {
  const { delivered } = settle(work, undefined, at)
  return newWork({ ...work.record, delivered })
}

/** Folded before anybody knew the schema, so that anything may be in it. */
function early(...said: readonly { readonly [trait: string]: Json }[]): Work {
  return newWork(recordOf(foldedFrom(undefined, ...said), { delivered: deliveredOf(0, { vid: vidOf('501') }) }))
}

describe('what is sent', () => {
  it('is every property above the delivered version, and nothing below', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.tuple(fc.constantFrom('age', 'firstName', 'plan'), fc.constantFrom<Json>(1, 2, 'paid', 'free', null)),
        ),
        fc.nat({ max: 9 }),
        (said, version) => {
          const { folded } = foldEvents(
            recordOf(foldedFrom(world, {})),
            said.map(([trait, value], n) => eventOf(n + 1, { [trait]: value })),
            world,
          )
          const work = newWork(recordOf(folded, { delivered: deliveredOf(version, { vid: vidOf('501') }) }))

          const { properties } = payloadFor(work, world, updating)

          for (const [name, register] of folded.registers) expect(name in properties).toBe(register.version > version)
          expect('internal_user_id' in properties).toBe(version === 0)
        },
      ),
    )
  })

  it('to a contact that was just adopted is everything known, and the id', () => {
    const work = knownUser({ age: 5, firstName: 'Al' }, { version: 0 })

    expect(payloadFor(work, world, updating).properties).toStrictEqual({
      age: '5',
      firstname: 'Al',
      internal_user_id: 'alex',
    })
  })

  it('when creating clears nothing: there is nothing to clear', () => {
    const work = newUser({ email: 'a@x.test', age: 5 }, { email: null, age: null, firstName: 'Al' })

    expect(payloadFor(work, world, creating).properties).toStrictEqual({ firstname: 'Al', internal_user_id: 'alex' })
  })

  it('when updating clears what was cleared', () => {
    const work = saying(knownUser({ age: 5 }), { age: null })

    expect(payloadFor(work, world, updating).properties).toStrictEqual({ age: '' })
  })

  it('is in the form that the property takes', () => {
    const work = early({
      age: '5.',
      born: 1574769933368,
      seen: '2019-10-14T11:15:53.296Z',
      plan: 'The paid',
      active: 1,
    })

    expect(payloadFor(work, world, updating).properties).toStrictEqual({
      age: '5',
      born: '2019-11-26',
      seen: '2019-10-14T11:15:53.296Z',
      plan: 'paid',
      active: 'true',
      internal_user_id: 'alex',
    })
  })
})

describe('a value that does not fit, folded before anybody could know', () => {
  it('gives way to the last one that does, and is told', () => {
    const work = early({ age: 5 }, { age: 'old' })

    const { properties, withheld } = payloadFor(work, world, updating)

    expect(properties.age).toBe('5')
    expect(problems(withheld)).toStrictEqual({ age: 'invalid_value' })
  })

  it('whose last good one was sent is not sent again and again', () => {
    const work = afterSettling(early({ age: 5 }, { age: 'old' }))

    expect(payloadFor(work, world, updating).properties).toStrictEqual({})
    expect(problems(payloadFor(work, world, updating).withheld)).toStrictEqual({ age: 'invalid_value' })
  })

  it('and has none before it is told alone', () => {
    const { properties, withheld } = payloadFor(early({ age: 'old', nowhere: 1, createdate: 1 }), world, updating)

    expect(properties).toStrictEqual({ internal_user_id: 'alex' })
    expect(problems(withheld)).toStrictEqual({
      age: 'invalid_value',
      nowhere: 'unknown_property',
      createdate: 'read_only',
    })
  })

  it('never makes anybody forget the value itself: no problem repeats it', () => {
    const { withheld } = payloadFor(early({ age: 'SECRET', plan: 'SECRET', born: 'SECRET' }), world, updating)

    expect(JSON.stringify([...withheld])).not.toContain('SECRET')
    expect(withheld.size).toBe(3)
  })

  it('of a property that the portal gets later is sent then', () => {
    const work = afterSettling(early({ nowhere: 'here' }))

    const later = worldOf({ schema: { ...schemaOf(propertyOf('nowhere')), revision: 'second' } })

    expect(payloadFor(work, later, updating).properties).toStrictEqual({ nowhere: 'here' })
  })

  it('of a property whose type changes so that it fits is sent then', () => {
    const work = afterSettling(early({ age: 'old' }))

    const later = worldOf({ schema: { ...schemaOf(propertyOf('age', 'string')), revision: 'second' } })

    expect(payloadFor(work, later, updating).properties).toStrictEqual({ age: 'old' })
  })
})

describe('a value that HubSpot refuses', () => {
  const refused = () => {
    const work = saying(knownUser({ email: 'a@x.test', age: 5 }), { age: 6, firstName: 'Al' })
    work.facts.refused.set('age', { code: 'rejected', message: 'was not a valid long' })
    return work
  }

  it('is left out, with the reason', () => {
    const { properties, withheld } = payloadFor(refused(), world, updating)

    expect(properties).toStrictEqual({ firstname: 'Al' })
    expect(withheld.get('age')).toMatchObject({ code: 'rejected', message: 'was not a valid long' })
  })

  it('is not sent again', () => {
    const next = afterSettling(refused())

    expect(payloadFor(next, world, updating).properties).toStrictEqual({})
    expect(problems(payloadFor(next, world, updating).withheld)).toStrictEqual({ age: 'rejected' })
  })

  it('is sent again when it changes, and then is no problem any more', () => {
    const next = saying(afterSettling(refused()), { age: 7 }, 10)

    const { properties, withheld } = payloadFor(next, world, updating)

    expect(properties).toStrictEqual({ age: '7' })
    expect(problems(withheld)).toStrictEqual({})
  })

  it('is sent again when the schema changes', () => {
    const next = afterSettling(refused())

    const later = worldOf({ schema: { ...schemaOf(), revision: 'second' } })

    expect(payloadFor(next, later, updating).properties).toStrictEqual({ age: '6' })
  })

  it('is not sent again because of a newer stamp', () => {
    const next = saying(afterSettling(refused()), { age: '6' }, 10)

    expect(payloadFor(next, world, updating).properties).toStrictEqual({})
  })

  it('is remembered although the user was in trouble besides', () => {
    const work = refused()
    const { delivered } = settle(work, { code: 'conflict', message: 'another user' }, world)
    const next = newWork({ ...work.record, delivered })

    expect(payloadFor(next, world, updating).properties).toStrictEqual({ firstname: 'Al' })
  })
})

describe('what is sent only when creating', () => {
  const once = worldOf({ config: defineConfig({ contacts: { createOnly: ['firstname', 'plan'] } }) })

  it('is sent when creating', () => {
    expect(payloadFor(newUser({ firstName: 'Al', age: 5 }), once, creating).properties).toStrictEqual({
      firstname: 'Al',
      age: '5',
      internal_user_id: 'alex',
    })
  })

  it.each([
    ['adopted', 0],
    ['updated', 1],
  ])('is not sent to a contact that is %s', (_, version) => {
    const work = saying(knownUser({ firstName: 'Al' }, { version }), { firstName: 'Alex', age: 6 })

    expect(payloadFor(work, once, updating).properties.firstname).toBeUndefined()
    expect(payloadFor(work, once, updating).properties.age).toBe('6')
  })

  it('and was refused then stays to be seen', () => {
    const work = newUser({ plan: 'paid', firstName: 'Al' })
    work.facts.refused.set('plan', { code: 'rejected', message: 'no' })
    work.delivered = { ...work.delivered, vid: vidOf('501') }

    const next = afterSettling(work, once)

    expect(problems(next.delivered.withheld)).toStrictEqual({ plan: 'rejected' })
    expect(problems(afterSettling(next, once).delivered.withheld)).toStrictEqual({ plan: 'rejected' })
  })
})

describe('what an unanswered write left', () => {
  const suspect = (held: string | null) => {
    const work = saying(knownUser({ age: 5 }, { suspects: ['age'] }), { age: 6, firstName: 'Al' })
    work.facts.byVid = contactOf('501', { age: held })
    return work
  }

  it('is not sent again where reading back shows that it landed', () => {
    expect(payloadFor(suspect('6.0'), world, updating).properties).toStrictEqual({ firstname: 'Al' })
  })

  it.each([['4'], [null]])('is sent where reading back shows %j', held => {
    expect(payloadFor(suspect(held), world, updating).properties).toStrictEqual({ age: '6', firstname: 'Al' })
  })

  it('is sent once more where it was delivered since, and then overwritten by what landed late', () => {
    const work = knownUser({ age: 6 }, { suspects: ['age'] })
    work.facts.byVid = contactOf('501', { age: '5' })

    expect(payloadFor(work, world, updating).properties).toStrictEqual({ age: '6' })
  })
})

describe('the email', () => {
  const work = saying(knownUser({ email: 'a@x.test' }), { email: 'b@x.test', age: 6 })

  it('is sent when it may be', () => {
    expect(payloadFor(work, world, { creating: false, email: 'send' }).properties).toStrictEqual({
      email: 'b@x.test',
      age: '6',
    })
  })

  it('that HubSpot has is not sent, however new', () => {
    expect(payloadFor(work, world, updating).properties).toStrictEqual({ age: '6' })
  })

  it('with an obstacle is withheld', () => {
    const { properties, withheld } = payloadFor(work, world, {
      creating: false,
      email: { code: 'conflict', message: 'taken' },
    })

    expect(properties).toStrictEqual({ age: '6' })
    expect(problems(withheld)).toStrictEqual({ email: 'conflict' })
  })
})
