import { describe, expect, it } from 'vitest'
import { mentioned } from '../../../functions/hubspot/naming.ts'

const ADDRESSES = ['x@example.com', 'bob+x@example.com', "o'ada/z@example.com", 'Eve@Example.com']

describe('the inputs that an error mentions', () => {
  it.each([
    ['one among words', 'bob+x@example.com has opted out.', ['bob+x@example.com']],
    ['one at the end of a sentence', 'Opted out: x@example.com.', ['x@example.com']],
    ['one in other letters, as it was sent', 'eve@example.com!', ['Eve@Example.com']],
    ['one with a quote and a slash in it', "The subscriber o'ada/z@example.com is gone", ["o'ada/z@example.com"]],
    ['several', 'x@example.com,eve@example.com', ['x@example.com', 'Eve@Example.com']],
    ['none in a longer one', 'wax@example.com and x@example.com.au', []],
    ['none', 'Nobody.', []],
  ])('%s', (_, words, expected) => {
    expect(mentioned(ADDRESSES, [], words)).toEqual(expected)
  })

  it('are those of its fields rather than those of its words', () => {
    const context = { INVALID_OBJECT_IDS: ['CONTACT=38374264688 is not valid'], other: 7 }

    const found = mentioned(['38374264688', '3837426468', '77'], [context, 'no context'], '77 is wrong')

    expect(found).toEqual(['38374264688'])
  })

  it('are no short numbers that stand in its words by chance', () => {
    expect(mentioned(['1', '51', '5151'], [], 'Invalid input JSON on line 1, column 51: 5151')).toEqual(['5151'])
  })

  it('are found among thousands for each of thousands of errors in no time', () => {
    const names = Array.from({ length: 4_000 }, (_, n) => String(552_000_000_000 + n))
    const start = performance.now()

    const found = names.flatMap(name => mentioned(names, [{ CONTACT: [name] }], `CONTACT=${name} is not valid`))

    expect(found).toEqual(names)
    expect(performance.now() - start).toBeLessThan(1_000)
  })
})
