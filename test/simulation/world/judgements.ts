import type { ContactRecord } from '../../../functions/core/record.ts'
import type { Millis } from '../../../functions/core/types.ts'
import { lastTraits, living } from './run.ts'
import { ENVIRONMENT } from './stack.ts'
import { tagOf } from './tags.ts'
import { DAY, type World } from './world.ts'

/** Every event that was answered 202 got into the queue, and nothing that was not let in. */
export function nothingLost(world: World): void {
  const ids = new Set([...world.queued].flatMap(body => /"messageId":"([^"]+)"/.exec(body)?.[1] ?? []))
  for (const id of world.product.accepted) {
    world.hold('no accepted event is lost', ids.has(id), () => `${id} was never queued`)
  }
  for (const id of ids) world.hold('nothing unsigned gets in', !id.startsWith('forged'), () => id)
}

/** Whoever is said to be delivered has in HubSpot what the table says, unless a person changed it. */
export function nothingFalselyClean(world: World, records: readonly ContactRecord[]): void {
  const { hubspot } = world
  for (const { key, folded, delivered, due } of records) {
    if (due || delivered.state !== 'synced' || delivered.vid === undefined) continue
    if (folded.aliasOf || folded.deletion || key.startsWith('lead#')) continue
    const contact = hubspot.contact(delivered.vid)
    if (!contact || contact.archived) continue
    const ids = new Set([delivered.vid, contact.vid, ...contact.mergedVids])
    const byPeople = hubspot.ledger.writes.filter(({ vid, source }) => source !== 'api' && ids.has(vid))
    for (const [name, { candidates }] of folded.registers) {
      const touched = byPeople.some(({ kind, properties }) => kind === 'merge' || properties[name] !== undefined)
      if (touched || delivered.withheld.has(name)) continue
      const wanted = String(candidates[0].value)
      const held = contact.properties[name] ?? ''
      world.hold('nothing is falsely clean', held === wanted, () => `${name} of ${key} is ${held}, not ${wanted}`)
    }
  }
}

/** Whoever is not clean is due, and has a reason. */
export function nothingStuck(world: World, records: readonly ContactRecord[]): void {
  for (const { key, folded, delivered, due, verify } of records) {
    if (folded.aliasOf || delivered.state === 'deleted') continue
    const hold = (holds: boolean, what: string) => world.hold('nothing is stuck', holds, () => `${key} ${what}`)
    hold(due !== undefined || folded.version <= delivered.version, 'is not delivered and not due')
    hold(due !== undefined || verify === delivered.verified, 'is in doubt and not due')
    hold(due !== undefined || delivered.looks.length === 0, 'may be overwritten and is not due')
    hold(due !== undefined || delivered.state !== 'conflict', 'is in conflict and not due')
    hold(due === undefined || due.at <= world.now() + DAY + 3_600_000, 'is due in more than a day')
    const slow = due?.lane === 'conflict' || due?.lane === 'rejected'
    hold(!slow || delivered.problem !== undefined || delivered.withheld.size > 0, `waits in ${due?.lane} for no reason`)
  }
}

/** Whoever's values are all good is not refused, whatever the portal has answered meanwhile. */
export function nobodysOwn(world: World, records: readonly ContactRecord[]): void {
  const { deeds, faults, config } = world.plan
  if (config.policies.deletedUser === 'erase') return
  if (faults.some(fault => fault.kind === 'hubspot' && fault.fault.kind === 'refuse')) return
  const silent = faults.some(fault => fault.kind === 'hubspot' && fault.name === 'results missing')
  const odd = new Set(
    deeds.flatMap(deed =>
      deed.do === 'identify' && ODD.some(name => name in deed.traits) ? [`user#${deed.user}`] : [],
    ),
  )
  for (const { key, folded, delivered } of records) {
    if (odd.has(key) || folded.absorbs?.some(absorbed => odd.has(absorbed))) continue
    const refused =
      delivered.state === 'rejected' || [...delivered.withheld.values()].some(({ code }) => code === 'rejected')
    // HubSpot has left it out of one answer after the other, and of that record alone: it is probed, and must heal.
    if (delivered.problem?.code === 'internal' && silent) continue
    const why = delivered.problem?.message
    world.hold('the portal’s trouble is nobody’s own', !refused, () => `${key} is refused: ${why}`)
  }
}

/** Traits that some runs give values which HubSpot refuses. */
const ODD = ['birthday', 'no_such_property', 'jobTitle']

/** Nobody has two contacts: by the id that they carry, and by the values that they hold. */
export function oneContactEach(world: World): void {
  const seen = new Map<string, string>()
  for (const { vid, properties } of world.hubspot.contacts()) {
    const owner = properties.internal_user_id ?? tagOf(properties.city)
    if (owner === undefined) continue
    const other = seen.get(owner)
    world.hold('one user, one contact', other === undefined, () => `${owner} has ${other} and ${vid}`)
    seen.set(owner, vid)
  }
}

/** Everybody who said something last has exactly that in HubSpot, in a contact that is theirs. */
export function everybodyRight(
  world: World,
  records: readonly ContactRecord[],
  mayStay: (key: string, delivered: string) => boolean,
): void {
  const found = new Map(records.map(record => [record.key, record]))
  for (const user of living(world)) {
    const record = found.get(`user#${user}`)
    // Left deleted, by policy.
    if (
      !record ||
      record.delivered.state === 'deleted' ||
      mayStay(record.key, JSON.stringify(record.delivered.problem ?? ''))
    )
      continue
    const { vid, state } = record.delivered
    const contact = vid === undefined ? undefined : world.hubspot.contact(vid)
    const theirs = contact !== undefined && !contact.archived && contact.properties.internal_user_id === user
    world.hold('everybody has their contact in the end', theirs, () => `${user} is ${state} with ${contact?.vid}`)
    const { email, city, firstName: firstname, birthday: date_of_birth, jobTitle: jobtitle } = lastTraits(user)
    for (const [name, wanted] of Object.entries({ email, city, firstname, date_of_birth, jobtitle })) {
      const held = contact?.properties[name]
      world.hold('everybody has the newest values in the end', held === wanted, () => `${name} of ${user} is ${held}`)
    }
  }
}

/** No 10 seconds held more calls than one deliverer is allowed; where there were several at once, than so many are. */
export function paceKept(world: World): void {
  const most = Number(ENVIRONMENT.HUBSPOT_REQUESTS_PER_10_SECONDS) * world.deliverers
  const held = mostWithin(world.watch.calls, 10_000)
  world.hold('the pace is kept', held <= most, () => `${held} calls within 10 seconds`)
}

/** Calls for what happened and what went wrong, and a trickle: nobody asks HubSpot in circles. */
export function callsBounded(world: World): void {
  const { plan, watch, scheduler } = world
  const happenings = plan.deeds.length + plan.faults.length + living(world).length
  const told = world.counts.get('webhooks') ?? 0
  const most = (plan.kinds ? 2 : 1) * (60 + 20 * happenings + 3 * told + scheduler.elapsed / 20_000)
  world.hold('calls are bounded', watch.calls.length <= most, () => `${watch.calls.length} calls, ${most} are plenty`)
}

/** An item for each record, each claim it needs, and a few: nothing is left lying about. */
export function itemsBounded(world: World, records: readonly ContactRecord[]): void {
  const vids = new Set(world.hubspot.ledger.writes.map(({ vid }) => vid))
  // What is said beside contacts may have a record each, and one for a company, too.
  const most = 3 + records.length * 6 + vids.size + (world.plan.kinds ? 4 : 1) * world.queued.size
  // What has a date at which it goes takes no room for ever.
  const items = [...world.table.items()].filter(({ expiresAt }) => expiresAt === undefined).length
  world.hold('items are bounded', items <= most, () => `${items} items of ${records.length} records`)
}

function mostWithin(moments: readonly Millis[], length: Millis): number {
  let [first, most] = [0, 0]
  for (const [index, at] of moments.entries()) {
    while ((moments[first] ?? 0) <= at - length) first += 1
    most = Math.max(most, index - first + 1)
  }
  return most
}
