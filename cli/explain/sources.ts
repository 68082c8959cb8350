import type { Config } from '../../functions/core/config.ts'
import type { UserEvent } from '../../functions/core/event.ts'
import { isCallEvent } from '../../functions/core/mapping/call.ts'
import { type Saying, sayingsOf } from '../../functions/core/mapping/saying.ts'
import { isObject } from '../../functions/core/parse/json.ts'
import type { Json, RecordKey } from '../../functions/core/types.ts'

/** Where in a call the values of its records come from. */
export interface Sources {
  /** Paths such as `traits.firstName`; empty for a constant, or a value that hangs on nothing but the call's kind. */
  of(key: RecordKey, register: string): readonly string[]
  /** Traits and properties of which nothing becomes anything. */
  readonly unused: readonly string[]
}

/**
 * Finds out by trying: what changes in what the event says when one value is not in it? So that no rule of the mapping
 * has to be told here a second time.
 */
export function sourcesOf(event: UserEvent, config: Config): Sources {
  const whole = byKey(sayingsOf(event, config))
  const found = new Map<string, string[]>()
  const unused: string[] = []
  for (const place of placesIn(event)) {
    const rest = byKey(sayingsOf(without(event, place), config))
    const changed = [...whole].flatMap(([key, saying]) => {
      const other = rest.get(key)
      const registers = other ? registersThatDiffer(saying, other) : registersOf(saying, valueIn(event, place))
      return registers.map(register => nameOf(key, register))
    })
    for (const name of changed) found.set(name, [...(found.get(name) ?? []), place.join('.')])
    const vanished = [...whole.keys()].some(key => !rest.has(key))
    if (changed.length === 0 && !vanished && place[0] !== 'context') unused.push(place.join('.'))
  }
  return { of: (key, register) => found.get(nameOf(key, register)) ?? [], unused }
}

const nameOf = (key: RecordKey, register: string): string => `${key}\n${register}`
const byKey = (sayings: readonly Saying[]): Map<RecordKey, Saying> => new Map(sayings.map(each => [each.key, each]))

const registersThatDiffer = (saying: Saying, other: Saying): string[] =>
  [...saying.wishes.keys()].filter(
    register => JSON.stringify(saying.wishes.get(register)) !== JSON.stringify(other.wishes.get(register)),
  )

/** Without its id nothing is said of a record at all: then the id's own register is the one that has its value. */
const registersOf = ({ wishes }: Saying, value: unknown): string[] =>
  [...wishes].flatMap(([register, wish]) =>
    wishes.size === 1 || ('value' in wish && wish.value === value) ? [register] : [],
  )

/** Every value in the parts of a call that mappings read, by the names that lead to it. */
function placesIn(event: UserEvent): string[][] {
  if (!isCallEvent(event)) return []
  return Object.entries(event).flatMap(([part, value]) => (PARTS.includes(part) ? placesBelow([part], value) : []))
}

const PARTS = ['groupId', 'traits', 'properties', 'context']

function placesBelow(place: string[], value: Json): string[][] {
  return isObject(value)
    ? Object.entries(value).flatMap(([name, inner]) => placesBelow([...place, name], inner))
    : [place]
}

/** The event as it would be if one value had not been sent. */
function without(event: UserEvent, place: readonly string[]): UserEvent {
  const copy = structuredClone(event)
  const parent = valueIn(copy, place.slice(0, -1))
  if (isRecord(parent)) Reflect.deleteProperty(parent, place.at(-1) ?? '')
  return copy
}

function valueIn(event: UserEvent, place: readonly string[]): unknown {
  let part: unknown = event
  for (const name of place) part = isRecord(part) ? part[name] : undefined
  return part
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null
