import { coerce } from './coerce.ts'
import type { Config } from './config.ts'
import { compareStamps, type FoldableEvent, type IdentifyEvent, type SplitEvent, type Stamp } from './event.ts'
import type { Candidate, ContactRecord, Due, Folded, Problem, Register, Scalar, Split } from './record.ts'
import type { PropertyDefinition, Schema } from './schema.ts'
import { wishesOf } from './traits.ts'
import type { Millis, RecordKey } from './types.ts'
import { dueBy, madeSince, worthALook } from './unknown.ts'

/** How many events a record remembers, so that redelivered ones fold to nothing. */
export const RING_LENGTH = 16
/** How many values a register keeps while nobody can say which of them HubSpot will take. */
const MOST_CANDIDATES = 5
/** How many properties that the portal lacks a record keeps values for, where those that it has leave room. */
const MOST_UNKNOWN = 50
/** How many problems are told by property; more are one line under `*`. */
const MOST_PROBLEMS = 50
const THE_REST = '*'

export interface FoldWorld {
  /** The portal's properties as last read; `undefined` before the first reading. */
  readonly schema: Schema | undefined
  readonly config: Config
  readonly now: Millis
}

export interface FoldResult {
  readonly folded: Folded
  /** Where the record waits for delivery now; `undefined` leaves the due key alone. Folding never clears it. */
  readonly due: Due | undefined
  /** `false`: nothing to write, every event was known already. */
  readonly news: boolean
}

/**
 * Folds a user's events into the state that the user should have. Commutative, associative and idempotent: whatever
 * the order, the duplicates and the replays, the newest value by stamp stands in every register.
 *
 *     event ──► in the ring? ──yes──► nothing
 *                 │ no
 *                 ▼ each property
 *       does it fit the schema? ──no──► a problem (unless a newer value stands)
 *                 │ yes, or HubSpot has no such property yet
 *                 ▼
 *       newer than the register? ──no──► nothing (kept as a candidate where undecided)
 *                 │ yes
 *                 ▼
 *       another value? ──no──► the stamp
 *                 │ yes
 *                 ▼
 *       value, stamp, version, due
 */
export function fold(
  current: ContactRecord | undefined,
  events: readonly FoldableEvent[],
  world: FoldWorld,
  bequest?: Bequest,
): FoldResult {
  const before = current?.folded
  const draft: Draft = {
    registers: new Map(before?.registers),
    problems: new Map(before?.problems),
    version: (before?.version ?? 0) + 1,
    changed: false,
    unknownGiven: false,
    unknownChanged: false,
    deletion: before?.deletion,
    split: before?.split,
    bytes: [...(before?.registers ?? [])].reduce((sum, [name, register]) => sum + sizeOf(name, register), 0),
    addressesOpen: current?.delivered.vid === undefined,
    world,
  }
  const ring = [...(before?.ring ?? [])]
  const fresh = events.filter(event => !ring.includes(event.hash) && ring.push(event.hash) > 0)
  const given = bequest ? [...fresh, bequest] : fresh
  const absorbs = [...new Set([...(bequest?.absorbs ?? []), ...(before?.absorbs ?? [])])]
  if (bequest) inherit(draft, bequest)
  if (absorbs.length > (before?.absorbs?.length ?? 0)) draft.changed = true
  for (const event of fresh) {
    if (event.type === 'delete') deleteAsOf(draft, event.stamp)
    else if (!counts(draft, event.stamp)) continue
    else if (event.type === 'split') splitAsOf(draft, event)
    else foldEvent(draft, event)
  }

  // A user of whom nothing else is known is news, too: version 0 is for what was never delivered.
  const first = (before?.version ?? 0) === 0
  if (first && fresh.length > 0) draft.changed = true

  const folded: Folded = {
    writes: (before?.writes ?? 0) + 1,
    version: draft.changed || draft.unknownChanged ? draft.version : draft.version - 1,
    registers: draft.registers,
    ring: ring.slice(-RING_LENGTH),
    problems: draft.problems,
    ...(draft.deletion ? { deletion: draft.deletion } : {}),
    ...(draft.split ? { split: draft.split } : {}),
    ...(before?.aliasOf ? { aliasOf: before.aliasOf } : {}),
    ...(absorbs.length > 0 ? { absorbs } : {}),
    updatedAt: world.now,
  }
  return {
    folded,
    due: given.length > 0 ? dueFor(draft, folded, current, given) : undefined,
    news: given.length > 0,
  }
}

/** What HubSpot lacks waits until it is worth a look: nothing of it can be sent before. */
function dueFor(
  { changed, unknownGiven, unknownChanged, world }: Draft,
  folded: Folded,
  current: ContactRecord | undefined,
  events: readonly Pick<FoldableEvent, 'priority'>[],
): Due | undefined {
  const { schema, now } = world
  const { due, delivered } = current ?? {}
  const working = delivered?.state === 'synced' || delivered?.state === 'conflict'
  const overdue = working && schema && madeSince(folded, delivered, schema).length > 0
  const deleted = delivered?.state === 'deleted'
  if (changed || overdue || (unknownChanged && deleted)) return dueAfter(due, events, now)
  if (!schema || deleted || !unknownGiven) return undefined
  const at = worthALook(folded, schema, now)
  return at !== undefined && (unknownChanged || at < (due?.at ?? Number.POSITIVE_INFINITY)) ? dueBy(due, at) : undefined
}

/** What a user leaves to another whom they become: the values with their own stamps, as if they had been the other's. */
export interface Bequest {
  readonly registers: Folded['registers']
  readonly problems: Folded['problems']
  /** Ids whose contacts go along. */
  readonly absorbs: readonly RecordKey[]
  /** Set when the previous id was deleted after it had become the other. */
  readonly deletion?: Stamp
  readonly priority: FoldableEvent['priority']
}

interface Draft {
  readonly registers: Map<string, Register>
  readonly problems: Map<string, Problem & { stamp: Stamp }>
  /** The version that changed values get. */
  readonly version: number
  changed: boolean
  /** A value was given, or has changed, that HubSpot, as far as is known, has no property for. */
  unknownGiven: boolean
  unknownChanged: boolean
  deletion: Stamp | undefined
  split: Split | undefined
  bytes: number
  /** Without a vid, any of the latest addresses may be the one under which HubSpot knows the user. */
  readonly addressesOpen: boolean
  readonly world: FoldWorld
}

/** Empties every register that was filled before, and remembers the moment: whatever comes later from before is void. */
function deleteAsOf(draft: Draft, stamp: Stamp): void {
  if (draft.deletion && compareStamps(draft.deletion, stamp) >= 0) return
  draft.deletion = stamp
  draft.changed = true
  for (const [name, register] of draft.registers) {
    const later = register.candidates.filter(candidate => compareStamps(candidate.stamp, stamp) > 0)
    const [first, ...others] = mayRevive(draft.world.config) ? later : []
    draft.registers.set(
      name,
      first
        ? { candidates: [first, ...others], version: register.version }
        : // Nothing to send: emptying the contact is the deletion's own affair. Values given later are newer.
          { candidates: [{ value: '', stamp }], version: draft.version - 1 },
    )
  }
  draft.problems.clear()
  if (draft.split && !counts(draft, draft.split.stamp)) draft.split = undefined
}

/** The newest request stands. Nothing is sent for it, but the user is to be looked at. */
function splitAsOf(draft: Draft, { vid, stamp }: SplitEvent): void {
  if (draft.split && compareStamps(draft.split.stamp, stamp) >= 0) return
  draft.split = { vid, stamp }
  draft.changed = true
}

/** Whether an event's values count beside a deletion. */
const counts = ({ deletion, world }: Draft, stamp: Stamp): boolean =>
  deletion === undefined || (compareStamps(stamp, deletion) > 0 && mayRevive(world.config))

function mayRevive({ policies }: Config): boolean {
  return (policies.eventsAfterDeletion ?? (policies.deletedUser === 'keep' ? 'revive' : 'ignore')) === 'revive'
}

function foldEvent(draft: Draft, { traits, stamp }: IdentifyEvent): void {
  const { config } = draft.world
  for (const [name, wish] of wishesOf(traits, config)) {
    if (name === config.contacts.uniqueProperty) {
      report(draft, name, stamp, { code: 'read_only', message: 'carries the user id; traits cannot set it' })
    } else if ('unfit' in wish) {
      report(draft, name, stamp, { code: 'invalid_value', message: wish.unfit })
    } else {
      judge(draft, name, wish.value, stamp)
    }
  }
}

function inherit(draft: Draft, { registers, problems, deletion }: Bequest): void {
  if (deletion) deleteAsOf(draft, deletion)
  for (const [name, { stamp, ...problem }] of problems) if (counts(draft, stamp)) report(draft, name, stamp, problem)
  for (const [name, { candidates }] of registers) {
    for (const { value, stamp } of candidates) if (counts(draft, stamp)) judge(draft, name, value, stamp)
  }
}

/** Keeps a value, or tells why not. */
function judge(draft: Draft, name: string, value: Scalar, stamp: Stamp): void {
  const property = draft.world.schema?.properties.get(name)
  if (property?.readOnly) {
    report(draft, name, stamp, { code: 'read_only', message: 'HubSpot does not let this property be written' })
  } else {
    const coerced = property ? coerce(value, property) : undefined
    if (coerced && !coerced.ok) report(draft, name, stamp, { code: 'invalid_value', message: coerced.reason })
    else keep(draft, name, { value: coerced?.value ?? value, stamp }, property)
  }
}

function keep(draft: Draft, name: string, candidate: Candidate, property: PropertyDefinition | undefined): void {
  const register = draft.registers.get(name)
  const known = register?.candidates ?? []
  // What was kept before the schema was known is judged now, as it would be if it came now.
  const misfits = property ? known.filter(({ value }) => !coerce(value, property).ok) : []
  const undecided = property === undefined || (name === 'email' && draft.addressesOpen)
  const next = merge(
    known.filter(each => !misfits.includes(each)),
    candidate,
    {
      most: undecided ? MOST_CANDIDATES : 1,
      version: { before: register?.version ?? 0, now: draft.version },
      property,
    },
  )

  const growth = sizeOf(name, next) - (register ? sizeOf(name, register) : 0)
  const { limits } = draft.world.config
  const unknown = isUnknown(draft, name)
  if (unknown && !register && !admits(draft, { name, register: next })) {
    report(draft, THE_REST, candidate.stamp, LEFT_OUT)
    return
  }
  // There is always room for an address: it is what HubSpot knows people by.
  const room = name === 'email' || (!unknown && makeRoom(draft, register ? 0 : 1, growth, candidate.stamp))
  if (!room && !register && draft.registers.size >= limits.properties) {
    const message = `more than ${limits.properties} properties; the others were left out`
    report(draft, THE_REST, candidate.stamp, { code: 'too_large', message })
    return
  }
  if (!room && growth > 0 && draft.bytes + growth > limits.bytes) {
    const message = `the user's values would take more than ${limits.bytes} bytes`
    report(draft, name, candidate.stamp, { code: 'too_large', message })
    return
  }
  draft.bytes += growth
  draft.registers.set(name, next)
  if (unknown) draft.unknownGiven = true
  if (next.version === draft.version && unknown) draft.unknownChanged = true
  else if (next.version === draft.version) draft.changed = true

  const problem = draft.problems.get(name)
  if (problem && compareStamps(problem.stamp, candidate.stamp) < 0) draft.problems.delete(name)
  for (const { value, stamp } of misfits) {
    const judged = property && coerce(value, property)
    if (judged && !judged.ok) report(draft, name, stamp, { code: 'invalid_value', message: judged.reason })
  }
}

interface Named {
  readonly name: string
  readonly register: Register
}

const LEFT_OUT: Problem = {
  code: 'too_large',
  message: `of traits without a HubSpot property the latest ${MOST_UNKNOWN} are kept, as far as there is room; others were left out`,
}

const isUnknown = ({ world: { schema } }: Draft, name: string): boolean => schema?.properties.has(name) === false

/** What is kept for properties that HubSpot lacks, the least recent first. */
const unknownOf = (draft: Draft): Named[] =>
  [...draft.registers]
    .flatMap(([name, register]) => (isUnknown(draft, name) ? [{ name, register }] : []))
    .sort(byRecency)

const byRecency = (a: Named, b: Named): number =>
  compareStamps(a.register.candidates[0].stamp, b.register.candidates[0].stamp) || (a.name < b.name ? 1 : -1)

/** Whether another unknown property is kept: the most recent ones are, whatever the order in which they come. */
function admits(draft: Draft, newcomer: Named): boolean {
  const unknown = unknownOf(draft)
  const full = unknown.length >= MOST_UNKNOWN || draft.registers.size >= draft.world.config.limits.properties
  if (!full) return true
  const [least] = unknown
  if (!least || byRecency(newcomer, least) < 0) return false
  leaveOut(draft, least, newcomer.register.candidates[0].stamp)
  return true
}

/** What HubSpot lacks gives way to what it has. @returns whether there is room now; where there is not, nothing goes. */
function makeRoom(draft: Draft, places: number, growth: number, stamp: Stamp): boolean {
  const { limits } = draft.world.config
  const lacks = (): boolean =>
    (places > 0 && draft.registers.size + places > limits.properties) ||
    (growth > 0 && draft.bytes + growth > limits.bytes)
  if (!lacks()) return true
  const unknown = unknownOf(draft)
  const given = unknown.reduce((sum, { name, register }) => sum + sizeOf(name, register), 0)
  if (unknown.length === 0 || draft.bytes + growth - given > limits.bytes) return false
  for (const each of unknown) if (lacks()) leaveOut(draft, each, stamp)
  return !lacks()
}

function leaveOut(draft: Draft, { name, register }: Named, stamp: Stamp): void {
  draft.registers.delete(name)
  draft.bytes -= sizeOf(name, register)
  report(draft, THE_REST, stamp, LEFT_OUT)
}

/** The newest `most` values, each with its newest stamp. The version rises only when the first value changes. */
function merge(
  known: readonly Candidate[],
  candidate: Candidate,
  {
    most,
    version,
    property,
  }: {
    readonly most: number
    readonly version: { readonly before: number; readonly now: number }
    readonly property: PropertyDefinition | undefined
  },
): Register {
  const canonical = ({ value }: Candidate): string => {
    const coerced = property && coerce(value, property)
    return coerced?.ok ? coerced.value : JSON.stringify(value)
  }
  const distinct = new Map<string, Candidate>()
  const newestFirst = [...known, candidate].sort(
    // Two values of one stamp can only come from a sender that reuses message ids: any fixed order will do.
    (a, b) => compareStamps(b.stamp, a.stamp) || (canonical(a) < canonical(b) ? 1 : -1),
  )
  for (const each of newestFirst) if (!distinct.has(canonical(each))) distinct.set(canonical(each), each)

  const [first = candidate, ...older] = distinct.values()
  const [before] = known
  const sameValue = before !== undefined && canonical(first) === canonical(before)
  return { candidates: [first, ...older.slice(0, most - 1)], version: sameValue ? version.before : version.now }
}

/** Bytes of a register's name and values, roughly as stored: as JSON, in which a control character takes six. */
function sizeOf(name: string, register: Register): number {
  const values = register.candidates.map(({ value }) => Buffer.byteLength(JSON.stringify(value)) + 10)
  return name.length + values.reduce((sum, size) => sum + size, 0)
}

/** Tells a problem unless the register holds a newer value. */
function report(draft: Draft, name: string, stamp: Stamp, problem: Problem): void {
  const register = draft.registers.get(name)
  if (register && compareStamps(register.candidates[0].stamp, stamp) > 0) return
  const known = draft.problems.get(name)
  if (known && compareStamps(known.stamp, stamp) > 0) return
  if (known || draft.problems.size < MOST_PROBLEMS) draft.problems.set(name, { ...problem, stamp })
  else
    draft.problems.set(THE_REST, {
      code: problem.code,
      message: 'more properties than are listed have problems',
      stamp,
    })
}

/** Live work stays live, and work keeps its age: the age of the oldest is what an operator watches. */
export function dueAfter(due: Due | undefined, events: readonly Pick<FoldableEvent, 'priority'>[], now: Millis): Due {
  const live = due?.lane === 'live' || events.some(event => event.priority === 'live')
  const waited = due?.lane === 'live' || due?.lane === 'bulk'
  return { lane: live ? 'live' : 'bulk', at: waited ? Math.min(due.at, now) : now }
}
