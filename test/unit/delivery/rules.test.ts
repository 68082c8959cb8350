import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { outcomeOf, RULES, type Situation } from '../../../functions/core/delivery/rules.ts'

const situations: Situation[] = (['unlinked', 'linked', 'lead'] as const).flatMap(user =>
  (['self', 'ours', 'absorbed', 'nobody', 'lead', 'another'] as const).flatMap(holder =>
    (['primary', 'secondary', 'id', 'claim', 'hint'] as const).flatMap(as =>
      (['keeps', 'leaves', 'our_turn', 'has_left', 'split', 'none'] as const).flatMap(other =>
        [true, false].flatMap(merge => [true, false].map(detach => ({ user, holder, as, other, merge, detach }))),
      ),
    ),
  ),
)

const fits = (rule: (typeof RULES)[number], situation: Situation): boolean =>
  (['user', 'holder', 'as', 'other', 'merge', 'detach'] as const).every(field => {
    const asked = rule[field]
    return asked === undefined || [asked].flat().includes(situation[field])
  })

describe('the rules of identity', () => {
  it.each(RULES.map(rule => [rule.incident, rule] as const))(
    'have an incident for which they were written: %s',
    (_, rule) => {
      const reached = situations.filter(situation => RULES.find(each => fits(each, situation)) === rule)

      expect(reached.length).toBeGreaterThan(0)
      for (const situation of reached) expect(outcomeOf(situation)).toBe(rule.outcome)
    },
  )

  it('are all told to operators, in their order', () => {
    const told = readFileSync(new URL('../../../docs/identity.md', import.meta.url), 'utf8')

    const places = RULES.map(({ incident }) => told.indexOf(`| ${incident} |`))

    expect(places.every(place => place > 0)).toBe(true)
    expect(places).toEqual(places.toSorted((a, b) => a - b))
  })

  it('never change anything of a contact whose user keeps the address', () => {
    const kept = situations.filter(
      ({ user, holder, other }) => user !== 'lead' && holder === 'another' && other === 'keeps',
    )

    expect(new Set(kept.map(outcomeOf))).toStrictEqual(new Set(['conflict']))
  })

  it('merge only where the policy lets them, and never into or with another user’s contact', () => {
    const merged = situations.filter(situation => outcomeOf(situation) === 'merge')

    expect(merged.every(({ merge, holder, user }) => merge && holder !== 'another' && user === 'linked')).toBe(true)
  })

  it('take an address off another user’s contact only when that user has left it, or an operator says so', () => {
    const detached = situations.filter(situation => outcomeOf(situation) === 'detach')

    expect(detached.length).toBeGreaterThan(0)
    expect(
      detached.every(({ other, as, detach }) => detach && as === 'secondary' && ['has_left', 'split'].includes(other)),
    ).toBe(true)
  })
})
