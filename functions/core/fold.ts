import { dueAfter, lookedAtBy } from './due.ts'
import { compareStamps, type SplitEvent } from './event.ts'
import { type Bequest, inherit } from './folding/bequest.ts'
import { counts, deleteAsOf } from './folding/deletion.ts'
import { type Draft, draftOf, type FoldWorld } from './folding/draft.ts'
import { forgetTheRest, report } from './folding/problems.ts'
import { judge } from './folding/registers.ts'
import type { Foldable, Statement } from './folding/statement.ts'
import { workLaneOf } from './lanes.ts'
import type { ContactRecord, Due, Folded, Hint } from './record.ts'
import type { RecordKey } from './types.ts'
import { madeSince, worthALook } from './unknown.ts'

/** How many events a record remembers, so that redelivered ones fold to nothing. */
export const RING_LENGTH = 16

export interface FoldResult {
  readonly folded: Folded
  /** Where the record waits for delivery now; `undefined` leaves the due key alone. Folding never clears it. */
  readonly due: Due | undefined
  /** `false`: nothing to write, every event was known already. */
  readonly news: boolean
}

/**
 * Folds what events say of a record into the state that it should have in HubSpot: a contact, an object, a person's
 * lists, … Commutative, associative and idempotent: whatever the order, the duplicates and the replays, the newest value by
 * stamp stands in every register.
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
 *
 * @param world its schema is that of the record's type; a record whose registers are no properties has none
 */
export function fold(
  key: RecordKey,
  current: ContactRecord | undefined,
  all: readonly Foldable[],
  world: FoldWorld,
  bequest?: Bequest,
): FoldResult {
  const before = current?.folded
  const draft = draftOf(key, current, world)
  const ring = [...(before?.ring ?? [])]
  const fresh = all.filter(each => !ring.includes(each.hash) && ring.push(each.hash) > 0)
  const given = bequest ? [...fresh, bequest] : fresh
  const absorbs = [...new Set([...(bequest?.absorbs ?? []), ...(before?.absorbs ?? [])])]
  if (bequest) inherit(draft, bequest)
  if (absorbs.length > (before?.absorbs?.length ?? 0)) draft.changed = true
  for (const each of fresh) {
    if (each.type === 'delete') deleteAsOf(draft, each.stamp)
    else if (!counts(draft, each.stamp)) continue
    else if (each.type === 'split') splitAsOf(draft, each)
    else foldStatement(draft, each)
  }

  forgetTheRest(draft)

  // A record of which nothing else is known is news, too: version 0 is for what was never delivered.
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
    ...(draft.hint ? { hint: draft.hint } : {}),
    ...(before?.aliasOf ? { aliasOf: before.aliasOf } : {}),
    ...(absorbs.length > 0 ? { absorbs } : {}),
    ...(draft.occurrence ? { occurrence: draft.occurrence } : {}),
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
  { kind, changed, unknownGiven, unknownChanged, world }: Draft,
  folded: Folded,
  current: ContactRecord | undefined,
  given: readonly Pick<Foldable, 'priority'>[],
): Due | undefined {
  const { schema, now } = world
  const { due, delivered } = current ?? {}
  const working = delivered?.state === 'synced' || delivered?.state === 'conflict'
  const overdue = working && schema && madeSince(folded, delivered, schema).length > 0
  const deleted = delivered?.state === 'deleted'
  if (changed || overdue || (unknownChanged && deleted)) {
    const live = given.some(({ priority }) => priority === 'live')
    return dueAfter(due, workLaneOf(kind, live ? 'live' : 'bulk'), now)
  }
  if (!schema || deleted || !unknownGiven) return undefined
  const at = worthALook(folded, schema, now)
  return at !== undefined && (unknownChanged || at < (due?.at ?? Number.POSITIVE_INFINITY))
    ? lookedAtBy(due, at)
    : undefined
}

/** The newest request stands. Nothing is sent for it, but the user is to be looked at. */
function splitAsOf(draft: Draft, { vid, stamp }: SplitEvent): void {
  if (draft.split && compareStamps(draft.split.stamp, stamp) >= 0) return
  draft.split = { vid, stamp }
  draft.changed = true
}

/** The newest word stands. It changes nothing for whoever has a contact. */
function hintAsOf(draft: Draft, hint: Hint): void {
  if (draft.hint && compareStamps(draft.hint.stamp, hint.stamp) >= 0) return
  if (draft.addressesOpen && draft.hint?.vid !== hint.vid) draft.changed = true
  draft.hint = hint
}

function foldStatement(draft: Draft, { wishes, occurrence, hint, stamp }: Statement): void {
  if (hint !== undefined) hintAsOf(draft, { vid: hint, stamp })
  // An event is what it is: whatever else is said under its name is a repetition.
  draft.occurrence ??= occurrence
  const carriesId = draft.kind === 'contact' ? draft.world.config.contacts.uniqueProperty : undefined
  for (const [name, wish] of wishes) {
    if (name === carriesId) {
      report(draft, name, stamp, { code: 'read_only', message: 'carries the user id; traits cannot set it' })
    } else if ('unfit' in wish) {
      report(draft, name, stamp, { code: 'invalid_value', message: wish.unfit })
    } else {
      judge(draft, name, wish.value, stamp)
    }
  }
}
