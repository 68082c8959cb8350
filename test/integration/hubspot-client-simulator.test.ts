import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { AssociationLabel } from '../../functions/core/hubspot-objects.ts'
import { canonicalEmail, type Vid } from '../../functions/core/types.ts'
import type { HubSpotClient } from '../../functions/hubspot/client.ts'
import { API_VERSIONS, type ApiVersion } from '../../functions/hubspot/versions.ts'
import { createHubSpot, type HubSpotSimulator, type Listening } from '../../local/hubspot/index.ts'
import { hubSpotClientAt, okOf } from '../support/hubspot-client.ts'
import { vidOf } from '../support/vids.ts'

let hubspot: HubSpotSimulator
let server: Listening

beforeEach(async () => {
  hubspot = createHubSpot({ seed: 7, switches: { searchLag: 0 }, customObjects: [{ name: 'workspaces' }] })
  server = await hubspot.listen()
})

afterEach(() => server.close())

const clientOf = (version: ApiVersion): HubSpotClient => hubSpotClientAt(server.url, { version }).client
const contact = (email: string): Vid => vidOf(hubspot.seedContact({ email }).vid)
const company = (name: string): string => hubspot.objects('companies').seed({ name }).id
const BY_KEY = { property: 'account_id' }

describe.each(API_VERSIONS)('all contacts, in version %s', version => {
  it('come page by page, each once, with the properties that were asked for', async () => {
    const vids = Array.from({ length: 230 }, (_, n) => contact(`c${n}@example.com`))
    const client = clientOf(version)

    const first = okOf(await client.listContacts(undefined, ['email']))
    const second = okOf(await client.listContacts(first.after, ['email']))
    const third = okOf(await client.listContacts(second.after, ['email']))

    expect([first, second, third].map(({ contacts }) => contacts.length)).toEqual([100, 100, 30])
    expect(third.after).toBeUndefined()
    const all = [first, second, third].flatMap(({ contacts }) => contacts)
    expect(new Set(all.map(({ vid }) => vid))).toEqual(new Set(vids))
    expect(all.map(({ properties }) => properties.email)).toContain('c7@example.com')
  })
})

describe.each(API_VERSIONS)('the client and HubSpot beyond its contacts, in version %s', version => {
  describe.each(['companies', '2-27000001'])('records of type %s', type => {
    it('get properties of ours, unique ones among them, as often as it is said', async () => {
      const client = clientOf(version)
      const options = [{ value: 'a', label: 'A' }]

      for (let round = 0; round < 2; round += 1) {
        okOf(await client.createProperty(type, { name: 'account_id', label: 'Id', type: 'string', unique: true }))
        okOf(await client.createProperty(type, { name: 'vip', label: 'VIP', type: 'bool' }))
        okOf(await client.createProperty(type, { name: 'at', label: 'At', type: 'datetime' }))
        okOf(
          await client.createProperty(type, { name: 'tags', label: 'T', type: 'enumeration', multiple: true, options }),
        )
      }
      const properties = okOf(await client.readProperties(type))

      const ours = properties.filter(({ name }) => ['account_id', 'vip', 'at', 'tags'].includes(name))
      expect(ours.map(({ name, type, unique, multiple }) => ({ name, type, unique, multiple }))).toEqual(
        expect.arrayContaining([
          { name: 'account_id', type: 'string', unique: true, multiple: false },
          { name: 'vip', type: 'bool', unique: false, multiple: false },
          { name: 'at', type: 'datetime', unique: false, multiple: false },
          { name: 'tags', type: 'enumeration', unique: false, multiple: true },
        ]),
      )
      expect(hubspot.objects(type).count).toBe(0)
    })

    it('are upserted twice, read, updated by either id, created and found', async () => {
      const client = clientOf(version)
      okOf(await client.createProperty(type, { name: 'account_id', label: 'Id', type: 'string', unique: true }))
      okOf(await client.createProperty(type, { name: 'plan', label: 'Plan', type: 'string' }))
      const inputs = ['acme', 'globex'].map(id => ({ id, trace: `t-${id}`, properties: { plan: `of ${id}` } }))

      const first = okOf(await client.upsertObjects(type, BY_KEY, inputs))
      const second = okOf(await client.upsertObjects(type, BY_KEY, inputs))
      const read = okOf(await client.readObjects(type, BY_KEY, ['acme', 'nobody'], ['plan', 'account_id']))
      const acme = read.objects[0]?.id ?? ''
      const updated = okOf(
        await client.updateObjects(type, 'id', [{ id: acme, trace: 't', properties: { plan: 'Gold' } }]),
      )
      const byKey = { id: 'globex', trace: 't', properties: { plan: 'Silver' } }
      okOf(await client.updateObjects(type, BY_KEY, [byKey]))
      const created = okOf(await client.createObjects(type, [{ trace: 'n', properties: { account_id: 'new' } }]))
      const found = okOf(await client.searchObjects(type, 'plan', ['Gold', 'Silver', 'Iron'], ['plan']))

      expect([first.errors, second.errors]).toEqual([[], []])
      expect(new Set(first.objects.map(({ id }) => id))).toEqual(new Set(second.objects.map(({ id }) => id)))
      expect(read.objects).toMatchObject([{ properties: { plan: 'of acme', account_id: 'acme' } }])
      expect(read.errors).toMatchObject([{ code: 'not_found', ids: ['nobody'] }])
      expect(updated.objects).toMatchObject([{ id: acme, trace: 't' }])
      expect(created.objects).toMatchObject([{ trace: 'n' }])
      expect(found.map(({ properties }) => properties.plan).sort()).toEqual(['Gold', 'Silver'])
      expect(hubspot.objects(type).count).toBe(3)
    })

    it('that are refused are named by trace, and say who has the value', async () => {
      const client = clientOf(version)
      okOf(await client.createProperty(type, { name: 'account_id', label: 'Id', type: 'string', unique: true }))
      const { id } = hubspot.objects(type).seed({ account_id: 'acme' })

      const answer = await client.createObjects(type, [
        { trace: 'taken', properties: { account_id: 'acme' } },
        { trace: 'odd', properties: { account_id: 'x', nonsense: '1' } },
        { trace: 'good', properties: { account_id: 'y' } },
      ])

      const { objects, errors } = okOf(answer)
      expect(objects.map(({ trace }) => trace)).toEqual(['good'])
      expect(errors.find(({ traces }) => traces[0] === 'taken')).toMatchObject({ code: 'conflict', existing: id })
      expect(errors.find(({ traces }) => traces[0] === 'odd')).toMatchObject({
        code: 'invalid',
        properties: [{ name: 'nonsense', code: 'PROPERTY_DOESNT_EXIST' }],
      })
    })
  })

  describe.each(['specified', 'other'] as const)('associations, answered by the %s status', associationCreateStatus => {
    const labelled = (labels: readonly AssociationLabel[], ...names: string[]) =>
      labels.filter(({ label }) => label !== null && names.includes(label))

    beforeEach(() => hubspot.setSwitches({ associationCreateStatus, firstCompanyPrimary: false }))

    it('get labels, lose them to others and to none, and are taken away, twice', async () => {
      const client = clientOf(version)
      const [ada, acme] = [contact('ada@example.com'), company('Acme')]
      const seen = () => hubspot.associations.of('contacts', ada, 'companies').map(({ labels }) => labels)
      for (const label of ['Owner', 'Owner', 'Boss']) okOf(await client.createAssociationLabel('companies', label))
      const labels = okOf(await client.readAssociationLabels('companies'))

      const history = []
      for (const names of [['Owner', 'Boss'], ['Boss'], []]) {
        const input = { contact: ada, object: acme, labels: labelled(labels, ...names) }
        history.push([okOf(await client.associate('companies', [input])).done.length, seen()])
      }
      const read = okOf(await client.readAssociations('companies', [ada]))
      const pair = { contact: ada, object: acme }
      const first = okOf(await client.dissociate('companies', [pair]))
      const again = okOf(await client.dissociate('companies', [pair]))

      expect(history).toEqual([
        [1, [['Owner', 'Boss']]],
        [1, [['Boss']]],
        [1, [[]]],
      ])
      expect(read).toMatchObject([{ contact: ada, object: acme, labels: [{ label: null }] }])
      expect([first, again]).toEqual([
        { done: [pair], errors: [] },
        { done: [pair], errors: [] },
      ])
      expect(seen()).toEqual([])
    })

    it.each(['partial', 'whole'] as const)('name the end that is not there (%s)', async badAssociation => {
      hubspot.setSwitches({ badAssociation })
      const client = clientOf(version)
      const [ada, acme] = [contact('ada@example.com'), company('Acme')]
      const good = { contact: ada, object: acme, labels: [] }

      const answer = await client.associate('companies', [good, { ...good, object: '987654321' }])

      const named = [{ code: 'not_found', ids: ['987654321'] }]
      if (badAssociation === 'whole') expect(answer).toMatchObject({ kind: 'rejected', errors: named })
      else expect(okOf(answer)).toMatchObject({ done: [{ contact: ada, object: acme }], errors: named })
    })

    it.each(['string', 'number'] as const)('are read back, ids as a %s', async associatedIds => {
      hubspot.setSwitches({ associatedIds })
      const client = clientOf(version)
      const [ada, bob] = [contact('ada@example.com'), contact('bob@example.com')]
      const companies = Array.from({ length: 3 }, (_, n) => company(`C${n}`))
      const inputs = companies.map(object => ({ contact: ada, object, labels: [] }))

      const made = okOf(await client.associate('companies', inputs))
      const read = okOf(await client.readAssociations('companies', [ada, bob, vidOf('987654321')]))

      expect(made.done).toHaveLength(3)
      expect(read.map(({ contact, object }) => [contact, object]).sort()).toEqual(
        companies.map(object => [ada, object]).sort(),
      )
    })

    it('join contacts to custom objects, whose plain association has a number of its own', async () => {
      const client = clientOf(version)
      const [ada, { id }] = [contact('ada@example.com'), hubspot.objects('workspaces').seed({})]

      const made = okOf(await client.associate('2-27000001', [{ contact: ada, object: id, labels: [] }]))

      expect(made).toMatchObject({ done: [{ object: id }], errors: [] })
      expect(hubspot.associations.of('contacts', ada, 'workspaces')).toMatchObject([{ id }])
    })
  })

  it('events are defined, sent, and taken once however often they are sent', async () => {
    const client = clientOf(version)
    const ada = contact('ada@example.com')
    const properties = [
      { name: 'total', type: 'number' },
      { name: 'at', type: 'datetime' },
    ] as const
    const { fullName } = okOf(await client.createEventDefinition('order_completed', 'Order Completed', properties))
    const occurrence = {
      eventName: fullName,
      objectId: ada,
      occurredAt: Date.UTC(2026, 10, 1),
      uuid: '11111111-2222-4333-8444-555555555555',
      properties: { total: '5', hs_url: 'https://example.com' },
    }

    const again = await client.createEventDefinition('order_completed', 'Order Completed', properties)
    for (let time = 0; time < 2; time += 1)
      okOf(await client.createEventProperty(fullName, { name: 'coupon', type: 'string' }))
    const definitions = okOf(await client.readEventDefinitions())
    for (let time = 0; time < 2; time += 1) okOf(await client.sendOccurrences([occurrence]))
    const refused = await client.sendOccurrences([{ ...occurrence, eventName: `${fullName}_` }])

    expect(again).toMatchObject({ kind: 'rejected', errors: [{ code: 'conflict' }] })
    expect(definitions).toMatchObject([{ name: 'order_completed', fullName }])
    expect(definitions[0]?.properties).toEqual(expect.arrayContaining(['total', 'at', 'coupon', 'hs_url']))
    expect(hubspot.events.of(ada, 'order_completed')).toMatchObject([{ properties: { total: '5' } }])
    expect(refused.kind).toBe('rejected')
  })

  it('all definitions of events are read, whatever the pages', async () => {
    for (let n = 0; n < 230; n += 1) hubspot.events.define({ name: `event_${n}` })

    const definitions = okOf(await clientOf(version).readEventDefinitions())

    expect(new Set(definitions.map(({ name }) => name)).size).toBe(230)
  })

  it('lists are found, created once, and take and lose members', async () => {
    const client = clientOf(version)
    const [ada, bob] = [contact('ada@example.com'), contact('bob@example.com')]
    const name = 'Trial / users? 100% ✓'
    hubspot.lists.define({ name: 'Everybody', processingType: 'DYNAMIC' })

    const none = okOf(await client.findList(name))
    const made = okOf(await client.createList(name))
    const taken = await client.createList(name)
    const found = okOf(await client.findList(name))
    const first = okOf(await client.changeMembers(made, { add: [ada, bob, vidOf('987654321')], remove: [] }))
    const second = okOf(await client.changeMembers(made, { add: [ada], remove: [bob] }))
    const dynamic = await client.findList('Everybody')
    const gone = await client.changeMembers('4711', { add: [ada], remove: [] })

    expect(none).toBeUndefined()
    expect(found).toBe(made)
    expect(taken).toMatchObject({ kind: 'rejected', errors: [{ code: 'conflict' }] })
    expect([first, second]).toEqual([{ missing: ['987654321'] }, { missing: [] }])
    expect(hubspot.lists.members(name)).toEqual([ada])
    expect(dynamic).toMatchObject({ kind: 'rejected', errors: [{ code: 'conflict' }] })
    expect(gone).toMatchObject({ kind: 'rejected', errors: [{ code: 'not_found', ids: ['4711'] }] })
  })

  it('consents are written by address; who has opted out stays out, and is named', async () => {
    const client = clientOf(version)
    const { id } = hubspot.subscriptions.define('News')
    const [ada, bob, eve] = ['ada@example.com', 'bob@example.com', 'eve@example.com'].map(canonicalEmail)
    if (!ada || !bob || !eve) throw new Error('There are three.')
    hubspot.subscriptions.choose(bob, 'News', 'UNSUBSCRIBED')
    const consent = (email: typeof ada, subscribed: boolean, subscriptionId = id) => ({
      email,
      subscribed,
      subscriptionId,
    })

    const types = okOf(await client.readSubscriptionTypes())
    const inputs = [consent(ada, true), consent(bob, true), consent(eve, false), consent(eve, true, '120999999')]
    const { done, errors } = okOf(await client.writeConsents(inputs))
    const again = okOf(await client.writeConsents([consent(ada, true), consent(bob, false)]))

    expect(types).toContainEqual({ id, name: 'News' })
    expect(done).toEqual([inputs[0], inputs[2]])
    expect(errors).toMatchObject([
      { code: 'invalid', ids: [bob] },
      { code: 'not_found', ids: [eve] },
    ])
    expect(JSON.stringify(errors.map(({ message }) => message))).not.toContain('@')
    expect(again.done).toHaveLength(2)
    expect(hubspot.subscriptions.of(ada)).toMatchObject({ News: 'SUBSCRIBED' })
  })

  it.each([
    [
      'crm.objects.companies.write',
      (client: HubSpotClient) => client.createObjects('companies', [{ trace: 't', properties: {} }]),
    ],
    ['crm.lists.write', (client: HubSpotClient) => client.createList('Trial')],
    ['crm.lists.read', (client: HubSpotClient) => client.findList('Trial')],
    ['analytics.behavioral_events.send', (client: HubSpotClient) => client.sendOccurrences([EVENT])],
  ] as const)('a token without %s is told so', async (scope, ask) => {
    hubspot.setSwitches({ missingScopes: [scope] })

    const answer = await ask(clientOf(version))

    expect(answer).toMatchObject({ kind: 'account', code: 'forbidden', message: expect.stringContaining(scope) })
  })
})

const EVENT = { eventName: 'pe1_a', objectId: vidOf('1'), occurredAt: 0, uuid: 'u', properties: {} }
