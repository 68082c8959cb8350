import { dueAfter, lookedAtBy } from './due.ts'
import { compareStamps, type FoldableEvent, type IdentifyEvent, type SplitEvent } from './event.ts'
import { type Bequest, inherit } from './folding/bequest.ts'
import { counts, deleteAsOf } from './folding/deletion.ts'
import { type Draft, draftOf, type FoldWorld } from './folding/draft.ts'
import { report } from './folding/problems.ts'
import { judge } from './folding/registers.ts'
import { callOf } from './mapping/call.ts'
import { contactWishes } from './mapping/contact.ts'
import type { ContactRecord, Due, Folded } from './record.ts'
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
  const draft = draftOf(current, world)
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

function foldEvent(draft: Draft, event: IdentifyEvent): void {
  const { config } = draft.world
  const { stamp } = event
  for (const [name, wish] of contactWishes(callOf(event), config)) {
    if (name === config.contacts.uniqueProperty) {
      report(draft, name, stamp, { code: 'read_only', message: 'carries the user id; traits cannot set it' })
    } else if ('unfit' in wish) {
      report(draft, name, stamp, { code: 'invalid_value', message: wish.unfit })
    } else {
      judge(draft, name, wish.value, stamp)
    }
  }
}
