import { describe, expect, test } from 'vitest'
import { openContract, sound } from './contract.ts'
import { openApiIsHere, warnWithoutOpenApi } from './openapi.ts'

warnWithoutOpenApi()

const OBJECTS = { v3: '/crm/v3/objects', '2026-09': '/crm/objects/2026-09' }
const PROPERTIES = { v3: '/crm/v3/properties', '2026-09': '/crm/properties/2026-09' }
const ASSOCIATIONS = { v3: '/crm/v4/associations', '2026-09': '/crm/associations/2026-09' }
const LINKS = { v3: '/crm/v4/objects', '2026-09': '/crm/objects/2026-09' }

describe.skipIf(!openApiIsHere).each(['v3', '2026-09'] as const)("HubSpot's OpenAPI files %s", version => {
  test.each(['companies', '0-3', 'pets'])('batches and single calls of %s', async type => {
    const { call, hubspot } = await openContract(version, { customObjects: [{ name: 'pets' }] })
    hubspot.defineProperty({ name: 'key', hasUniqueValue: true }, type)
    const { id } = hubspot.objects(type).seed({ key: 'a' })
    const path = `${OBJECTS[version]}/${type}`
    const read = {
      inputs: [{ id: 'a' }, { id: 'z' }],
      idProperty: 'key',
      properties: ['key'],
      propertiesWithHistory: [],
    }
    const create = { properties: { key: 'c' }, associations: [] }
    const upsert = { id: 'b', idProperty: 'key', properties: { hubspot_owner_id: '7' }, objectWriteTraceId: '1' }

    expect(await call('POST', `${path}/batch/create`, { inputs: [create] })).toEqual(sound(201))
    expect(await call('POST', `${path}/batch/read`, read)).toEqual(sound(207))
    expect(await call('POST', `${path}/batch/update`, { inputs: [{ id, properties: { key: 'd' } }] })).toEqual(
      sound(200),
    )
    expect(await call('POST', `${path}/batch/upsert`, { inputs: [upsert] })).toEqual(sound(200))
    const bad = { ...upsert, id: 'e', properties: { nope: '1' }, objectWriteTraceId: '2' }
    expect(await call('POST', `${path}/batch/upsert`, { inputs: [upsert, bad] })).toEqual(sound(207))
    expect(await call('GET', `${path}/${id}?properties=key`)).toEqual(sound(200))
    expect(await call('GET', path)).toEqual(sound(200))
    const search = { filterGroups: [], properties: [], limit: 1, after: '0', sorts: [] }
    expect(await call('POST', `${path}/search`, search)).toEqual(sound(200))
    expect(await call('POST', `${path}/batch/archive`, { inputs: [{ id }] })).toEqual(sound(204))
    expect(await call('GET', `${path}/${id}`)).toEqual(sound(404))
  })

  test('properties in batches, and their groups', async () => {
    const { call } = await openContract(version)
    const path = `${PROPERTIES[version]}/companies`
    const group = { name: 'vidsync', label: 'vidsync' }
    const property = { name: 'seats', label: 'Seats', groupName: 'vidsync', type: 'number', fieldType: 'number' }
    const options = ['a', 'b'].map((value, displayOrder) => ({ label: value, value, displayOrder, hidden: false }))
    const choice = { ...property, name: 'plan', type: 'enumeration', fieldType: 'select', options }
    const created = version === 'v3' ? 201 : 200

    expect(await call('POST', `${path}/groups`, group)).toEqual(sound(201))
    expect(await call('POST', `${path}/groups`, group)).toEqual(sound(409))
    expect(await call('GET', `${path}/groups/vidsync`)).toEqual(sound(200))
    expect(await call('PATCH', `${path}/groups/vidsync`, { label: 'Ours' })).toEqual(sound(200))
    expect(await call('POST', `${path}/batch/create`, { inputs: [property, choice] })).toEqual(sound(created))
    expect(await call('POST', `${path}/batch/create`, { inputs: [property] })).toEqual(sound(207))
    const read = { archived: false, dataSensitivity: 'non_sensitive', inputs: [{ name: 'seats' }] }
    expect(await call('POST', `${path}/batch/read`, read)).toEqual(sound(200))
    expect(await call('POST', `${path}/batch/archive`, { inputs: [{ name: 'seats' }] })).toEqual(sound(204))
    expect(await call('DELETE', `${path}/groups/vidsync`)).toEqual(sound(204))
    expect(await call('GET', `${path}/groups/vidsync`)).toEqual(sound(404))
  })

  test('associations', async () => {
    const { call, hubspot } = await openContract(version)
    const from = { id: hubspot.seedContact().vid }
    const to = { id: hubspot.objects('companies').seed({ name: 'Acme' }).id }
    const types = [{ associationCategory: 'HUBSPOT_DEFINED', associationTypeId: 1 }]
    const batch = `${ASSOCIATIONS[version]}/contacts/companies/batch`
    const one = `${LINKS[version]}/contacts/${from.id}/associations`
    const [created, archived] = version === 'v3' ? [201, 204] : [200, 200]

    expect(await call('POST', `${batch}/associate/default`, { inputs: [{ from, to }] })).toEqual(sound(200))
    expect(await call('POST', `${batch}/create`, { inputs: [{ from, to, types }] })).toEqual(sound(created))
    expect(await call('POST', `${batch}/create`, { inputs: [{ from, to: { id: '1' }, types }] })).toEqual(sound(207))
    expect(await call('POST', `${batch}/read`, { inputs: [from] })).toEqual(sound(200))
    expect(await call('POST', `${batch}/labels/archive`, { inputs: [{ from, to, types }] })).toEqual(sound(archived))
    expect(await call('POST', `${batch}/archive`, { inputs: [{ from, to: [to] }] })).toEqual(sound(archived))
    expect(await call('POST', `${batch}/read`, { inputs: [from] })).toEqual(sound(207))
    expect(await call('PUT', `${one}/default/companies/${to.id}`)).toEqual(sound(200))
    expect(await call('PUT', `${one}/companies/${to.id}`, types)).toEqual(sound(201))
    if (version === 'v3') expect(await call('GET', `${one}/companies`)).toEqual(sound(200))
    expect(await call('DELETE', `${one}/companies/${to.id}`)).toEqual(sound(204))
  })
})
