import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { withoutValues } from '../../../functions/hubspot/redaction.ts'

describe('redaction', () => {
  it.each([
    ['Email address not an@ address is invalid', 'Email address … is invalid'],
    ['7 was not a valid long.', '… was not a valid long.'],
    [
      'blue was not one of the allowed options: [label: "Red"\nvalue: "red"\n]',
      '… was not one of the allowed options: [label: "Red"\nvalue: "red"\n]',
    ],
    ['1617228000000 is at 22:0:0.0 UTC, not midnight!', '… is at 22:0:0.0 UTC, not midnight!'],
    [
      '{propertyName=city, value=a}b} on 5. 6 already has that value.',
      '{propertyName=city, value=…} on 5. 6 already has that value.',
    ],
    ['Contact already exists. Existing ID: 37765128953', 'Contact already exists. Existing ID: 37765128953'],
    ['Property "missing" does not exist', 'Property "missing" does not exist'],
    ['someone.else@example.com is blocked', '… is blocked'],
    ['someone.else%40example.com is blocked', '… is blocked'],
  ])('of "%s" leaves "%s"', (message, words) => {
    expect(withoutValues(message, [])).toBe(words)
  })

  it('removes what we sent wherever it turns up, in any case', () => {
    const words = withoutValues('The name ADA LOVELACE (ada lovelace) is too long', ['Ada Lovelace'])

    expect(words).toBe('The name … (…) is too long')
  })

  it('removes a long value that HubSpot has cut, to the end of the message', () => {
    const words = withoutValues(`Too long: ${'secret '.repeat(10)}…`, ['secret '.repeat(1_000)])

    expect(words).toBe('Too long: …')
  })

  it('does not tear words of HubSpot apart for a short value', () => {
    const words = withoutValues('This is not a valid value', ['ali', 'al'])

    expect(words).toBe('This is not a valid value')
  })

  it('keeps a message short, and does not tire of a long one', () => {
    const words = withoutValues(`, value=${'x'.repeat(1_000_000)}`, [])

    expect(words).toBe(', value=…')
    expect(withoutValues('x'.repeat(1_000_000), []).length).toBeLessThan(500)
  })

  it('leaves no value of three characters or more that stands as a word, whatever it holds', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 3, unit: 'grapheme' }), value => {
        fc.pre(value.trim().length >= 3)
        const words = withoutValues(`Invalid: "${value}" (contact)`, [value, 'other'])

        fc.pre(!'Invalid: "…" (contact)'.toLowerCase().includes(value.trim().toLowerCase()))
        expect(words.toLowerCase()).not.toContain(value.trim().toLowerCase())
      }),
    )
  })
})
