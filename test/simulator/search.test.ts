import { describe, expect, test } from 'vitest'
import { CONTACTS, createManualClock, open } from './portal.ts'

const byEmail = (value: string) => ({ filterGroups: [{ filters: [{ propertyName: 'email', operator: 'EQ', value }] }] })

describe('search', () => {
  test('facts §7: a contact is found only some time after it was made, changed or archived', async () => {
    const clock = createManualClock()
    const { call, hubspot } = await open({ clock, switches: { searchLag: 5_000 }, limits: { searchPerSecond: 100 } })
    const count = async (email: string) => (await call('POST', `${CONTACTS}/search`, byEmail(email))).body.total
    const { vid } = hubspot.seedContact({ email: 'a@x.com' })

    const atOnce = await count('a@x.com')
    await clock.advance(5_000)
    const later = await count('a@x.com')
    hubspot.editInUi(vid, { email: 'b@x.com' })
    const changed = [await count('a@x.com'), await count('b@x.com')]
    await clock.advance(5_000)
    const settled = [await count('a@x.com'), await count('b@x.com')]
    hubspot.archiveInUi(vid)
    const archived = await count('b@x.com')
    await clock.advance(5_000)

    expect([atOnce, later]).toEqual([0, 1])
    expect(changed).toEqual([1, 0])
    expect(settled).toEqual([0, 1])
    expect([archived, await count('b@x.com')]).toEqual([1, 0])
  })

  test('facts §7: reads are up to date while search lags', async () => {
    const { call, batch } = await open({ clock: createManualClock() })
    await batch('create', [{ properties: { email: 'a@x.com' } }])

    const read = await batch('read', [{ id: 'a@x.com' }], { idProperty: 'email' })
    const found = await call('POST', `${CONTACTS}/search`, byEmail('a@x.com'))

    expect(read.body.results).toHaveLength(1)
    expect(found.body.total).toBe(0)
  })

  test.each([false, true])(
    'facts §4, switch searchSecondary %s: email EQ and secondary addresses',
    async searchSecondary => {
      const { call, hubspot } = await open({ switches: { searchLag: 0, searchSecondary } })
      hubspot.seedContact({ email: 'a@x.com', secondaryEmails: ['b@x.com'] })

      const reply = await call('POST', `${CONTACTS}/search`, byEmail('b@x.com'))

      expect(reply.body.total).toBe(searchSecondary ? 1 : 0)
    },
  )

  test('facts §7: pages of 10 by default, groups are alternatives, filters of a group all hold', async () => {
    const { call, hubspot } = await open({ switches: { searchLag: 0 } })
    for (let at = 0; at < 25; at++) {
      hubspot.seedContact({ email: `u${at}@x.com`, properties: { city: at % 2 ? 'Rome' : 'Oslo', zip: String(at) } })
    }
    const filters = [
      { propertyName: 'city', operator: 'EQ', value: 'rome' },
      { propertyName: 'zip', operator: 'GTE', value: '5' },
    ]
    const body = {
      filterGroups: [{ filters }, { filters: [{ propertyName: 'zip', operator: 'IN', values: ['0', '2'] }] }],
    }

    const first = await call('POST', `${CONTACTS}/search`, { ...body, properties: ['zip'] })
    const rest = await call('POST', `${CONTACTS}/search`, { ...body, properties: ['zip'], after: '10' })

    expect(first.body.total).toBe(12)
    expect(first.body.results).toHaveLength(10)
    expect(first.body.paging.next.after).toBe('10')
    const zips = [...first.body.results, ...rest.body.results].map(result => Number(result.properties.zip))
    expect(zips).toEqual([0, 2, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23])
  })

  test('facts §7: more than 200 a page, 10,000 results, 5 groups or 3,000 characters are 400', async () => {
    const { call } = await open({ limits: { searchPerSecond: 100 } })
    const filters = [{ propertyName: 'email', operator: 'HAS_PROPERTY' }]

    const replies = await Promise.all(
      [
        { limit: 201 },
        { limit: 100, after: '9950' },
        { filterGroups: Array.from({ length: 6 }, () => ({ filters })) },
        { query: 'x'.repeat(3_001) },
      ].map(body => call('POST', `${CONTACTS}/search`, body)),
    )

    expect(replies.map(reply => reply.status)).toEqual([400, 400, 400, 400])
  })
})
