import { AT_THE_DOORS } from './at-the-doors.ts'
import { IN_DELIVERIES } from './in-deliveries.ts'
import { IN_FOLDING } from './in-folding.ts'
import { IN_IDENTITY } from './in-identity.ts'
import { IN_OTHER_KINDS } from './in-other-kinds.ts'
import { IN_THE_TABLE } from './in-the-table.ts'
import type { Mutant } from './mutant.ts'

export const MUTANTS: readonly Mutant[] = [
  ...IN_THE_TABLE,
  ...IN_DELIVERIES,
  ...IN_IDENTITY,
  ...IN_FOLDING,
  ...IN_OTHER_KINDS,
  ...AT_THE_DOORS,
]
