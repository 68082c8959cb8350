import { expect } from 'vitest'
import { perLane } from '../../functions/core/record.ts'
import { type Pipeline, type PipelineOptions, pipeline } from './pipeline.ts'
import { claimOnVid } from './records.ts'

/** Who should be in HubSpot in the end, with what. */
const EXPECTED: Readonly<Record<string, { email: string | undefined; city: string }>> = {
  'new-1': { email: 'new-1@example.com', city: 'Oslo' },
  'new-2': { email: 'new-2@example.com', city: 'Oslo' },
  'new-3': { email: 'new-3@example.com', city: 'Oslo' },
  nameless: { email: undefined, city: 'Oslo' },
  'adopts-1': { email: 'adopts-1@example.com', city: 'Oslo' },
  'adopts-2': { email: 'adopts-2@example.com', city: 'Oslo' },
  'adopts-old': { email: 'newest@example.com', city: 'Oslo' },
  'updates-1': { email: 'updates-1@example.com', city: 'Oslo' },
  'updates-2': { email: 'updates-2@example.com', city: 'Oslo' },
  'moves-1': { email: 'moved-1@example.com', city: 'Oslo' },
  'moves-2': { email: 'moved-2@example.com', city: 'Oslo' },
}
const LEAD = 'lead@example.com'
/** Two contacts of nobody that users adopt, and one that is adopted under an older address. */
const SEEDED = ['adopts-1@example.com', 'adopts-2@example.com', 'adopts-old@example.com']

/** A dozen users of every kind, with events that are folded and not yet delivered. */
export async function dozen(options: PipelineOptions = {}): Promise<Pipeline> {
  const p = pipeline(options)
  for (const email of SEEDED) p.hubspot.seedContact({ email, properties: { firstname: 'Seeded' } })
  await p.identifyAll(
    ['updates-1', 'updates-2', 'moves-1', 'moves-2'].map(id => [id, { email: `${id}@example.com`, city: 'Rome' }]),
  )
  await p.untilQuiet()
  await p.identify('adopts-old', { email: 'adopts-old@example.com' })
  await p.identifyAll([
    ...Object.entries(EXPECTED).map(
      ([id, { email, city }]) => [id, { city, ...(email === undefined ? {} : { email }) }] as const,
    ),
    [undefined, { email: LEAD, city: 'Oslo' }],
  ])
  return p
}

/** Every user has one contact with the newest values, and nothing is left to do. */
export async function expectDozenDelivered(p: Pipeline): Promise<void> {
  for (const [id, { email, city }] of Object.entries(EXPECTED)) {
    const contact = p.contactOf(id)
    expect({ id, email: contact.email, city: contact.properties.city }).toEqual({ id, email, city })
    const { delivered } = await p.user(id)
    expect({
      id,
      vid: delivered.vid,
      email: delivered.email,
      state: delivered.state,
      withheld: delivered.withheld.size,
    }).toEqual({ id, vid: contact.vid, email, state: 'synced', withheld: 0 })
    expect(await p.store.readClaims([claimOnVid(contact.vid)])).toMatchObject({ size: 1 })
  }
  const lead = p.hubspot.contactByEmail(LEAD)
  expect(lead?.properties.city).toBe('Oslo')
  expect((await p.lead(LEAD)).delivered).toMatchObject({ vid: lead?.vid, state: 'synced' })
  expect(p.hubspot.contactCount).toBe(Object.keys(EXPECTED).length + 1)
  expect(await p.store.leftovers()).toEqual([])
  expect((await p.store.countDue()).lanes).toEqual(perLane(() => 0))
}
