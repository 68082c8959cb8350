import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Answer, BatchResult } from '../../functions/core/hubspot.ts'
import { canonicalEmail } from '../../functions/core/types.ts'
import { HubSpotClient, type HubSpotClientOptions } from '../../functions/hubspot/client.ts'
import { Pace } from '../../functions/hubspot/pacing.ts'
import { API_VERSIONS } from '../../functions/hubspot/versions.ts'
import { systemClock } from '../../functions/runtime/system.ts'
import { createHubSpot, type Fault, type HubSpotSimulator, type Listening } from '../../local/hubspot/index.ts'
import { testSecrets } from '../support/platform.ts'
import { Recorder } from '../support/recorder.ts'
import { vidOf } from '../support/vids.ts'
import { VirtualClock } from '../support/virtual-clock.ts'

let hubspot: HubSpotSimulator
let server: Listening

beforeEach(async () => {
  hubspot = createHubSpot({ seed: 7 })
  server = await hubspot.listen()
})

afterEach(() => server.close())

function clientOf(options: Partial<HubSpotClientOptions> = {}): HubSpotClient {
  const recorder = new Recorder()
  return new HubSpotClient({
    baseUrl: server.url,
    version: 'v3',
    secrets: {
      read: async () => ({ ...testSecrets, hubspotAccessToken: 'local' }),
    },
    pace: new Pace(1_000, systemClock),
    clock: systemClock,
    log: recorder,
    metrics: recorder,
    ...options,
  })
}

/** The value of an answer that must be ok. */
function okOf<T>(answer: Answer<T>): T {
  if (answer.kind !== 'ok') throw new Error(`The answer is ${JSON.stringify(answer)}`)
  return answer.value
}

const byTrace = ({ contacts }: BatchResult) => new Map(contacts.map(contact => [contact.trace, contact]))

const user = (n: number, properties: Readonly<Record<string, string>> = {}) => ({
  trace: `t-${n}`,
  properties: { email: `User-${n}@example.com`, firstname: `Name${n}`, ...properties },
})

describe.each(API_VERSIONS)('the client and HubSpot, in version %s', version => {
  it('creates, reads and updates a hundred contacts whose answers come in any order', async () => {
    const client = clientOf({ version })
    const inputs = Array.from({ length: 100 }, (_, n) => user(n))

    const created = okOf(await client.createContacts(inputs))
    const read = okOf(
      await client.readContacts(
        { by: 'email' },
        inputs.map(({ properties }) => properties.email),
        ['email', 'firstname', 'city'],
      ),
    )
    const updates = created.contacts.map(({ vid, trace = '' }) => ({ vid, trace, properties: { city: `of ${trace}` } }))
    const updated = okOf(await client.updateContacts(updates))

    expect(created.errors).toEqual([])
    expect(created.contacts.map(({ trace }) => trace)).not.toEqual(inputs.map(({ trace }) => trace))
    expect(byTrace(created).get('t-5')?.properties).toMatchObject({ email: 'user-5@example.com', firstname: 'Name5' })
    expect(read.contacts).toHaveLength(100)
    expect(read.contacts[0]?.properties).toMatchObject({ city: null })
    expect(byTrace(updated).get('t-5')?.vid).toBe(byTrace(created).get('t-5')?.vid)
    expect(hubspot.contacts().every(({ properties }) => properties.city?.startsWith('of t-'))).toBe(true)
  })

  it('makes the unique property, finds it in the schema and finds contacts by it', async () => {
    const client = clientOf({ version })

    const first = await client.createUniqueProperty('internal_user_id', 'Internal user id')
    const again = await client.createUniqueProperty('internal_user_id', 'Internal user id')
    const schema = new Map(okOf(await client.readProperties()).map(property => [property.name, property]))
    const created = okOf(await client.createContacts([user(1, { internal_user_id: 'u-1' })]))
    const read = okOf(await client.readContacts({ by: 'property', name: 'internal_user_id' }, ['u-1'], ['email']))

    expect([first, again]).toMatchObject([{ kind: 'ok' }, { kind: 'ok' }])
    expect(schema.get('internal_user_id')).toEqual({
      name: 'internal_user_id',
      type: 'string',
      readOnly: false,
      multiple: false,
      unique: true,
    })
    expect(schema.get('hs_object_id')).toMatchObject({ readOnly: true })
    expect(schema.get('lifecyclestage')?.options).toContainEqual(expect.objectContaining({ value: 'lead' }))
    expect(read.contacts.map(({ vid }) => vid)).toEqual(created.contacts.map(({ vid }) => vid))
  })

  it('reads the id of the portal', async () => {
    const id = okOf(await clientOf({ version }).readPortalId())

    expect(id).toBe(String(hubspot.portalId))
  })

  it('learns which input of a batch is refused, and why, while the others are written', async () => {
    const inputs = [user(1), user(2, { no_such_property: 'x' }), user(3, { lifecyclestage: 'Grand Duke' })]

    const { contacts, errors } = okOf(await clientOf({ version }).createContacts(inputs))

    expect(contacts.map(({ trace }) => trace)).toEqual(['t-1'])
    expect(errors.map(({ traces, code }) => [traces, code]).sort()).toEqual([
      [['t-2'], 'invalid'],
      [['t-3'], 'invalid'],
    ])
    expect(errors.flatMap(({ properties }) => properties.map(({ name, code }) => [name, code])).sort()).toEqual([
      ['lifecyclestage', 'INVALID_OPTION'],
      ['no_such_property', 'PROPERTY_DOESNT_EXIST'],
    ])
    expect(JSON.stringify(errors)).not.toContain('Grand Duke')
  })

  it.each(['409', '400'] as const)(
    'learns whose the address is from the conflict that HubSpot words as %s',
    async as => {
      hubspot.setSwitch('emailConflict', as)
      const owner = hubspot.seedContact({ email: 'main@example.com', secondaryEmails: ['user-2@example.com'] })

      const { contacts, errors } = okOf(await clientOf({ version }).createContacts([user(1), user(2)]))

      expect(contacts.map(({ trace }) => trace)).toEqual(['t-1'])
      expect(errors).toMatchObject([{ traces: ['t-2'], code: 'conflict', existing: owner.vid }])
      expect(JSON.stringify(errors)).not.toContain('@')
    },
  )

  it('learns which contacts are not there', async () => {
    const client = clientOf({ version })
    const gone = hubspot.seedContact({ email: 'gone@example.com' })
    hubspot.archiveInUi(gone.vid)

    const read = okOf(await client.readContacts({ by: 'vid' }, [gone.vid, '1'], ['email']))
    const updated = okOf(
      await client.updateContacts([{ vid: vidOf(gone.vid), trace: 't-1', properties: { firstname: 'Ada' } }]),
    )

    expect(read).toMatchObject({ contacts: [], errors: [{ code: 'not_found' }] })
    expect(read.errors[0]?.ids.toSorted()).toEqual(['1', gone.vid])
    expect(updated).toMatchObject({ contacts: [], errors: [{ code: 'not_found', traces: ['t-1'], ids: [gone.vid] }] })
  })
})

describe.each(API_VERSIONS)('merges and deletions, in version %s', version => {
  it.each(['new', 'primary'] as const)('learns the survivor of a merge whose id is %s', async mergeIds => {
    hubspot.setSwitch('mergeIds', mergeIds)
    const client = clientOf({ version })
    const [primary, other] = ['a@example.com', 'b@example.com'].map(email => vidOf(hubspot.seedContact({ email }).vid))
    if (!primary || !other) throw new Error('Nobody to merge')

    const survivor = okOf(await client.mergeContacts(primary, other))
    const read = okOf(await client.readContacts({ by: 'vid' }, [other], ['email', 'hs_additional_emails']))

    expect(survivor.vid === primary).toBe(mergeIds === 'primary')
    expect(survivor.vid).not.toBe(other)
    expect(read.contacts).toMatchObject([
      { vid: survivor.vid, properties: { email: 'a@example.com', hs_additional_emails: 'b@example.com' } },
    ])
  })

  it('learns why contacts cannot be merged', async () => {
    const client = clientOf({ version })
    const a = vidOf(hubspot.seedContact({ email: 'a@example.com' }).vid)

    const missing = await client.mergeContacts(a, vidOf('17'))
    const itself = await client.mergeContacts(a, a)

    expect(missing).toMatchObject({ kind: 'rejected', status: 404, errors: [{ code: 'not_found', ids: [a, '17'] }] })
    expect(itself).toMatchObject({ kind: 'rejected', status: 400, errors: [{ code: 'invalid' }] })
  })

  it('learns that a contact was merged too often', async () => {
    hubspot.setSwitch('mergeIds', 'primary')
    const main = vidOf(hubspot.seedContact().vid)
    for (let merges = 0; merges < 250; merges++) hubspot.mergeInUi(main, hubspot.seedContact().vid)
    const other = vidOf(hubspot.seedContact().vid)

    const answer = await clientOf({ version }).mergeContacts(main, other)

    expect(answer).toMatchObject({ kind: 'rejected', status: 414, errors: [{ code: 'too_many_identities' }] })
  })

  it('reads back what became of a merge whose answer was lost', async () => {
    const client = clientOf({ version })
    const [primary, other] = ['a@example.com', 'b@example.com'].map(email => vidOf(hubspot.seedContact({ email }).vid))
    if (!primary || !other) throw new Error('Nobody to merge')
    hubspot.addFault({ fault: { kind: 'drop', when: 'after' }, times: 1 })

    const lost = await client.mergeContacts(primary, other)
    const read = okOf(await client.readContacts({ by: 'vid' }, [other], ['hs_merged_object_ids']))

    expect(lost).toMatchObject({ kind: 'unavailable' })
    expect(read.contacts[0]?.properties.hs_merged_object_ids?.split(';').toSorted()).toEqual([primary, other].sort())
  })

  it.each([204, 404] as const)(
    'archives contacts once, and again, where HubSpot answers unknown ids with %s',
    async archiveUnknown => {
      hubspot.setSwitch('archiveUnknown', archiveUnknown)
      const client = clientOf({ version })
      const vids = ['a@example.com', 'b@example.com'].map(email => vidOf(hubspot.seedContact({ email }).vid))

      const first = await client.archiveContacts(vids.slice(0, 1))
      const both = await client.archiveContacts([...vids, vidOf('17')])
      const again = await client.archiveContacts(vids)

      expect([first, both, again]).toMatchObject([{ kind: 'ok' }, { kind: 'ok' }, { kind: 'ok' }])
      expect(hubspot.contactCount).toBe(0)
    },
  )

  it('erases a contact by its vid, and blocks no address by erasing it again', async () => {
    hubspot.setSwitch('eraseBlocksFound', false)
    const client = clientOf({ version })
    const { vid } = hubspot.seedContact({ email: 'user-1@example.com' })

    const erased = await client.eraseContact(vidOf(vid))
    const again = await client.eraseContact(vidOf(vid))
    const created = okOf(await client.createContacts([user(1)]))

    expect([erased, again]).toMatchObject([{ kind: 'ok' }, { kind: 'ok' }])
    expect(hubspot.contact(vid)).toBeUndefined()
    expect(created).toMatchObject({ contacts: [{ trace: 't-1' }], errors: [] })
  })
})

describe('the detachment of secondary addresses', () => {
  const address = canonicalEmail('Ada+two/x@example.com')

  it('frees the address for another contact, and is content when it is free already', async () => {
    const client = clientOf()
    const { vid } = hubspot.seedContact({ email: 'main@example.com', secondaryEmails: [address, 'b@example.com'] })

    const first = await client.detachEmail(vidOf(vid), address)
    const again = await client.detachEmail(vidOf(vid), address)
    const created = okOf(await client.createContacts([{ trace: 't-1', properties: { email: address } }]))

    expect([first, again]).toMatchObject([{ kind: 'ok' }, { kind: 'ok' }])
    expect(hubspot.contact(vid)?.secondaryEmails).toEqual(['b@example.com'])
    expect(created.contacts).toHaveLength(1)
  })

  it('follows a vid that was merged away', async () => {
    const { vid } = hubspot.seedContact({ email: 'main@example.com' })
    hubspot.mergeInUi(hubspot.seedContact({ email: 'survivor@example.com' }).vid, vid)

    const answer = await clientOf().detachEmail(vidOf(vid), canonicalEmail('main@example.com'))

    expect(answer).toMatchObject({ kind: 'ok' })
    expect(hubspot.contact(vid)).toMatchObject({ email: 'survivor@example.com', secondaryEmails: [] })
  })

  it('is refused for the primary address and for a contact that is not there', async () => {
    const client = clientOf()
    const { vid } = hubspot.seedContact({ email: 'main@example.com' })

    const primary = await client.detachEmail(vidOf(vid), canonicalEmail('main@example.com'))
    const nobody = await client.detachEmail(vidOf('17'), address)

    expect(primary).toMatchObject({ kind: 'rejected', status: 400, errors: [{ code: 'invalid' }] })
    expect(JSON.stringify(primary)).not.toContain('@')
    expect(nobody).toMatchObject({ kind: 'rejected', status: 404, errors: [{ code: 'not_found', ids: ['17'] }] })
  })

  it('is not taken for done when HubSpot has the endpoint no longer, or keeps it from the token', async () => {
    const client = clientOf()
    const { vid } = hubspot.seedContact({ email: 'main@example.com', secondaryEmails: [address] })

    hubspot.setSwitch('secondaryEmailApi', 'gone')
    const gone = await client.detachEmail(vidOf(vid), address)
    hubspot.setSwitch('secondaryEmailApi', 'forbidden')
    const forbidden = await client.detachEmail(vidOf(vid), address)

    expect(gone).toMatchObject({ kind: 'rejected', status: 404, errors: [{ code: 'other' }] })
    expect(forbidden).toMatchObject({ kind: 'account', code: 'forbidden' })
    expect(hubspot.contact(vid)?.secondaryEmails).toEqual([address])
  })
})

describe('the client and trouble in HubSpot', () => {
  const cases: [string, Fault, object][] = [
    ['a 423', { kind: 'locked' }, { kind: 'throttled', retryAfter: 2_000 }],
    ['a 477', { kind: 'migrating', retryAfter: 60 }, { kind: 'throttled', retryAfter: 60_000 }],
    ['a burst', { kind: 'throttled', policy: 'TEN_SECONDLY_ROLLING' }, { kind: 'throttled' }],
    ['the daily limit', { kind: 'throttled', policy: 'DAILY' }, { kind: 'account', code: 'daily_limit' }],
    ['a refused token', { kind: 'unauthorized' }, { kind: 'account', code: 'unauthorized' }],
    ['an outage', { kind: 'outage' }, { kind: 'unavailable' }],
    ['a hang', { kind: 'hang', when: 'after' }, { kind: 'unavailable' }],
    ['a reset', { kind: 'reset', when: 'after' }, { kind: 'unavailable' }],
    ['a dropped answer', { kind: 'drop', when: 'after' }, { kind: 'unavailable' }],
    ['a wrong content type', { kind: 'content-type', type: 'application/xml' }, { kind: 'unavailable' }],
    ['an empty body', { kind: 'empty' }, { kind: 'unavailable' }],
    ['a 503', { kind: 'error', status: 503, when: 'before' }, { kind: 'unavailable' }],
    ['a 502 in HTML', { kind: 'error', status: 502, when: 'after', html: true }, { kind: 'unavailable' }],
    [
      'a refusal that names nobody',
      { kind: 'refuse', status: 400, message: 'No.', category: 'VALIDATION_ERROR' },
      { kind: 'rejected', errors: [{ code: 'invalid', traces: [], ids: [], message: 'No.' }] },
    ],
  ]

  it.each(cases)('names %s by its kind, and goes on afterwards', async (_, fault, expected) => {
    hubspot.addFault({ fault, times: 1 })
    const impatient = clientOf({ timeouts: { write: 200 } })

    const struck = await (fault.kind === 'hang' ? impatient : clientOf()).createContacts([user(1)])
    const next = await clientOf().createContacts([user(2)])

    expect(struck).toMatchObject(expected)
    expect(next).toMatchObject({ kind: 'ok' })
  })

  it('names a missing scope', async () => {
    hubspot.setSwitch('missingScopes', ['crm.schemas.contacts.write'])

    const answer = await clientOf().createUniqueProperty('internal_user_id', 'Internal user id')

    expect(answer).toMatchObject({
      kind: 'account',
      code: 'forbidden',
      message: expect.stringContaining('crm.schemas.contacts.write'),
    })
  })

  it('knows duplicate ids', async () => {
    const { vid } = hubspot.seedContact({ email: 'a@example.com' })
    const inputs = ['t-1', 't-2'].map(trace => ({ vid: vidOf(vid), trace, properties: { firstname: 'Ada' } }))

    const answer = await clientOf().updateContacts(inputs)

    expect(answer).toMatchObject({ kind: 'rejected', status: 400, errors: [{ code: 'duplicate_ids', ids: [vid] }] })
  })

  it('never sees a 429 while it keeps the pace that HubSpot allows', async () => {
    const clock = new VirtualClock()
    const limits = { perTenSeconds: 3 }
    const strict = createHubSpot({ clock, limits })
    const { url, close } = await strict.listen()
    const client = clientOf({ baseUrl: url, clock, pace: new Pace(limits.perTenSeconds, clock) })

    const calls = Array.from({ length: 20 }, () => client.readPortalId())
    await vi.waitFor(
      async () => {
        await clock.advance(500)
        expect(strict.calls.calls).toBe(calls.length)
      },
      { timeout: 20_000, interval: 1 },
    )
    await Promise.all(calls)
    await close()

    expect(strict.calls.byStatus).toEqual({ 200: calls.length })
  })
})
