import { describe, expect, it } from 'vitest'
import { defineConfig } from '../../../functions/core/config.ts'
import { judge } from '../../../functions/core/mapping/filter.ts'
import type { Call } from '../../../functions/core/mapping-settings.ts'

const call: Call = {
  type: 'identify',
  messageId: 'm1',
  timestamp: '2026-11-22T00:00:00.000Z',
  userId: 'u1',
  traits: { email: 'ada@example.com' },
  properties: {},
  context: {},
}
const staff = ({ traits }: Call) => !String(traits.email).endsWith('@example.com')

describe('the filter', () => {
  it('leaves out what it says false to', () => {
    expect(judge(call, defineConfig({ filter: staff }))).toBe('left out')
  })

  it('keeps all else, and everything where there is none', () => {
    expect(judge({ ...call, traits: {} }, defineConfig({ filter: staff }))).toBe('kept')
    expect(judge(call, defineConfig({}))).toBe('kept')
  })

  const throws = () => {
    throw new TypeError('nothing of nothing')
  }

  it.each([
    ['throws', throws],
    // What the types forbid, and JavaScript does not.
    ['gives nothing', () => JSON.parse('null')],
    ['gives a promise', () => Object(Promise.resolve(false))],
    ['gives 0', () => JSON.parse('0')],
  ])('has judged nothing where it %s', (_, filter) => {
    expect(judge(call, defineConfig({ filter }))).toBe('unjudged')
  })

  it('must be a function', () => {
    expect(() => defineConfig(JSON.parse('{"filter": "userId"}'))).toThrow('filter: is not a function of the call')
  })
})
