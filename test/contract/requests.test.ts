import { describe, expect, it } from 'vitest'
import { canonicalEmail } from '../../functions/core/types.ts'
import { AssociationRequests } from '../../functions/hubspot/requests/associations.ts'
import { ContactRequests } from '../../functions/hubspot/requests/contacts.ts'
import { EventRequests } from '../../functions/hubspot/requests/events.ts'
import { ListRequests } from '../../functions/hubspot/requests/lists.ts'
import { ObjectRequests } from '../../functions/hubspot/requests/objects.ts'
import { PropertyRequests } from '../../functions/hubspot/requests/properties.ts'
import { Address, type Request } from '../../functions/hubspot/requests/request.ts'
import { SubscriptionRequests } from '../../functions/hubspot/requests/subscriptions.ts'
import { ACCOUNT_DETAILS, API_VERSIONS, inVersion } from '../../functions/hubspot/versions.ts'
import { vidOf } from '../support/vids.ts'
import { openApiIsHere, warnWithoutOpenApi } from './openapi.ts'
import { Specification } from './specification.ts'

warnWithoutOpenApi()

/** The associations, preferences and definitions of events were in files of other names before the dated versions. */
const FILES = {
  v3: { associations: 'associations.v4', subscriptions: 'subscriptions.v4', definitions: 'manageEventDefinitions.v3' },
  '2026-09': {
    associations: 'associations.2026-09',
    subscriptions: 'subscriptions.2026-09',
    definitions: 'sendEventCompletions.2026-09',
  },
}

/** The requests that there are, and those that some test makes: `ListRequests.find`. */
const [known, tried] = [new Set<string>(), new Set<string>()]

/** Notes which of its requests are made. */
function noted<T extends object>(requests: T): T {
  const { name } = requests.constructor
  for (const method of Object.getOwnPropertyNames(Object.getPrototypeOf(requests))) known.add(`${name}.${method}`)
  return new Proxy(requests, {
    get(target, method) {
      tried.add(`${name}.${String(method)}`)
      const value: unknown = Reflect.get(target, method, target)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}

describe.skipIf(!openApiIsHere).each(API_VERSIONS)('our requests, by the OpenAPI files of %s', version => {
  const address = new Address('http://hubspot.test', version)
  const contacts = noted(new ContactRequests(address))
  const objects = noted(new ObjectRequests(address))
  const properties = noted(new PropertyRequests(address))
  const associations = noted(new AssociationRequests(address))
  const events = noted(new EventRequests(address))
  const lists = noted(new ListRequests(address))
  const subscriptions = noted(new SubscriptionRequests(address))
  const input = { trace: 't-1', properties: { email: 'ada@example.com', firstname: 'Ada', city: '' } }
  const vid = vidOf('552239500007')
  const company = { id: 'acme', trace: 't-2', properties: { domain: 'acme.com' } }
  const byKey = { property: 'internal_account_id' }
  const pair = { contact: vid, object: '77' }
  const label = { category: 'USER_DEFINED', typeId: 36, label: 'Owner' }
  const ofWork = { category: 'WORK', typeId: 3, label: 'Colleague' }
  const occurrence = { eventName: 'pe1_order_completed', objectId: vid, occurredAt: 1_700_000_000_000, uuid: 'u-1' }
  const consent = { email: canonicalEmail('ada@example.com'), subscriptionId: '1234', subscribed: true }

  const nameOf = (file: string): string => new Map(Object.entries(FILES[version])).get(file) ?? `${file}.${version}`

  const faultsOf = ({ method, url, body }: Request, file: string): string[] =>
    new Specification(nameOf(file)).faultsOf(
      method,
      new URL(url).pathname,
      body === undefined ? body : JSON.parse(body),
    )

  const table: readonly [string, string, () => Promise<Request> | Request][] = [
    ['reads contacts by email', 'objects', () => contacts.read({ by: 'email' }, ['a@example.com'], ['email'])],
    ['reads contacts by vid', 'objects', () => contacts.read({ by: 'vid' }, [vid], ['email'])],
    [
      'reads contacts by the unique property',
      'objects',
      () => contacts.read({ by: 'property', name: 'internal_user_id' }, ['u-1'], []),
    ],
    ['lists contacts', 'objects', () => contacts.list(undefined, ['email'])],
    ['lists the next page of them', 'objects', () => contacts.list('100', ['email', 'internal_user_id'])],
    ['creates contacts', 'objects', () => contacts.create([input])],
    ['updates contacts', 'objects', () => contacts.update([{ ...input, vid }])],
    ['merges contacts', 'contacts', () => contacts.merge(vid, vidOf('1'))],
    ['archives contacts', 'objects', () => contacts.archive([vid, vidOf('1')])],
    ['erases a contact', 'contacts', () => contacts.erase(vid)],
    ['reads objects by id', 'objects', () => objects.read('companies', 'id', ['77'], ['name'])],
    ['reads objects by a unique property', 'objects', () => objects.read('2-123', byKey, ['acme'], ['name'])],
    ['searches objects', 'objects', () => objects.search('companies', 'domain', ['acme.com'], ['domain'])],
    ['creates objects', 'objects', () => objects.create('companies', [company])],
    ['updates objects by id', 'objects', () => objects.update('companies', 'id', [{ ...company, id: '77' }])],
    ['updates objects by a unique property', 'objects', () => objects.update('2-123', byKey, [company])],
    ['upserts objects', 'objects', () => objects.upsert('companies', byKey, [company])],
    ['archives objects', 'objects', () => objects.archive('companies', ['77'])],
    ['reads properties', 'properties', () => properties.read('contacts')],
    ['creates the unique property', 'properties', () => properties.createUnique('internal_user_id', 'User id')],
    ['creates a property', 'properties', () => properties.create('2-123', { name: 'p', label: 'P', type: 'number' })],
    ['creates our group of properties', 'properties', () => properties.createGroup('companies')],
    ['reads association labels', 'labels', () => associations.readLabels('companies')],
    ['creates an association label', 'labels', () => associations.createLabel('companies', 'owner', 'Owner')],
    ['associates', 'associations', () => associations.associate('companies', [{ ...pair, labels: [label, ofWork] }])],
    ['makes plain associations', 'associations', () => associations.associatePlainly('companies', [pair])],
    ['reads associations', 'associations', () => associations.read('2-123', [{ id: '1' }, { id: '2', after: '9' }])],
    ['dissociates', 'associations', () => associations.dissociate('2-123', [pair, { ...pair, object: '78' }])],
    ['reads definitions of events', 'definitions', () => events.readDefinitions(undefined)],
    ['reads the next page of them', 'definitions', () => events.readDefinitions('a/b')],
    [
      'creates a definition of an event',
      'definitions',
      () => events.createDefinition('order_completed', 'Order Completed', [{ name: 'total', type: 'number' }]),
    ],
    [
      'gives an event a property',
      'definitions',
      () => events.createProperty('pe77_order_completed', { name: 'total', type: 'number' }),
    ],
    [
      'sends occurrences',
      'sendEventCompletions',
      () =>
        events.send([
          { ...occurrence, properties: { total: '5' } },
          { ...occurrence, utk: 'c-1', properties: {} },
        ]),
    ],
    ['finds a list', 'lists', () => lists.find('Trial / users?')],
    ['creates a list', 'lists', () => lists.create('Trial users')],
    ['changes members of a list', 'lists', () => lists.changeMembers('12', [vid], [vidOf('1')])],
    ['reads types of subscriptions', 'subscriptions', () => subscriptions.readTypes()],
    [
      'writes consents',
      'subscriptions',
      () => subscriptions.write([consent, { ...consent, legalBasis: 'NON_GDPR', explanation: 'Signed up' }]),
    ],
    [
      'reads the account',
      'accountInfo',
      () => address.plain({ operation: 'readPortalId', write: false }, 'GET', ACCOUNT_DETAILS),
    ],
  ]

  // The collection of OpenAPI files has no file of association labels.
  it.each(table.filter(([, file]) => file !== 'labels'))('%s', async (_, file, make) => {
    const request = await make()

    expect(faultsOf(request, file)).toEqual([])
  })

  it.each(['string', 'number', 'bool', 'date', 'datetime', 'enumeration'] as const)(
    'creates a property of type %s',
    async type => {
      const options = type === 'enumeration' ? [{ value: 'a', label: 'A' }] : undefined

      const request = await properties.create('companies', {
        name: 'p',
        label: 'P',
        type,
        ...(options ? { options, multiple: true } : { unique: true }),
      })

      expect(faultsOf(request, 'properties')).toEqual([])
    },
  )

  it('leaves none out, but for what HubSpot has no file of', async () => {
    for (const [, , make] of table) await make()

    const left = [...known].filter(request => !tried.has(request) && !request.endsWith('.constructor'))

    expect(left).toEqual(['ContactRequests.detachEmail'])
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
  it('have the dated version where its files have it', () => {
    const paths = [
      '/crm/v3/lists',
      '/crm/v3/lists/object-type-id/0-1/name/a',
      '/crm/v4/associations/contacts/2-1/labels',
      '/events/v3/send/batch',
      '/events/v3/event-definitions',
      '/communication-preferences/v4/definitions',
    ]

    expect(paths.map(path => inVersion(path, '2026-09'))).toEqual([
      '/crm/lists/2026-09',
      '/crm/lists/2026-09/object-type-id/0-1/name/a',
      '/crm/associations/2026-09/contacts/2-1/labels',
      '/events/custom/2026-09/send/batch',
      '/events/custom/2026-09/event-definitions',
      '/communication-preferences/2026-09/definitions',
    ])
    expect(paths.map(path => inVersion(path, 'v3'))).toEqual(paths)
  })

  it('refuses a path that nobody has looked up in the dated version', () => {
    expect(() => inVersion('/crm/v3/pipelines/deals', '2026-09')).toThrow('versions.ts')
    expect(() => inVersion('/crm/v3/listsomething', '2026-09')).toThrow('versions.ts')
  })
})
