import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { AssociationLabel } from '../../functions/core/hubspot-objects.ts'
import { objectOf, objectsOf, textOf } from '../../functions/hubspot/json.ts'
import { hubSpotClientAt, okOf } from '../support/hubspot-client.ts'
import { json, raw, type Script, type ScriptedHubSpot, startScriptedHubSpot } from '../support/scripted-hubspot.ts'
import { vidOf } from '../support/vids.ts'

let hubspot: ScriptedHubSpot

beforeEach(async () => {
  hubspot = await startScriptedHubSpot()
})

afterEach(() => hubspot.stop())

const LABELS = {
  results: [
    { category: 'HUBSPOT_DEFINED', typeId: 1, label: 'Primary' },
    { category: 'HUBSPOT_DEFINED', typeId: 279, label: null },
    { category: 'USER_DEFINED', typeId: 36, label: 'Owner' },
  ],
}
const OWNER: AssociationLabel = { category: 'USER_DEFINED', typeId: 36, label: 'Owner' }
const pair = (contact: string, object: string) => ({ contact: vidOf(contact), object })
const plain = (contact: string, object: string) => ({ ...pair(contact, object), labels: [] })
const result = (fromObjectId: unknown, toObjectId: unknown) => ({ fromObjectId, toObjectId, labels: [] })

/** Answers the reading of labels with the labels, everything else as told. */
const besides =
  (script: Script, labels: Script = json(200, LABELS)): Script =>
  (response, request) =>
    (request.path.endsWith('/labels') ? labels : script)(response, request)

const done = json(201, { results: [] })
const invalid = (context: object, message = 'One or more associations are invalid') => ({
  status: 'error',
  category: 'VALIDATION_ERROR',
  message,
  context,
})

describe('labels', () => {
  it('are read with HubSpot’s own, the plain one without a label', async () => {
    hubspot.answer(json(200, { results: [...LABELS.results, { label: 'no type' }] }))

    const answer = await hubSpotClientAt(hubspot.url).client.readAssociationLabels('companies')

    expect(okOf(answer)).toEqual(LABELS.results)
    expect(hubspot.seen[0]).toMatchObject({ method: 'GET', path: '/crm/v4/associations/contacts/companies/labels' })
  })

  it('are created under a name of their own, whatever their letters, the same each time', async () => {
    const { client } = hubSpotClientAt(hubspot.url)

    for (const label of ['Owner', 'owner', '所有者', 'Owner']) await client.createAssociationLabel('2-77', label)

    const names = hubspot.seen.map(({ body }) => textOf(objectOf(body).name) ?? '')
    expect(hubspot.seen[2]).toMatchObject({ method: 'POST', body: { label: '所有者' } })
    expect(new Set(names).size).toBe(3)
    expect(names[3]).toBe(names[0])
    expect(names.every(name => /^[a-z][a-z0-9_]+$/.test(name))).toBe(true)
  })

  it.each([
    [409, 'Conflict'],
    [400, 'A label "Owner" already exists between these objects.'],
  ])('that exist already are there (%d)', async (status, message) => {
    hubspot.answer(json(status, { status: 'error', message }))

    const answer = await hubSpotClientAt(hubspot.url).client.createAssociationLabel('companies', 'Owner')

    expect(answer).toEqual({ kind: 'ok', value: undefined })
  })
})

describe('associations', () => {
  it('are made from the contact with all their labels', async () => {
    hubspot.answer(done)

    await hubSpotClientAt(hubspot.url, { version: '2026-09' }).client.associate('companies', [
      { ...pair('1', '9'), labels: [OWNER, { category: 'WORK', typeId: 5, label: 'Boss' }] },
    ])

    expect(hubspot.seen).toMatchObject([
      {
        method: 'POST',
        path: '/crm/associations/2026-09/contacts/companies/batch/create',
        body: {
          inputs: [
            {
              from: { id: '1' },
              to: { id: '9' },
              types: [
                { associationCategory: 'USER_DEFINED', associationTypeId: 36 },
                { associationCategory: 'WORK', associationTypeId: 5 },
              ],
            },
          ],
        },
      },
    ])
  })

  it('without labels name the plain one, whose number is asked for once: it takes the labels away that there are', async () => {
    hubspot.answer(besides(done))
    const { client } = hubSpotClientAt(hubspot.url)

    await client.associate('companies', [plain('1', '9'), { ...pair('2', '9'), labels: [OWNER] }])
    await client.associate('companies', [plain('3', '9')])

    expect(hubspot.seen.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'GET /crm/v4/associations/contacts/companies/labels',
      'POST /crm/v4/associations/contacts/companies/batch/create',
      'POST /crm/v4/associations/contacts/companies/batch/create',
    ])
    expect(hubspot.seen[1]?.body).toMatchObject({
      inputs: [
        { types: [{ associationCategory: 'HUBSPOT_DEFINED', associationTypeId: 279 }] },
        { types: [{ associationTypeId: 36 }] },
      ],
    })
  })

  it('of which the plain number cannot be read are certain not to be made', async () => {
    const { client } = hubSpotClientAt(hubspot.url)
    const answers = []
    for (const labels of [
      raw(502, 'text/html', '<html>'),
      json(429, { message: 'Slower.' }),
      json(200, { results: [] }),
    ]) {
      hubspot.answer(besides(done, labels))
      answers.push(await client.associate('2-77', [plain('1', '9')]))
    }

    expect(answers).toMatchObject([
      { kind: 'unavailable', neverSent: true },
      { kind: 'throttled' },
      { kind: 'rejected', errors: [{ code: 'other', message: expect.stringContaining('2-77') }] },
    ])
    expect(hubspot.seen.every(({ method }) => method === 'GET')).toBe(true)
  })

  it('are asked for their plain number again once HubSpot refuses it: it may be another portal’s', async () => {
    hubspot.answer(besides(json(400, invalid({}, 'HUBSPOT_DEFINED association type 279 does not exist'))))
    const { client } = hubSpotClientAt(hubspot.url)

    await client.associate('companies', [plain('1', '9')])
    await client.associate('companies', [plain('1', '9')])

    expect(hubspot.seen.filter(({ method }) => method === 'GET')).toHaveLength(2)
  })

  it.each([200, 201, 207])('are done where the results show both ends, with status %d', async status => {
    const error = {
      ...invalid({ CONTACT: ['2222'] }, 'CONTACT=2222 is not valid'),
      subCategory: 'crm.associations.INVALID_OBJECT_IDS',
    }
    hubspot.answer(besides(json(status, { results: [result(3_333, '9'), result('1111', 9)], errors: [error] })))

    const answer = await hubSpotClientAt(hubspot.url).client.associate('companies', [
      plain('1111', '9'),
      plain('1111', '8'),
      plain('2222', '9'),
      plain('3333', '9'),
    ])

    const value = okOf(answer)
    expect(value.done.map(({ contact, object }) => [contact, object])).toEqual([
      ['1111', '9'],
      ['3333', '9'],
    ])
    expect(value.errors).toMatchObject([{ code: 'not_found', ids: ['2222'] }])
  })

  it('that a refusal of all names are named', async () => {
    const context = { INVALID_OBJECT_IDS: ['CONTACT=38374264688 is not valid'], objectType: ['CONTACT'] }
    hubspot.answer(besides(json(400, invalid(context))))

    const answer = await hubSpotClientAt(hubspot.url).client.associate('companies', [
      plain('38374264688', '9'),
      plain('3837426468', '9'),
    ])

    expect(answer).toMatchObject({ kind: 'rejected', errors: [{ code: 'not_found', ids: ['38374264688'] }] })
  })

  it('of nobody are no call, and of too many none either', async () => {
    const { client } = hubSpotClientAt(hubspot.url)
    const pairs = (length: number) => Array.from({ length }, (_, n) => plain(String(n), '9'))

    expect(okOf(await client.associate('companies', []))).toEqual({ done: [], errors: [] })
    expect(okOf(await client.dissociate('companies', []))).toEqual({ done: [], errors: [] })
    await expect(client.associate('companies', pairs(2_001))).rejects.toThrow(RangeError)
    await expect(client.dissociate('companies', pairs(101))).rejects.toThrow(RangeError)
    expect(hubspot.seen).toEqual([])
  })
})

describe('associations that there are', () => {
  const associated = (...ids: unknown[]) =>
    ids.map(toObjectId => ({
      toObjectId,
      associationTypes: [{ category: 'USER_DEFINED', typeId: 36, label: 'Owner' }],
    }))
  const nothing = {
    category: 'OBJECT_NOT_FOUND',
    message: 'No.',
    context: { fromObjectId: ['3'], toObjectType: ['company'] },
  }

  it('are read with their labels, page by page; who has none has none', async () => {
    const first = { from: { id: '1' }, to: associated('8', 9), paging: { next: { after: '9' } } }
    hubspot.answer((response, request) => {
      const more = JSON.stringify(request.body).includes('after')
      const results = more
        ? [{ from: { id: '1' }, to: associated('10') }]
        : [first, { from: { id: 2 }, to: associated(8) }]
      json(207, { results, errors: more ? [] : [nothing] })(response, request)
    })

    const answer = await hubSpotClientAt(hubspot.url).client.readAssociations('companies', ['1', '2', '3'].map(vidOf))

    expect(okOf(answer)).toEqual([
      { ...pair('1', '8'), labels: [OWNER] },
      { ...pair('1', '9'), labels: [OWNER] },
      { ...pair('2', '8'), labels: [OWNER] },
      { ...pair('1', '10'), labels: [OWNER] },
    ])
    expect(hubspot.seen.map(({ body }) => body)).toEqual([
      { inputs: [{ id: '1' }, { id: '2' }, { id: '3' }] },
      { inputs: [{ id: '1', after: '9' }] },
    ])
  })

  it('are none where HubSpot refuses the call for that', async () => {
    hubspot.answer(json(404, nothing))

    const answer = await hubSpotClientAt(hubspot.url).client.readAssociations('companies', [vidOf('3')])

    expect(okOf(answer)).toEqual([])
  })

  it('that cannot be read are not taken for none', async () => {
    hubspot.answer(json(207, { results: [], errors: [invalid({}, 'Try another day.')] }))

    const answer = await hubSpotClientAt(hubspot.url).client.readAssociations('companies', [vidOf('3')])

    expect(answer).toMatchObject({ kind: 'rejected', errors: [{ message: 'Try another day.' }] })
  })
})

describe('associations that are taken away', () => {
  it('are put together by contact, so that a hundred contacts may have more than a hundred', async () => {
    hubspot.answer(response => {
      response.writeHead(204)
      response.end()
    })
    const pairs = Array.from({ length: 100 }, (_, n) => [pair(String(n), '8'), pair(String(n), '9')]).flat()

    const answer = await hubSpotClientAt(hubspot.url).client.dissociate('companies', pairs)

    expect(okOf(answer).done).toHaveLength(200)
    expect(hubspot.seen[0]?.path).toBe('/crm/v4/associations/contacts/companies/batch/archive')
    expect(hubspot.seen[0]?.body).toMatchObject({ inputs: { length: 100 } })
    expect(objectsOf(objectOf(hubspot.seen[0]?.body).inputs)[0]).toEqual({
      from: { id: '0' },
      to: [{ id: '8' }, { id: '9' }],
    })
  })

  it('are done unless an error names them; those that are not there are gone', async () => {
    const gone = {
      category: 'OBJECT_NOT_FOUND',
      message: 'No company is associated with contact 1111.',
      context: { fromObjectId: ['1111'] },
    }
    const refused = invalid({ fromObjectId: ['2222'], toObjectId: ['8'] }, 'It is locked.')
    hubspot.answer(json(200, { results: [], errors: [gone, refused] }))

    const answer = await hubSpotClientAt(hubspot.url).client.dissociate('companies', [
      pair('1111', '9'),
      pair('2222', '8'),
      pair('2222', '9'),
      pair('3333', '8'),
    ])

    expect(okOf(answer)).toMatchObject({
      done: [pair('1111', '9'), pair('2222', '9'), pair('3333', '8')],
      errors: [{ code: 'invalid', ids: ['2222', '8'] }],
    })
  })

  it('are all open while an error names nobody', async () => {
    hubspot.answer(json(207, { results: [], errors: [invalid({}, 'Something is locked.')] }))

    const answer = await hubSpotClientAt(hubspot.url).client.dissociate('companies', [pair('1111', '9')])

    expect(okOf(answer)).toMatchObject({ done: [], errors: [{ ids: [] }] })
  })

  it('do not keep each other when HubSpot refuses all for one that is not there', async () => {
    hubspot.answer((response, request) => {
      const knowsNot = JSON.stringify(request.body).includes('1111')
      const script = knowsNot
        ? json(404, { category: 'OBJECT_NOT_FOUND', message: 'No.', context: { ids: ['1111'] } })
        : json(200, { results: [] })
      script(response, request)
    })

    const answer = await hubSpotClientAt(hubspot.url).client.dissociate('companies', [
      pair('1111', '9'),
      pair('2222', '9'),
    ])

    expect(okOf(answer).done).toEqual([pair('1111', '9'), pair('2222', '9')])
    expect(hubspot.seen).toHaveLength(2)
  })
})
