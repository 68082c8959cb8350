import { describe, expect, it } from 'vitest'
import type { ConfigInput } from '../../../functions/core/config.ts'
import { objectKey } from '../../../functions/core/keys.ts'
import { type Pipeline, type PipelineOptions, pipeline } from '../../support/pipeline.ts'

type Mapping = NonNullable<ConfigInput['objects']>[string]

const COMPANIES = {
  from: 'group',
  id: 'groupId',
  uniqueProperty: 'internal_company_id',
  fields: { name: 'traits.name', city: 'traits.city', domain: 'traits.domain' },
} as const satisfies Mapping

/** A portal with the unique property, and companies mapped in some way. */
function mapped(mapping: Partial<Mapping>, options: PipelineOptions = {}): Pipeline {
  const p = pipeline({ config: { objects: { companies: { ...COMPANIES, ...mapping } } }, ...options })
  companies(p).defineProperty({ name: 'internal_company_id', hasUniqueValue: true })
  return p
}

const companies = ({ hubspot }: Pipeline) => hubspot.objects('companies')
const companyOf = (p: Pipeline, id: string) => companies(p).by('internal_company_id', id)
const deliveredOf = async (p: Pipeline, id: string) => (await p.record(objectKey('companies', id))).delivered

describe('an object', () => {
  it('that is only to be changed is never made, and waits until somebody makes it', async () => {
    const p = mapped({ mode: 'update' })
    await p.group('u1', 'acme', { name: 'Acme' })
    await p.untilQuiet()
    const { problem } = await deliveredOf(p, 'acme')
    const made = companies(p).count

    companies(p).seed({ internal_company_id: 'acme', name: 'Acme by hand', city: 'Oslo' })
    await p.clock.advance(3_600_000)
    await p.untilQuiet()

    expect(problem?.code).toBe('waiting')
    expect(made).toBe(0)
    expect(companyOf(p, 'acme')?.properties).toMatchObject({ name: 'Acme', city: 'Oslo' })
  })

  it('that is only to be made is never changed', async () => {
    const p = mapped({ mode: 'insert' })
    companies(p).seed({ internal_company_id: 'there', name: 'By hand' })
    await p.group('u1', 'there', { name: 'There' })
    await p.group('u1', 'acme', { name: 'Acme' })
    await p.untilQuiet()
    await p.group('u1', 'acme', { name: 'Acme & Co' })
    await p.untilQuiet()

    expect(companyOf(p, 'there')?.properties.name).toBe('By hand')
    expect(companyOf(p, 'acme')?.properties.name).toBe('Acme')
    expect(companies(p).count).toBe(2)
    expect(await p.waiting(['objects', 'rejected'])).toBe(0)
  })

  it('keeps what it had where a value is for new ones alone', async () => {
    const p = mapped({ fields: { ...COMPANIES.fields, city: { from: 'traits.city', createOnly: true } } })
    companies(p).seed({ internal_company_id: 'there', city: 'Rome' })
    await p.group('u1', 'there', { name: 'There', city: 'Oslo' })
    await p.group('u1', 'acme', { name: 'Acme', city: 'Oslo' })
    await p.untilQuiet()
    await p.group('u1', 'acme', { city: 'Paris' })
    await p.untilQuiet()

    expect(companyOf(p, 'there')?.properties).toMatchObject({ name: 'There', city: 'Rome' })
    expect(companyOf(p, 'acme')?.properties).toMatchObject({ name: 'Acme', city: 'Oslo' })
  })

  it('takes over one of nobody’s that has the same domain, and no other’s', async () => {
    const p = mapped({ adoptBy: 'domain' }, { switches: { searchLag: 0 } })
    const seeded = companies(p).seed({ domain: 'acme.com', city: 'Rome' })
    companies(p).seed({ domain: 'taken.com', internal_company_id: 'another' })
    await p.group('u1', 'acme', { name: 'Acme', domain: 'acme.com' })
    await p.group('u1', 'mine', { name: 'Mine', domain: 'taken.com' })
    await p.group('u1', 'fresh', { name: 'Fresh', domain: 'fresh.com' })
    await p.untilQuiet()

    expect(companyOf(p, 'acme')).toMatchObject({ id: seeded.id, properties: { name: 'Acme', city: 'Rome' } })
    expect(companyOf(p, 'another')?.properties.name).toBeUndefined()
    expect(companyOf(p, 'mine')?.properties.name).toBe('Mine')
    expect(companies(p).count).toBe(4)
  })

  it('is not taken over twice while the search still shows it as nobody’s', async () => {
    const p = mapped({ adoptBy: 'domain' }, { switches: { searchLag: 30_000 } })
    const seeded = companies(p).seed({ domain: 'acme.com' })
    await p.clock.advance(60_000)
    await p.group('u1', 'acme', { name: 'Acme', domain: 'acme.com' })
    await p.untilQuiet()
    await p.group('u1', 'acme-2', { name: 'Acme 2', domain: 'acme.com' })
    await p.untilQuiet()
    await p.callAll(
      ['x', 'y'].map(groupId => ['group', { userId: 'u1', groupId, traits: { domain: 'both.com', name: groupId } }]),
    )
    await p.untilQuiet()

    expect(companyOf(p, 'acme')?.id).toBe(seeded.id)
    expect(companyOf(p, 'acme-2')?.properties.name).toBe('Acme 2')
    expect(['x', 'y'].map(id => companyOf(p, id)?.properties.name)).toEqual(['x', 'y'])
  })

  it('gets properties made for what nothing maps, of the type of their values', async () => {
    const p = mapped({ unmapped: 'create' })
    await p.group('u1', 'acme', { name: 'Acme', seats: 12, trial: true, founded: '2019-10-14', motto: 'Onwards' })
    await p.untilQuiet()

    expect(companyOf(p, 'acme')?.properties).toMatchObject({ seats: '12', trial: 'true', motto: 'Onwards' })
    expect(['seats', 'trial', 'founded', 'motto'].map(name => companies(p).property(name)?.type)).toEqual([
      'number',
      'bool',
      'date',
      'string',
    ])
    expect((await deliveredOf(p, 'acme')).withheld.size).toBe(0)
  })

  it.each(['upsert', 'update'] as const)('is recognised where HubSpot repeats no trace: %s', async mode => {
    const p = mapped({ mode }, { switches: { echoTraces: false } })
    const ids = ['acme', 'other', 'third']
    if (mode === 'update') for (const id of ids) companies(p).seed({ internal_company_id: id })
    for (const id of ids) await p.group('u1', id, { name: id })
    await p.untilQuiet()
    for (const id of ids) await p.group('u1', id, { name: `${id} Inc.` })
    const before = p.hubspot.calls.calls
    await p.deliver()

    expect(ids.map(id => companyOf(p, id)?.properties.name)).toEqual(ids.map(id => `${id} Inc.`))
    expect(p.hubspot.calls.calls - before).toBe(1)
    expect(companies(p).count).toBe(3)
  })

  it('whose id HubSpot takes for that of another object is reported, not mixed up', async () => {
    const p = mapped({}, { switches: { uniqueIgnoresCase: true } })
    await p.group('u1', 'acme', { name: 'Acme', city: 'Oslo' })
    await p.untilQuiet()
    await p.group('u1', 'ACME', { name: 'Another' })
    await p.untilQuiet()

    expect(companies(p).count).toBe(1)
    expect((await deliveredOf(p, 'ACME')).problem).toMatchObject({
      code: 'conflict',
      with: objectKey('companies', 'acme'),
    })
    expect(await p.waiting(['conflict'])).toBe(1)
  })

  it('keeps what somebody has changed in HubSpot, where that is wished', async () => {
    const p = mapped({ fields: { ...COMPANIES.fields, city: { from: 'traits.city', keepEdits: true } } })
    await p.group('u1', 'acme', { name: 'Acme', city: 'Oslo' })
    await p.untilQuiet()
    await p.group('u1', 'acme', { city: 'Paris' })
    await p.untilQuiet()
    const ours = companyOf(p, 'acme')?.properties.city
    companies(p).edit(companyOf(p, 'acme')?.id ?? '', { city: 'Rome' })

    await p.group('u1', 'acme', { name: 'Acme & Co', city: 'Berlin' })
    await p.untilQuiet()

    expect(ours).toBe('Paris')
    expect(companyOf(p, 'acme')?.properties).toMatchObject({ name: 'Acme & Co', city: 'Rome' })
    expect((await deliveredOf(p, 'acme')).withheld.get('city')?.code).toBe('edited')
  })

  it('has its newest value even where an older call lands late', async () => {
    const p = mapped({})
    await p.group('u1', 'acme', { name: 'First' })
    p.hubspot.addFault({
      match: { path: 'companies/batch/upsert' },
      fault: { kind: 'late', after: 45_000, answer: 'error' },
      times: 1,
    })
    await p.deliver()
    await p.group('u1', 'acme', { name: 'Second' })
    await p.clock.advance(2_000)
    await p.deliver()
    const meanwhile = companyOf(p, 'acme')?.properties.name

    await p.untilQuiet()

    expect(meanwhile).toBe('Second')
    expect(companyOf(p, 'acme')?.properties.name).toBe('Second')
    expect(companies(p).count).toBe(1)
  })

  it('that HubSpot never answers for keeps no other waiting', async () => {
    const p = mapped({})
    p.hubspot.addFault({
      match: { path: 'companies/batch/upsert', body: 'Poison' },
      fault: { kind: 'error', status: 500, when: 'before' },
    })
    for (let n = 0; n < 30; n += 1) await p.group('u1', `c${n}`, { name: n === 13 ? 'Poison' : `Name ${n}` })
    await p.untilQuiet(120)

    expect(companies(p).count).toBe(29)
    expect((await deliveredOf(p, 'c13')).state).toBe('rejected')
  })
})

describe('a contact', () => {
  it('gets properties made for traits that nothing maps, where that is wished', async () => {
    const p = pipeline({ config: { contacts: { unmapped: 'create', traits: { plan: 'plan_name' } } } })
    await p.identify('u1', { email: 'alex@example.com', seats: 3, plan: 'pro', motto: 'Onwards' })
    await p.untilQuiet()

    expect(p.contactOf('u1').properties).toMatchObject({ seats: '3', motto: 'Onwards' })
    const { withheld } = (await p.user('u1')).delivered
    expect([...withheld.keys()]).toEqual(['plan_name'])
  })

  it('is not held up where the token may not make properties', async () => {
    const p = pipeline({
      config: { contacts: { unmapped: 'create' } },
      switches: {},
    })
    await p.identify('u0', { email: 'first@example.com' })
    await p.untilQuiet()
    p.hubspot.setSwitch('missingScopes', ['crm.schemas.contacts.write'])

    await p.identify('u1', { email: 'alex@example.com', motto: 'Onwards' })
    await p.untilQuiet()

    expect(p.contactOf('u1').email).toBe('alex@example.com')
    expect((await p.user('u1')).delivered.withheld.get('motto')?.code).toBe('unknown_property')
  })
})
