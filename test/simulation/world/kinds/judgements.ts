import type { ContactRecord } from '../../../../functions/core/record.ts'
import type { SeenContact } from '../../../../local/hubspot/inspector.ts'
import { sayings } from '../reference.ts'
import type { World } from '../world.ts'
import { type Expected, expectedOf, type PerUser } from './reference.ts'

const UNIQUE = { companies: 'internal_company_id', deals: 'internal_order_id', tickets: 'internal_team_id' } as const

/** What must hold whenever everything is at rest: nothing twice, nothing with somebody else, every object as it is wanted. */
export function nothingTwice(world: World, records: readonly ContactRecord[]): void {
  const { hubspot, plan } = world
  const expected = expectedIn(world)
  const users = new Map(expected.done.map(({ nr, user }) => [nr, user]))
  const seen = new Set<string>()
  for (const { name, recordId, properties } of hubspot.events.all()) {
    const nr = properties.nr ?? ''
    world.hold('every event is told once, of the right contact', !seen.has(nr), () => `${name} ${nr} is there twice`)
    seen.add(nr)
    const owner = recordId === undefined ? undefined : hubspot.contact(recordId)?.properties.internal_user_id
    const said = users.get(nr)
    const right = said !== undefined && (!owner || plan.becomes(said, owner))
    world.hold('every event is told once, of the right contact', right, () => `${name} ${nr} of ${said} is ${owner}’s`)
  }
  const deleted = deletedIn(world)
  const refused = new Set<string>(records.flatMap(({ key, due }) => (due?.lane === 'rejected' ? [key] : [])))
  for (const [type, unique] of Object.entries(UNIQUE)) {
    const objects = hubspot.objects(type).all()
    for (const [id, wanted] of expected.objects.get(type) ?? []) {
      // What was said by whoever was deleted may be void, or not.
      if (deleted.size > 0) continue
      // Refused as a whole, it is probed slowly; in the end it must be right.
      if (refused.has(`object#${type === 'tickets' ? 'teams' : type}#${id}`)) continue
      const found = objects.filter(({ properties }) => properties[unique] === id)
      const hold = (holds: boolean, what: string) =>
        world.hold('objects are what was said of them', holds, () => `${type} ${id} ${what}`)
      hold(found.length === 1, `is there ${found.length} times`)
      for (const [property, { value }] of wanted) {
        const held = found[0]?.properties[property] ?? ''
        hold(held === value, `has ${property} ${held}, not ${value}`)
      }
    }
  }
}

/** In the end everything that was said of everybody is with their contact. */
export function everythingTold(
  world: World,
  records: readonly ContactRecord[],
  mayStay: (key: string, delivered: string) => boolean,
): void {
  const { hubspot } = world
  const expected = expectedIn(world)
  const deleted = deletedIn(world)
  const told = new Map(
    hubspot.events.all().map(({ properties, ...event }) => [properties.nr, { ...event, properties }]),
  )
  for (const { key, delivered } of records) {
    const [, user = ''] = key.split('#')
    if (!key.startsWith('user#') || delivered.state === 'deleted' || deleted.has(user)) continue
    if (mayStay(key, JSON.stringify(delivered.problem ?? '')) && delivered.state !== 'synced') continue
    const contact = delivered.vid === undefined ? undefined : hubspot.contact(delivered.vid)
    if (!contact || contact.archived) continue
    for (const { nr, name, user: whose, properties } of expected.done) {
      if (whose !== user) continue
      const event = told.get(nr)
      const invariant = 'every event is told once, of the right contact'
      world.hold(invariant, event?.name === name, () => `${name} ${nr} of ${user} was not told`)
      for (const [property, value] of Object.entries(properties))
        world.hold(
          invariant,
          event?.properties[property] === value,
          () => `${property} of ${name} ${nr} is not ${value}`,
        )
    }
    belongings(world, expected, user, contact)
  }
}

function belongings(world: World, expected: Expected, user: string, { vid, email }: SeenContact): void {
  const { hubspot } = world
  const joined = (type: keyof typeof UNIQUE) =>
    hubspot.associations.of('contacts', vid, type).map(({ id, labels }): readonly [string, string] => [
      hubspot.objects(type).get(id)?.properties[UNIQUE[type]] ?? id,
      // HubSpot's own, of a contact's first company.
      labels.filter(label => label !== 'Primary').join(),
    ])
  const same = (what: string, seen: readonly unknown[], wanted: readonly unknown[]) => {
    const [is, should] = [JSON.stringify([...seen].sort()), JSON.stringify([...wanted].sort())]
    world.hold('everybody belongs where they should', is === should, () => `${what} of ${user}: ${is}, not ${should}`)
  }
  const newest = <Value>(all: PerUser<Value>) =>
    [...(all.get(user) ?? [])].map(([name, { value }]) => [name, value] as const)
  // Said under two ids that are one by now: which of the two is told last is not promised.
  const unclear = (all: PerUser<unknown>) =>
    new Set([...(all.get(user) ?? [])].flatMap(([name, { ids }]) => (ids.size > 1 ? [name] : [])))
  const but = (names: ReadonlySet<string>, entries: readonly (readonly [string, unknown])[]) =>
    entries.filter(([name]) => !names.has(name))
  same(
    'companies',
    but(unclear(expected.companies), joined('companies')),
    but(
      unclear(expected.companies),
      newest(expected.companies).flatMap(([company, label]) =>
        label === undefined ? [] : [[company, label] as const],
      ),
    ),
  )
  const orders = newest(expected.orders).map(([order]) => [order, ''])
  same('orders', joined('deals'), orders)
  if (!unclear(expected.teams).has('team'))
    same(
      'team',
      joined('tickets'),
      newest(expected.teams).map(([, team]) => [team, '']),
    )
  const lists = unclear(expected.lists)
  same(
    'lists',
    hubspot.lists.of(vid).filter(name => !lists.has(name)),
    newest(expected.lists).flatMap(([list, isIn]) => (isIn && !lists.has(list) ? [list] : [])),
  )
  for (const [subscription, wanted] of newest(expected.consents)) {
    if (unclear(expected.consents).has(subscription)) continue
    const status = hubspot.subscriptions.of(email ?? '')[subscription]
    const right = status === (wanted ? 'SUBSCRIBED' : 'UNSUBSCRIBED')
    world.hold('everybody belongs where they should', right, () => `${subscription} of ${user} is ${status}`)
  }
}

function expectedIn(world: World): Expected {
  const { said, end } = sayings(world)
  return expectedOf(said, user => end(`user#${user}`).slice('user#'.length))
}

const deletedIn = ({ plan }: World): ReadonlySet<string> => {
  const deleted = plan.deeds.flatMap(deed => (deed.do === 'delete' ? [deed.user] : []))
  const users = plan.deeds.flatMap(deed => ('user' in deed ? [deed.user] : []))
  return new Set(users.filter(user => deleted.some(other => plan.becomes(other, user))))
}
