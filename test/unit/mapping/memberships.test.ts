import { describe, expect, it } from 'vitest'
import { type ConfigInput, defineConfig } from '../../../functions/core/config.ts'
import type { Json } from '../../../functions/core/types.ts'
import { saidBy } from '../../support/calls.ts'

const LISTS = 'lists@user#019mr8mf4r'
const SUBSCRIPTIONS = 'subscriptions@user#019mr8mf4r'
const said = (call: { readonly [name: string]: Json }, input: ConfigInput) =>
  saidBy(call, defineConfig({ ...input, events: { track: false } }))

describe('a person is in a list', () => {
  const lists = { 'Paying, & more': { when: 'traits.paying' } } as const

  it.each<[Json, unknown]>([
    [true, true],
    ['true', true],
    [' TRUE ', true],
    [1, true],
    ['1', true],
    [false, false],
    ['false', false],
    [0, false],
    [null, false],
    ['', false],
    ['yes', '✗ is neither true nor false'],
    [{ paying: true }, '✗ is neither true nor false'],
  ])('while a value is true: %j', (paying, value) => {
    expect(said({ type: 'identify', traits: { paying } }, { lists })[LISTS]).toStrictEqual({ 'Paying, & more': value })
  })

  it('and a call without the value says nothing', () => {
    expect(said({ type: 'identify', traits: { age: 1 } }, { lists })[LISTS]).toBeUndefined()
  })

  it('nor does a group’s trait of the same name', () => {
    expect(said({ type: 'group', groupId: 'g', traits: { paying: true } }, { lists })).toStrictEqual({})
  })

  it('from one call on until another', () => {
    const input = {
      lists: { Trial: { add: { track: ['Trial Started', 'Trial Extended'] }, remove: 'group' } },
    } as const

    expect(said({ type: 'track', event: 'Trial Started' }, input)).toStrictEqual({ [LISTS]: { Trial: true } })
    expect(said({ type: 'track', event: 'trial started' }, input)).toStrictEqual({})
    expect(said({ type: 'group', groupId: 'g' }, input)).toStrictEqual({ [LISTS]: { Trial: false } })
  })

  it('of which calls may only remove', () => {
    const input = { lists: { Cold: { remove: { track: 'Replied' } } } } as const

    expect(said({ type: 'track', event: 'Replied' }, input)).toStrictEqual({ [LISTS]: { Cold: false } })
  })
})

describe('a person has subscribed', () => {
  it('while a value is true, or from one call on until another', () => {
    const input = {
      subscriptions: {
        News: { when: 'traits.consents.news', legalBasis: 'CONSENT_WITH_NOTICE' },
        Tips: { subscribe: { track: 'Tips Wanted' }, unsubscribe: { track: 'Tips Refused' } },
      },
    } as const

    expect(said({ type: 'identify', traits: { consents: { news: false } } }, input)[SUBSCRIPTIONS]).toStrictEqual({
      News: false,
    })
    expect(said({ type: 'track', event: 'Tips Wanted' }, input)).toStrictEqual({ [SUBSCRIPTIONS]: { Tips: true } })
    expect(said({ type: 'track', event: 'Tips Refused' }, input)).toStrictEqual({ [SUBSCRIPTIONS]: { Tips: false } })
  })
})
