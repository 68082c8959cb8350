import { describe, expect, test } from 'vitest'
import { associationPortal, PRIMARY, UNLABELLED } from './association-portal.ts'
import { createManualClock, open } from './portal.ts'

describe('associations', () => {
  test('a label is renamed on both sides, and deleted from all that had it', async () => {
    const { call, hubspot, batch, pair, acme, buyer, seen } = await associationPortal({
      switches: { firstCompanyPrimary: false },
    })
    await batch('create', [pair(acme, [buyer])])
    const path = '/crm/v4/associations/contacts/companies/labels'
    const typeId = buyer?.associationTypeId

    const renamed = await call('PUT', path, { associationTypeId: typeId, label: 'Customer', inverseLabel: 'Supplier' })
    const after = [seen(), hubspot.associations.of('companies', acme, 'contacts')[0]?.labels]
    const deleted = await call('DELETE', `${path}/${typeId}`)
    const again = await call('DELETE', `${path}/${typeId}`)

    expect([renamed, deleted, again].map(({ status }) => status)).toEqual([204, 204, 404])
    expect(after).toEqual([[[acme, ['Customer']]], ['Supplier']])
    expect(seen()).toEqual([[acme, []]])
  })

  test('a record has one primary company: another one takes its place', async () => {
    const { batch, pair, acme, beta, seen } = await associationPortal()

    await batch('associate/default', [pair(acme), pair(beta)])
    const first = seen()
    await batch('create', [pair(beta, [PRIMARY])])

    expect(first).toEqual([
      [acme, ['Primary']],
      [beta, []],
    ])
    expect(seen()).toEqual([
      [acme, []],
      [beta, ['Primary']],
    ])
  })

  test('switch firstCompanyPrimary false: the first company is one like any other', async () => {
    const { batch, pair, acme, seen } = await associationPortal({ switches: { firstCompanyPrimary: false } })

    await batch('associate/default', [pair(acme)])

    expect(seen()).toEqual([[acme, []]])
  })

  test.each([
    ['partial', 207, 1],
    ['whole', 400, 0],
  ] as const)('switch badAssociation %s: an unknown id in a batch', async (badAssociation, status, made) => {
    const { batch, pair, acme, seen } = await associationPortal({ switches: { badAssociation } })

    const reply = await batch('create', [pair(acme, [UNLABELLED]), pair('17', [UNLABELLED])])

    expect(reply.status).toBe(status)
    expect(reply.text).toContain('COMPANY=17 is not valid')
    expect(seen()).toHaveLength(made)
  })

  test('facts §3.2: records are made with associations, of which the type says to what they lead', async () => {
    const { call, hubspot, contact, acme } = await associationPortal()
    const to = (id: string, associationTypeId: number) => ({
      to: { id },
      types: [{ associationCategory: 'HUBSPOT_DEFINED', associationTypeId }],
    })
    const deal = (associations: unknown) => ({ properties: { dealname: 'Big' }, associations })

    const one = await call('POST', '/crm/v3/objects/deals', deal([to(contact, 3), to(acme, 341)]))
    const several = await call('POST', '/crm/v3/objects/deals/batch/create', { inputs: [deal([to(contact, 3)])] })
    const bad = await call('POST', '/crm/v3/objects/deals', deal([to('17', 3)]))
    const read = await call('GET', `/crm/v3/objects/deals/${one.body.id}?associations=contacts,companies`)

    expect([one, several, bad].map(({ status }) => status)).toEqual([201, 201, 400])
    expect(hubspot.objects('deals').count).toBe(2)
    expect(hubspot.associations.of('contacts', contact, 'deals')).toHaveLength(2)
    expect(read.body).toMatchObject({
      associations: {
        contacts: { results: [{ id: contact, type: 'deal_to_contact' }] },
        companies: { results: [{ id: acme, type: 'deal_to_company' }] },
      },
    })
  })

  test('a type that does not lead from one to the other is an error', async () => {
    const { batch, pair, acme } = await associationPortal()

    const reply = await batch('create', [pair(acme, [{ ...UNLABELLED, associationTypeId: 280 }])])

    expect(reply.text).toContain('association type 280 does not exist from 0-1 to 0-2')
  })

  test('what is associated with nothing is named in a 207', async () => {
    const { batch, contact } = await associationPortal()

    const reply = await batch('read', [{ id: contact }])

    expect(reply).toMatchObject({ status: 207, body: { results: [] } })
    expect(reply.body.errors[0]?.message).toBe(`No company is associated with contact ${contact}.`)
  })

  test.each(['string', 'number'] as const)('switch associatedIds %s: how ids are read', async associatedIds => {
    const { batch, pair, acme, contact } = await associationPortal({ switches: { associatedIds } })
    await batch('associate/default', [pair(acme)])

    const reply = await batch('read', [{ id: contact }])

    const id = associatedIds === 'string' ? acme : Number(acme)
    expect(reply.body.results).toMatchObject([{ to: [{ toObjectId: id }] }])
  })

  test.each(['/crm/v4/objects', '/crm/objects/2026-09'])('facts §11: single ones under %s', async path => {
    const { call, contact, acme, buyer, seen } = await associationPortal({ switches: { firstCompanyPrimary: false } })
    const one = `${path}/contacts/${contact}/associations`

    const plain = await call('PUT', `${one}/default/companies/${acme}`)
    const labelled = await call('PUT', `${one}/companies/${acme}`, [buyer])
    const after = seen()
    const list = await call('GET', `${one}/companies`)
    const deleted = await call('DELETE', `${one}/companies/${acme}`)

    expect([plain, labelled, list, deleted].map(({ status }) => status)).toEqual([200, 201, 200, 204])
    expect(after).toEqual([[acme, ['Buyer']]])
    expect(list.body.results).toMatchObject([{ toObjectId: acme }])
    expect(seen()).toEqual([])
  })

  test.each(['new', 'primary'] as const)(
    'facts §11, switch mergeIds %s: they move to the survivor, the primary record’s first',
    async mergeIds => {
      const { hubspot, batch, pair, acme, beta, buyer, contact } = await associationPortal({ switches: { mergeIds } })
      const other = hubspot.seedContact().vid
      await batch('associate/default', [pair(acme)])
      hubspot.associations.associate('contacts', other, 'companies', beta, ['Buyer'])

      const survivor = hubspot.mergeInUi(contact, other).vid
      const reply = await batch('create', [{ ...pair(beta, [buyer]), from: { id: other } }])

      expect(reply.status).toBe(201)
      expect(hubspot.associations.between('contacts', 'companies')).toEqual([
        [survivor, acme, ['Primary']],
        [survivor, beta, ['Buyer']],
      ])
    },
  )

  test('switch associateMergedAway invalid: a merged-away id is no id any more', async () => {
    const { hubspot, batch, pair, acme, contact } = await associationPortal({
      switches: { associateMergedAway: 'invalid' },
    })
    hubspot.mergeInUi(hubspot.seedContact().vid, contact)

    const reply = await batch('create', [pair(acme, [UNLABELLED])])

    expect(reply.text).toContain(`CONTACT=${contact} is not valid`)
  })

  test('facts §11: they are gone with an archived record, back with it, and erased with it', async () => {
    const { hubspot, batch, pair, acme, contact, seen } = await associationPortal()
    await batch('associate/default', [pair(acme)])

    hubspot.objects('companies').archive(acme)
    const archived = [seen(), (await batch('read', [{ id: contact }])).status]
    hubspot.objects('companies').restore(acme)
    const restored = seen()
    hubspot.eraseInUi(contact)

    expect(archived).toEqual([[], 207])
    expect(restored).toHaveLength(1)
    expect(hubspot.associations.of('companies', acme, 'contacts')).toEqual([])
  })

  test('facts §11: 2,000 pairs are taken, 1,000 ids are read, and 100 records let go, not more', async () => {
    const { batch, pair, acme } = await associationPortal()
    const pairs = (count: number) => Array.from({ length: count }, () => pair(acme, [UNLABELLED]))
    const ids = (count: number) => Array.from({ length: count }, (_, at) => ({ id: String(at) }))
    const froms = (count: number) => ids(count).map(from => ({ from, to: [{ id: acme }] }))

    const replies = [
      await batch('create', pairs(2_000)),
      await batch('create', pairs(2_001)),
      await batch('read', ids(1_000)),
      await batch('read', ids(1_001)),
      await batch('archive', froms(100)),
      await batch('archive', froms(101)),
    ]

    expect(replies.map(({ status }) => status)).toEqual([201, 400, 207, 400, 204, 400])
  })

  test('facts §8: batches have a budget of their own', async () => {
    const { batch, pair, acme } = await associationPortal({
      clock: createManualClock(),
      limits: { perTenSeconds: 0, associationsPerTenSeconds: 1 },
    })

    const first = await batch('associate/default', [pair(acme)])
    const second = await batch('associate/default', [pair(acme)])

    expect([first.status, second.status]).toEqual([200, 429])
    expect(first.headers.get('x-hubspot-ratelimit-max')).toBe('1')
    expect(second.body.policyName).toBe('TEN_SECONDLY_ROLLING')
  })

  test.each(['crm.objects.contacts.write', 'crm.objects.companies.write'])('they need %s', async scope => {
    const { batch, pair, acme, hubspot } = await associationPortal()
    hubspot.setSwitch('missingScopes', [scope])

    const reply = await batch('associate/default', [pair(acme)])

    expect(reply.status).toBe(403)
  })

  test('the ledger has every change of a pair, and none where nothing changed', async () => {
    const { hubspot, batch, pair, acme, contact } = await associationPortal({
      switches: { firstCompanyPrimary: false },
    })

    await batch('associate/default', [pair(acme)])
    await batch('associate/default', [pair(acme)])

    expect(hubspot.ledger.deeds).toMatchObject([
      {
        kind: 'associate',
        source: 'api',
        from: { typeId: '0-1', id: contact },
        to: { typeId: '0-2', id: acme },
        associationTypeIds: [279],
        previous: [],
      },
    ])
  })

  test('custom objects are associated without a label, with types of the portal’s own', async () => {
    const { call, hubspot } = await open({ customObjects: [{ name: 'pets' }] })
    const [pet, contact] = [hubspot.objects('pets').seed().id, hubspot.seedContact().vid]

    const labels = await call('GET', '/crm/v4/associations/pets/contacts/labels')
    const made = await call('POST', '/crm/v4/associations/pets/contacts/batch/associate/default', {
      inputs: [{ from: { id: pet }, to: { id: contact } }],
    })

    expect(labels.body.results).toMatchObject([{ category: 'USER_DEFINED', label: null }])
    expect(made.status).toBe(200)
    expect(hubspot.associations.of('contacts', contact, 'pets')).toMatchObject([{ id: pet }])
  })
})
