import { describe, expect, test } from 'vitest'
import type { HubSpotOptions } from '../../local/hubspot/index.ts'
import { createManualClock, open } from './portal.ts'

const PATHS = { v4: '/crm/v4/associations', '2026-09': '/crm/associations/2026-09' }
const PRIMARY = { associationCategory: 'HUBSPOT_DEFINED', associationTypeId: 1 }
const UNLABELLED = { associationCategory: 'HUBSPOT_DEFINED', associationTypeId: 279 }

async function portal(options: HubSpotOptions = {}) {
  const opened = await open(options)
  const { hubspot } = opened
  const contact = hubspot.seedContact({ email: 'a@x.com' }).vid
  const [acme, beta] = ['Acme', 'Beta'].map(name => hubspot.objects('companies').seed({ name }).id)
  if (!acme || !beta) throw new Error('no companies')
  const labels = ['Buyer', 'Boss'].map(label => {
    const [there] = hubspot.associations.defineLabel('contacts', 'companies', { label })
    return { associationCategory: 'USER_DEFINED', associationTypeId: there?.typeId }
  })
  const [buyer, boss] = labels
  const pair = (to: string, types?: readonly unknown[]) => ({ from: { id: contact }, to: { id: to }, types })
  const batch = (action: string, inputs: readonly unknown[], version: keyof typeof PATHS = 'v4') =>
    opened.call('POST', `${PATHS[version]}/contacts/companies/batch/${action}`, { inputs })
  const seen = () => hubspot.associations.of('contacts', contact, 'companies').map(({ id, labels }) => [id, labels])
  return { ...opened, contact, acme, beta, buyer, boss, pair, batch, seen }
}

describe.each(['v4', '2026-09'] as const)('associations of %s', version => {
  test('facts §11: are made without types by batch/associate/default, and seen from both sides', async () => {
    const { batch, call, pair, acme, contact, seen } = await portal()

    const made = await batch('associate/default', [pair(acme)], version)
    const read = await batch('read', [{ id: contact }], version)
    const back = await call('POST', `${PATHS[version]}/0-2/0-1/batch/read`, { inputs: [{ id: acme }] })

    expect([made.status, read.status, back.status]).toEqual([200, 200, 200])
    expect(seen()).toEqual([[acme, ['Primary']]])
    expect(read.body.results).toMatchObject([
      {
        from: { id: contact },
        to: [
          {
            toObjectId: acme,
            associationTypes: [
              { category: 'HUBSPOT_DEFINED', typeId: 279, label: null },
              { category: 'HUBSPOT_DEFINED', typeId: 1, label: 'Primary' },
            ],
          },
        ],
      },
    ])
    expect(back.body.results).toMatchObject([{ from: { id: acme }, to: [{ toObjectId: contact }] }])
  })

  test.each(['specified', 'other'] as const)(
    'facts §11, switch associationCreateStatus %s: batch/create replaces labels that are not repeated',
    async associationCreateStatus => {
      const { batch, pair, acme, buyer, boss, seen } = await portal({
        switches: { associationCreateStatus, firstCompanyPrimary: false },
      })

      const first = await batch('create', [pair(acme, [buyer])], version)
      const after = seen()
      const second = await batch('create', [pair(acme, [boss])], version)
      const replaced = seen()
      await batch('create', [pair(acme, [buyer, boss])], version)

      const usual = version === 'v4' ? 201 : 200
      const status = associationCreateStatus === 'specified' ? usual : 401 - usual
      expect([first.status, second.status]).toEqual([status, status])
      expect(first.body.results).toMatchObject([{ toObjectId: acme, toObjectTypeId: '0-2', labels: ['Buyer'] }])
      expect([after, replaced, seen()]).toEqual([[[acme, ['Buyer']]], [[acme, ['Boss']]], [[acme, ['Buyer', 'Boss']]]])
    },
  )

  test('facts §11: labels/archive takes labels away, batch/archive everything', async () => {
    const { batch, pair, acme, beta, buyer, contact, seen } = await portal({ switches: { firstCompanyPrimary: false } })
    await batch('create', [pair(acme, [buyer]), pair(beta, [buyer])], version)

    const labels = await batch('labels/archive', [pair(acme, [buyer])], version)
    const without = seen()
    const whole = await batch('labels/archive', [pair(beta, [UNLABELLED])], version)
    const gone = await batch('archive', [{ from: { id: contact }, to: [{ id: acme }] }], version)

    const status = version === 'v4' ? 204 : 200
    expect([labels, whole, gone].map(reply => reply.status)).toEqual([status, status, status])
    expect(without).toEqual([
      [acme, []],
      [beta, ['Buyer']],
    ])
    expect(seen()).toEqual([])
  })

  test('labels are listed and made, with both sides', async () => {
    const { call } = await portal()
    const path = `${PATHS[version]}/contacts/contacts/labels`

    const made = await call('POST', path, { label: 'Manager', name: 'manager_employee', inverseLabel: 'Employee' })
    const again = await call('POST', path, { label: 'Manager', name: 'manager_employee' })
    const list = await call('GET', path)

    expect([made.status, again.status]).toEqual([200, 409])
    expect(made.body.results).toMatchObject([{ label: 'Manager' }, { label: 'Employee' }])
    expect(list.body.results).toMatchObject([{ typeId: 449, label: null }, { label: 'Manager' }, { label: 'Employee' }])
  })
})

describe('associations', () => {
  test('a record has one primary company: another one takes its place', async () => {
    const { batch, pair, acme, beta, seen } = await portal()

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
    const { batch, pair, acme, seen } = await portal({ switches: { firstCompanyPrimary: false } })

    await batch('associate/default', [pair(acme)])

    expect(seen()).toEqual([[acme, []]])
  })

  test.each([
    ['partial', 207, 1],
    ['whole', 400, 0],
  ] as const)('switch badAssociation %s: an unknown id in a batch', async (badAssociation, status, made) => {
    const { batch, pair, acme, seen } = await portal({ switches: { badAssociation } })

    const reply = await batch('create', [pair(acme, [UNLABELLED]), pair('17', [UNLABELLED])])

    expect(reply.status).toBe(status)
    expect(reply.text).toContain('COMPANY=17 is not valid')
    expect(seen()).toHaveLength(made)
  })

  test('facts §3.2: records are made with associations, of which the type says to what they lead', async () => {
    const { call, hubspot, contact, acme } = await portal()
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
    const { batch, pair, acme } = await portal()

    const reply = await batch('create', [pair(acme, [{ ...UNLABELLED, associationTypeId: 280 }])])

    expect(reply.text).toContain('association type 280 does not exist from 0-1 to 0-2')
  })

  test('what is associated with nothing is named in a 207', async () => {
    const { batch, contact } = await portal()

    const reply = await batch('read', [{ id: contact }])

    expect(reply).toMatchObject({ status: 207, body: { results: [] } })
    expect(reply.body.errors[0]?.message).toBe(`No company is associated with contact ${contact}.`)
  })

  test.each(['string', 'number'] as const)('switch associatedIds %s: how ids are read', async associatedIds => {
    const { batch, pair, acme, contact } = await portal({ switches: { associatedIds } })
    await batch('associate/default', [pair(acme)])

    const reply = await batch('read', [{ id: contact }])

    const id = associatedIds === 'string' ? acme : Number(acme)
    expect(reply.body.results).toMatchObject([{ to: [{ toObjectId: id }] }])
  })

  test.each(['/crm/v4/objects', '/crm/objects/2026-09'])('facts §11: single ones under %s', async path => {
    const { call, contact, acme, buyer, seen } = await portal({ switches: { firstCompanyPrimary: false } })
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
      const { hubspot, batch, pair, acme, beta, buyer, contact } = await portal({ switches: { mergeIds } })
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
    const { hubspot, batch, pair, acme, contact } = await portal({ switches: { associateMergedAway: 'invalid' } })
    hubspot.mergeInUi(hubspot.seedContact().vid, contact)

    const reply = await batch('create', [pair(acme, [UNLABELLED])])

    expect(reply.text).toContain(`CONTACT=${contact} is not valid`)
  })

  test('facts §11: they are gone with an archived record, back with it, and erased with it', async () => {
    const { hubspot, batch, pair, acme, contact, seen } = await portal()
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
    const { batch, pair, acme } = await portal()
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
    const { batch, pair, acme } = await portal({
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
    const { batch, pair, acme, hubspot } = await portal()
    hubspot.setSwitch('missingScopes', [scope])

    const reply = await batch('associate/default', [pair(acme)])

    expect(reply.status).toBe(403)
  })

  test('the ledger has every change of a pair, and none where nothing changed', async () => {
    const { hubspot, batch, pair, acme, contact } = await portal({ switches: { firstCompanyPrimary: false } })

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
