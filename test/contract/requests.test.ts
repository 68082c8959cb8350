import { describe, expect, it } from 'vitest'
import { Requests } from '../../functions/hubspot/requests.ts'
import { API_VERSIONS, inVersion } from '../../functions/hubspot/versions.ts'
import { vidOf } from '../support/vids.ts'
import { openApiIsHere, warnWithoutOpenApi } from './openapi.ts'
import { Specification } from './specification.ts'

warnWithoutOpenApi()

describe.skipIf(!openApiIsHere).each(API_VERSIONS)('our requests, by the OpenAPI files of %s', version => {
  const requests = new Requests('http://hubspot.test', version)
  const input = { trace: 't-1', properties: { email: 'ada@example.com', firstname: 'Ada', city: '' } }
  const vid = vidOf('552239500007')

  it.each([
    ['reads contacts by email', 'objects', () => requests.readContacts({ by: 'email' }, ['a@example.com'], ['email'])],
    ['reads contacts by vid', 'objects', () => requests.readContacts({ by: 'vid' }, [vid], ['email'])],
    [
      'reads contacts by the unique property',
      'objects',
      () => requests.readContacts({ by: 'property', name: 'internal_user_id' }, ['u-1'], []),
    ],
    ['creates contacts', 'objects', () => requests.createContacts([input])],
    ['updates contacts', 'objects', () => requests.updateContacts([{ ...input, vid }])],
    ['merges contacts', 'contacts', () => requests.mergeContacts(vid, vidOf('1'))],
    ['archives contacts', 'objects', () => requests.archiveContacts([vid, vidOf('1')])],
    ['erases a contact', 'contacts', () => requests.eraseContact(vid)],
    ['reads properties', 'properties', () => requests.readProperties()],
    ['creates the unique property', 'properties', () => requests.createUniqueProperty('internal_user_id', 'User id')],
    ['reads the account', 'accountInfo', async () => requests.readPortalId()],
  ])('%s', async (_, api, make) => {
    const specification = new Specification(`${api}.${version}`)

    const { method, url, body } = await make()
    const faults = specification.faultsOf(method, new URL(url).pathname, body === undefined ? body : JSON.parse(body))

    expect(faults).toEqual([])
  })

  it('would be refused with a misspelt field, a missing one or another path', () => {
    const specification = new Specification(`objects.${version}`)
    const path = inVersion('/crm/v3/objects/contacts/batch/update', version)
    const inputs = [{ id: '1', properties: {}, objectWriteTraceID: 't' }]

    const faults = [
      specification.faultsOf('POST', path, { inputs }),
      specification.faultsOf('POST', path, { inputs: [{ properties: {} }] }),
      specification.faultsOf('PUT', path, { inputs: [] }),
      specification.faultsOf('POST', '/crm/v9/objects/contacts/batch/update', { inputs: [] }),
    ]

    expect(faults.map(found => found.length)).toEqual([1, 1, 1, 1])
  })
})

describe('paths', () => {
  it('refuses a path that nobody has looked up in the dated version', () => {
    expect(() => inVersion('/crm/v3/lists/1', '2026-09')).toThrow('versions.ts')
  })
})
