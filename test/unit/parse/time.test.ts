import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { eventTime, readTime } from '../../../functions/core/parse/time.ts'

const at = (iso: string) => Date.parse(iso)
const moment = fc.integer({ min: at('1990-01-01T00:00:00Z'), max: at('2100-01-01T00:00:00Z') })

describe('the time of an event', () => {
  const receivedAt = at('2026-11-01T12:00:00Z')
  const [second, minute, hour] = [1000, 60_000, 3_600_000]

  test('is its timestamp', () => {
    expect(eventTime(receivedAt - hour, undefined, receivedAt)).toBe(receivedAt - hour)
  })

  test('is the time of its receipt when it has none', () => {
    expect(eventTime(undefined, undefined, receivedAt)).toBe(receivedAt)
    expect(eventTime(undefined, receivedAt - hour, receivedAt)).toBe(receivedAt)
  })

  test('is never in the future', () => {
    expect(eventTime(receivedAt + 1, undefined, receivedAt)).toBe(receivedAt)
  })

  test('is left as it is when the clocks agree within a minute', () => {
    expect(eventTime(receivedAt - hour, receivedAt - minute, receivedAt)).toBe(receivedAt - hour)
    expect(eventTime(receivedAt - hour, receivedAt + minute, receivedAt)).toBe(receivedAt - hour)
  })

  test('is as long before its receipt as it was before its sending when the clocks disagree', () => {
    const slow = eventTime(receivedAt - 5 * hour - second, receivedAt - 5 * hour, receivedAt)
    const fast = eventTime(receivedAt + 3 * hour - second, receivedAt + 3 * hour, receivedAt)

    expect(slow).toBe(receivedAt - second)
    expect(fast).toBe(receivedAt - second)
  })

  test('of something sent before it happened is the time of its receipt', () => {
    expect(eventTime(receivedAt - hour + second, receivedAt - hour, receivedAt)).toBe(receivedAt)
  })

  test('is never later than its receipt, whatever the clocks say', () => {
    fc.assert(
      fc.property(fc.option(moment, { nil: undefined }), fc.option(moment, { nil: undefined }), moment, (...times) => {
        expect(eventTime(...times)).toBeLessThanOrEqual(times[2])
      }),
    )
  })

  test('keeps the order of two events of one request', () => {
    fc.assert(
      fc.property(moment, moment, fc.option(moment, { nil: undefined }), moment, (a, b, sentAt, received) => {
        const [earlier, later] = [Math.min(a, b), Math.max(a, b)]
        expect(eventTime(earlier, sentAt, received)).toBeLessThanOrEqual(eventTime(later, sentAt, received))
      }),
    )
  })
})

describe('a timestamp', () => {
  test.each([
    ['2019-10-14T11:15:53.296Z', '2019-10-14T11:15:53.296Z'],
    ['2019-10-14T11:15:53.296123456+02:00', '2019-10-14T09:15:53.296Z'],
    ['2019-10-14T11:15:53', '2019-10-14T11:15:53.000Z'],
    ['2019-10-14T11:15Z', '2019-10-14T11:15:00.000Z'],
    ['2019-10-14 11:15:53+02', '2019-10-14T09:15:53.000Z'],
    ['2019-10-14', '2019-10-14T00:00:00.000Z'],
    ['20191014T111553Z', '2019-10-14T11:15:53.000Z'],
    ['Mon, 14 Oct 2019 11:15:53 GMT', '2019-10-14T11:15:53.000Z'],
    ['Mon Oct 14 2019 11:15:53 GMT+0200 (Central European Summer Time)', '2019-10-14T09:15:53.000Z'],
    ['1574769933368', '2019-11-26T12:05:33.368Z'],
    [1574769933368, '2019-11-26T12:05:33.368Z'],
    [1574769933, '2019-11-26T12:05:33.000Z'],
    [1574769933.368, '2019-11-26T12:05:33.368Z'],
    [-1, '1969-12-31T23:59:59.999Z'],
    ['+275760-09-13T00:00:00.000Z', '+275760-09-13T00:00:00.000Z'],
  ])('%j is %s', (sent, read) => {
    expect(new Date(readTime(sent) ?? Number.NaN).toISOString()).toBe(read)
  })

  test.each([
    8.64e15 + 1,
    '+275760-09-14',
    '2019-13-01',
    'yesterday',
    'foo 1',
    '10/11/2019',
    '',
    'x'.repeat(10_000),
    true,
    null,
    undefined,
    {},
    [2019],
    Number.POSITIVE_INFINITY,
  ])('%j is none', sent => {
    expect(readTime(sent)).toBeUndefined()
  })

  test('as JavaScript writes it is read to the millisecond', () => {
    fc.assert(
      fc.property(fc.date({ noInvalidDate: true }), date => {
        expect(readTime(date.toISOString())).toBe(date.getTime())
      }),
    )
  })

  test('is a time within the range of dates or none, whatever is sent', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.double(), fc.integer()), sent => {
        expect(Math.abs(readTime(sent) ?? 0)).toBeLessThanOrEqual(8.64e15)
      }),
    )
  })
})
