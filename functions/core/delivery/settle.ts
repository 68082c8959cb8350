import { lookedAtBy } from '../due.ts'
import { fingerprint } from '../fingerprint.ts'
import { addressesIn, isToBeSplit, primaryEmail, wantedEmail } from '../identity.ts'
import type { Delivered, DeliveryState, Due } from '../record.ts'
import { basisOf, type Settlement } from '../store.ts'
import type { Email, Millis } from '../types.ts'
import { worthALook } from '../unknown.ts'
import { emailFor } from './address.ts'
import { stillBeside } from './besides.ts'
import { sentAfter } from './guarding.ts'
import { payloadFor } from './payload.ts'
import { SPLIT_BY_HAND } from './splitting.ts'
import { leaving } from './transitions.ts'
import { SECONDARY_EMAIL } from './troubles.ts'
import type { Trouble, Work, World } from './work.ts'

/**
 * What to write when a record's round is over. `delivered.version` becomes the fold version that was read, whatever has
 * been folded since: the store takes the record out of the index only if nothing has.
 */
export function settle(work: Work, trouble: Trouble | undefined, world: World): Settlement {
  const { record } = work
  const settled = trouble ? settleInTrouble(work, trouble, world) : settleDelivered(work, world)
  const looks = work.delivered.looks.filter(at => at > world.now)
  const { merging, conflictSince: _, problem, edited: __, besides: ___, ...others } = settled
  const besides = settled.state === 'deleted' ? [] : stillBeside(work, world)
  const edited = editedEmail(work, settled)
  const { split } = record.folded
  const delivered: Delivered = {
    ...others,
    ...(problem ? { problem: instructive(problem, work) } : {}),
    ...(settled.state === 'conflict' ? { conflictSince: conflictSince(record.delivered) ?? world.now } : {}),
    ...(edited === undefined ? {} : { edited }),
    ...(besides.length > 0 ? { besides } : {}),
    // Done, or not needed any more.
    ...(split && settled.state === 'synced' ? { split: split.stamp.time } : {}),
    // Until HubSpot has been looked at for the last time, a merge nobody answered for may still happen.
    ...(merging !== undefined && looks.length > 0 ? { merging } : {}),
    verified: record.verify,
    looks,
    suspects: looks.length > 0 ? settled.suspects : [],
    // A look is no probe: it does not slow the next one.
    attempts:
      looks.length < work.delivered.looks.length
        ? Math.min(settled.attempts, work.delivered.attempts)
        : settled.attempts,
    maybeCreated: settled.vid === undefined && looks.length > 0 && settled.maybeCreated,
    updatedAt: world.now,
  }
  return {
    key: record.key,
    delivered,
    basis: basisOf(record),
    due: lookedAtBy(
      nextDue(delivered, world),
      delivered.state === 'deleted' ? undefined : worthALook(record.folded, world.schema, world.now + 1_000),
    ),
  }
}

/** What a reading has shown that people have made of the address; their word stands until the product gives a new one. */
function editedEmail(
  { facts, record: { delivered: before } }: Work,
  { vid, email }: Delivered,
): Email | '' | undefined {
  if (vid === undefined) return undefined
  if (!facts.byVid) return before.email === email ? before.edited : undefined
  const held = primaryEmail(facts.byVid) ?? ''
  return held === (email ?? '') ? undefined : held
}

const conflictSince = ({ state, conflictSince: since }: Delivered): Millis | undefined =>
  state === 'conflict' ? since : undefined

/** What HubSpot refused to do about it is said; and a split that was asked for, and could not be made, tells a person how. */
function instructive(problem: Trouble, { record, delivered, facts }: Work): Trouble {
  if (problem.code !== 'conflict') return problem
  const asked = problem.vid && isToBeSplit(problem.vid, record.folded, delivered)
  const message = [problem.message, facts.stuck ?? [], asked ? SPLIT_BY_HAND : []].flat().join('; ')
  return { ...problem, message }
}

function settleDelivered(work: Work, world: World): Delivered {
  const { record } = work
  const { problem: _, ...rest } = work.delivered
  const email = emailFor(work, world)
  const is = 'is' in email ? email.is : 'confirmed'
  const kept = 'is' in email && is === 'confirmed' ? confirmed(rest, wantedEmail(record)) : rest
  const { withheld, confirmed: marks } = payloadFor(work, world, { creating: false, email: is })
  const inConflict = typeof is === 'object' && is.code === 'conflict'
  const slow = inConflict || holdsBack(withheld)
  return {
    ...kept,
    version: record.folded.version,
    state: inConflict ? 'conflict' : 'synced',
    withheld,
    ...sentAfter(work.delivered, marks),
    ...(inConflict ? { problem: is } : {}),
    attempts: slow ? kept.attempts + 1 : 0,
  }
}

/** HubSpot holds the wanted address, perhaps from a write that was never answered. */
function confirmed({ email, ...delivered }: Delivered, wanted: Email | undefined): Delivered {
  const held = wanted ?? email
  const left = email === undefined || email === held ? delivered.left : leaving(email, delivered.left)
  return { ...delivered, ...(held ? { email: held } : {}), ...(left ? { left } : {}) }
}

/** Nothing more is sent; what was delivered before stays delivered, and what HubSpot has refused stays refused. */
function settleInTrouble(work: Work, trouble: Trouble, world: World): Delivered {
  const state: DeliveryState =
    trouble.code === 'conflict' ? 'conflict' : trouble.code === 'deleted' ? 'deleted' : 'rejected'
  const { withheld } = payloadFor(work, world, { creating: work.delivered.vid === undefined, email: 'confirmed' })
  const { byVid } = work.facts
  const wanted = wantedEmail(work.record)
  // The contact has become another user's, with the address: that it leaves there is what the user waits for.
  if (byVid && byVid.vid === trouble.vid && wanted && addressesIn(byVid).includes(wanted)) {
    withheld.set('email', { ...SECONDARY_EMAIL, value: fingerprint(wanted), schema: '' })
  }
  return {
    ...work.delivered,
    state,
    problem: trouble,
    withheld: new Map([...work.delivered.withheld, ...withheld]),
    // Quick tries of before were no probes.
    attempts: (work.delivered.state === state ? work.delivered.attempts : 0) + 1,
  }
}

/** Where a settled record waits, if for anything: nothing leaves the index without being clean. */
export function nextDue(delivered: Delivered, { now, config }: Pick<World, 'now' | 'config'>): Due | undefined {
  const probe = now + probeAfter(delivered.attempts, config)
  const look = delivered.looks[0] ?? Number.POSITIVE_INFINITY
  if (delivered.state === 'conflict') return { lane: 'conflict', at: Math.min(probe, look) }
  const refused = delivered.state === 'rejected' || (delivered.state !== 'deleted' && holdsBack(delivered.withheld))
  if (refused) return { lane: 'rejected', at: Math.min(probe, look) }
  return look < Number.POSITIVE_INFINITY ? { lane: 'verifying', at: look } : undefined
}

/** Whether a value is held back that may be taken another time. What the portal has no place for waits for an event. */
const holdsBack = (withheld: Delivered['withheld']): boolean =>
  [...withheld.values()].some(({ code }) => code === 'rejected' || code === 'secondary_email')

/** An hour, doubling to a day with every attempt. */
export function probeAfter(attempts: number, { delivery }: World['config']): number {
  return Math.min(delivery.firstProbe * 2 ** Math.max(0, attempts - 1), delivery.slowestProbe) * 1_000
}
