import { describe, expect, test } from 'vitest'
import { openContract, sound } from './contract.ts'
import { openApiIsHere, warnWithoutOpenApi } from './openapi.ts'

warnWithoutOpenApi()

const EVENTS = { v3: '/events/v3', '2026-09': '/events/custom/2026-09' }
const LISTS = { v3: '/crm/v3/lists', '2026-09': '/crm/lists/2026-09' }
const PREFERENCES = { v3: '/communication-preferences/v4', '2026-09': '/communication-preferences/2026-09' }

describe.skipIf(!openApiIsHere).each(['v3', '2026-09'] as const)("HubSpot's OpenAPI files %s", version => {
  test('events and their definitions', async () => {
    const { call, hubspot } = await openContract(version)
    const objectId = hubspot.seedContact().vid
    const path = EVENTS[version]
    const option = { label: 'Team', value: 'team', displayOrder: 0, hidden: false }
    const definition = {
      label: 'Plan changed',
      name: 'plan_changed',
      description: 'Somebody changed plans',
      primaryObject: 'CONTACT',
      includeDefaultProperties: true,
      propertyDefinitions: [
        { name: 'seats', label: 'Seats', type: 'number' },
        { name: 'plan', label: 'Plan', type: 'enumeration', options: [option] },
      ],
    }
    const eventName = 'pe891936587_plan_changed'
    const properties = { plan: 'team', hs_city: 'Rome' }
    const event = { eventName, objectId, properties, occurredAt: '2026-11-01T10:00:00Z', uuid: '1' }

    expect(await call('POST', `${path}/event-definitions`, definition)).toEqual(sound(201))
    expect(await call('POST', `${path}/event-definitions`, definition)).toEqual(sound(409))
    expect(await call('GET', `${path}/event-definitions?includeProperties=true`)).toEqual(sound(200))
    expect(await call('GET', `${path}/event-definitions/${eventName}`)).toEqual(sound(200))
    const property = { name: 'note', label: 'Note', type: 'string' }
    expect(await call('POST', `${path}/event-definitions/${eventName}/property`, property)).toEqual(sound(201))
    const changed = { label: 'Remark' }
    expect(await call('PATCH', `${path}/event-definitions/${eventName}/property/note`, changed)).toEqual(sound(201))
    expect(await call('POST', `${path}/send`, event)).toEqual(sound(204))
    expect(await call('POST', `${path}/send/batch`, { inputs: [event] })).toEqual(sound(204))
    expect(await call('POST', `${path}/send`, { ...event, eventName: 'pe891936587_nope' })).toEqual(sound(400))
    expect(await call('DELETE', `${path}/event-definitions/${eventName}/property/note`)).toEqual(sound(204))
    expect(await call('DELETE', `${path}/event-definitions/${eventName}`)).toEqual(sound(204))
    expect(await call('GET', `${path}/event-definitions/${eventName}`)).toEqual(sound(404))
  })

  test('lists and their members', async () => {
    const { call, hubspot } = await openContract(version)
    const { vid } = hubspot.seedContact()
    const path = LISTS[version]
    const list = { name: 'Customers', objectTypeId: '0-1', processingType: 'MANUAL' }
    const change = { recordIdsToAdd: [vid], recordIdsToRemove: ['17'] }

    expect(await call('POST', path, list)).toEqual(sound(200))
    expect(await call('POST', path, list)).toEqual(sound(400))
    expect(await call('GET', `${path}/1`)).toEqual(sound(200))
    expect(await call('GET', `${path}?listIds=1`)).toEqual(sound(200))
    expect(await call('GET', `${path}/object-type-id/0-1/name/Customers`)).toEqual(sound(200))
    const search = { additionalProperties: [], listIds: [], offset: 0, processingTypes: [], query: 'cust' }
    expect(await call('POST', `${path}/search`, search)).toEqual(sound(200))
    expect(await call('PUT', `${path}/1/memberships/add`, [vid, '17'])).toEqual(sound(200))
    expect(await call('PUT', `${path}/1/memberships/remove`, [vid])).toEqual(sound(200))
    expect(await call('PUT', `${path}/1/memberships/add-and-remove`, change)).toEqual(sound(200))
    expect(await call('GET', `${path}/1/memberships`)).toEqual(sound(200))
    expect(await call('GET', `${path}/records/0-1/${vid}/memberships`)).toEqual(sound(200))
    expect(await call('PUT', `${path}/1/update-list-name?listName=Old`)).toEqual(sound(200))
    expect(await call('DELETE', `${path}/1/memberships`)).toEqual(sound(204))
    expect(await call('DELETE', `${path}/1`)).toEqual(sound(204))
    expect(await call('PUT', `${path}/1/restore`)).toEqual(sound(204))
    expect(await call('GET', `${path}/2`)).toEqual(sound(404))
  })

  test('communication preferences', async () => {
    const { call } = await openContract(version)
    const path = PREFERENCES[version]
    const wish = {
      channel: 'EMAIL',
      subscriptionId: 110000001,
      statusState: 'SUBSCRIBED',
      legalBasis: 'CONSENT_WITH_NOTICE',
      legalBasisExplanation: 'Signed up',
    }
    const inputs = ['a@x.com', 'b@x.com'].map(subscriberIdString => ({ ...wish, subscriberIdString }))
    const addresses = { inputs: ['a@x.com', 'b@x.com'] }
    const email = 'channel=EMAIL'

    expect(await call('GET', `${path}/definitions`)).toEqual(sound(200))
    expect(await call('POST', `${path}/statuses/a@x.com`, wish)).toEqual(sound(200))
    expect(await call('GET', `${path}/statuses/a@x.com?${email}`)).toEqual(sound(200))
    expect(await call('POST', `${path}/statuses/batch/write`, { inputs })).toEqual(sound(200))
    expect(await call('POST', `${path}/statuses/batch/read?${email}`, addresses)).toEqual(sound(200))
    expect(await call('POST', `${path}/statuses/batch/read?${email}`, { inputs: ['nobody'] })).toEqual(sound(207))
    expect(await call('POST', `${path}/statuses/a@x.com/unsubscribe-all?${email}`)).toEqual(sound(200))
    expect(await call('GET', `${path}/statuses/a@x.com/unsubscribe-all?${email}`)).toEqual(sound(200))
    const all = `${path}/statuses/batch/unsubscribe-all`
    expect(await call('POST', `${all}?${email}&verbose=true`, addresses)).toEqual(sound(200))
    expect(await call('POST', `${all}/read?${email}`, addresses)).toEqual(sound(200))
    expect(await call('POST', `${path}/statuses/a@x.com`, wish)).toEqual(sound(400))
    if (version !== '2026-09') return
    const body = { emailAddress: 'c@x.com', subscriptionId: '110000001' }
    expect(await call('POST', `${path}/subscribe`, body)).toEqual(sound(200))
    expect(await call('POST', `${path}/unsubscribe`, body)).toEqual(sound(200))
    expect(await call('POST', `${path}/resubscribe`, body)).toEqual(sound(200))
    expect(await call('GET', `${path}/status/email/c@x.com`)).toEqual(sound(200))
  })
})
