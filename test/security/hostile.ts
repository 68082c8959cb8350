import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib'
import fc from 'fast-check'

/** Names that every object has, and others that programs trip over. */
export const NAMES = [
  ...['__proto__', 'constructor', 'prototype', 'hasOwnProperty', 'toString', 'valueOf', 'then', 'length', 'toJSON'],
  ...['0', '4294967295', '-1', '', ' ', '.', '#', '@', 'user#u1', '$set', '\u0000', '\uFFFD', '\uD83E'],
]

export const IDS = [
  ...['u1', 'a#b', 'a@b', 'a@user#b', 'user#u1', 'lead#a@example.com', 'object#companies#c1', 'lists@user#u1'],
  ...[
    'event#abcdefghijkl@user#u1',
    '#',
    '@',
    'record',
    'claim',
    '~',
    '%23',
    '%2F',
    'a/b',
    '../u1',
    'e\u0301',
    '\u00e9',
  ],
  ...[
    '\u212Bngstr\u00f6m',
    '\u00c5ngstr\u00f6m',
    '\uFF55\uFF11',
    'U1',
    ' u1 ',
    'u1\u200b',
    '\u202eu1',
    '🦊',
    'a\nb',
    'a\u0000',
  ],
  ...['\uD83E', '\uFFFD', 'x'.repeat(512), 'x'.repeat(513), 'é'.repeat(256), 'é'.repeat(257)],
]

const name = fc.oneof(fc.constantFrom(...NAMES), fc.string({ unit: 'binary', maxLength: 12 }))
const id = fc.oneof(
  { weight: 12, arbitrary: fc.constantFrom<unknown>('u1', 'u2', 7) },
  { weight: 3, arbitrary: fc.constantFrom<unknown>(...IDS, ...NAMES) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 20 }) },
  {
    weight: 1,
    arbitrary: fc.constantFrom<unknown>(null, true, [], {}, 2 ** 53, -0, 1.5, Number.MAX_VALUE),
  },
)
const scalar = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.constantFrom<unknown>(null, true, false, '', 0, 1e308),
)
const nested = fc.nat({ max: 20 }).map(levels => {
  let value: unknown = 1
  for (let level = 0; level < levels; level += 1) value = level % 2 === 0 ? [value] : { in: value }
  return value
})
const value: fc.Arbitrary<unknown> = fc.letrec<{ value: unknown }>(tie => ({
  value: fc.oneof({ maxDepth: 3 }, scalar, fc.array(tie('value'), { maxLength: 3 }), membersOf(tie('value'))),
})).value

function membersOf(inner: fc.Arbitrary<unknown>): fc.Arbitrary<object> {
  return fc.array(fc.tuple(name, inner), { maxLength: 4 }).map(entries => Object.fromEntries(entries))
}
const values = fc.oneof(
  { weight: 15, arbitrary: membersOf(value) },
  { weight: 1, arbitrary: fc.constantFrom<unknown>(null, [], 'text', 5, undefined) },
  { weight: 1, arbitrary: membersOf(nested) },
)
const moment = fc.oneof(
  fc.constantFrom<unknown>('2026-10-01T00:00:00Z', 'yesterday', 1_700_000_000, 8e15, -1, null, {}, '9'.repeat(64)),
  fc.string({ maxLength: 70 }),
)

/** A call of the Segment specification, or what looks like one. Members may be missing, wrong and too many. */
export const call: fc.Arbitrary<object> = fc
  .tuple(
    fc.record(
      {
        type: fc.oneof(
          { weight: 20, arbitrary: fc.constantFrom<unknown>('identify', 'track', 'group', 'alias', 'page', 'screen') },
          {
            weight: 1,
            arbitrary: fc.constantFrom<unknown>('delete', 'notice', 'split', '__proto__', null, 1, 'Track'),
          },
        ),
        userId: id,
        groupId: id,
        previousId: id,
        messageId: id,
        event: fc.oneof(fc.constantFrom<unknown>('Ordered', '', ' ', null, 5, 'x'.repeat(501)), fc.string()),
        name: fc.oneof(fc.constantFrom<unknown>('Home', '', null), fc.string()),
        traits: values,
        properties: values,
        context: fc.oneof(
          fc.record(
            {
              traits: values,
              vidsync: fc.constantFrom<unknown>({ priority: 'bulk' }, { priority: 'now' }, {}, 1, null),
            },
            { requiredKeys: [], noNullPrototype: true },
          ),
          values,
        ),
        timestamp: moment,
        sentAt: moment,
        originalTimestamp: moment,
        receivedAt: moment,
      },
      { requiredKeys: ['userId'], noNullPrototype: true },
    ),
    membersOf(value),
  )
  .map(([known, more]) => Object.fromEntries([...Object.entries(more), ...Object.entries(known)]))

/** A content encoding, and bytes that are so encoded. */
export const encodings: readonly (readonly [name: string, encode: (bytes: Uint8Array) => Uint8Array])[] = [
  ['', bytes => bytes],
  ['identity', bytes => bytes],
  ['gzip', bytes => gzipSync(bytes)],
  ['X-GZIP', bytes => gzipSync(bytes)],
  ['deflate', bytes => deflateSync(bytes)],
  ['deflate', bytes => deflateRawSync(bytes)],
  ['br', bytes => brotliCompressSync(bytes)],
]

const headerText = fc.oneof(
  fc.string({ maxLength: 60 }),
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.constantFrom('', ',', ';', '=', '"', ' ', '\t', 'a'.repeat(8_000), ' '.repeat(8_000), ';'.repeat(8_000)),
)

/** Headers as anybody may send them. */
export const headers = (known: Readonly<Record<string, string>>): fc.Arbitrary<Record<string, string>> =>
  fc
    .tuple(
      fc.dictionary(
        fc.oneof(fc.constantFrom(...NAMES, 'content-length', 'Authorization', 'host'), fc.string()),
        headerText,
        {
          maxKeys: 4,
          noNullPrototype: true,
        },
      ),
      fc.record(
        Object.fromEntries(
          Object.entries(known).map(([header, text]) => [
            header,
            fc.oneof({ weight: 4, arbitrary: fc.constant(text) }, { weight: 1, arbitrary: headerText }),
          ]),
        ),
        { requiredKeys: [], noNullPrototype: true },
      ),
    )
    .map(([odd, usual]) => {
      const given: Record<string, string> = { ...odd }
      for (const [header, text] of Object.entries(usual)) if (text !== undefined) given[header] = text
      return given
    })
