import type { DeleteEvent, SplitEvent, UserEvent } from '../event.ts'
import type { Saying } from '../mapping/saying.ts'

/** What one event says of one record, and when it was said. */
export interface Statement extends Pick<UserEvent, 'stamp' | 'hash' | 'priority'>, Omit<Saying, 'key'> {
  readonly type: 'says'
}

/** What can be folded. A split concerns contacts alone. */
export type Foldable = Statement | DeleteEvent | SplitEvent

export const statementOf = ({ stamp, hash, priority }: UserEvent, { key: _, ...said }: Saying): Statement => ({
  type: 'says',
  stamp,
  hash,
  priority,
  ...said,
})
