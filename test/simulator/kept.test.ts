import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { createHubSpot, type HubSpotOptions, type HubSpotSimulator } from '../../local/hubspot/index.ts'
import { keepInFile } from '../../local/hubspot/kept.ts'

/** Starts a portal from the same file, as often as called, always with the same seed. */
function portals(options: HubSpotOptions = {}) {
  const directory = mkdtempSync(join(tmpdir(), 'vidsync-hubspot-'))
  const path = join(directory, 'hubspot.jsonl')
  onTestFinished(() => rmSync(directory, { recursive: true }))
  const start = (): HubSpotSimulator => {
    const keeper = keepInFile(path)
    onTestFinished(() => keeper.close())
    return createHubSpot({ ...options, keeper })
  }
  return { start, path }
}

/** Lets what has been done be written, as everything that answers a request does. */
const written = () => Promise.resolve()

const json = { 'content-type': 'application/json', authorization: 'Bearer local' }
const post = (hubspot: HubSpotSimulator, url: string, body: unknown) =>
  hubspot.handle({ method: 'POST', url, headers: json, body: JSON.stringify(body) })

test('a portal started again holds what it held, and gives no vid twice', async () => {
  const { start } = portals()
  const first = start()
  first.defineProperty({ name: 'user_id', hasUniqueValue: true })
  const ada = first.seedContact({ email: 'ada@example.com', properties: { user_id: 'u1', firstname: 'Ada' } })
  const other = first.seedContact({ email: 'other@example.com', secondaryEmails: ['second@example.com'] })
  const archived = first.seedContact({ email: 'archived@example.com' })
  const erased = first.seedContact({ email: 'erased@example.com' })
  const merged = first.mergeInUi(ada.vid, other.vid)
  first.archiveInUi(archived.vid)
  first.eraseInUi(erased.vid)
  await written()

  const second = start()

  expect(second.contacts()).toEqual(first.contacts())
  expect(second.contactCount).toBe(1)
  expect(second.contact(ada.vid)?.vid).toBe(merged.vid)
  expect(second.contactByEmail('second@example.com')?.vid).toBe(merged.vid)
  expect(second.contact(archived.vid)).toMatchObject({ archived: true })
  expect(second.contact(erased.vid)).toBeUndefined()
  expect(() => second.seedContact({ properties: { user_id: 'u1' } })).toThrow()
  const before = [ada, other, archived, erased, merged].map(({ vid }) => Number(vid))
  expect(Number(second.seedContact({ email: 'new@example.com' }).vid)).toBeGreaterThan(Math.max(...before))
})

test('what a call was told is done, is in the file before the answer', async () => {
  const { start, path } = portals()
  const hubspot = start()

  const answer = await post(hubspot, '/crm/v3/objects/contacts', { properties: { email: 'ada@example.com' } })

  expect(answer.status).toBe(201)
  expect(readFileSync(path, 'utf8')).toContain('ada@example.com')
})

test('what was undone is not there afterwards', async () => {
  const { start } = portals()
  const first = start()
  first.defineProperty({ name: 'user_id', hasUniqueValue: true })
  first.seedContact({ email: 'taken@example.com' })
  const refused = await post(first, '/crm/v3/objects/contacts/batch/create', {
    inputs: ['fresh@example.com', 'taken@example.com'].map(email => ({ properties: { email, user_id: email } })),
  })

  const second = start()

  expect(refused.status).toBe(409)
  expect(second.contactByEmail('fresh@example.com')).toBeUndefined()
  expect(() => second.seedContact({ properties: { user_id: 'fresh@example.com' } })).not.toThrow()
})

test('a line that a killed process did not finish is left out; all others count', async () => {
  const { start, path } = portals()
  start().seedContact({ email: 'ada@example.com' })
  await written()
  appendFileSync(path, '["record","5521","{"id')

  const second = start()

  expect(second.contacts().map(({ email }) => email)).toEqual(['ada@example.com'])
})

test('the file does not grow with what was overwritten: starting again compacts it', async () => {
  const { start, path } = portals()
  const first = start()
  const { vid } = first.seedContact({ email: 'ada@example.com' })
  for (let at = 0; at < 50; at++) {
    first.editInUi(vid, { firstname: `Ada ${at}` })
    await written()
  }
  const before = readFileSync(path, 'utf8').split('\n').length

  const second = start()

  expect(readFileSync(path, 'utf8').split('\n').length).toBeLessThan(before / 5)
  expect(second.contact(vid)?.properties.firstname).toBe('Ada 49')
})

test('companies, custom objects, associations, lists, events and preferences survive, too', async () => {
  const { start } = portals({ customObjects: [{ name: 'pets', properties: [{ name: 'chip', hasUniqueValue: true }] }] })
  const first = start()
  const { vid } = first.seedContact({ email: 'ada@example.com' })
  const acme = first.objects('companies').seed({ name: 'Acme' }).id
  const pet = first.objects('pets').seed({ chip: 'a' }).id
  first.associations.defineLabel('contacts', 'companies', { label: 'Buyer' })
  first.associations.associate('contacts', vid, 'companies', acme, ['Buyer'])
  first.associations.associate('pets', pet, 'contacts', vid)
  first.lists.define({ name: 'Customers' })
  first.lists.change('Customers', { add: [vid] })
  first.events.define({ name: 'seen' })
  const event = { eventName: 'pe891936587_seen', objectId: vid, properties: {}, uuid: '1' }
  await post(first, '/events/v3/send', event)
  first.subscriptions.define('Newsletter')
  first.subscriptions.choose('ada@example.com', 'Newsletter', 'UNSUBSCRIBED')
  first.subscriptions.optOut('bob@example.com')
  await post(first, '/crm/v3/properties/companies/groups', { name: 'ours', label: 'Ours' })
  await written()

  const second = start()
  await post(second, '/events/v3/send', event)

  for (const type of ['contacts', 'companies', 'pets']) {
    expect(second.objects(type).all()).toEqual(first.objects(type).all())
  }
  expect(second.associations.of('contacts', vid, 'companies')).toMatchObject([
    { id: acme, labels: ['Primary', 'Buyer'] },
  ])
  expect(second.associations.of('contacts', vid, 'pets')).toMatchObject([{ id: pet }])
  expect(second.lists.of(vid)).toEqual(['Customers'])
  expect(second.events.of(vid)).toEqual(first.events.of(vid))
  expect(second.subscriptions.of('ada@example.com')).toEqual(first.subscriptions.of('ada@example.com'))
  expect(second.subscriptions.hasOptedOut('bob@example.com')).toBe(true)
  expect(() => second.objects('pets').seed({ chip: 'a' })).toThrow('already has that value')
  const groups = await second.handle({ method: 'GET', url: '/crm/v3/properties/companies/groups', headers: json })
  expect(groups.body).toContain('"ours"')
})
