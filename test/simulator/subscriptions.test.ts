import { describe, expect, test } from 'vitest'
import { open } from './portal.ts'

const NEWS = '110000001'
const wish = (statusState: string, more: object = {}) => ({
  channel: 'EMAIL',
  subscriptionId: NEWS,
  statusState,
  ...more,
})

describe.each(['/communication-preferences/v4', '/communication-preferences/2026-09'])('%s', path => {
  test('facts §14: kinds of email are listed, and statuses read and set by address', async () => {
    const { call, hubspot } = await open()

    const definitions = await call('GET', `${path}/definitions`)
    const set = await call('POST', `${path}/statuses/Ada%40x.com`, wish('SUBSCRIBED'))
    const read = await call('GET', `${path}/statuses/ada@x.com?channel=EMAIL`)

    expect(definitions.body.results).toMatchObject([
      { id: NEWS, name: 'Marketing Information' },
      { name: 'One to One' },
    ])
    expect(set.body.results).toMatchObject([
      { subscriberIdString: 'ada@x.com', status: 'SUBSCRIBED', setStatusSuccessReason: 'REQUESTED_CHANGE_OCCURRED' },
    ])
    expect(read.body.results).toMatchObject([{ status: 'SUBSCRIBED' }, { status: 'NOT_SPECIFIED' }])
    expect(hubspot.subscriptions.of('ADA@x.com')).toEqual({
      'Marketing Information': 'SUBSCRIBED',
      'One to One': 'NOT_SPECIFIED',
    })
    expect(hubspot.ledger.deeds).toMatchObject([
      {
        kind: 'subscription',
        email: 'ada@x.com',
        subscriptionId: NEWS,
        status: 'SUBSCRIBED',
        previous: 'NOT_SPECIFIED',
      },
    ])
  })

  test('facts §14: batches read and write; a bad input does not harm the others', async () => {
    const { call, hubspot } = await open()
    const inputs = ['a@x.com', 'nobody'].map(subscriberIdString => ({ subscriberIdString, ...wish('UNSUBSCRIBED') }))

    const written = await call('POST', `${path}/statuses/batch/write`, { inputs })
    const read = await call('POST', `${path}/statuses/batch/read?channel=EMAIL`, { inputs: ['a@x.com'] })
    const mixed = await call('POST', `${path}/statuses/batch/read?channel=EMAIL`, { inputs: ['a@x.com', 'nobody'] })

    expect([written, read, mixed].map(({ status }) => status)).toEqual([200, 200, 207])
    expect(written.body.errors[0]?.message).toContain('nobody is invalid')
    expect(read.body.results).toMatchObject([{ subscriberIdString: 'a@x.com' }])
    expect(hubspot.subscriptions.of('a@x.com')['Marketing Information']).toBe('UNSUBSCRIBED')
  })

  test('facts §14: who opts out of everything wants nothing', async () => {
    const { call, hubspot } = await open()
    hubspot.subscriptions.choose('a@x.com', 'Marketing Information', 'SUBSCRIBED')
    const before = await call('GET', `${path}/statuses/a@x.com/unsubscribe-all?channel=EMAIL`)

    const out = await call('POST', `${path}/statuses/a@x.com/unsubscribe-all?channel=EMAIL&verbose=true`)
    const after = await call('GET', `${path}/statuses/a@x.com/unsubscribe-all?channel=EMAIL`)
    const several = await call('POST', `${path}/statuses/batch/unsubscribe-all?channel=EMAIL`, { inputs: ['b@x.com'] })
    const read = await call('POST', `${path}/statuses/batch/unsubscribe-all/read?channel=EMAIL`, {
      inputs: ['b@x.com'],
    })

    expect([before, out, after, several, read].map(({ status }) => status)).toEqual([200, 200, 200, 200, 200])
    expect([before.body.results, after.body.results]).toMatchObject([[], [{ wideStatusType: 'PORTAL_WIDE' }]])
    expect(out.body.results).toHaveLength(2)
    expect(hubspot.subscriptions.of('a@x.com')).toEqual({
      'Marketing Information': 'UNSUBSCRIBED',
      'One to One': 'UNSUBSCRIBED',
    })
    expect(hubspot.subscriptions.hasOptedOut('b@x.com')).toBe(true)
  })
})

describe('subscriptions', () => {
  test.each(['rejected', 'accepted'] as const)(
    'facts §14 B, switch resubscribe %s: an address that has opted out',
    async resubscribe => {
      const { call, hubspot } = await open({ switches: { resubscribe } })
      hubspot.subscriptions.choose('a@x.com', 'Marketing Information', 'UNSUBSCRIBED')
      hubspot.subscriptions.optOut('b@x.com')
      const path = '/communication-preferences/v4/statuses'

      const one = await call('POST', `${path}/a@x.com`, wish('SUBSCRIBED'))
      const all = await call('POST', `${path}/b@x.com`, wish('SUBSCRIBED'))

      const rejected = resubscribe === 'rejected'
      expect([one.status, all.status]).toEqual(rejected ? [400, 400] : [200, 200])
      expect(hubspot.subscriptions.of('b@x.com')).toEqual({
        'Marketing Information': rejected ? 'UNSUBSCRIBED' : 'SUBSCRIBED',
        'One to One': 'UNSUBSCRIBED',
      })
    },
  )

  test('2026-09 has an endpoint for people who asked for it again', async () => {
    const { call, hubspot } = await open()
    hubspot.subscriptions.choose('a@x.com', 'Marketing Information', 'UNSUBSCRIBED')
    const body = { emailAddress: 'a@x.com', subscriptionId: NEWS }
    const path = '/communication-preferences/2026-09'

    const refused = await call('POST', `${path}/subscribe`, body)
    const accepted = await call('POST', `${path}/resubscribe`, body)
    const read = await call('GET', `${path}/status/email/a@x.com`)

    expect([refused.status, accepted.status]).toEqual([400, 200])
    expect(read.body).toMatchObject({ recipient: 'a@x.com', subscriptionStatuses: [{ status: 'SUBSCRIBED' }, {}] })
  })

  test('facts §14: a contact’s new address has not chosen anything', async () => {
    const { hubspot } = await open()
    const { vid } = hubspot.seedContact({ email: 'old@x.com' })
    hubspot.subscriptions.choose('old@x.com', 'Marketing Information', 'UNSUBSCRIBED')

    hubspot.editInUi(vid, { email: 'new@x.com' })

    expect(hubspot.subscriptions.of('new@x.com')['Marketing Information']).toBe('NOT_SPECIFIED')
    expect(hubspot.subscriptions.of('old@x.com')['Marketing Information']).toBe('UNSUBSCRIBED')
  })

  test('switch gdpr: a subscription needs a legal basis, and an explanation', async () => {
    const { call } = await open({ switches: { gdpr: true } })
    const path = '/communication-preferences/v4/statuses/a@x.com'

    const without = await call('POST', path, wish('SUBSCRIBED'))
    const basis = { legalBasis: 'CONSENT_WITH_NOTICE', legalBasisExplanation: 'Signed up' }
    const explained = await call('POST', path, wish('SUBSCRIBED', basis))
    const out = await call('POST', path, wish('UNSUBSCRIBED'))

    expect([without.status, explained.status, out.status]).toEqual([400, 200, 200])
  })

  test.each([
    ['an unknown kind of email', 'a@x.com', wish('SUBSCRIBED', { subscriptionId: 17 }), 404],
    ['an unknown status', 'a@x.com', wish('YES'), 400],
    ['another channel', 'a@x.com', wish('SUBSCRIBED', { channel: 'SMS' }), 400],
    ['an unknown legal basis', 'a@x.com', wish('SUBSCRIBED', { legalBasis: 'NONE' }), 400],
    ['no address', 'nobody', wish('SUBSCRIBED'), 400],
  ])('%s is an error', async (_, email, body, status) => {
    const { call } = await open()

    const reply = await call('POST', `/communication-preferences/v4/statuses/${email}`, body)

    expect(reply.status).toBe(status)
  })

  test('one of two scopes suffices', async () => {
    const { call, hubspot } = await open()
    const read = () => call('GET', '/communication-preferences/v4/definitions')

    hubspot.setSwitch('missingScopes', ['communication_preferences.read'])
    const other = await read()
    hubspot.setSwitch('missingScopes', ['communication_preferences.read', 'communication_preferences.read_write'])
    const neither = await read()

    expect([other.status, neither.status]).toEqual([200, 403])
  })
})
