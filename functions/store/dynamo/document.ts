import * as v from 'valibot'
import { isRecordKey } from '../../core/keys.ts'
import type { RecordKey, Vid } from '../../core/types.ts'
import { type Item, textOf, unreadable } from './attributes.ts'

/**
 * Reads a JSON document from an attribute. Every document names its `format`, so that a version that does not know it
 * says so instead of misreading it.
 *
 * @throws UnreadableItem naming the place in the document, never the value there.
 */
export function readDocument<Document>(
  item: Item,
  attribute: string,
  format: number,
  schema: v.GenericSchema<unknown, Document>,
): Document {
  return checkDocument(item, attribute, textOf(item, attribute), format, schema)
}

/** The same for a document whose JSON the attribute does not hold as it is. */
export function checkDocument<Document>(
  item: Item,
  attribute: string,
  json: string,
  format: number,
  schema: v.GenericSchema<unknown, Document>,
): Document {
  const content = parse(json) ?? unreadable(item, `its ${attribute} is not JSON`)
  const found = v.is(v.object({ format: v.number() }), content) ? content.format : 'no format at all'
  if (found !== format) {
    unreadable(item, `its ${attribute} is of format ${found}, this version knows ${format}: deploy the newer version`)
  }
  const checked = v.safeParse(schema, content)
  if (checked.success) return checked.output
  const [issue] = checked.issues
  return unreadable(item, `its ${attribute} is wrong at ${v.getDotPath(issue)?.split('.')[0] ?? 'its root'}`)
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    return undefined
  }
}

/**
 * A JSON object read as a map. Takes any name, `__proto__` and `constructor` too, which `v.record` would leave out
 * without a word: traits may be called anything.
 */
export function mapOf<Value>(value: v.GenericSchema<unknown, Value>) {
  return v.pipe(
    v.custom<object>(input => typeof input === 'object' && input !== null && !Array.isArray(input)),
    v.transform(object => Object.entries(object)),
    v.array(v.tuple([v.string(), value])),
    v.transform(entries => new Map(entries)),
  )
}

/** The other way round. Spelled out because it must define names, not assign them: `__proto__` again. */
export function objectOf<Value, Encoded>(map: ReadonlyMap<string, Value>, encode: (value: Value) => Encoded) {
  return Object.fromEntries([...map].map(([name, value]) => [name, encode(value)]))
}

export const problemCode = v.picklist([
  'unknown_property',
  'read_only',
  'invalid_value',
  'rejected',
  'conflict',
  'secondary_email',
  'edited',
  'backward',
  'too_large',
  'deleted',
  'waiting',
  'edited',
  'internal',
])

export const recordKey = v.custom<RecordKey>(isRecordKey)

export const vid = v.custom<Vid>(value => typeof value === 'string' && /^\d+$/.test(value))
