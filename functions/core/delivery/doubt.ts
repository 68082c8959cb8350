import { basisOf, type Settlement, type WriteKind } from '../store.ts'
import type { Work, World } from './work.ts'

/** Whether HubSpot must be read back before anything is believed about the record. */
export function inDoubt({ record, delivered, facts }: Work, { now }: World): boolean {
  return (
    record.verify > delivered.verified ||
    delivered.looks.some(at => at <= now) ||
    delivered.state === 'conflict' ||
    delivered.withheld.get('email')?.code === 'secondary_email' ||
    facts.missing > 0
  )
}

/**
 * What to write when nobody knows whether a write happened: read HubSpot back at once, and again at each hold, since
 * the write may still land. A later success does not end a hold.
 *
 *     call ───── no answer
 *     │ verify now        look            look                      look
 *     ├──────┼─────────────┼───────────────┼────────── … ────────────┼──►
 *     0      0            10 s            60 s                      5 min
 *
 * @param delay until the first look, in milliseconds
 */
export function doubt(
  work: Work,
  call: { readonly kind: WriteKind; readonly properties: readonly string[] },
  world: Pick<World, 'config' | 'now'>,
  delay = 0,
): Settlement {
  const { record, delivered } = work
  const looks = world.config.delivery.holds.map(hold => world.now + hold * 1_000)
  return {
    key: record.key,
    delivered: {
      ...delivered,
      looks: [...new Set([...delivered.looks, ...looks])].sort((a, b) => a - b).slice(-2 * looks.length),
      suspects: [...new Set([...delivered.suspects, ...call.properties])],
      maybeCreated: delivered.maybeCreated || call.kind === 'create',
      updatedAt: world.now,
    },
    basis: basisOf(record),
    due: { lane: record.due?.lane === 'bulk' ? 'bulk' : 'live', at: world.now + delay },
    raiseVerify: true,
  }
}

/** What to write when HubSpot answers everybody's writes but this user's: in doubt, and tried again slowly. */
export function unanswered(
  work: Work,
  call: { readonly kind: WriteKind; readonly properties: readonly string[] },
  world: Pick<World, 'config' | 'now'>,
): Settlement {
  const { raiseVerify: _, ...settlement } = doubt(work, call, world)
  const message = 'HubSpot does not answer when this user is written; tried again slowly'
  const { verify } = work.record
  return {
    ...settlement,
    delivered: {
      ...settlement.delivered,
      state: 'rejected',
      problem: { code: 'internal', message },
      // In doubt without raising the counter, so that the due key of what has been folded meanwhile stays as it is.
      verified: Math.min(settlement.delivered.verified, verify - 1),
    },
    // Not at the looks already: each would only bring another write without an answer.
    due: { lane: 'rejected', at: world.now + world.config.delivery.firstProbe * 1_000 },
  }
}
