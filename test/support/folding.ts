import type { FoldableEvent } from '../../functions/core/event.ts'
import { type FoldResult, fold } from '../../functions/core/fold.ts'
import type { FoldWorld } from '../../functions/core/folding/draft.ts'
import { type Foldable, statementOf } from '../../functions/core/folding/statement.ts'
import { sayingsOf } from '../../functions/core/mapping/saying.ts'
import type { ContactRecord } from '../../functions/core/record.ts'
import type { ContactKey } from '../../functions/core/types.ts'
import { ALEX } from './events.ts'

/** Folds into a contact what events say of it. */
export function foldEvents(
  current: ContactRecord | undefined,
  events: readonly FoldableEvent[],
  world: FoldWorld,
  key: ContactKey = ALEX,
): FoldResult {
  const said = events.flatMap((event): Foldable[] => {
    if (event.type !== 'identify') return [event]
    return sayingsOf(event, world.config).flatMap(saying =>
      saying.key === event.key ? [statementOf(event, saying)] : [],
    )
  })
  return fold(key, current, said, world)
}
