import { type Stray, strayOf } from '../core/delivery/stray.ts'
import type { Work, World } from '../core/delivery/work.ts'
import { uniqueIdOf } from '../core/identity.ts'
import { Deposed } from '../core/store.ts'
import type { RecordKey } from '../core/types.ts'
import type { Session } from './session.ts'

/**
 * Whoever may have another's values in their contact is sent everything again, so that theirs stand there. Written down
 * before the records that went astray are settled: until then they are due, and whoever comes after a crash finds the same.
 *
 *     u1's contact ──merged by a person──► u2's contact ◄── u2 is sent everything again
 *     u1 ──update by the old id── ? ─────────► ▲
 *
 * @param noticed those of whom it is known already in this round
 * @returns whether somebody of this round has to be decided on again.
 */
export async function mendStrays(
  session: Session,
  world: World,
  works: readonly Work[],
  noticed: Set<Work>,
): Promise<boolean> {
  const strays = works.flatMap(work => {
    const stray = noticed.has(work) ? undefined : strayOf(work, world)
    return stray ? [{ work, stray }] : []
  })
  const underWay = new Map(works.map(work => [work.record.key, work]))
  let again = false
  for (const { work, stray } of strays) {
    noticed.add(work)
    const owner = ownerOf(stray, session)
    if (owner === undefined || owner === work.record.key) continue
    const theirs = underWay.get(owner)
    if (theirs) {
      theirs.delivered = { ...theirs.delivered, version: 0 }
      await session.link(theirs)
      again = true
    } else {
      await sendAgain(session, owner)
    }
  }
  return again
}

/** By the claim, or by the id that the contact carries, where that is the id itself. */
function ownerOf({ owner, contact }: Stray, { deps: { config } }: Session): RecordKey | undefined {
  if (owner !== undefined) return owner
  const carried = contact.properties[config.contacts.uniqueProperty]
  if (!carried) return undefined
  const key: RecordKey = `user#${carried}`
  return uniqueIdOf(key) === carried ? key : undefined
}

async function sendAgain(session: Session, key: RecordKey): Promise<void> {
  try {
    await session.sendAgain(key)
  } catch (error) {
    if (error instanceof Deposed) throw error
    session.skip(key, 'sent again', error)
  }
}
