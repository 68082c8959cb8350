import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { hubSpotClientAt, okOf } from '../support/hubspot-client.ts'
import { json, raw, type ScriptedHubSpot, startScriptedHubSpot } from '../support/scripted-hubspot.ts'

let hubspot: ScriptedHubSpot
const made = () => hubSpotClientAt(hubspot.url)

beforeEach(async () => {
  hubspot = await startScriptedHubSpot()
})

afterEach(() => hubspot.stop())

const BY_KEY = { property: 'account_id' }
const ACME = { id: 'acme', trace: 't-1', properties: { name: 'Acme' } }
const EMPTY = { objects: [], errors: [] }

describe('objects: requests', () => {
  it('go to the path of their type, with the unique property beside the inputs or in each', async () => {
    const { client } = made()

    await client.readObjects('2-77', BY_KEY, ['acme'], ['name'])
    await client.updateObjects('companies', BY_KEY, [ACME])
    await client.updateObjects('companies', 'id', [{ ...ACME, id: '9' }])
    await client.upsertObjects('deals', BY_KEY, [ACME])
    await client.createObjects('tickets', [{ trace: 't-2', properties: { subject: 'Help' } }])

    const asked = { objectWriteTraceId: 't-1', properties: { name: 'Acme' } }
    expect(hubspot.seen.map(({ path, body }) => ({ path, body }))).toEqual([
      {
        path: '/crm/v3/objects/2-77/batch/read',
        body: { idProperty: 'account_id', inputs: [{ id: 'acme' }], properties: ['name'], propertiesWithHistory: [] },
      },
      {
        path: '/crm/v3/objects/companies/batch/update',
        body: { inputs: [{ id: 'acme', idProperty: 'account_id', ...asked }] },
      },
      { path: '/crm/v3/objects/companies/batch/update', body: { inputs: [{ id: '9', ...asked }] } },
      {
        path: '/crm/v3/objects/deals/batch/upsert',
        body: { inputs: [{ id: 'acme', idProperty: 'account_id', ...asked }] },
      },
      {
        path: '/crm/v3/objects/tickets/batch/create',
        body: { inputs: [{ objectWriteTraceId: 't-2', properties: { subject: 'Help' }, associations: [] }] },
      },
    ])
  })

  it('are searched by any of the values, by small letters too, since IN finds texts by those alone', async () => {
    await made().client.searchObjects('companies', 'domain', ['Acme.com', 'x.com'], ['domain'])

    expect(hubspot.seen[0]).toMatchObject({
      path: '/crm/v3/objects/companies/search',
      body: {
        filterGroups: [
          { filters: [{ propertyName: 'domain', operator: 'IN', values: ['Acme.com', 'acme.com', 'x.com'] }] },
        ],
        properties: ['domain'],
        limit: 200,
      },
    })
  })

  it('are not made about nothing, nor about more than HubSpot takes', async () => {
    const { client } = made()
    const many = Array.from({ length: 101 }, (_, n) => ({ ...ACME, id: String(n) }))

    const answers = [
      await client.readObjects('companies', 'id', [], []),
      await client.createObjects('companies', []),
      await client.updateObjects('companies', 'id', []),
      await client.upsertObjects('companies', BY_KEY, []),
    ]
    const search = await client.searchObjects('companies', 'domain', [], [])

    expect(answers.map(okOf)).toEqual([EMPTY, EMPTY, EMPTY, EMPTY])
    expect(okOf(search)).toEqual([])
    await expect(client.upsertObjects('companies', BY_KEY, many)).rejects.toThrow(RangeError)
    await expect(client.createObjects('companies', many)).rejects.toThrow(RangeError)
    await expect(client.searchObjects('c', 'domain', Array(101).fill('x'), [])).rejects.toThrow(RangeError)
    expect(hubspot.seen).toEqual([])
  })
})

describe('objects: answers', () => {
  it.each([200, 201, 207])('are read alike with status %d: records by trace, errors by trace', async status => {
    const conflict = {
      status: 'error',
      category: 'VALIDATION_ERROR',
      message:
        'Cannot set PropertyValueCoordinates{portalId=1, objectTypeId=ObjectTypeId{legacyObjectType=COMPANY}, propertyName=account_id, value=globex-inc} on 55. 66 already has that value.',
      context: { objectWriteTraceId: ['t-2'] },
    }
    const record = { id: '9', objectWriteTraceId: 't-1', new: true, properties: { name: 'Acme', city: null } }
    hubspot.answer(json(status, { results: [record, { properties: {} }], errors: [conflict] }))

    const answer = await made().client.upsertObjects('companies', BY_KEY, [
      ACME,
      { ...ACME, id: 'globex-inc', trace: 't-2' },
    ])

    const { objects, errors } = okOf(answer)
    expect(objects).toEqual([{ id: '9', trace: 't-1', properties: { name: 'Acme', city: null } }])
    expect(errors).toMatchObject([{ traces: ['t-2'], code: 'conflict', existing: '66' }])
    expect(JSON.stringify(errors)).not.toContain('globex')
  })

  it('name the unique values that are not there', async () => {
    const message = 'Could not get some COMPANY objects, they may be deleted or not exist.'
    const error = { category: 'OBJECT_NOT_FOUND', message, context: { ids: ['acme'] } }
    hubspot.answer(json(207, { results: [], numErrors: 1, errors: [error] }))

    const answer = await made().client.readObjects('companies', BY_KEY, ['acme'], ['name'])

    expect(okOf(answer)).toMatchObject({ objects: [], errors: [{ code: 'not_found', ids: ['acme'] }] })
  })

  it('keep neither values nor ids of the product in what they say', async () => {
    hubspot.answer(
      json(400, { category: 'VALIDATION_ERROR', message: 'Neither Account-Secret nor Private Name is good' }),
    )
    const input = { id: 'account-secret', trace: 't-1', properties: { name: 'private name' } }
    const { client, recorder } = made()

    const answers = [
      await client.upsertObjects('companies', BY_KEY, [input]),
      await client.updateObjects('companies', BY_KEY, [input]),
      await client.readObjects('companies', BY_KEY, [input.id, 'private name'], []),
      await client.searchObjects('companies', 'name', [input.id, 'private name'], []),
    ]

    expect(answers.map(({ kind }) => kind)).toEqual(Array(4).fill('rejected'))
    expect(JSON.stringify([answers, recorder.lines])).not.toMatch(/secret|private/i)
    expect(JSON.stringify(answers)).toContain('Neither … nor … is good')
  })

  it('leave open what became of a write, not of a read', async () => {
    hubspot.answer(raw(502, 'text/html', '<html>'))
    const { client, recorder } = made()

    const answers = [
      await client.upsertObjects('companies', BY_KEY, [ACME]),
      await client.readObjects('companies', 'id', ['1'], []),
      await client.searchObjects('companies', 'domain', ['x'], []),
    ]

    expect(answers).toEqual([
      { kind: 'unavailable', message: 'HubSpot answered 502. The write may still have been applied.' },
      { kind: 'unavailable', message: 'HubSpot answered 502.' },
      { kind: 'unavailable', message: 'HubSpot answered 502.' },
    ])
    expect(recorder.lines.map(({ fields }) => fields.operation)).toEqual([
      'upsertObjects',
      'readObjects',
      'searchObjects',
    ])
  })

  it('name the scope that is missing, wherever HubSpot has it', async () => {
    const scopes = ['crm.objects.companies.write']
    const bodies = [
      { errors: [{ message: '…', context: { requiredGranularScopes: scopes } }] },
      { context: { requiredScopes: scopes } },
    ]
    const answers = []
    for (const body of bodies) {
      hubspot.answer(json(403, { category: 'MISSING_SCOPES', message: 'No.', ...body }))
      answers.push(await made().client.upsertObjects('companies', BY_KEY, [ACME]))
    }

    const forbidden = {
      kind: 'account',
      code: 'forbidden',
      message: 'No. Missing scopes: crm.objects.companies.write.',
    }
    expect(answers).toEqual([forbidden, forbidden])
  })
})

describe('properties', () => {
  it('of another type are read from its path', async () => {
    hubspot.answer(json(200, { results: [{ name: 'domain', type: 'string', fieldType: 'text' }] }))

    const answer = await made().client.readProperties('companies')

    expect(okOf(answer)).toEqual([{ name: 'domain', type: 'string', readOnly: false, multiple: false, unique: false }])
    expect(hubspot.seen[0]?.path).toBe('/crm/v3/properties/companies')
  })

  it('are created in a group of ours, which is made once for a type and may exist', async () => {
    hubspot.answer((response, request) =>
      (request.path.endsWith('/groups') ? json(409, { message: 'Conflict' }) : json(201, {}))(response, request),
    )
    const { client } = made()

    const first = await client.createProperty('companies', {
      name: 'plan',
      label: 'Plan',
      type: 'string',
      unique: true,
    })
    const second = await client.createProperty('companies', { name: 'vip', label: 'VIP', type: 'bool' })
    await client.createProperty('deals', { name: 'vip', label: 'VIP', type: 'bool' })

    expect([first, second].map(okOf)).toEqual([undefined, undefined])
    expect(hubspot.seen.map(({ path }) => path)).toEqual([
      '/crm/v3/properties/companies/groups',
      '/crm/v3/properties/companies',
      '/crm/v3/properties/companies',
      '/crm/v3/properties/deals/groups',
      '/crm/v3/properties/deals',
    ])
    expect(hubspot.seen[1]?.body).toEqual({
      name: 'plan',
      label: 'Plan',
      groupName: 'vidsync',
      type: 'string',
      fieldType: 'text',
      hasUniqueValue: true,
    })
    expect(hubspot.seen[2]?.body).toMatchObject({ fieldType: 'booleancheckbox', options: [{ value: 'true' }, {}] })
  })

  it('that exist already are there', async () => {
    hubspot.answer(json(409, { message: "A property named 'plan' already exists." }))

    const answer = await made().client.createProperty('companies', { name: 'plan', label: 'Plan', type: 'number' })

    expect(answer).toEqual({ kind: 'ok', value: undefined })
  })

  it('that HubSpot refuses are refused, and their group is looked after the next time', async () => {
    hubspot.answer(json(400, { category: 'VALIDATION_ERROR', message: 'There is no such group.' }))
    const { client } = made()
    const property = { name: 'plan', label: 'Plan', type: 'number' } as const

    const refusedGroup = await client.createProperty('companies', property)
    hubspot.answer((response, request) =>
      (request.path.endsWith('/groups') ? json(201, {}) : json(400, { message: 'No.' }))(response, request),
    )
    const refused = await client.createProperty('companies', property)
    await client.createProperty('companies', property)

    expect([refusedGroup.kind, refused.kind]).toEqual(['rejected', 'rejected'])
    expect(hubspot.seen.filter(({ path }) => path.endsWith('/groups'))).toHaveLength(3)
  })
})
