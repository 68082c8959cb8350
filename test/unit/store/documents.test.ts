import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { itemSize } from '../../../bench/item-size.ts'
import type { Folded } from '../../../functions/core/record.ts'
import { canonicalEmail } from '../../../functions/core/types.ts'
import { type Item, number, text } from '../../../functions/store/dynamo/attributes.ts'
import { decodeDelivered, encodeDelivered } from '../../../functions/store/dynamo/delivered-document.ts'
import { dueKey } from '../../../functions/store/dynamo/due-key.ts'
import { decodeFolded, encodeFolded } from '../../../functions/store/dynamo/folded-document.ts'
import { UnreadableItem } from '../../../functions/store/errors.ts'
import { anyDelivered, anyFolded } from '../../support/arbitrary-record.ts'
import { deliveredOf, foldedOf, NOON, registerOf, stampOf, vidOf } from '../../support/records.ts'

describe('any record', () => {
  it('is decoded to what was encoded', () => {
    fc.assert(
      fc.property(anyFolded, anyDelivered, (folded, delivered) => {
        const item = itemOf(folded, encodeDelivered(delivered))

        expect(decodeFolded(item)).toStrictEqual(folded)
        expect(decodeDelivered(item)).toStrictEqual(delivered)
      }),
      { numRuns: 300 },
    )
  })

  it('refuses a number that JSON would silently make null', () => {
    const folded = foldedOf(1, { registers: new Map([['age', registerOf(Number.POSITIVE_INFINITY)]]) })

    expect(() => encodeFolded(folded)).toThrow(RangeError)
  })
})

describe('an ordinary record', () => {
  it('of 10 properties from two events stays below 1 KB, for which one write unit is billed', () => {
    expect(itemSize(wholeItem(10, 2))).toBeLessThan(1024)
  })

  it('of 30 properties from five events stays below 2 KB', () => {
    expect(itemSize(wholeItem(30, 5))).toBeLessThan(2048)
  })

  it('of 30 properties that all came apart takes less than three quarters of what a stamp for each would', () => {
    const item = wholeItem(30, 30)

    expect(itemSize(item)).toBeLessThan(0.75 * Buffer.byteLength(naively(decodeFolded(item))))
  })
})

describe('a document that cannot be read', () => {
  const good = itemOf(foldedOf(1), encodeDelivered(deliveredOf(1, { vid: vidOf('101') })))

  it.each([
    ['of a newer format', { folded: text('{"format":2,"new":"alex@example.com"}') }, /format 2.*deploy the newer/],
    ['without a format', { delivered: text('{"at":1}') }, /no format/],
    ['that is not JSON', { folded: text('alex@example.com') }, /not JSON/],
    ['of the wrong shape', { folded: text('{"format":1,"at":"alex@example.com"}') }, /its folded is wrong at at/],
    ['that names events which are not there', brokenReference(), /an event that is not there/],
    ['without its counters', { writes: text('one') }, /writes is missing or of another type/],
  ])('%s is an error that tells why and no personal data', (_, change, why) => {
    const item = { ...good, ...change, pk: text('user#alex@example.com') }

    const failure = caught(() => [decodeFolded(item), decodeDelivered(item)])

    expect(failure).toBeInstanceOf(UnreadableItem)
    expect(failure).toMatchObject({ key: 'user#alex@example.com', kind: 'record', message: expect.stringMatching(why) })
    expect(String(failure)).not.toContain('alex')
  })

  function brokenReference(): Item {
    const folded = foldedOf(1, {
      problems: new Map([['age', { code: 'invalid_value', message: 'no', stamp: stampOf(1) }]]),
    })
    return { folded: text(encodeFolded(folded).replace(/("age":\[.*?),\d+\]/, '$1,9]')) }
  }
})

function itemOf(folded: Folded, delivered: string): Item {
  return {
    pk: text('user#8d3f2c1a'),
    sk: text('record'),
    writes: number(folded.writes),
    version: number(folded.version),
    folded: text(encodeFolded(folded)),
    delivered: text(delivered),
  }
}

/** A synced record that has just become due again. */
function wholeItem(properties: number, events: number): Item {
  const ordinary = [
    ['email', 'alex.miller@example.com'],
    ['firstname', 'Alex'],
    ['lastname', 'Miller'],
    ['phone', '+1-202-555-0146'],
    ['company', 'Example Industries'],
    ['jobtitle', 'Head of Operations'],
    ['city', 'New Orleans'],
    ['country', 'USA'],
    ['plan', 'business'],
    ['created_date', 1_574_726_400_000],
  ] as const
  const registers = Array.from({ length: properties }, (_, place) => {
    const [name, value] = ordinary[place % 10] ?? ['email', '']
    const event = (place % events) + 1
    return [place < 10 ? name : `${name}_${place}`, registerOf(value, stampOf(event), event)] as const
  })
  const ring = Array.from({ length: 16 }, (_, place) => `Qm9vZ2${String(place).padStart(6, '0')}`)
  const folded = foldedOf(events, { registers: new Map(registers), ring })
  const delivered = deliveredOf(events, {
    vid: vidOf('123456789012'),
    email: canonicalEmail('alex.miller@example.com'),
  })
  return {
    ...itemOf(folded, encodeDelivered(delivered)),
    token: number(1234),
    ...dueKey('user#8d3f2c1a', { lane: 'live', at: NOON + 1 }),
  }
}

/** The record with everything spelled out. */
function naively(folded: Folded): string {
  return JSON.stringify({ ...folded, registers: Object.fromEntries(folded.registers), problems: {} })
}

function caught(act: () => unknown): unknown {
  try {
    act()
  } catch (error) {
    return error
  }
  return undefined
}
