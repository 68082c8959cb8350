import { expect, test } from 'vitest'
import { createHubSpot } from '../../local/hubspot/index.ts'
import { createManualClock } from './portal.ts'

const HEADERS = { authorization: 'Bearer local', 'content-type': 'application/json' }

function portal() {
  const clock = createManualClock()
  const hubspot = createHubSpot({ clock })
  hubspot.events.define({ name: 'seen' })
  hubspot.lists.define({ name: 'Customers' })
  const { vid } = hubspot.seedContact()
  const company = hubspot.objects('companies').seed({ name: 'Acme' }).id
  const post = (url: string, body: unknown, method = 'POST') =>
    hubspot.handle({ method, url, headers: HEADERS, body: JSON.stringify(body) }).then(
      ({ status }) => status,
      () => 'lost',
    )
  return { hubspot, clock, vid, company, post }
}

test('a fault strikes the endpoint that it is meant for, and what it loses may have been done', async () => {
  const { hubspot, vid, company, post } = portal()
  hubspot.addFault({ match: { path: /send\/batch|memberships/ }, fault: { kind: 'drop', when: 'after' } })
  const events = { inputs: [{ eventName: 'pe891936587_seen', objectId: vid, properties: {} }] }
  const pair = { inputs: [{ from: { id: vid }, to: { id: company } }] }

  const statuses = [
    await post('/events/v3/send/batch', events),
    await post('/crm/v3/lists/1/memberships/add', [vid], 'PUT'),
    await post('/crm/v4/associations/contacts/companies/batch/associate/default', pair),
  ]

  expect(statuses).toEqual(['lost', 'lost', 200])
  expect(hubspot.events.of(vid)).toHaveLength(1)
  expect(hubspot.lists.members('Customers')).toEqual([vid])
})

test('an event that arrives late is taken late, and its repetition is not taken', async () => {
  const { hubspot, clock, vid, post } = portal()
  hubspot.addFault({ fault: { kind: 'late', after: 5_000 }, times: 1 })
  const event = { eventName: 'pe891936587_seen', objectId: vid, properties: {}, uuid: '1' }

  const first = await post('/events/v3/send', event)
  const second = await post('/events/v3/send', event)
  await clock.advance(5_000)

  expect([first, second]).toEqual(['lost', 204])
  expect(hubspot.events.of(vid)).toHaveLength(1)
})

test('calls are counted by endpoint, with their inputs', async () => {
  const { hubspot, vid, company, post } = portal()
  const event = { eventName: 'pe891936587_seen', objectId: vid, properties: {} }

  await post('/events/v3/send/batch', { inputs: [event, event] })
  await post('/events/custom/2026-09/send', event)
  await post('/crm/v4/associations/contacts/companies/batch/associate/default', {
    inputs: [{ from: { id: vid }, to: { id: company } }],
  })
  await post('/crm/lists/2026-09/1/memberships/add-and-remove', { recordIdsToAdd: [vid], recordIdsToRemove: [] }, 'PUT')
  await post('/crm/v3/objects/companies/batch/update', { inputs: [{ id: company, properties: { city: 'Rome' } }] })

  expect(hubspot.calls.byRoute).toEqual({
    'POST events/send/batch': { calls: 1, inputs: 2 },
    'POST events/send': { calls: 1, inputs: 0 },
    'POST associations/contacts/companies/batch/associate/default': { calls: 1, inputs: 1 },
    'PUT lists/{id}/memberships/add-and-remove': { calls: 1, inputs: 1 },
    'POST companies/batch/update': { calls: 1, inputs: 1 },
  })
  expect(hubspot.calls).toMatchObject({ writes: 1, deeds: 5 })
})
