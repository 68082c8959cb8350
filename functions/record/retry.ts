import { inParallel } from '../core/parallel.ts'
import type { FoldingStore, NoticingStore } from '../core/store.ts'
import type { ContactKey } from '../core/types.ts'
import type { Clock } from '../runtime/platform.ts'

interface RetryDeps {
  readonly store: Pick<FoldingStore, 'belongingsOf'> & Pick<NoticingStore, 'raiseVerify'>
  readonly clock: Clock
}

/** Table requests under way at once. */
const TABLE_REQUESTS = 10

/**
 * Makes users, and whatever of theirs waits or was refused, due now: `deliver` looks at all of it again. May be repeated:
 * the worst of it is one more reading.
 *
 * @returns whether anything has become due. @throws whatever the table throws
 */
export async function retryAll(users: readonly ContactKey[], { store, clock }: RetryDeps): Promise<boolean> {
  const belongings = await Promise.all(
    users.flatMap(user => [store.belongingsOf(user, 'waiting'), store.belongingsOf(user, 'rejected')]),
  )
  let due = false
  await inParallel([...users, ...belongings.flat()], TABLE_REQUESTS, async key => {
    if (await store.raiseVerify(key, clock.now())) due = true
  })
  return due
}
