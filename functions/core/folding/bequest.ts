import type { Priority, Stamp } from '../event.ts'
import type { Folded } from '../record.ts'
import type { RecordKey } from '../types.ts'
import { counts, deleteAsOf } from './deletion.ts'
import type { Draft } from './draft.ts'
import { report } from './problems.ts'
import { judge } from './registers.ts'

/** What a user leaves to another whom they become: the values with their own stamps, as if they had been the other's. */
export interface Bequest {
  readonly registers: Folded['registers']
  readonly problems: Folded['problems']
  /** Ids whose contacts go along. */
  readonly absorbs: readonly RecordKey[]
  /** Set when the previous id was deleted after it had become the other. */
  readonly deletion?: Stamp
  readonly priority: Priority
}

/** Folds what another id leaves: a value counts by its own stamp, whoever it was given to. */
export function inherit(draft: Draft, { registers, problems, deletion }: Bequest): void {
  if (deletion) deleteAsOf(draft, deletion)
  for (const [name, { stamp, ...problem }] of problems) if (counts(draft, stamp)) report(draft, name, stamp, problem)
  for (const [name, { candidates }] of registers) {
    for (const { value, stamp } of candidates) if (counts(draft, stamp)) judge(draft, name, value, stamp)
  }
}
