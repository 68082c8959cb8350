import { describe, expect, test } from 'vitest'
import { CONTACTS, open, traced } from './portal.ts'

const SHAPES = [
  { emailConflict: '409', status: 409, category: 'CONFLICT' },
  { emailConflict: '400', status: 400, category: 'VALIDATION_ERROR' },
] as const

describe('conflicts of a create', () => {
  test.each(['a@x.com', 'A@X.COM', 'second@x.com'])(
    'facts §3.7: an email that somebody has (%s), primary or secondary, is 409 with the existing id',
    async email => {
      const { call, batch, hubspot } = await open()
      const { vid } = hubspot.seedContact({ email: 'a@x.com', secondaryEmails: ['second@x.com'] })

      const single = await call('POST', CONTACTS, { properties: { email } })
      const batched = await batch('create', [{ properties: { email } }])

      for (const reply of [single, batched]) {
        expect(reply.status).toBe(409)
        expect(reply.body).toMatchObject({
          status: 'error',
          message: `Contact already exists. Existing ID: ${vid}`,
          category: 'CONFLICT',
        })
      }
    },
  )

  test.each(SHAPES)('facts §3.7, switch emailConflict $emailConflict: the words of a conflict', async position => {
    const { call, hubspot } = await open({ switches: { emailConflict: position.emailConflict } })
    const { vid } = hubspot.seedContact({ email: 'a@x.com' })

    const reply = await call('POST', CONTACTS, { properties: { email: 'a@x.com' } })

    expect(reply.status).toBe(position.status)
    expect(reply.body.category).toBe(position.category)
    const existing = /Existing ID:\s*(\d+)|(\d+) already has that value/.exec(reply.body.message)
    expect(existing?.[1] ?? existing?.[2]).toBe(vid)
  })

  test('facts §3.7: the 400 names an id that never becomes a record before the existing one', async () => {
    const { call, hubspot } = await open({ switches: { emailConflict: '400' } })
    const { vid } = hubspot.seedContact({ email: 'a@x.com' })

    const { body } = await call('POST', CONTACTS, { properties: { email: 'a@x.com' } })

    const [, ghost, existing] = / on (\d+)\. (\d+) already has that value\.$/.exec(body.message) ?? []
    expect(existing).toBe(vid)
    expect(hubspot.contact(ghost ?? '')).toBeUndefined()
    expect(body.message).toMatch(
      /^Cannot set PropertyValueCoordinates\{portalId=\d+, objectTypeId=ObjectTypeId\{legacyObjectType=CONTACT\}, propertyName=email, value=a@x\.com\}/,
    )
  })

  test.each(['400', '409'] as const)(
    'facts §3.7, switch uniqueConflict %s: a taken unique value',
    async uniqueConflict => {
      const { batch, hubspot } = await open({ switches: { uniqueConflict } })
      const { vid } = hubspot.seedContact({ email: 'a@x.com', properties: { user_id: 'u1' } })

      const reply = await batch('create', [{ properties: { email: 'b@x.com', user_id: 'u1' } }])

      expect(reply.status).toBe(Number(uniqueConflict))
      expect(reply.body.message).toContain(
        uniqueConflict === '400' ? `${vid} already has that value` : `Existing ID: ${vid}`,
      )
      expect(hubspot.contactByEmail('b@x.com')).toBeUndefined()
    },
  )

  test('facts §3.7: an untraced batch reports only the first of several conflicts', async () => {
    const { batch, hubspot } = await open()
    const first = hubspot.seedContact({ email: 'a@x.com' })
    hubspot.seedContact({ email: 'b@x.com' })

    const reply = await batch('create', [{ properties: { email: 'a@x.com' } }, { properties: { email: 'b@x.com' } }])

    expect(reply.body.message).toBe(`Contact already exists. Existing ID: ${first.vid}`)
  })

  test('facts §3.7: a traced batch reports every conflict by its trace and writes the others', async () => {
    const { batch, hubspot } = await open()
    for (const email of ['a@x.com', 'b@x.com']) hubspot.seedContact({ email })

    const reply = await batch(
      'create',
      traced(['a@x.com', 'c@x.com', 'b@x.com'].map(email => ({ properties: { email } }))),
    )

    expect(reply.status).toBe(207)
    expect(reply.body.errors.map(error => error.context.objectWriteTraceId)).toEqual([['t0'], ['t2']])
    expect(reply.body.errors.map(error => error.category)).toEqual(['CONFLICT', 'CONFLICT'])
    expect(hubspot.contactByEmail('c@x.com')).toBeDefined()
  })

  test.each(['all-or-nothing', 'partial'] as const)(
    'facts §3.7, switch untracedCreate %s: the good inputs of an untraced batch with a conflict',
    async untracedCreate => {
      const { batch, hubspot } = await open({ switches: { untracedCreate } })
      hubspot.seedContact({ email: 'taken@x.com' })

      const reply = await batch(
        'create',
        ['a@x.com', 'taken@x.com', 'b@x.com'].map(email => ({ properties: { email } })),
      )

      expect(reply.status).toBe(409)
      expect(hubspot.contactCount).toBe(untracedCreate === 'partial' ? 3 : 1)
    },
  )

  test('facts §3.7: one email twice in an untraced batch is 409 for the whole', async () => {
    const { batch, hubspot } = await open()

    const reply = await batch('create', [{ properties: { email: 'a@x.com' } }, { properties: { email: 'A@x.com' } }])

    expect(reply.status).toBe(409)
    expect(hubspot.contactCount).toBe(0)
  })

  test.each(['whole', 'second'] as const)(
    'facts §3.7, switch sameEmailTwice %s: one email twice in a traced batch',
    async sameEmailTwice => {
      const { batch, hubspot } = await open({ switches: { sameEmailTwice } })

      const reply = await batch(
        'create',
        traced([{ properties: { email: 'a@x.com' } }, { properties: { email: 'A@x.com' } }]),
      )

      expect(reply.status).toBe(sameEmailTwice === 'whole' ? 409 : 207)
      expect(hubspot.contactCount).toBe(sameEmailTwice === 'whole' ? 0 : 1)
    },
  )

  test('facts §3.7: contacts without an email never conflict', async () => {
    const { batch } = await open()

    const reply = await batch('create', [{ properties: { city: 'Rome' } }, { properties: { city: 'Rome' } }])

    expect(reply.status).toBe(201)
    expect(reply.body.results).toHaveLength(2)
  })
})

describe('ids that lead nowhere', () => {
  test('facts §3.8: unknown ids of a batch/read make one error that names them all; the others are read', async () => {
    const { batch, hubspot } = await open()
    const { vid } = hubspot.seedContact({ email: 'a@x.com' })
    const archived = hubspot.seedContact({ email: 'b@x.com' }).vid
    hubspot.archiveInUi(archived)

    const reply = await batch('read', [{ id: '17' }, { id: vid }, { id: archived }])

    expect(reply.status).toBe(207)
    expect(reply.body.results.map(result => result.id)).toEqual([vid])
    expect(reply.body.numErrors).toBe(1)
    expect(reply.body.errors[0]).toMatchObject({
      status: 'error',
      category: 'OBJECT_NOT_FOUND',
      message: 'Could not get some CONTACT objects, they may be deleted or not exist. Check that ids are valid.',
      context: { ids: ['17', archived] },
    })
  })

  test('facts §3.8: a traced batch/update reports a deleted id and writes the others', async () => {
    const { batch, hubspot } = await open()
    const { vid } = hubspot.seedContact({ email: 'a@x.com' })

    const reply = await batch(
      'update',
      traced([
        { id: '17', properties: { city: 'Rome' } },
        { id: vid, properties: { city: 'Oslo' } },
      ]),
    )

    expect(reply.status).toBe(207)
    expect(reply.body.errors[0]).toMatchObject({
      category: 'OBJECT_NOT_FOUND',
      context: { ids: ['17'], objectWriteTraceId: ['t0'] },
    })
    expect(hubspot.contact(vid)?.properties.city).toBe('Oslo')
  })

  test.each([404, 400] as const)(
    'facts §3.8, switch untracedUnknownId %s: an untraced batch/update with a deleted id is rejected whole',
    async untracedUnknownId => {
      const { batch, hubspot } = await open({ switches: { untracedUnknownId } })
      const { vid } = hubspot.seedContact({ email: 'a@x.com' })

      const reply = await batch('update', [
        { id: vid, properties: { city: 'Oslo' } },
        { id: '17', properties: { city: 'Rome' } },
      ])

      expect(reply.status).toBe(untracedUnknownId)
      expect(hubspot.contact(vid)?.properties.city).toBeUndefined()
    },
  )

  test.each(['GET', 'PATCH'])('facts §3.8: a single %s of an unknown id is 404 without a category', async method => {
    const { call } = await open()

    const reply = await call(method, `${CONTACTS}/17`, method === 'PATCH' ? { properties: {} } : undefined)

    expect(reply.status).toBe(404)
    expect(reply.body.message).toBe('resource not found')
    expect(reply.body).not.toHaveProperty('category')
  })

  test('facts §3.8: an id that is no number is 404 OBJECT_NOT_FOUND', async () => {
    const { call } = await open()

    const reply = await call('GET', `${CONTACTS}/abc`)

    expect(reply.status).toBe(404)
    expect(reply.body).toMatchObject({
      message: 'Object not found.  objectId are usually numeric.',
      category: 'OBJECT_NOT_FOUND',
    })
  })

  test('facts §3.8: archiving makes a contact invisible, its email reusable, and may be repeated', async () => {
    const { call, hubspot } = await open()
    const { vid } = hubspot.seedContact({ email: 'a@x.com' })

    const once = await call('DELETE', `${CONTACTS}/${vid}`)
    const twice = await call('DELETE', `${CONTACTS}/${vid}`)
    const read = await call('GET', `${CONTACTS}/${vid}`)
    const archived = await call('GET', `${CONTACTS}/${vid}?archived=true`)
    const created = await call('POST', CONTACTS, { properties: { email: 'a@x.com' } })

    expect([once, twice, read, archived, created].map(reply => reply.status)).toEqual([204, 204, 404, 200, 201])
    expect(archived.body.archived).toBe(true)
    expect(created.body.id).not.toBe(vid)
  })

  test.each([204, 404] as const)(
    'facts §3.8, switch archiveUnknown %s: batch/archive of unknown ids',
    async archiveUnknown => {
      const { batch } = await open({ switches: { archiveUnknown } })

      const reply = await batch('archive', [{ id: '17' }])

      expect(reply.status).toBe(archiveUnknown)
    },
  )

  test('facts §3.1: lists are paged by the last id', async () => {
    const { call, hubspot } = await open()
    const vids = Array.from({ length: 5 }, (_, at) => hubspot.seedContact({ email: `u${at}@x.com` }).vid)

    const first = await call('GET', `${CONTACTS}?limit=3`)
    const rest = await call('GET', `${CONTACTS}?limit=3&after=${first.body.paging.next.after}`)

    expect([...first.body.results, ...rest.body.results].map(result => result.id)).toEqual(vids)
    expect(rest.body).not.toHaveProperty('paging')
  })
})
