import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createHubSpot, type HubSpotSimulator, POSITIONS } from '../../local/hubspot/index.ts'
import { CONTACTS, createManualClock, traced } from './portal.ts'

const HEADERS = { authorization: 'Bearer local', 'content-type': 'application/json' }

/** Few addresses and ids, so that they meet. */
const email = fc.constantFrom('a@x.com', 'b@x.com', 'c@x.com', 'D@x.com', 'd@x.com', 'e@x.com', 'f@x.com', '', 'bad')
const userId = fc.constantFrom('u1', 'u2', 'U1', '')
const which = fc.nat({ max: 6 })
const properties = fc.record({ email, user_id: userId, city: fc.constantFrom('Rome', '') }, { requiredKeys: [] })
const batch = fc.record({
  isTraced: fc.boolean(),
  inputs: fc.array(fc.record({ which, properties, by: fc.constantFrom('email', 'user_id') }), { maxLength: 4 }),
})
const step = fc.oneof(
  fc.record({ kind: fc.constantFrom('create', 'update', 'upsert', 'archive'), batch }),
  fc.record({ kind: fc.constantFrom('merge'), which, other: which }),
  fc.record({ kind: fc.constantFrom('form'), email }),
  fc.record({ kind: fc.constantFrom('erase', 'delete', 'attach', 'detach'), which, email }),
)
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never

const switches = fc.record(
  Object.fromEntries(
    Object.entries(POSITIONS).map(([name, positions]) => [name, fc.constantFrom<unknown>(...positions)]),
  ),
)

describe('whatever is done, in all positions of the switches', () => {
  test('facts §4, §6: no address and no unique value leads to two contacts, and every one leads to its contact', async () => {
    await fc.assert(
      fc.asyncProperty(switches, fc.array(step, { maxLength: 60, size: 'max' }), async (positions, steps) => {
        const hubspot = createHubSpot({ clock: createManualClock(), limits: { perTenSeconds: 1_000 } })
        hubspot.setSwitches({ ...positions, secondaryEmailApi: 'served' })
        hubspot.defineProperty({ name: 'user_id', hasUniqueValue: true })
        const vids = ['a@x.com', 'b@x.com', 'c@x.com'].map(email => hubspot.seedContact({ email }).vid)

        for (const one of steps) {
          const before = world(hubspot)
          const writes = hubspot.ledger.writes.length
          const status = await take(hubspot, one, vids)
          for (const { vid } of hubspot.contacts()) if (!vids.includes(vid)) vids.push(vid)

          expect(status).toBeLessThan(500)
          const mayKeepGood = positions.untracedCreate === 'partial'
          if (status >= 400 && !mayKeepGood) expect(world(hubspot)).toEqual(before)
          if (status >= 400 && !mayKeepGood) expect(hubspot.ledger.writes).toHaveLength(writes)
          await assess(hubspot, vids)
        }
      }),
      { numRuns: 150 },
    )
  })
})

const world = (hubspot: HubSpotSimulator) => hubspot.contacts()

async function assess(hubspot: HubSpotSimulator, vids: readonly string[]): Promise<void> {
  const contacts = hubspot.contacts()
  expect(hubspot.contactCount).toBe(contacts.length)
  const addresses = contacts.flatMap(contact => [...(contact.email ? [contact.email] : []), ...contact.secondaryEmails])
  expect(new Set(addresses).size).toBe(addresses.length)
  const users = contacts.flatMap(contact => contact.properties.user_id ?? [])
  expect(new Set(users).size).toBe(users.length)
  for (const contact of contacts) {
    for (const address of [...(contact.email ? [contact.email] : []), ...contact.secondaryEmails]) {
      expect(hubspot.contactByEmail(address)?.vid).toBe(contact.vid)
    }
    const user = contact.properties.user_id
    const read = user && (await call(hubspot, 'GET', `${CONTACTS}/${user}?idProperty=user_id`))
    if (read) expect(JSON.parse(read.body).id).toBe(contact.vid)
    for (const merged of contact.mergedVids) expect(hubspot.contact(merged)?.vid).toBe(contact.vid)
  }
  expect(vids.length).toBeGreaterThanOrEqual(contacts.length)
}

async function take(hubspot: HubSpotSimulator, one: Step, vids: readonly string[]): Promise<number> {
  const pick = (at: number) => vids[at % Math.max(1, vids.length)] ?? '17'
  if ('batch' in one) {
    const inputs = one.batch.inputs.map(input => {
      const key = input.by === 'email' ? input.properties.email : input.properties.user_id
      if (one.kind === 'create') return { properties: input.properties }
      if (one.kind === 'upsert') return { id: key || 'a@x.com', idProperty: input.by, properties: input.properties }
      return { id: pick(input.which), properties: input.properties }
    })
    const body = { inputs: one.batch.isTraced ? traced(inputs) : inputs }
    return (await call(hubspot, 'POST', `${CONTACTS}/batch/${one.kind}`, body)).status
  }
  if ('other' in one) {
    const body = { primaryObjectId: pick(one.which), objectIdToMerge: pick(one.other) }
    return (await call(hubspot, 'POST', `${CONTACTS}/merge`, body)).status
  }
  if (!('which' in one)) return submit(hubspot, one.email)
  const vid = pick(one.which)
  const secondary = `/contacts/v1/secondary-email/${vid}/email/${encodeURIComponent(one.email || 'a@x.com')}`
  switch (one.kind) {
    case 'erase':
      return (await call(hubspot, 'POST', `${CONTACTS}/gdpr-delete`, { objectId: vid })).status
    case 'delete':
      return (await call(hubspot, 'DELETE', `${CONTACTS}/${vid}`)).status
    case 'attach':
      return (await call(hubspot, 'PUT', secondary)).status
    default:
      return (await call(hubspot, 'DELETE', secondary)).status
  }
}

/** An erased address, or one that is none, is refused. */
function submit(hubspot: HubSpotSimulator, address: string): number {
  try {
    hubspot.submitForm(address)
    return 200
  } catch {
    return 400
  }
}

const call = (hubspot: HubSpotSimulator, method: string, url: string, body?: unknown) =>
  hubspot.handle({ method, url, headers: HEADERS, ...(body === undefined ? {} : { body: JSON.stringify(body) }) })
