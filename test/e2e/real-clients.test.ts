import RudderAnalytics from '@rudderstack/rudder-sdk-node'
import { Analytics } from '@segment/analytics-node'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createHubSpot, type Listening } from '../../local/hubspot/index.ts'
import { type Run, SOON, startRun } from './run.ts'

/** A portal with the custom properties of the sample. */
const hubspot = createHubSpot()
let listening: Listening
let run: Run
beforeAll(async () => {
  hubspot.defineProperty({ name: 'custom_flavor', type: 'string' })
  hubspot.defineProperty({ name: 'custom_date', type: 'date' })
  hubspot.defineProperty({ name: 'custom_date1', type: 'datetime' })
  listening = await hubspot.listen()
  run = await startRun({ hubspotBaseUrl: listening.url })
})
afterAll(() => listening.close())

/** The identify of RudderStack's HubSpot documentation. */
const alex = {
  firstName: 'Alex',
  city: 'New Orleans',
  country: 'USA',
  phone: '+1-202-555-0146',
  custom_flavor: 'chocolate',
  custom_date: 1574769933368,
  custom_date1: new Date('2019-10-14T11:15:53.296Z'),
}
const arrived = {
  firstname: 'Alex',
  city: 'New Orleans',
  country: 'USA',
  phone: '+1-202-555-0146',
  custom_flavor: 'chocolate',
  custom_date: '2019-11-26',
  custom_date1: '2019-10-14T11:15:53.296Z',
}

async function expectAlex(userId: string, email: string): Promise<void> {
  await expect.poll(() => hubspot.contactByEmail(email)?.properties, SOON).toMatchObject({ ...arrived, email })
  await expect
    .poll(() => run.get(`/v1/users/${userId}`), SOON)
    .toMatchObject({ body: { status: 'synced', email, problems: [] } })
}

test('@segment/analytics-node with default settings: a user arrives with custom properties, dates included', async () => {
  const analytics = new Analytics({ writeKey: 'local', host: run.apiUrl })

  analytics.identify({ userId: 'by-segment', traits: { ...alex, email: 'alex@example.com' } })
  await analytics.closeAndFlush()

  await expectAlex('by-segment', 'alex@example.com')
})

test('@rudderstack/rudder-sdk-node with default settings: a user arrives with custom properties, dates included', async () => {
  const rudder = new RudderAnalytics('local', { dataPlaneUrl: run.apiUrl, logLevel: 'none' })

  rudder.identify({ userId: 'by-rudderstack', traits: { ...alex, email: 'alexa@example.com' } })
  await rudder.flush()

  await expectAlex('by-rudderstack', 'alexa@example.com')
})

test('bad input beside good: every event of a batch stands for itself, and the next user arrives', async () => {
  const deep = JSON.parse(`${'{"a":'.repeat(200)}1${'}'.repeat(200)}`)
  const batch = [
    { type: 'identify', traits: {} },
    { type: 'identify', userId: 'deep', traits: deep },
    { type: 'identify', userId: 'x'.repeat(10_000), traits: {} },
    { type: 'identify', userId: { $ne: 1 }, traits: {} },
    { type: 'identify', userId: 'null\u0000byte', traits: {} },
    { type: 'identify', userId: 'typed', traits: { email: ['no'], firstName: { a: 1 }, city: 'Rome' } },
    { type: 'identify', userId: 'odd-time', timestamp: 'yesterday', traits: { city: 'Oslo' } },
    { type: 'identify', userId: '🚀', traits: JSON.parse('{"__proto__": {"x": 1}, "city": "Bern"}') },
    {
      type: 'identify',
      userId: 'many',
      traits: Object.fromEntries(Array.from({ length: 5_000 }, (_, n) => [`t${n}`, n])),
    },
  ]

  const answer = await run.post('batch', { batch })
  await run.post('identify', { userId: 'next', traits: { email: 'next@example.com' } })

  expect(answer).toMatchObject({ status: 202, body: { accepted: 4 } })
  await expect.poll(() => hubspot.contactByEmail('next@example.com')?.email, SOON).toBe('next@example.com')
  const contactOf = (userId: string) =>
    hubspot.contacts().find(contact => contact.properties.internal_user_id === userId)
  await expect.poll(() => contactOf('typed')?.properties.city, SOON).toBe('Rome')
  expect(contactOf('odd-time')?.properties.city).toBe('Oslo')
  await expect
    .poll(() => run.get(`/v1/users/${encodeURIComponent('🚀')}`), SOON)
    .toMatchObject({ body: { status: 'synced' } })
  await expect.poll(() => run.get('/v1/users/many'), SOON).toMatchObject({ body: { status: 'synced' } })
})
