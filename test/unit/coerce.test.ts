import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { coerce, sameValue } from '../../functions/core/coerce.ts'
import type { Scalar } from '../../functions/core/record.ts'
import type { PropertyDefinition } from '../../functions/core/schema.ts'
import { optionsOf, propertyOf } from '../support/schemas.ts'

const plans = propertyOf('plan', 'enumeration', { options: optionsOf('free', 'paid', 'Paid plus') })
const tags = propertyOf('tags', 'enumeration', { options: optionsOf('a', 'b', 'c'), multiple: true })
const owner = propertyOf('hubspot_owner_id', 'enumeration')
const number = propertyOf('age', 'number')
const date = propertyOf('born', 'date')
const datetime = propertyOf('seen', 'datetime')
const bool = propertyOf('active', 'bool')
const text = propertyOf('note')
const other = propertyOf('raw', 'other')

const all = [plans, tags, owner, number, date, datetime, bool, text, other]

/** The value that is sent, or `undefined` when none is. */
function sent(value: Scalar, property: PropertyDefinition): string | undefined {
  const coerced = coerce(value, property, 'UTC')
  return coerced.ok ? coerced.value : undefined
}

const anyScalar: fc.Arbitrary<Scalar> = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.constantFrom(...'0123456789.-+eE:TZ;ab ') }),
  fc.double(),
  fc.integer(),
  fc.boolean(),
  fc.date({ noInvalidDate: true }).map(moment => moment.toISOString()),
  fc.constantFrom('free', 'The paid', 'a;b', ';c', 'b;a;b', 'true', '1', '007', '-.5', '5.', '2020-02-29'),
)

describe('any value, any type', () => {
  it('coercing twice is coercing once', () => {
    fc.assert(
      fc.property(anyScalar, fc.constantFrom(...all), (value, property) => {
        const once = coerce(value, property, 'UTC')
        if (!once.ok) return
        expect(coerce(once.value, property, 'UTC')).toStrictEqual(once)
      }),
      { numRuns: 2_000 },
    )
  })

  it('why a value does not fit is said without the value', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'QXZ#'), minLength: 3 }), value => {
        for (const property of [plans, tags, number, date, datetime, bool]) {
          const coerced = coerce(value, property, 'UTC')
          expect(coerced.ok ? '' : coerced.reason).not.toContain(value)
        }
      }),
    )
  })

  it('a coerced value means the same as itself when HubSpot tells it back', () => {
    fc.assert(
      fc.property(anyScalar, fc.constantFrom(...all), (value, property) => {
        const coerced = coerce(value, property, 'UTC')
        if (coerced.ok) expect(sameValue(coerced.value, coerced.value, property.type)).toBe(true)
      }),
    )
  })

  it.each(all)('an empty text clears a property of type $type', property => {
    expect(sent('', property)).toBe('')
  })
})

describe("the sample of RudderStack's documentation", () => {
  const milliseconds = 1574769933368
  const moment = JSON.parse(JSON.stringify(new Date('2019-10-14T11:15:53.296Z')))

  it('gives a date property the day in UTC', () => {
    expect(sent(milliseconds, date)).toBe('2019-11-26')
    expect(sent(moment, date)).toBe('2019-10-14')
  })

  it('gives a datetime property the moment', () => {
    expect(sent(milliseconds, datetime)).toBe('2019-11-26T12:05:33.368Z')
    expect(sent(moment, datetime)).toBe('2019-10-14T11:15:53.296Z')
  })

  it('gives a text property the digits and the ISO text', () => {
    expect(sent(milliseconds, text)).toBe('1574769933368')
    expect(sent(moment, text)).toBe('2019-10-14T11:15:53.296Z')
  })
})

describe('dates', () => {
  it.each([
    ['2020-02-29', '2020-02-29'],
    ['2000-02-29T23:59:59Z', '2000-02-29'],
    ['2024-02-29 12:00', '2024-02-29'],
    ['2019-10-14T23:30:00-05:00', '2019-10-15'],
    ['2019-10-14T00:30:00+0200', '2019-10-13'],
    ['1574769933368', '2019-11-26'],
    [' 2019-10-14 ', '2019-10-14'],
    [0, '1970-01-01'],
    [-1, '1969-12-31'],
    ['0001-01-01', '0001-01-01'],
    ['9999-12-31', '9999-12-31'],
  ])('%j is the day %s', (value, day) => {
    expect(sent(value, date)).toBe(day)
  })

  it.each([
    ['2019-10-14', '2019-10-14T00:00:00.000Z'],
    ['2019-10-14T11:15', '2019-10-14T11:15:00.000Z'],
    ['2019-10-14 11:15:53', '2019-10-14T11:15:53.000Z'],
    ['2019-10-14T11:15:53+05:30', '2019-10-14T05:45:53.000Z'],
    ['2019-10-14 11:15:53 +0530', '2019-10-14T05:45:53.000Z'],
    ['2019-10-14T11:15:53.123456789Z', '2019-10-14T11:15:53.123Z'],
    ['2024-12-31T24:00:00Z', '2025-01-01T00:00:00.000Z'],
  ])('%j is the moment %s', (value, moment) => {
    expect(sent(value, datetime)).toBe(moment)
  })

  it.each([
    ['2019-02-29'],
    ['2100-02-29'],
    ['2021-04-31'],
    ['2021-13-01'],
    ['2021-00-10'],
    ['2021-01-01T25:00:00Z'],
    ['20191014'],
    ['2019'],
    ['tomorrow'],
    ['10/14/2019'],
    ['0000-01-01'],
    [true],
    [8.64e15 + 1],
    [8.64e15],
    ['   '],
  ])('%j is no date', value => {
    expect(sent(value, date)).toBeUndefined()
    expect(sent(value, datetime)).toBeUndefined()
  })

  it("HubSpot's form without milliseconds means the same moment", () => {
    expect(sameValue('2020-02-29T03:30:17.000Z', '2020-02-29T03:30:17Z', 'datetime')).toBe(true)
    expect(sameValue('2020-02-29', '2020-03-01', 'date')).toBe(false)
    expect(sameValue('', null, 'date')).toBe(true)
    expect(sameValue('2020-02-29', null, 'date')).toBe(false)
  })
})

describe('numbers', () => {
  it.each([
    [1e21, '1000000000000000000000'],
    [-1.5e22, '-15000000000000000000000'],
    [1e23, '100000000000000000000000'],
    [1e-7, '0.0000001'],
    [-1.25e-9, '-0.00000000125'],
    [5e-324, `0.${'0'.repeat(323)}5`],
    [1e-21, `0.${'0'.repeat(20)}1`],
    [0.1, '0.1'],
    [-0, '0'],
    ['  42 ', '42'],
    ['+3', '3'],
    ['-.5', '-0.5'],
    ['5.', '5'],
    ['007', '007'],
  ])('%j is %s', (value, digits) => {
    expect(sent(value, number)).toBe(digits)
  })

  it('every finite number becomes digits that mean the same number', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), value => {
        const digits = sent(value, number) ?? ''
        expect(digits).toMatch(/^-?\d+(\.\d+)?$/)
        expect(Number(digits) + 0).toBe(value + 0)
        expect(sameValue(digits, String(value), 'number')).toBe(true)
      }),
      { numRuns: 1_000 },
    )
  })

  it.each([['1,000'], ['1 000'], ['12px'], ['NaN'], ['Infinity'], ['0x10'], ['--1'], ['.'], [true], [Infinity], [NaN]])(
    '%j is no number',
    value => {
      expect(sent(value, number)).toBeUndefined()
    },
  )
})

describe('truth values', () => {
  it.each([
    [true, 'true'],
    [' TRUE ', 'true'],
    [1, 'true'],
    ['1', 'true'],
    [false, 'false'],
    ['False', 'false'],
    [0, 'false'],
  ])('%j is %s', (value, truth) => {
    expect(sent(value, bool)).toBe(truth)
  })

  it.each([['yes'], [2], ['  ']])('%j is neither', value => {
    expect(sent(value, bool)).toBeUndefined()
  })
})

describe('enumerations', () => {
  it('takes the internal value as it is and a label in any case', () => {
    expect(sent('paid', plans)).toBe('paid')
    expect(sent('THE PAID', plans)).toBe('paid')
    expect(sent('Paid plus', plans)).toBe('Paid plus')
  })

  it('refuses what is no option, and an internal value in another case', () => {
    expect(sent('gold', plans)).toBeUndefined()
    expect(sent('PAID', plans)).toBeUndefined()
    expect(sent('   ', plans)).toBeUndefined()
  })

  it('an internal value wins over the same label of another option', () => {
    const crossed = propertyOf('x', 'enumeration', {
      options: [
        { value: 'x', label: 'y' },
        { value: 'y', label: 'x' },
      ],
    })

    expect(sent('x', crossed)).toBe('x')
    expect(sent('y', crossed)).toBe('y')
  })

  it('understands truth values where options are called true and false', () => {
    expect(sent(true, propertyOf('x', 'enumeration', { options: optionsOf('true', 'false') }))).toBe('true')
  })

  it('checkboxes hold several choices, each once, labels understood, and a leading ; that adds', () => {
    expect(sent('b; The a ;b', tags)).toBe('b;a')
    expect(sent(';c', tags)).toBe(';c')
    expect(sent('a;nothing', tags)).toBeUndefined()
  })

  it('what has its options elsewhere, such as owners, is for HubSpot to judge', () => {
    expect(sent('12345', owner)).toBe('12345')
    expect(sent(12345, owner)).toBe('12345')
  })
})

describe('texts', () => {
  it('are kept as they are, white space included', () => {
    expect(sent('  Zoë 👩‍💻\u0000 ', text)).toBe('  Zoë 👩‍💻\u0000 ')
    expect(sent(false, text)).toBe('false')
    expect(sent(1e21, text)).toBe('1000000000000000000000')
  })

  it('that are longer than HubSpot takes do not fit', () => {
    expect(sent('x'.repeat(65_536), text)).toHaveLength(65_536)
    expect(sent('x'.repeat(65_537), text)).toBeUndefined()
  })
})
