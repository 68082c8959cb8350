import * as v from 'valibot'
import type { Stamp } from '../../core/event.ts'
import type { AliasOf, Candidate, Folded, Register, Scalar } from '../../core/record.ts'
import type { RecordKey } from '../../core/types.ts'
import { spent } from '../spent.ts'
import { type Item, numberOf, unreadable } from './attributes.ts'
import { mapOf, objectOf, problemCode, readDocument, recordKey, vid } from './document.ts'

const FORMAT = 1

/**
 * What one event left in the record: its stamp, the fold version at which its values took their places, and those
 * values. The stamp's times are relative: `time` to the document's `since`, `receivedAt` to `time`.
 */
const event = v.tuple([
  v.number(), // time
  v.number(), // receivedAt
  v.number(), // index
  v.string(), // id
  v.number(), // version
  mapOf(v.union([v.string(), v.number(), v.boolean()])),
])
type EncodedEvent = [time: number, receivedAt: number, index: number, id: string, version: number, object]

const encodedStamp = v.tuple([v.number(), v.number(), v.number(), v.string()])

/**
 * A naive encoding repeats a stamp of 80 bytes for each property. Properties mostly arrive together, so this one writes
 * each event once with the values that are still its own; whatever else needs a stamp names the event by its place.
 */
const document = v.object({
  at: v.number(),
  since: v.number(),
  events: v.array(event),
  /** Older candidates of a register, newest first: value and event. */
  older: v.optional(mapOf(v.array(v.tuple([v.union([v.string(), v.number(), v.boolean()]), v.number()])))),
  /** Code, message, event. */
  problems: v.optional(mapOf(v.tuple([problemCode, v.string(), v.number()]))),
  /** Its stamp. */
  deletion: v.exactOptional(encodedStamp),
  /** The contact, and the stamp. */
  split: v.exactOptional(v.tuple([vid, encodedStamp])),
  /** The contact, and the stamp. */
  hint: v.exactOptional(v.tuple([vid, encodedStamp])),
  /** The user, the stamp, the heir. */
  aliasOf: v.exactOptional(v.tuple([recordKey, encodedStamp, recordKey])),
  absorbs: v.exactOptional(v.array(recordKey)),
  occurrence: v.exactOptional(
    v.object({ name: v.string(), at: v.number(), uuid: v.string(), utk: v.exactOptional(v.string()) }),
  ),
  /** Event hashes, separated by spaces. */
  ring: v.string(),
})

/** @throws RangeError for a number that JSON cannot hold. */
export function encodeFolded(folded: Folded): string {
  const stamps = [...stampsOf(folded)]
  const since = stamps.reduce((least, stamp) => Math.min(least, stamp.time), stamps[0]?.time ?? 0)
  const events = new Events(since)
  const older = new Map<string, readonly Candidate[]>()
  for (const [property, { candidates, version }] of folded.registers) {
    const [newest, ...others] = candidates
    events.leave(newest.stamp, version, property, storable(newest.value))
    if (others.length > 0) older.set(property, others)
  }
  return JSON.stringify({
    format: FORMAT,
    at: folded.updatedAt,
    since,
    ...(older.size > 0 && {
      older: objectOf(older, list => list.map(({ value, stamp }) => [storable(value), events.placeOf(stamp)])),
    }),
    ...(folded.problems.size > 0 && {
      problems: objectOf(folded.problems, ({ code, message, stamp }) => [code, message, events.placeOf(stamp)]),
    }),
    ...(folded.deletion && { deletion: encodeStamp(folded.deletion) }),
    ...(folded.split && { split: [folded.split.vid, encodeStamp(folded.split.stamp)] }),
    ...(folded.hint && { hint: [folded.hint.vid, encodeStamp(folded.hint.stamp)] }),
    ...(folded.aliasOf && { aliasOf: encodeAliasOf(folded.aliasOf) }),
    absorbs: folded.absorbs,
    occurrence: folded.occurrence,
    events: events.encoded(),
    ring: folded.ring.join(' '),
  })
}

/** @throws UnreadableItem */
export function decodeFolded(item: Item): Folded {
  const counters = { writes: numberOf(item, 'writes'), version: numberOf(item, 'version') }
  if (item.folded === undefined) return spent(counters)
  const content = readDocument(item, 'folded', FORMAT, document)
  const { at, since, events, older, problems, deletion, split, hint, aliasOf, absorbs, occurrence, ring } = content
  const stamps = events.map(([time, receivedAt, index, id]): Stamp => {
    return { time: since + time, receivedAt: since + time + receivedAt, index, id }
  })
  const stampAt = (place: number) => stamps[place] ?? unreadable(item, 'its folded names an event that is not there')

  const registers = new Map<string, Register>()
  for (const [place, [, , , , version, values]] of events.entries()) {
    for (const [property, value] of values) {
      const others = (older?.get(property) ?? []).map(([value, place]): Candidate => ({ value, stamp: stampAt(place) }))
      registers.set(property, { candidates: [{ value, stamp: stampAt(place) }, ...others], version })
    }
  }
  return {
    ...counters,
    registers,
    ring: ring === '' ? [] : ring.split(' '),
    ...(deletion && { deletion: decodeStamp(deletion) }),
    ...(split && { split: { vid: split[0], stamp: decodeStamp(split[1]) } }),
    ...(hint && { hint: { vid: hint[0], stamp: decodeStamp(hint[1]) } }),
    ...(aliasOf && { aliasOf: { key: aliasOf[0], stamp: decodeStamp(aliasOf[1]), heir: aliasOf[2] } }),
    ...(absorbs && { absorbs }),
    ...(occurrence && { occurrence }),
    problems: new Map(
      [...(problems ?? [])].map(([property, [code, message, place]]) => {
        return [property, { code, message, stamp: stampAt(place) }]
      }),
    ),
    updatedAt: at,
  }
}

type EncodedStamp = [time: number, receivedAt: number, index: number, id: string]
const encodeStamp = ({ time, receivedAt, index, id }: Stamp): EncodedStamp => [time, receivedAt, index, id]
const decodeStamp = ([time, receivedAt, index, id]: EncodedStamp): Stamp => ({ time, receivedAt, index, id })

const encodeAliasOf = ({ key, stamp, heir }: AliasOf): [RecordKey, EncodedStamp, RecordKey] => [
  key,
  encodeStamp(stamp),
  heir,
]

/** The events of a document under construction. */
class Events {
  readonly #since: number
  readonly #list: { stamp: Stamp; version: number; values: Map<string, Scalar> }[] = []
  readonly #places = new Map<string, number>()

  constructor(since: number) {
    this.#since = since
  }

  leave(stamp: Stamp, version: number, property: string, value: Scalar): void {
    const name = nameOf(stamp)
    const place = this.#places.get(`${name} ${version}`) ?? this.#add(stamp, version)
    this.#list[place]?.values.set(property, value)
  }

  placeOf(stamp: Stamp): number {
    return this.#places.get(nameOf(stamp)) ?? this.#add(stamp, 0)
  }

  encoded(): EncodedEvent[] {
    return this.#list.map(({ stamp, version, values }) => {
      const { time, receivedAt, index, id } = stamp
      return [time - this.#since, receivedAt - time, index, id, version, objectOf(values, value => value)]
    })
  }

  #add(stamp: Stamp, version: number): number {
    const place = this.#list.push({ stamp, version, values: new Map() }) - 1
    this.#places.set(nameOf(stamp), place)
    this.#places.set(`${nameOf(stamp)} ${version}`, place)
    return place
  }
}

function nameOf({ time, receivedAt, index, id }: Stamp): string {
  return `${time} ${receivedAt} ${index} ${id}`
}

function* stampsOf(folded: Folded): Generator<Stamp> {
  for (const { candidates } of folded.registers.values()) for (const { stamp } of candidates) yield stamp
  for (const { stamp } of folded.problems.values()) yield stamp
}

function storable(value: Scalar): Scalar {
  if (typeof value !== 'number' || Number.isFinite(value)) return value
  throw new RangeError('A record cannot hold a number that is not finite')
}
