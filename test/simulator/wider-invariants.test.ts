import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { createHubSpot, type HubSpotOptions, type HubSpotSimulator, POSITIONS } from '../../local/hubspot/index.ts'
import type { Keeper } from '../../local/hubspot/kept.ts'
import { createManualClock } from './portal.ts'

const HEADERS = { authorization: 'Bearer local', 'content-type': 'application/json' }
const SEEN = 'pe891936587_seen'

/** Few records, so that they meet. */
const which = fc.nat({ max: 5 })
const typeIds = fc.subarray([1, 279, 5001, 5003], { minLength: 1 })
const pairs = fc.array(fc.record({ contact: which, company: which, typeIds }), { minLength: 1, maxLength: 3 })
const step = fc.oneof(
  fc.record({ kind: fc.constantFrom('associate/default', 'create', 'labels/archive', 'archive'), pairs }),
  fc.record({
    kind: fc.constantFrom('merge', 'archive-one', 'restore', 'erase'),
    company: fc.boolean(),
    which,
    other: which,
  }),
  fc.record({ kind: fc.constantFrom('members'), add: fc.array(which), remove: fc.array(which) }),
  fc.record({ kind: fc.constantFrom('events'), of: fc.array(which), uuids: fc.array(fc.constantFrom('1', '2', '3')) }),
  fc.record({ kind: fc.constantFrom('deal'), which, other: which }),
)
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never

const switches = fc.record(
  Object.fromEntries(
    Object.entries(POSITIONS).map(([name, positions]) => [name, fc.constantFrom<unknown>(...positions)]),
  ),
)

test('associations hold from both sides between live records, lists have live members, events the right records; and all survives', async () => {
  await fc.assert(
    fc.asyncProperty(switches, fc.array(step, { maxLength: 40, size: 'max' }), async (positions, steps) => {
      const { keeper, again } = memory()
      const hubspot = portal({ keeper })
      hubspot.setSwitches({ ...positions, searchLag: 0 })
      const ids = seed(hubspot)

      for (const one of steps) {
        const before = world(hubspot)
        const deeds = hubspot.ledger.deeds.length
        const status = await take(hubspot, one, ids)
        for (const type of ['contacts', 'companies'] as const) remember(ids[type], hubspot.objects(type).all())

        expect(status).toBeLessThan(500)
        const keptGood = one.kind === 'events' && positions.eventBatch !== 'whole'
        if (status >= 400 && !keptGood) expect(world(hubspot)).toEqual(before)
        if (status >= 400 && !keptGood) expect(hubspot.ledger.deeds).toHaveLength(deeds)
        assess(hubspot)
      }
      const restarted = portal({ keeper: again() })
      restarted.setSwitches({ ...positions, searchLag: 0 })
      expect(world(restarted)).toEqual(world(hubspot))
    }),
    { numRuns: 150 },
  )
})

const portal = (options: HubSpotOptions) =>
  createHubSpot({
    clock: createManualClock(),
    limits: { perTenSeconds: 1_000, associationsPerTenSeconds: 1_000 },
    ...options,
  })

type Ids = { readonly contacts: string[]; readonly companies: string[] }

function seed(hubspot: HubSpotSimulator): Ids {
  const contacts = ['a@x.com', 'b@x.com', 'c@x.com'].map(email => hubspot.seedContact({ email }).vid)
  const companies = ['Acme', 'Beta', 'Core'].map(name => hubspot.objects('companies').seed({ name }).id)
  for (const label of ['Buyer', 'Boss']) hubspot.associations.defineLabel('contacts', 'companies', { label })
  hubspot.lists.define({ name: 'Customers' })
  hubspot.events.define({ name: 'seen', includeDefaultProperties: false })
  return { contacts, companies }
}

function remember(known: string[], seen: readonly { readonly id: string }[]): void {
  for (const { id } of seen) if (!known.includes(id)) known.push(id)
}

const world = (hubspot: HubSpotSimulator) => ({
  contacts: hubspot.objects('contacts').all(),
  companies: hubspot.objects('companies').all(),
  deals: hubspot.objects('deals').all(),
  associations: hubspot.associations.between('contacts', 'companies'),
  ofDeals: hubspot.associations.between('deals', 'contacts'),
  lists: hubspot.lists.all(),
  events: hubspot.events.all(),
})

function assess(hubspot: HubSpotSimulator): void {
  const { associations, contacts, events, lists } = world(hubspot)
  const sides = (pairs: readonly (readonly [string, string, unknown])[]) => pairs.map(([a, b]) => `${a} ${b}`).sort()
  const back = hubspot.associations.between('companies', 'contacts')
  expect(sides(back.map(([company, contact]) => [contact, company, '']))).toEqual(sides(associations))
  const live = new Set(contacts.map(({ id }) => id))
  const companies = new Set(
    hubspot
      .objects('companies')
      .all()
      .map(({ id }) => id),
  )
  expect(associations.every(([contact, company]) => live.has(contact) && companies.has(company))).toBe(true)
  for (const contact of live) {
    const own = hubspot.associations.of('contacts', contact, 'companies')
    expect(own.filter(({ labels }) => labels.includes('Primary')).length).toBeLessThanOrEqual(1)
    for (const { typeIds } of own) expect(typeIds).toContain(279)
  }
  for (const { members } of lists) for (const member of members) expect(live).toContain(member)
  expect(new Set(events.flatMap(({ uuid }) => uuid ?? [])).size).toBe(events.length)
  for (const { recordId } of events) if (recordId) expect(hubspot.contact(recordId)?.vid ?? recordId).toBe(recordId)
}

async function take(hubspot: HubSpotSimulator, one: Step, ids: Ids): Promise<number> {
  const pick = (of: readonly string[], at: number) => of[at] ?? '17'
  const call = async (method: string, url: string, body?: unknown) => {
    const text = body === undefined ? {} : { body: JSON.stringify(body) }
    return (await hubspot.handle({ method, url, headers: HEADERS, ...text })).status
  }
  if ('pairs' in one) {
    const inputs = one.pairs.map(pair => {
      const [from, to] = [{ id: pick(ids.contacts, pair.contact) }, { id: pick(ids.companies, pair.company) }]
      const category = (id: number) => (id > 5000 ? 'USER_DEFINED' : 'HUBSPOT_DEFINED')
      const types = pair.typeIds.map(id => ({ associationCategory: category(id), associationTypeId: id }))
      return one.kind === 'archive' ? { from, to: [to] } : { from, to, types }
    })
    return call('POST', `/crm/v4/associations/contacts/companies/batch/${one.kind}`, { inputs })
  }
  if ('company' in one) {
    const type = one.company ? 'companies' : 'contacts'
    const [id, other] = [pick(ids[type], one.which), pick(ids[type], one.other)]
    const path = `/crm/v3/objects/${type}`
    if (one.kind === 'merge') return call('POST', `${path}/merge`, { primaryObjectId: id, objectIdToMerge: other })
    if (one.kind === 'archive-one') return call('DELETE', `${path}/${id}`)
    if (one.kind === 'erase') return call('POST', `${path}/gdpr-delete`, { objectId: id })
    return restore(hubspot, type, id)
  }
  if (one.kind === 'members') {
    const [recordIdsToAdd, recordIdsToRemove] = [one.add, one.remove].map(of => of.map(at => pick(ids.contacts, at)))
    return call('PUT', '/crm/v3/lists/1/memberships/add-and-remove', { recordIdsToAdd, recordIdsToRemove })
  }
  if (one.kind === 'events') {
    const inputs = one.uuids.map((uuid, at) => {
      return { eventName: SEEN, uuid, objectId: pick(ids.contacts, one.of[at] ?? 0), properties: {} }
    })
    return call('POST', '/events/v3/send/batch', { inputs })
  }
  const to = { id: pick(ids.contacts, one.which) }
  const types = [{ associationCategory: 'HUBSPOT_DEFINED', associationTypeId: 3 }]
  return call('POST', '/crm/v3/objects/deals', { properties: { dealname: 'Big' }, associations: [{ to, types }] })
}

/** Somebody may try it with what is not in the recycle bin. */
function restore(hubspot: HubSpotSimulator, type: string, id: string): number {
  try {
    hubspot.objects(type).restore(id)
    return 200
  } catch {
    return 400
  }
}

/** Keeps a portal in memory, as a file would: as text. */
function memory() {
  const kept = new Map<string, Map<string, string>>()
  const part = (scope: string): Keeper => ({
    kept: kind => Array.from(kept.get(scope + kind) ?? [], ([key, text]) => [key, JSON.parse(text)]),
    keep: (kind, key, value) => {
      const ofKind = kept.get(scope + kind) ?? new Map<string, string>()
      kept.set(scope + kind, ofKind)
      const text = JSON.stringify(value, (_, item) => (item instanceof Map ? [...item] : item))
      if (value === null) ofKind.delete(key)
      else ofKind.set(key, text)
    },
    of: typeId => part(`${typeId}/`),
  })
  return { keeper: part(''), again: () => part('') }
}
