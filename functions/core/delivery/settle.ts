import { lookedAtBy } from '../due.ts'
import { fingerprint } from '../fingerprint.ts'
import type { Contact } from '../hubspot.ts'
import { addressesIn, isEmptied, isToBeSplit, primaryEmail, wantedEmail } from '../identity.ts'
import { type Delivered, type DeliveryState, type Due, type Folded, notDelivered, type Withheld } from '../record.ts'
import type { Settlement, WriteKind } from '../store.ts'
import { canonicalEmail, type Email, type Millis, type RecordKey, type Vid } from '../types.ts'
import { worthALook } from '../unknown.ts'
import { emailFor } from './decide.ts'
import { payloadFor } from './payload.ts'
import { SPLIT_BY_HAND } from './splitting.ts'
import type { Properties, Trouble, Work, World } from './work.ts'

/**
 * What to write when a record's round is over. `delivered.version` becomes the fold version that was read, whatever has
 * been folded since: the store takes the record out of the index only if nothing has.
 */
export function settle(work: Work, trouble: Trouble | undefined, world: World): Settlement {
  const { record } = work
  const settled = trouble ? settleInTrouble(work, trouble, world) : settleDelivered(work, world)
  const looks = work.delivered.looks.filter(at => at > world.now)
  const { merging, conflictSince: _, problem, edited: __, ...others } = settled
  const edited = editedEmail(work, settled)
  const { split } = record.folded
  const delivered: Delivered = {
    ...others,
    ...(problem ? { problem: instructive(problem, work) } : {}),
    ...(settled.state === 'conflict' ? { conflictSince: conflictSince(record.delivered) ?? world.now } : {}),
    ...(edited === undefined ? {} : { edited }),
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
    basis: { foldVersion: record.folded.version, verify: record.verify },
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

/** A split that an operator has asked for, and that could not be made, tells a person how to. */
function instructive(problem: Trouble, { record, delivered }: Work): Trouble {
  const asked = problem.code === 'conflict' && problem.vid && isToBeSplit(problem.vid, record.folded, delivered)
  return asked ? { ...problem, message: `${problem.message}; ${SPLIT_BY_HAND}` } : problem
}

function settleDelivered(work: Work, world: World): Delivered {
  const { record } = work
  const { problem: _, ...rest } = work.delivered
  const email = emailFor(work, world)
  const is = 'is' in email ? email.is : 'confirmed'
  const kept = 'is' in email && is === 'confirmed' ? confirmed(rest, wantedEmail(record)) : rest
  const { withheld } = payloadFor(work, world, { creating: false, email: is })
  const inConflict = typeof is === 'object' && is.code === 'conflict'
  const slow = inConflict || holdsBack(withheld)
  return {
    ...kept,
    version: record.folded.version,
    state: inConflict ? 'conflict' : 'synced',
    withheld,
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
    withheld.set('email', { ...SECONDARY, value: fingerprint(wanted), schema: '' })
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
export function nextDue(delivered: Delivered, { now, config }: World): Due | undefined {
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
function probeAfter(attempts: number, { delivery }: World['config']): number {
  return Math.min(delivery.firstProbe * 2 ** Math.max(0, attempts - 1), delivery.slowestProbe) * 1_000
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
    basis: { foldVersion: record.folded.version, verify: record.verify },
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
  const settlement = doubt(work, call, world)
  const message = 'HubSpot does not answer when this user is written; tried again slowly'
  return {
    ...settlement,
    delivered: { ...settlement.delivered, state: 'rejected', problem: { code: 'internal', message } },
    // Not at the looks already: each would only bring another write without an answer.
    due: { lane: 'rejected', at: world.now + world.config.delivery.firstProbe * 1_000 },
  }
}

/**
 * The delivery side of a record whose contact has just become known: nothing of ours is in it yet.
 * @param keepEmail the contact's primary address may be another person's: ours is held back
 */
export function linked(work: Work, contact: Contact, keepEmail = false): Delivered {
  const { email: _, problem: __, merging: ___, ...kept } = work.delivered
  const email = primaryEmail(contact)
  const withheld = new Map<string, Withheld>()
  if (keepEmail) withheld.set('email', { ...SECONDARY, value: fingerprint(wantedEmail(work.record) ?? ''), schema: '' })
  return { ...kept, vid: contact.vid, ...(email === undefined ? {} : { email }), version: 0, withheld }
}

const SECONDARY = {
  code: 'secondary_email',
  message: 'the address is a secondary email of the contact in HubSpot',
} as const

/** The delivery side of a record whose contact is gone. Doubts about writes under way stay. */
export const unlinked = ({
  verified,
  looks,
  suspects,
  maybeCreated,
  attempts,
  deletion,
  split,
  absorbed,
}: Delivered): Delivered => ({
  ...notDelivered,
  ...(absorbed ? { absorbed } : {}),
  verified,
  looks,
  suspects,
  maybeCreated,
  attempts,
  // What has been carried out is not to be carried out again.
  ...(deletion === undefined ? {} : { deletion }),
  ...(split === undefined ? {} : { split }),
})

/** The delivery side after HubSpot has taken the properties: all that was folded is there, but what was withheld. */
export function taken(work: Work, vid: Vid, properties: Properties, world: World): Delivered {
  const { email: before, ...kept } = work.delivered
  const email = properties.email === undefined ? before : canonicalEmail(properties.email)
  const { withheld } = payloadFor(work, world, { creating: false, email: 'confirmed' })
  const held = kept.withheld.get('email')
  if (held && properties.email === undefined) withheld.set('email', held)
  const left = before === undefined || before === email ? kept.left : leaving(before, kept.left)
  return {
    ...kept,
    vid,
    ...(email ? { email } : {}),
    ...(left ? { left: left.filter(address => address !== email) } : {}),
    version: work.record.folded.version,
    withheld,
  }
}

const MOST_LEFT = 5
const leaving = (address: Email, left: readonly Email[] = []): Email[] =>
  [address, ...left.filter(other => other !== address)].slice(0, MOST_LEFT)

/** The delivery side of a lead whose values have gone to a user's contact: delivered, and not its owner. */
export function contributed(work: Work, world: World): Delivered {
  const { withheld } = payloadFor(work, world, { creating: false, email: 'confirmed' })
  return { ...work.delivered, version: work.record.folded.version, withheld }
}

/** The delivery side of a user whose deletion has been carried out: a tombstone. */
export const buried = ({ record, delivered }: Work): Delivered => ({
  ...notDelivered,
  version: emptiedVersion(record.folded),
  state: 'deleted',
  problem: { code: 'deleted', message: 'the product has deleted the user' },
  verified: delivered.verified,
  looks: delivered.looks,
  ...(delivered.absorbed ? { absorbed: delivered.absorbed } : {}),
  ...(record.folded.deletion ? { deletion: record.folded.deletion.time } : {}),
})

/**
 * The delivery side of an id that has become another's: a tombstone that names the contact, and the user who takes it
 * over. It backs no claim.
 */
export const asideOf = ({ record, delivered }: Work, heir: RecordKey): Delivered => ({
  ...notDelivered,
  version: record.folded.version,
  state: 'deleted',
  ...(delivered.vid === undefined ? {} : { vid: delivered.vid }),
  ...(delivered.deletion === undefined ? {} : { deletion: delivered.deletion }),
  problem: { code: 'deleted', message: 'the id has become another user’s', with: heir },
  verified: record.verify,
})

/** The delivery side once nothing of these ids is left to take over. */
export const absorbing = (delivered: Delivered, keys: readonly RecordKey[]): Delivered => ({
  ...delivered,
  absorbed: [...new Set([...(delivered.absorbed ?? []), ...keys])],
})

/** What the deletion emptied is done with; values that were given after it are newer, and to be sent. */
const emptiedVersion = (folded: Folded): number =>
  Math.max(
    0,
    ...[...folded.registers.values()].filter(register => isEmptied(register, folded)).map(({ version }) => version),
  )

/** What to write while nobody knows yet what was under way: looked at again when it is. */
export function later({ record, delivered }: Work, at: Millis, { now }: World): Settlement {
  return {
    key: record.key,
    delivered: {
      ...delivered,
      verified: record.verify,
      looks: delivered.looks.filter(look => look > now),
      updatedAt: now,
    },
    basis: { foldVersion: record.folded.version, verify: record.verify },
    due: { lane: record.due?.lane === 'bulk' ? 'bulk' : 'live', at },
  }
}

/** What to write while another user has to move first: looked at again soon, and after a few times as a conflict. */
export function postpone(work: Work, trouble: Trouble, world: World): Settlement {
  const { record, delivered } = work
  const attempts = delivered.attempts + 1
  if (record.due?.lane === 'conflict') return settle(work, trouble, world)
  // The quick looks were no probes: the first of those comes after an hour.
  if (attempts > QUICK_WAITS) return settle({ ...work, delivered: { ...delivered, attempts: 0 } }, trouble, world)
  return {
    key: record.key,
    delivered: { ...delivered, attempts, updatedAt: world.now },
    basis: { foldVersion: record.folded.version, verify: record.verify },
    due: { lane: record.due?.lane === 'bulk' ? 'bulk' : 'live', at: world.now + 2 ** attempts * 1_000 },
  }
}

const QUICK_WAITS = 4

/** What to write of a record whose handling failed: three quick tries, then slow ones. Doubts stay. */
export function setAside({ record, delivered }: Work, { now, config }: Pick<World, 'config' | 'now'>): Settlement {
  const attempts = delivered.attempts + 1
  return {
    key: record.key,
    delivered: {
      ...delivered,
      problem: { code: 'internal', message: 'handling this user failed; see the logs of deliver' },
      state: attempts < QUICK_TRIES ? delivered.state : 'rejected',
      attempts,
      updatedAt: now,
    },
    basis: { foldVersion: record.folded.version, verify: record.verify },
    due:
      attempts < QUICK_TRIES
        ? { lane: 'live', at: now + 2 ** attempts * 1_000 }
        : { lane: 'rejected', at: now + probeAfter(attempts - QUICK_TRIES + 1, config) },
  }
}

const QUICK_TRIES = 3
