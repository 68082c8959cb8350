import { describe, expect, it } from 'vitest'
import { linkKey, objectKey } from '../../../functions/core/keys.ts'
import { companyOf, everything, joinedTo } from '../../support/everything.ts'
import { pipeline } from '../../support/pipeline.ts'

const SHORT = { matches: /^.{0,4}$/, code: 'VALUE_TOO_LONG', message: 'is too long' }

describe('a company', () => {
  it('is made, and joined with the person who belongs to it', async () => {
    const p = everything()
    await p.identify('u1', { email: 'alex@example.com' })
    await p.group('u1', 'acme', { name: 'Acme', city: 'Oslo', employees: 12 })

    await p.untilQuiet()

    const company = companyOf(p, 'acme')
    expect(company?.properties).toMatchObject({ name: 'Acme', city: 'Oslo', numberofemployees: '12' })
    expect(joinedTo(p, 'u1')).toEqual([{ id: company?.id, labels: [] }])
    expect(await p.waiting()).toBe(0)
    expect((await p.record(objectKey('companies', 'acme'))).delivered).toMatchObject({
      state: 'synced',
      vid: company?.id,
    })
  })

  it('of which nothing new is said costs no call', async () => {
    const p = everything()
    await p.identify('u1', { email: 'alex@example.com' })
    await p.group('u1', 'acme', { name: 'Acme' })
    await p.untilQuiet()
    const calls = p.countCalls()

    await p.group('u1', 'acme', { name: 'Acme' })
    await p.untilQuiet()

    expect(calls()).toBe(0)
  })

  it('gets what is new alone', async () => {
    const p = everything()
    await p.identify('u1', { email: 'alex@example.com' })
    await p.group('u1', 'acme', { name: 'Acme', city: 'Oslo' })
    await p.untilQuiet()
    p.hubspot.objects('companies').edit(companyOf(p, 'acme')?.id ?? '', { city: 'Rome' })

    await p.group('u1', 'acme', { name: 'Acme & Co', city: 'Oslo' })
    await p.untilQuiet()

    expect(companyOf(p, 'acme')?.properties).toMatchObject({ name: 'Acme & Co', city: 'Rome' })
  })

  it('with a value that HubSpot refuses is made without it, and says so', async () => {
    const p = everything()
    p.hubspot.objects('companies').defineProperty({ name: 'city', rule: SHORT })
    await p.identify('u1', { email: 'alex@example.com' })
    await p.group('u1', 'acme', { name: 'Acme', city: 'A city of a name that is too long' })
    await p.group('u1', 'other', { name: 'Other', city: 'Oslo' })

    await p.untilQuiet()

    expect(companyOf(p, 'other')?.properties).toMatchObject({ name: 'Other', city: 'Oslo' })
    expect(companyOf(p, 'acme')?.properties).toMatchObject({ name: 'Acme' })
    const { delivered } = await p.record(objectKey('companies', 'acme'))
    expect(delivered.withheld.get('city')?.code).toBe('rejected')
    expect(joinedTo(p, 'u1')).toHaveLength(2)
  })

  it('waits, visibly, while HubSpot has no unique property for it, and comes when it has', async () => {
    const p = pipeline({ config: everything().options.config ?? {} })
    await p.identify('u1', { email: 'alex@example.com' })
    await p.group('u1', 'acme', { name: 'Acme' })
    await p.untilQuiet()
    const { delivered } = await p.record(objectKey('companies', 'acme'))

    p.hubspot.objects('companies').defineProperty({ name: 'internal_company_id', hasUniqueValue: true })
    await p.clock.advance(3_600_000)
    await p.untilQuiet()
    await p.clock.advance(3_600_000)
    await p.untilQuiet()

    expect(delivered.problem).toMatchObject({ code: 'waiting', message: expect.stringContaining('npx vidsync setup') })
    expect(companyOf(p, 'acme')?.properties.name).toBe('Acme')
    expect(joinedTo(p, 'u1')).toHaveLength(1)
    expect(await p.waiting()).toBe(0)
  })

  it('that somebody deleted in HubSpot is made again, whole, with the next news of it', async () => {
    const p = everything()
    await p.identify('u1', { email: 'alex@example.com' })
    await p.group('u1', 'acme', { name: 'Acme', city: 'Oslo' })
    await p.untilQuiet()
    p.hubspot.objects('companies').archive(companyOf(p, 'acme')?.id ?? '')

    await p.group('u1', 'acme', { name: 'Acme', city: 'Rome' })
    await p.untilQuiet()

    expect(companyOf(p, 'acme')?.properties).toMatchObject({ name: 'Acme', city: 'Rome' })
  })
})

describe('what joins a person and a company', () => {
  it('waits for the person, and keeps nobody else waiting', async () => {
    const p = everything()
    await p.identify('u2', { email: 'bo@example.com' })
    await p.group('u1', 'acme', { name: 'Acme' })
    await p.group('u2', 'acme', { name: 'Acme' })
    await p.untilQuiet()
    const waiting = (await p.record(linkKey('user#u1', 'companies', 'acme'))).delivered

    await p.identify('u1', { email: 'alex@example.com' })
    await p.untilQuiet()

    expect(waiting.problem?.code).toBe('waiting')
    expect(joinedTo(p, 'u2')).toHaveLength(1)
    expect(joinedTo(p, 'u1')).toHaveLength(1)
    expect(await p.waiting()).toBe(0)
  })

  it('has the labels that the product gives, and those that people gave', async () => {
    const p = everything()
    await p.identify('u1', { email: 'alex@example.com' })
    await p.group('u1', 'acme', { name: 'Acme', role: 'Member' })
    await p.untilQuiet()
    const first = joinedTo(p, 'u1')
    const company = companyOf(p, 'acme')?.id ?? ''
    p.hubspot.associations.associate('contacts', p.contactOf('u1').vid, 'companies', company, ['Friend'])

    await p.group('u1', 'acme', { role: 'Admin' })
    await p.untilQuiet()

    expect(first).toEqual([{ id: company, labels: ['Member'] }])
    expect(joinedTo(p, 'u1').map(({ labels }) => [...labels].sort())).toEqual([['Admin', 'Friend']])
  })

  it('that is plain takes no label away that people gave', async () => {
    const p = everything()
    p.hubspot.objects('companies').seed({ name: 'Acme', internal_company_id: 'acme' })
    await p.identify('u1', { email: 'alex@example.com' })
    await p.untilQuiet()
    const company = companyOf(p, 'acme')?.id ?? ''
    p.hubspot.associations.associate('contacts', p.contactOf('u1').vid, 'companies', company, ['Friend'])

    await p.group('u1', 'acme', { name: 'Acme' })
    await p.untilQuiet()

    expect(joinedTo(p, 'u1')).toEqual([{ id: company, labels: ['Friend'] }])
  })

  it('waits for a label that HubSpot lacks, and says which', async () => {
    const p = everything()
    await p.identify('u1', { email: 'alex@example.com' })
    await p.group('u1', 'acme', { name: 'Acme', role: 'Owner' })
    await p.untilQuiet()
    const { problem } = (await p.record(linkKey('user#u1', 'companies', 'acme'))).delivered

    p.hubspot.associations.defineLabel('contacts', 'companies', { label: 'Owner' })
    await p.clock.advance(3_600_000)
    await p.untilQuiet()

    expect(problem).toMatchObject({ code: 'waiting', message: expect.stringContaining('“Owner”') })
    expect(joinedTo(p, 'u1')).toEqual([{ id: companyOf(p, 'acme')?.id, labels: ['Owner'] }])
  })

  it('is told again where the contact has become another', async () => {
    const p = everything()
    await p.identify('u1', { email: 'alex@example.com' })
    await p.group('u1', 'acme', { name: 'Acme' })
    await p.untilQuiet()
    p.hubspot.archiveInUi(p.contactOf('u1').vid)

    await p.identify('u1', { email: 'alex@example.com', city: 'Oslo' })
    await p.untilQuiet()

    expect(joinedTo(p, 'u1')).toEqual([{ id: companyOf(p, 'acme')?.id, labels: [] }])
  })

  it('of one object of a kind goes over to another one', async () => {
    const p = everything()
    await p.identify('u1', { email: 'alex@example.com' })
    await p.track('u1', 'Team Joined', { team: 'red' })
    await p.untilQuiet()
    const before = joinedTo(p, 'u1', 'tickets')

    await p.track('u1', 'Team Joined', { team: 'blue' })
    await p.untilQuiet()

    const team = (name: string) => p.hubspot.objects('tickets').by('internal_team_id', name)?.id
    expect(before).toEqual([{ id: team('red'), labels: [] }])
    expect(joinedTo(p, 'u1', 'tickets')).toEqual([{ id: team('blue'), labels: [] }])
  })

  it('of two ids that have become one user is told for the one contact', async () => {
    const p = everything()
    await p.group('old', 'acme', { name: 'Acme' })
    await p.track('old', 'Team Joined', { team: 'red' })
    await p.identify('u1', { email: 'alex@example.com' })
    await p.group('u1', 'acme', { name: 'Acme' })
    await p.track('u1', 'Team Joined', { team: 'blue' })
    await p.untilQuiet()

    await p.alias('old', 'u1')
    await p.untilQuiet()
    await p.clock.advance(3_600_000)
    await p.untilQuiet()

    expect(joinedTo(p, 'u1')).toEqual([{ id: companyOf(p, 'acme')?.id, labels: [] }])
    expect(await p.waiting()).toBe(0)
  })

  it('of two ids of one user to one company is one input of one call', async () => {
    const p = everything()
    await p.group('old', 'acme', { name: 'Acme' })
    await p.group('u1', 'acme', { name: 'Acme' })
    await p.alias('old', 'u1')
    await p.identify('u1', { email: 'alex@example.com' })
    const bodies: string[] = []
    p.restart().gate.watch = ({ what, when, args: [, body] }) => {
      if (when === 'before' && what.includes('associate/default')) bodies.push(String(body))
    }
    await p.untilQuiet()

    expect(bodies.map(body => JSON.parse(body).inputs.length)).toEqual([1])
    expect(joinedTo(p, 'u1')).toHaveLength(1)
    expect(await p.waiting()).toBe(0)
  })

  it('is told of a user who comes back after they were deleted, and nothing of before', async () => {
    const p = everything()
    await p.identify('u1', { email: 'alex@example.com' })
    await p.untilQuiet()
    await p.group('u1', 'before', { name: 'Before' })
    await p.delete('u1')
    await p.group('u1', 'after', { name: 'After' })
    await p.track('u1', 'Trial Started')
    await p.untilQuiet()

    await p.identify('u1', { email: 'again@example.com' })
    await p.untilQuiet()

    const back = p.hubspot.contactByEmail('again@example.com')?.vid ?? ''
    const joined = p.hubspot.associations.of('contacts', back, 'companies').map(({ id }) => id)
    expect(joined).toEqual([companyOf(p, 'after')?.id])
    expect(p.hubspot.events.of(back)).toHaveLength(1)
    expect(p.hubspot.lists.members('Trial')).toEqual([back])
    expect(await p.waiting()).toBe(0)
  })
})
