import { describe, expect, test } from 'vitest'
import { openContract, sound } from './contract.ts'
import { type ApiVersion, openApiIsHere, validateRequest, warnWithoutOpenApi } from './openapi.ts'

warnWithoutOpenApi()

const OBJECTS = { v3: '/crm/v3/objects/contacts', '2026-09': '/crm/objects/2026-09/contacts' }
const PROPERTIES = { v3: '/crm/v3/properties/contacts', '2026-09': '/crm/properties/2026-09/contacts' }
const ACCOUNT = { v3: '/account-info/v3/details', '2026-09': '/account-info/2026-09/details' }

/** A simulator with two contacts. */
async function contract(version: ApiVersion) {
  const opened = await openContract(version)
  const vids = ['a@x.com', 'b@x.com'].map(email => opened.hubspot.seedContact({ email }).vid)
  return { ...opened, vids, objects: OBJECTS[version], properties: PROPERTIES[version], account: ACCOUNT[version] }
}

const trace = (objectWriteTraceId: string) => ({ objectWriteTraceId })

describe.skipIf(!openApiIsHere).each(['v3', '2026-09'] as const)("HubSpot's OpenAPI files %s", version => {
  test('batches: good, mixed and empty', async () => {
    const { call, vids, objects } = await contract(version)
    const [vid = ''] = vids
    const read = { properties: ['email', 'city', 'hs_object_id'], propertiesWithHistory: ['email'] }

    expect(await call('POST', `${objects}/batch/read`, { inputs: [{ id: vid }], ...read })).toEqual(sound(200))
    expect(await call('POST', `${objects}/batch/read`, { inputs: [{ id: vid }, { id: '17' }], ...read })).toEqual(
      sound(207),
    )
    const creates = [
      { properties: { email: 'c@x.com' }, associations: [], ...trace('1') },
      { properties: { email: 'a@x.com' }, associations: [], ...trace('2') },
      { properties: { nope: 'x' }, associations: [], ...trace('3') },
    ]
    expect(await call('POST', `${objects}/batch/create`, { inputs: creates.slice(0, 1) })).toEqual(sound(201))
    expect(await call('POST', `${objects}/batch/create`, { inputs: creates.slice(1) })).toEqual(sound(207))
    const update = { id: vid, properties: { city: 'Rome' }, ...trace('1') }
    expect(await call('POST', `${objects}/batch/update`, { inputs: [update] })).toEqual(sound(200))
    const unknown = { ...update, id: '17', ...trace('2') }
    expect(await call('POST', `${objects}/batch/update`, { inputs: [update, unknown] })).toEqual(sound(207))
    const upsert = { id: 'u1', idProperty: 'user_id', properties: { city: 'Rome' } }
    expect(await call('POST', `${objects}/batch/upsert`, { inputs: [upsert] })).toEqual(sound(200))
    expect(await call('POST', `${objects}/batch/archive`, { inputs: [{ id: vid }] })).toEqual(sound(204))
  })

  test('single calls, merges, privacy deletions and search', async () => {
    const { call, vids, objects } = await contract(version)
    const [a = '', b = ''] = vids

    expect(await call('GET', `${objects}/${a}?properties=city,email&propertiesWithHistory=email`)).toEqual(sound(200))
    expect(await call('GET', `${objects}?limit=1`)).toEqual(sound(200))
    expect(await call('POST', objects, { properties: { email: 'c@x.com' }, associations: [] })).toEqual(sound(201))
    expect(await call('PATCH', `${objects}/${a}`, { properties: { born: '2020-02-29' } })).toEqual(sound(200))
    const search = { filterGroups: [], properties: ['email'], limit: 1, after: '0', sorts: ['email'] }
    expect(await call('POST', `${objects}/search`, search)).toEqual(sound(200))
    const merge = { primaryObjectId: a, objectIdToMerge: b }
    expect(await call('POST', `${objects}/merge`, merge)).toEqual(sound(200))
    expect(await call('GET', `${objects}/${b}`)).toEqual(sound(200))
    expect(await call('POST', `${objects}/gdpr-delete`, { objectId: a })).toEqual(sound(204))
    expect(await call('DELETE', `${objects}/${b}`)).toEqual(sound(204))
  })

  test('properties and account', async () => {
    const { call, properties, account } = await contract(version)
    const definition = {
      name: 'internal_user_id',
      label: 'User',
      groupName: 'contactinformation',
      type: 'string',
      fieldType: 'text',
      hasUniqueValue: true,
    }

    expect(await call('GET', properties)).toEqual(sound(200))
    expect(await call('POST', properties, definition)).toEqual(sound(201))
    expect(await call('POST', properties, definition)).toEqual(sound(409))
    expect(await call('GET', `${properties}/internal_user_id`)).toEqual(sound(200))
    expect(await call('PATCH', `${properties}/internal_user_id`, { label: 'Id' })).toEqual(sound(200))
    expect(await call('DELETE', `${properties}/internal_user_id`)).toEqual(sound(204))
    expect(await call('GET', `${properties}/groups`)).toEqual(sound(200))
    expect(await call('GET', account)).toEqual(sound(200))
  })

  test('errors of whole requests', async () => {
    const { call, hubspot, vids, objects, properties } = await contract(version)
    const [vid = ''] = vids
    const twice = [vid, vid].map(id => ({ id, properties: { city: 'Rome' } }))

    expect(await call('POST', objects, { properties: { nope: '1' }, associations: [] })).toEqual(sound(400))
    expect(await call('POST', objects, { properties: { email: 'a@x.com' }, associations: [] })).toEqual(sound(409))
    expect(await call('POST', `${objects}/batch/update`, { inputs: twice })).toEqual(sound(400))
    expect(await call('GET', `${objects}/17`)).toEqual(sound(404))
    expect(await call('GET', `${properties}/nope`)).toEqual(sound(404))
    hubspot.setSwitch('missingScopes', ['crm.objects.contacts.read'])
    expect(await call('GET', `${objects}/${vid}`)).toEqual(sound(403))
    hubspot.setLimits({ perTenSeconds: 0 })
    expect(await call('GET', `${objects}/${vid}`)).toEqual(sound(429))
  })

  test('a request with a misspelt field is found wrong', () => {
    const input = { id: '1', propertys: {} }

    const problems = validateRequest(version, 'POST', `${OBJECTS[version]}/batch/update`, { inputs: [input] })

    expect(problems).toHaveLength(2)
    expect(problems.join()).toContain('propertys')
  })
})
