import { describe, expect, test } from 'vitest'
import { CONTACTS, open } from './portal.ts'

const PATHS = { v3: '/crm/v3/properties/contacts', '2026-09': '/crm/properties/2026-09/contacts' }
const DEFINITION = {
  name: 'internal_user_id',
  label: 'Internal user id',
  groupName: 'contactinformation',
  type: 'string',
  fieldType: 'text',
  hasUniqueValue: true,
}

describe.each(['v3', '2026-09'] as const)('properties %s', version => {
  const path = PATHS[version]

  test('facts §6: lists what a new portal has, HubSpot’s own with read-only definitions', async () => {
    const { call } = await open()

    const { status, body } = await call('GET', path)

    expect(status).toBe(200)
    expect(body.results.length).toBeGreaterThan(40)
    expect(body.results.find(property => Reflect.get(property, 'name') === 'lastmodifieddate')).toMatchObject({
      type: 'datetime',
      hubspotDefined: true,
      modificationMetadata: { readOnlyValue: true, readOnlyDefinition: true },
    })
  })

  test('facts §6: a unique property is created with 201 and enforced from then on', async () => {
    const { call } = await open()

    const created = await call('POST', path, DEFINITION)
    const first = await call('POST', CONTACTS, { properties: { internal_user_id: 'u1' } })
    const second = await call('POST', CONTACTS, { properties: { internal_user_id: 'u1' } })

    expect(created.status).toBe(201)
    expect(created.body).toMatchObject({ ...DEFINITION, modificationMetadata: { readOnlyValue: false } })
    expect([first.status, second.status]).toEqual([201, 400])
    expect(second.body.message).toContain(`${first.body.id} already has that value`)
  })

  test('facts §6: a taken name is 409 OBJECT_ALREADY_EXISTS', async () => {
    const { call } = await open()
    await call('POST', path, DEFINITION)

    const reply = await call('POST', path, DEFINITION)

    expect(reply.status).toBe(409)
    expect(reply.body).toMatchObject({
      category: 'OBJECT_ALREADY_EXISTS',
      subCategory: 'Properties.PROPERTY_WITH_NAME_EXISTS',
      message: "A property named 'internal_user_id' already exists.",
    })
  })

  test('facts §6: an unknown name is 404 OBJECT_NOT_FOUND', async () => {
    const { call } = await open()

    const reply = await call('GET', `${path}/nope`)

    expect(reply.status).toBe(404)
    expect(reply.body.category).toBe('OBJECT_NOT_FOUND')
  })

  test('facts §6: a property can be changed and archived, HubSpot’s own cannot; uniqueness stays', async () => {
    const { call } = await open()
    await call('POST', path, DEFINITION)

    const changed = await call('PATCH', `${path}/internal_user_id`, { label: 'User' })
    const unique = await call('PATCH', `${path}/internal_user_id`, { hasUniqueValue: false })
    const archived = await call('DELETE', `${path}/internal_user_id`)
    const gone = await call('POST', CONTACTS, { properties: { internal_user_id: 'u1' } })
    const own = await call('PATCH', `${path}/email`, { label: 'Mail' })
    const ownArchived = await call('DELETE', `${path}/email`)

    expect([changed.status, unique.status, archived.status, gone.status]).toEqual([200, 400, 204, 400])
    expect(gone.body.errors[0]?.code).toBe('PROPERTY_DOESNT_EXIST')
    expect([own.status, ownArchived.status]).toEqual([400, 400])
  })
})

describe('unique properties', () => {
  test('facts §6: at most 10 of them', async () => {
    const { call } = await open()
    const create = (count: number) => call('POST', PATHS.v3, { ...DEFINITION, name: `unique_${count}` })

    // The portal of these tests has one already.
    const replies = []
    for (let count = 2; count <= 11; count++) replies.push(await create(count))

    expect(replies.map(reply => reply.status)).toEqual([...Array.from({ length: 9 }, () => 201), 400])
  })

  test('facts §6: identify records in GET and batch/read', async () => {
    const { call, batch, hubspot } = await open()
    const { vid } = hubspot.seedContact({ properties: { user_id: 'u1' } })

    const single = await call('GET', `${CONTACTS}/u1?idProperty=user_id`)
    const read = await batch('read', [{ id: 'u1' }, { id: 'u2' }], { idProperty: 'user_id' })

    expect(single.body.id).toBe(vid)
    expect(read.body.results.map(result => result.id)).toEqual([vid])
    expect(read.body.errors[0]?.context.ids).toEqual(['u2'])
  })

  test('facts §6: a changed value frees the old one', async () => {
    const { batch, hubspot } = await open()
    const { vid } = hubspot.seedContact({ properties: { user_id: 'u1' } })
    await batch('update', [{ id: vid, properties: { user_id: 'u2' } }])

    const reply = await batch('create', [{ properties: { user_id: 'u1' } }])

    expect(reply.status).toBe(201)
  })

  test.each([false, true])(
    'facts §6, switch uniqueIgnoresCase %s: values that differ only in case',
    async uniqueIgnoresCase => {
      const { batch, hubspot } = await open({ switches: { uniqueIgnoresCase } })
      hubspot.seedContact({ properties: { user_id: 'Abc' } })

      const reply = await batch('create', [{ properties: { user_id: 'aBC' } }])

      expect(reply.status).toBe(uniqueIgnoresCase ? 400 : 201)
    },
  )

  test.each(['free', 'held'] as const)(
    'facts §6, switch archivedUnique %s: the value of an archived contact',
    async archivedUnique => {
      const { batch, hubspot } = await open({ switches: { archivedUnique } })
      const { vid } = hubspot.seedContact({ properties: { user_id: 'u1' } })
      hubspot.archiveInUi(vid)

      const read = await batch('read', [{ id: 'u1' }], { idProperty: 'user_id' })
      const created = await batch('create', [{ properties: { user_id: 'u1' } }])

      expect(read.body.results).toEqual([])
      expect(created.status).toBe(archivedUnique === 'free' ? 201 : 400)
    },
  )
})
