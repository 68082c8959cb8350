import type { Config } from '../config.ts'
import { compareStamps, type Stamp } from '../event.ts'
import { choiceOf, propertyOf } from '../mapping/choice.ts'
import type { Register } from '../record.ts'
import type { Draft } from './draft.ts'

/** Empties every register that was filled before, and remembers the moment: whatever comes later from before is void. */
export function deleteAsOf(draft: Draft, stamp: Stamp): void {
  if (draft.deletion && compareStamps(draft.deletion, stamp) >= 0) return
  draft.deletion = stamp
  draft.changed = true
  // Nothing to send: emptying the contact is the deletion's own affair. Values given later are newer.
  const emptied: Register = { candidates: [{ value: '', stamp }], version: draft.version - 1 }
  for (const [name, register] of [...draft.registers]) {
    const later = register.candidates.filter(candidate => compareStamps(candidate.stamp, stamp) > 0)
    const [first, ...others] = mayRevive(draft.world.config) ? later : []
    if (first) {
      draft.registers.set(name, { candidates: [first, ...others], version: register.version })
    } else if (draft.kind !== 'contact') {
      // What belongs to a person is not told any more; only their own record knows what is to be emptied in HubSpot.
      draft.registers.delete(name)
    } else if (choiceOf(name) === undefined) {
      draft.registers.set(name, emptied)
    } else {
      // The name tells the choice, which is the user's.
      draft.registers.delete(name)
      if (!draft.registers.has(propertyOf(name))) draft.registers.set(propertyOf(name), emptied)
    }
  }
  const { occurrence } = draft
  if (occurrence && (occurrence.at <= stamp.time || !mayRevive(draft.world.config))) draft.occurrence = undefined
  draft.problems.clear()
  if (draft.split && !counts(draft, draft.split.stamp)) draft.split = undefined
  if (draft.hint && !counts(draft, draft.hint.stamp)) draft.hint = undefined
}

/** Whether an event's values count beside a deletion. */
export const counts = ({ deletion, world }: Draft, stamp: Stamp): boolean => outlives(stamp, deletion, world.config)

/** Whether what was said at a moment counts although somebody was deleted at another. */
export const outlives = (stamp: Stamp, deletion: Stamp | undefined, config: Config): boolean =>
  deletion === undefined || (compareStamps(stamp, deletion) > 0 && mayRevive(config))

function mayRevive({ policies }: Config): boolean {
  return (policies.eventsAfterDeletion ?? (policies.deletedUser === 'keep' ? 'revive' : 'ignore')) === 'revive'
}
