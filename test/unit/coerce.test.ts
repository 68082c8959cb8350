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

describe('dates in a time zone', () => {
  const inZone = (value: Scalar, property: PropertyDefinition, zone: string): string | undefined => {
    const coerced = coerce(value, property, zone)
    return coerced.ok ? coerced.value : undefined
  }

  it.each<[Scalar, string, string]>([
    // A moment is the day that it is there.
    ['2024-02-29T23:30:00Z', 'Europe/Berlin', '2024-03-01'],
    ['2024-03-01T03:00:00Z', 'America/New_York', '2024-02-29'],
    ['2024-02-29T18:45:00Z', 'Asia/Kathmandu', '2024-03-01'],
    ['2024-07-01T03:30:00Z', 'America/New_York', '2024-06-30'],
    [1_709_249_400_000, 'Europe/Berlin', '2024-03-01'],
    [1_709_249_400, 'Europe/Berlin', '2024-03-01'],
    ['Thu, 29 Feb 2024 23:30:00 GMT', 'Europe/Berlin', '2024-03-01'],
    ['Thu Feb 29 2024 23:30:00 GMT+0000 (Coordinated Universal Time)', 'Europe/Berlin', '2024-03-01'],
    // What calendars and clocks show is what is meant.
    ['2024-02-29', 'America/New_York', '2024-02-29'],
    ['2024-02-29 23:30', 'America/New_York', '2024-02-29'],
    ['2024-02-29T00:10', 'Pacific/Kiritimati', '2024-02-29'],
    // A day as HubSpot and JavaScript write it.
    ['2024-02-29T00:00:00.000Z', 'America/New_York', '2024-02-29'],
    [1_709_164_800_000, 'America/New_York', '2024-02-29'],
    [-86_400_000, 'America/New_York', '1969-12-31'],
    [2_678_400_000, 'America/New_York', '1970-02-01'],
  ])('%j in %s is the day %s', (value, zone, day) => {
    expect(inZone(value, date, zone)).toBe(day)
  })

  it.each<[Scalar, string, string]>([
    ['2024-02-29T12:00', 'Europe/Berlin', '2024-02-29T11:00:00.000Z'],
    ['2024-07-01 12:00:30', 'Europe/Berlin', '2024-07-01T10:00:30.000Z'],
    ['2024-07-01', 'America/New_York', '2024-07-01T04:00:00.000Z'],
    ['2024-02-29T12:00+02:00', 'America/New_York', '2024-02-29T10:00:00.000Z'],
    ['2024-02-29T12:00Z', 'America/New_York', '2024-02-29T12:00:00.000Z'],
    [1_709_208_000, 'America/New_York', '2024-02-29T12:00:00.000Z'],
    // Clocks go forward and back.
    ['2024-03-31T03:00', 'Europe/Berlin', '2024-03-31T01:00:00.000Z'],
    ['2024-10-27T04:00', 'Europe/Berlin', '2024-10-27T03:00:00.000Z'],
    ['1900-01-01T12:00', 'Africa/Monrovia', '1900-01-01T12:43:08.000Z'],
  ])('%j in %s is the moment %s', (value, zone, moment) => {
    expect(inZone(value, datetime, zone)).toBe(moment)
  })

  it('coercing twice is coercing once, in every zone', () => {
    const zones = fc.constantFrom('UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kathmandu', 'Pacific/Kiritimati')
    const moments = fc.oneof(anyScalar, fc.integer({ min: -2e12, max: 4e12 }))

    fc.assert(
      fc.property(moments, fc.constantFrom(date, datetime), zones, (value, property, zone) => {
        const once = inZone(value, property, zone)
        if (once !== undefined) expect(inZone(once, property, zone)).toBe(once)
      }),
      { numRuns: 1_000 },
    )
  })

  it('a moment is the day that the calendar of the zone shows', () => {
    const moments = fc.integer({ min: 0, max: 4e12 }).filter(at => at % 86_400_000 !== 0 && (at < 1e8 || at >= 1e10))
    const format = new Intl.DateTimeFormat('sv', { timeZone: 'America/New_York', dateStyle: 'short' })

    fc.assert(
      fc.property(moments, at => {
        expect(inZone(at, date, 'America/New_York')).toBe(format.format(at))
      }),
    )
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

describe('choices of true and false', () => {
  it('may have names of their own', () => {
    const named = propertyOf('active', 'bool', {
      options: [
        { value: 'true', label: 'Yes' },
        { value: 'false', label: 'No' },
      ],
    })

    expect(sent(' yes', named)).toBe('true')
    expect(sent('No', named)).toBe('false')
    expect(sent('', named)).toBe('')
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

describe('values of types that HubSpot has besides', () => {
  it('have no white space around them, which HubSpot refuses', () => {
    expect(sent(' +1 555 ', other)).toBe('+1 555')
    expect(sent('  ', other)).toBeUndefined()
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
