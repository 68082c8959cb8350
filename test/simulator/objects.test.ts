import { describe, expect, test } from 'vitest'
import { createManualClock, open, traced } from './portal.ts'

const pets = {
  name: 'pets',
  requiredProperties: ['nickname'],
  primaryDisplayProperty: 'nickname',
  properties: [{ name: 'nickname' }, { name: 'chip', hasUniqueValue: true }],
}

/** Each type with a property of unique values, and what a record of it cannot do without. */
const TYPES = [
  ['companies', '0-2', 'COMPANY', {}],
  ['deals', '0-3', 'DEAL', {}],
  ['tickets', '0-5', 'TICKET', { hs_pipeline_stage: '1' }],
  ['pets', '2-27000001', '2-27000001', { nickname: 'Rex' }],
] as const

async function portal() {
  const opened = await open({ customObjects: [pets] })
  for (const [type] of TYPES) opened.hubspot.defineProperty({ name: 'chip', hasUniqueValue: true }, type)
  const post = (path: string, body: unknown) => opened.call('POST', path, body)
  return { ...opened, post }
}

describe.each(TYPES)('records of %s (%s)', (type, typeId, legacyName, needed) => {
  test.each([
    ['v3', `/crm/v3/objects/${type}`],
    ['2026-09', `/crm/objects/2026-09/${typeId}`],
  ])('facts §3: %s makes, reads, changes, upserts and archives them in batches', async (_, path) => {
    const { post, hubspot } = await portal()

    const made = await post(`${path}/batch/create`, { inputs: [{ properties: { ...needed, chip: 'a' } }] })
    const { id } = made.body.results[0] ?? { id: '' }
    const upserted = await post(`${path}/batch/upsert`, {
      inputs: ['a', 'b'].map(chip => ({
        id: chip,
        idProperty: 'chip',
        properties: { ...needed, hubspot_owner_id: '7' },
      })),
    })
    const updated = await post(`${path}/batch/update`, { inputs: [{ id, properties: { hubspot_owner_id: '8' } }] })
    const read = await post(`${path}/batch/read`, {
      inputs: [{ id: 'a' }, { id: 'c' }],
      idProperty: 'chip',
      properties: ['hubspot_owner_id'],
    })
    const archived = await post(`${path}/batch/archive`, { inputs: [{ id }] })

    expect([made, upserted, updated, read, archived].map(({ status }) => status)).toEqual([201, 200, 200, 207, 204])
    expect(upserted.body.results.map(result => [result.new, result.id === id]).sort()).toEqual([
      [false, true],
      [true, false],
    ])
    expect(read.body.results[0]?.properties.hubspot_owner_id).toBe('8')
    expect(read.body.errors[0]?.message).toContain(`Could not get some ${legacyName} objects`)
    expect(hubspot.objects(type).all()).toMatchObject([{ typeId, properties: { chip: 'b' } }])
    expect(hubspot.objects(type).get(id)).toMatchObject({ archived: true })
    expect(hubspot.ledger.writes.map(({ objectTypeId, kind }) => `${objectTypeId} ${kind}`)).toEqual([
      `${typeId} create`,
      `${typeId} update`,
      `${typeId} create`,
      `${typeId} update`,
      `${typeId} archive`,
    ])
  })

  test('facts §3.3, §3.4, §3.5: 207 where traced, nothing where not; twice the same id; no inputs', async () => {
    const { post, hubspot } = await portal()
    const bad = { id: 'b', idProperty: 'chip', properties: { ...needed, nope: '1' } }
    const good = { id: 'a', idProperty: 'chip', properties: needed }
    const path = `/crm/v3/objects/${type}/batch/upsert`

    const atomic = await post(path, { inputs: [good, bad] })
    const before = hubspot.objects(type).count
    const partial = await post(path, { inputs: traced([good, bad]) })
    const twice = await post(path, { inputs: traced([good, good]) })
    const empty = await post(path, {})

    expect([atomic.status, before, partial.status, twice.status]).toEqual([400, 0, 207, 400])
    expect(partial.body.errors[0]?.context.objectWriteTraceId).toEqual(['t1'])
    expect(hubspot.objects(type).count).toBe(1)
    expect(twice.body.message).toContain('IDs must be unique')
    expect(empty).toMatchObject({ status: 200, body: { results: [] } })
  })

  test('facts §3.6, §3.7: upsert by what is not unique is 400; a taken value is a conflict', async () => {
    const { post, hubspot } = await portal()
    const first = hubspot.objects(type).seed({ ...needed, chip: 'a' })
    const second = hubspot.objects(type).seed({ ...needed, chip: 'b' })
    const path = `/crm/v3/objects/${type}/batch`

    const byOwner = await post(`${path}/upsert`, {
      inputs: [{ id: '7', idProperty: 'hubspot_owner_id', properties: {} }],
    })
    const taken = await post(`${path}/update`, { inputs: [{ id: second.id, properties: { chip: 'a' } }] })

    expect(byOwner.body.message).toContain(`non-unique ${typeId} property hubspot_owner_id`)
    expect(taken.body.message).toContain(`${first.id} already has that value`)
  })

  test('facts §5: merged-away ids lead to the survivor', async () => {
    const { post, hubspot } = await portal()
    const [a, b] = ['a', 'b'].map(chip => hubspot.objects(type).seed({ ...needed, chip }).id)

    const merged = await post(`/crm/v3/objects/${type}/merge`, { primaryObjectId: a, objectIdToMerge: b })
    const read = await post(`/crm/v3/objects/${type}/batch/read`, { inputs: [{ id: b }] })

    expect(read.body.results.map(({ id }) => id)).toEqual([merged.body.id])
    expect(hubspot.objects(type).by('chip', 'a')).toMatchObject({ id: merged.body.id })
  })
})

describe('object types', () => {
  test('facts §7: search sees a company as it was before', async () => {
    const clock = createManualClock()
    const { call, hubspot } = await open({ clock })
    hubspot.objects('companies').seed({ name: 'Acme', domain: 'acme.example' })
    const filters = [{ propertyName: 'domain', operator: 'EQ', value: 'acme.example' }]
    const search = () => call('POST', '/crm/v3/objects/companies/search', { filterGroups: [{ filters }] })

    const early = await search()
    await clock.advance(30_000)
    const late = await search()

    expect([early.body.total, late.body.total]).toEqual([0, 1])
    expect(late.body.results[0]?.properties).toMatchObject({ name: 'Acme', domain: 'acme.example' })
  })

  test('a company, unlike a contact, has no key but its id: domains may repeat', async () => {
    const { call } = await open()
    const create = () => call('POST', '/crm/v3/objects/companies', { properties: { domain: 'acme.example' } })

    const [first, second] = [await create(), await create()]
    const upsert = await call('POST', '/crm/v3/objects/companies/batch/upsert', {
      inputs: [{ id: 'acme.example', idProperty: 'domain', properties: {} }],
    })

    expect([first.status, second.status, upsert.status]).toEqual([201, 201, 400])
  })

  test.each([
    ['kept', 'https://www.Acme.example/de'],
    ['bare', 'acme.example'],
  ] as const)('switch companyDomain %s: a domain that is an address', async (companyDomain, domain) => {
    const { call } = await open({ switches: { companyDomain } })

    const reply = await call('POST', '/crm/v3/objects/companies', {
      properties: { domain: 'https://www.Acme.example/de' },
    })

    expect(reply.body.properties.domain).toBe(domain)
  })

  test('what a type cannot do without is asked for', async () => {
    const { call } = await open({ customObjects: [pets] })

    const ticket = await call('POST', '/crm/v3/objects/tickets', { properties: { subject: 'Help' } })
    const pet = await call('POST', '/crm/v3/objects/pets', { properties: {} })

    expect(ticket).toMatchObject({ status: 400, body: { context: { properties: ['hs_pipeline_stage'] } } })
    expect(pet.body.message).toBe('Error creating 2-27000001. Some required properties were not set.')
  })

  test.each(['/crm/v3/schemas', '/crm-object-schemas/v3/schemas', '/crm-object-schemas/2026-09/schemas'])(
    '%s tells which type a custom object is',
    async path => {
      const { call } = await open({ customObjects: [pets] })

      const list = await call('GET', path)
      const one = await call('GET', `${path}/p891936587_pets`)
      const none = await call('GET', `${path}/cars`)

      expect(list.body.results).toMatchObject([
        { objectTypeId: '2-27000001', fullyQualifiedName: 'p891936587_pets', requiredProperties: ['nickname'] },
      ])
      expect(one.body).toMatchObject({ objectTypeId: '2-27000001', name: 'pets' })
      expect(none.status).toBe(404)
    },
  )

  test('a custom object can be made over the API; twice is 409, and a smaller plan has none', async () => {
    const { call, hubspot } = await open()
    const body = { name: 'cars', labels: { singular: 'Car', plural: 'Cars' }, properties: [{ name: 'plate' }] }
    const create = () => call('POST', '/crm/v3/schemas', body)

    const [made, again] = [await create(), await create()]
    const record = await call('POST', '/crm/v3/objects/cars', { properties: { plate: 'B-1' } })
    hubspot.setSwitch('plan', 'professional')
    const refused = await create()

    expect([made.status, again.status, record.status, refused.status]).toEqual([201, 409, 201, 403])
    expect(hubspot.objects('2-27000001').all()).toMatchObject([{ properties: { plate: 'B-1' } }])
  })

  test.each([
    ['companies', 'crm.objects.companies.write'],
    ['deals', 'crm.objects.deals.write'],
    ['tickets', 'tickets'],
    ['pets', 'crm.objects.custom.write'],
  ])('facts §3.9: %s need the scope %s', async (type, scope) => {
    const { call, hubspot } = await open({ customObjects: [pets] })
    hubspot.setSwitch('missingScopes', [scope])

    const reply = await call('POST', `/crm/v3/objects/${type}`, { properties: {} })

    expect(reply.status).toBe(403)
    expect(reply.body.errors[0]).toMatchObject({ context: { requiredGranularScopes: [scope] } })
  })

  test('an unknown type is 400', async () => {
    const { call } = await open()

    const reply = await call('GET', '/crm/v3/objects/cars/1')

    expect(reply).toMatchObject({ status: 400, body: { message: 'Unable to infer object type from: cars' } })
  })
})
