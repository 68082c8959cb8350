import { describe, expect, test } from 'vitest'
import { open } from './portal.ts'

const UTK = '0123456789abcdef0123456789abcdef'
const OTHER_UTK = 'fedcba9876543210fedcba9876543210'

describe('a browser that views a page', () => {
  test('facts §15: becomes a contact when it is named by an address that nobody has', async () => {
    const { hubspot } = await open()

    const contact = hubspot.trackVisit(UTK, { email: 'New@x.com', firstname: 'Alex', not_a_property: '1' })

    expect(hubspot.contactByEmail('new@x.com')).toMatchObject({ vid: contact?.vid, properties: { firstname: 'Alex' } })
    expect(hubspot.ledger.writes.map(({ source, kind }) => [source, kind])).toEqual([['tracking', 'create']])
  })

  test('facts §15: updates the contact that has the address, and is tied to it by its cookie', async () => {
    const { hubspot } = await open()
    const { vid } = hubspot.seedContact({ email: 'a@x.com' })

    const named = hubspot.trackVisit(UTK, { email: 'a@x.com', city: 'Rome' })
    const later = hubspot.trackVisit(UTK)
    const stranger = hubspot.trackVisit(OTHER_UTK)

    expect([named?.vid, later?.vid, stranger]).toEqual([vid, vid, undefined])
    expect(later?.properties.city).toBe('Rome')
    expect(hubspot.contactCount).toBe(1)
  })

  test('facts §15: follows its contact into a merge', async () => {
    const { hubspot } = await open()
    const [a, b] = ['a@x.com', 'b@x.com'].map(email => hubspot.seedContact({ email }).vid)
    hubspot.trackVisit(UTK, { email: 'b@x.com' })

    const { vid } = hubspot.mergeInUi(a ?? '', b ?? '')

    expect(hubspot.trackVisit(UTK)?.vid).toBe(vid)
  })

  test.each([true, false])('facts §4, switch formFlipsPrimary %s: named by a secondary address', async flips => {
    const { hubspot } = await open({ switches: { formFlipsPrimary: flips } })
    const { vid } = hubspot.seedContact({ email: 'a@x.com', secondaryEmails: ['b@x.com'] })

    const contact = hubspot.trackVisit(UTK, { email: 'b@x.com' })

    expect(contact).toMatchObject({ vid, email: flips ? 'b@x.com' : 'a@x.com' })
  })

  test.each(['new-contact', 'overwrites'] as const)(
    'facts §15, switch knownVisitorNewEmail %s: a known one is named by an address that nobody has',
    async knownVisitorNewEmail => {
      const { hubspot } = await open({ switches: { knownVisitorNewEmail } })
      const { vid } = hubspot.seedContact({ email: 'a@x.com' })
      hubspot.trackVisit(UTK, { email: 'a@x.com' })

      const contact = hubspot.trackVisit(UTK, { email: 'b@x.com' })

      expect(contact?.vid === vid).toBe(knownVisitorNewEmail === 'overwrites')
      expect(hubspot.contactCount).toBe(knownVisitorNewEmail === 'overwrites' ? 1 : 2)
      expect(hubspot.contact(vid)?.email).toBe(knownVisitorNewEmail === 'overwrites' ? 'b@x.com' : 'a@x.com')
    },
  )

  test('is nobody by what is no address', async () => {
    const { hubspot } = await open()

    expect([hubspot.trackVisit(UTK, { email: 'undefined' }), hubspot.trackVisit(UTK, { email: '' })]).toEqual([
      undefined,
      undefined,
    ])
    expect(hubspot.contactCount).toBe(0)
  })
})

describe('over HTTP', () => {
  test('pages get the tracking code, and it reports as text from any origin', async () => {
    const { url, hubspot } = await open()
    const body = JSON.stringify({ utk: UTK, identity: { email: 'a@x.com' } })

    const script = await fetch(`${url}/simulator/tracking.js`)
    const report = await fetch(`${url}/simulator/track`, { method: 'POST', body })

    expect(script.headers.get('content-type')).toBe('text/javascript')
    expect(await script.text()).toContain('hubspotutk')
    expect(report.status).toBe(200)
    expect(hubspot.contactByEmail('a@x.com')).toBeDefined()
    expect(hubspot.calls.calls).toBe(0)
  })

  test.each([{}, { utk: 'short' }, { utk: 5, identity: { email: 'a@x.com' } }])(
    'refuses a report like %j',
    async report => {
      const { url, hubspot } = await open()

      const { status } = await fetch(`${url}/simulator/track`, { method: 'POST', body: JSON.stringify(report) })

      expect(status).toBe(400)
      expect(hubspot.contactCount).toBe(0)
    },
  )
})
