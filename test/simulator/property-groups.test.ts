import { describe, expect, test } from 'vitest'
import { open } from './portal.ts'

const property = { name: 'seats', label: 'Seats', groupName: 'companyinformation', type: 'number', fieldType: 'number' }

describe.each(['/crm/v3/properties/companies', '/crm/properties/2026-09/0-2'])('%s', path => {
  test('facts §6: groups are made, found, changed and removed; a taken name is 409', async () => {
    const { call } = await open()
    const group = { name: 'vidsync', label: 'vidsync' }

    const made = await call('POST', `${path}/groups`, group)
    const again = await call('POST', `${path}/groups`, group)
    const changed = await call('PATCH', `${path}/groups/vidsync`, { label: 'Ours' })
    const list = await call('GET', `${path}/groups`)
    const removed = await call('DELETE', `${path}/groups/vidsync`)
    const gone = await call('GET', `${path}/groups/vidsync`)

    expect([made, again, changed, list, removed, gone].map(({ status }) => status)).toEqual([
      201, 409, 200, 200, 204, 404,
    ])
    expect(list.body.results).toContainEqual({ name: 'vidsync', label: 'Ours', displayOrder: -1, archived: false })
  })

  test('facts §6: properties go into a group that there is', async () => {
    const { call, hubspot } = await open()

    const early = await call('POST', path, { ...property, groupName: 'vidsync' })
    await call('POST', `${path}/groups`, { name: 'vidsync', label: 'vidsync' })
    const late = await call('POST', path, { ...property, groupName: 'vidsync' })

    expect([early.status, late.status]).toEqual([400, 201])
    expect(hubspot.objects('companies').property('seats')).toMatchObject({ groupName: 'vidsync', type: 'number' })
    expect(hubspot.objects('contacts').property('seats')).toBeUndefined()
  })

  test('properties are made in batches: what there is already is named in a 207', async () => {
    const { call, hubspot } = await open()

    const first = await call('POST', `${path}/batch/create`, { inputs: [property] })
    const second = await call('POST', `${path}/batch/create`, { inputs: [property, { ...property, name: 'desks' }] })

    expect([first.status, second.status]).toEqual([path.includes('2026') ? 200 : 201, 207])
    expect(second.body.errors[0]?.context).toEqual({ name: ['seats'] })
    expect(hubspot.objects('companies').property('desks')).toBeDefined()
  })
})

describe('properties', () => {
  test.each([
    ['a field type of another type', { fieldType: 'text' }],
    ['options with one value', { type: 'enumeration', fieldType: 'select', options: twice() }],
    ['a unique value that is no text or number', { type: 'bool', fieldType: 'booleancheckbox', hasUniqueValue: true }],
    ['no label', { label: '' }],
    ['a name with capitals', { name: 'Seats' }],
  ])('facts §6: %s is 400', async (_, more) => {
    const { call } = await open()

    const reply = await call('POST', '/crm/v3/properties/companies', { ...property, ...more })

    expect(reply.status).toBe(400)
  })

  test('facts §6: ten unique properties of each type', async () => {
    const { call } = await open()
    const create = (type: string, at: number) => {
      const unique = { name: `u${at}`, label: 'U', type: 'string', fieldType: 'text', hasUniqueValue: true }
      const groupName = type === 'deals' ? 'dealinformation' : 'companyinformation'
      return call('POST', `/crm/v3/properties/${type}`, { ...unique, groupName })
    }
    const statuses: number[] = []

    for (let at = 0; at < 11; at++) statuses.push((await create('companies', at)).status)
    statuses.push((await create('deals', 1)).status)

    expect(statuses).toEqual([...Array.from({ length: 10 }, () => 201), 400, 201])
  })
})

function twice() {
  return ['One', 'Two'].map(label => ({ label, value: 'same', displayOrder: 0, hidden: false }))
}
