import { describe, expect, test } from 'vitest'
import { CONTACTS, open, traced } from './portal.ts'

const inputs = (count: number) => Array.from({ length: count }, (_, at) => ({ properties: { email: `u${at}@x.com` } }))

describe('batches', () => {
  test('facts §3.1: 100 inputs are taken, 101 are refused with 400', async () => {
    const { batch, hubspot } = await open()

    const taken = await batch('create', inputs(100))
    const refused = await batch(
      'read',
      Array.from({ length: 101 }, (_, at) => ({ id: String(at + 1) })),
    )

    expect(taken.status).toBe(201)
    expect(hubspot.contactCount).toBe(100)
    expect(refused.status).toBe(400)
    expect(refused.body.category).toBe('VALIDATION_ERROR')
  })

  test.each(['read', 'create', 'update', 'upsert'])(
    'facts §3.5: a batch/%s body without inputs is an empty batch',
    async action => {
      const { call } = await open()

      const reply = await call('POST', `${CONTACTS}/batch/${action}`, {})

      expect([200, 201]).toContain(reply.status)
      expect(reply.body).toMatchObject({ status: 'COMPLETE', results: [] })
    },
  )

  test('facts §3.3: create answers 201, read, update and upsert 200, archive 204', async () => {
    const { batch, hubspot } = await open()
    const { vid } = hubspot.seedContact({ email: 'a@x.com' })

    const create = await batch('create', inputs(1))
    const read = await batch('read', [{ id: vid }])
    const update = await batch('update', [{ id: vid, properties: { city: 'Rome' } }])
    const upsert = await batch('upsert', [{ id: 'new@x.com', idProperty: 'email', properties: {} }])
    const archive = await batch('archive', [{ id: vid }])

    expect([create, read, update, upsert, archive].map(reply => reply.status)).toEqual([201, 200, 200, 200, 204])
    expect(archive.text).toBe('')
  })

  test('facts §3.3: without trace ids one bad input rejects the whole request', async () => {
    const { batch, hubspot } = await open()

    const reply = await batch('create', [
      { properties: { email: 'good@x.com' } },
      { properties: { email: 'bad@x.com', nope: '1' } },
    ])

    expect(reply.status).toBe(400)
    expect(hubspot.contactCount).toBe(0)
    expect(hubspot.contactByEmail('good@x.com')).toBeUndefined()
  })

  test.each(['create', 'update', 'upsert'])(
    'facts §3.3: with unique trace ids batch/%s writes the good inputs and reports the bad ones by trace',
    async action => {
      const { batch, hubspot } = await open()
      const [good, bad] = ['good@x.com', 'bad@x.com'].map(email => hubspot.seedContact({ email }).vid)
      const by = (vid: string | undefined, email: string) =>
        ({
          create: {},
          update: { id: vid },
          upsert: { id: email, idProperty: 'email' },
        })[action]
      const unlessCreate = (email: string) => (action === 'create' ? { email: `new-${email}` } : {})

      const reply = await batch(
        action,
        traced([
          { ...by(good, 'good@x.com'), properties: { city: 'Rome', ...unlessCreate('good@x.com') } },
          { ...by(bad, 'bad@x.com'), properties: { nope: '1', ...unlessCreate('bad@x.com') } },
        ]),
      )

      expect(reply.status).toBe(207)
      expect(reply.body.results.map(result => result.objectWriteTraceId)).toEqual(['t0'])
      expect(reply.body.numErrors).toBe(1)
      expect(reply.body.errors[0]).toMatchObject({
        status: 'error',
        category: 'VALIDATION_ERROR',
        context: { objectWriteTraceId: ['t1'] },
      })
      expect(hubspot.contactByEmail(action === 'create' ? 'new-good@x.com' : 'good@x.com')?.properties.city).toBe(
        'Rome',
      )
    },
  )

  test('facts §3.3: a trace id that is not unique, or missing, makes the batch all-or-nothing', async () => {
    const { batch, hubspot } = await open()
    const bad = { properties: { nope: '1' } }
    const good = { properties: { email: 'a@x.com' } }

    const same = await batch('create', [
      { ...good, objectWriteTraceId: 't' },
      { ...bad, objectWriteTraceId: 't' },
    ])
    const missing = await batch('create', [{ ...good, objectWriteTraceId: 't' }, bad])

    expect([same.status, missing.status]).toEqual([400, 400])
    expect(hubspot.contactCount).toBe(0)
  })

  test('facts §3.3, switch tracesMakePartial off: traced batches are all-or-nothing, too', async () => {
    const { batch, hubspot } = await open({ switches: { tracesMakePartial: false } })

    const reply = await batch('create', traced([{ properties: { email: 'a@x.com' } }, { properties: { nope: '1' } }]))

    expect(reply.status).toBe(400)
    expect(hubspot.contactCount).toBe(0)
  })

  test('facts §3.3: results come in another order than the inputs, with emails lower-cased', async () => {
    const { batch } = await open()

    const reply = await batch(
      'create',
      traced(Array.from({ length: 20 }, (_, at) => ({ properties: { email: `U${at}@X.com` } }))),
    )

    const traces = reply.body.results.map(result => result.objectWriteTraceId)
    expect(traces).not.toEqual(Array.from({ length: 20 }, (_, at) => `t${at}`))
    expect(new Set(traces).size).toBe(20)
    for (const result of reply.body.results) {
      expect(result.properties.email).toBe(`u${result.objectWriteTraceId?.slice(1)}@x.com`)
    }
  })

  test('facts §3.3, switch shuffleResults off: results come in the order of the inputs', async () => {
    const { batch } = await open({ switches: { shuffleResults: false } })

    const reply = await batch('create', traced(inputs(20)))

    expect(reply.body.results.map(result => result.objectWriteTraceId)).toEqual(inputs(20).map((_, at) => `t${at}`))
  })

  test.each([true, false])(
    'facts §3.2, switch echoTraces %s: whether results carry their trace id',
    async echoTraces => {
      const { batch } = await open({ switches: { echoTraces } })

      const reply = await batch('create', traced(inputs(1)))

      expect(reply.body.results[0]?.objectWriteTraceId).toBe(echoTraces ? 't0' : undefined)
    },
  )

  test('facts §3.4: two inputs with one id fail the whole request, even with trace ids', async () => {
    const { batch, hubspot } = await open()
    const { vid } = hubspot.seedContact({ email: 'a@x.com' })
    const twice = traced([
      { id: vid, properties: { city: 'Rome' } },
      { id: vid, properties: { city: 'Oslo' } },
    ])

    const update = await batch('update', twice)
    const upsert = await batch(
      'upsert',
      twice.map(input => ({ ...input, id: 'a@x.com', idProperty: 'email' })),
    )

    expect(update.status).toBe(400)
    expect(update.body).toMatchObject({
      message: 'Duplicate IDs found in batch input:. IDs must be unique',
      category: 'VALIDATION_ERROR',
      context: { ids: [vid] },
    })
    expect(upsert.status).toBe(400)
    expect(hubspot.contact(vid)?.properties.city).toBeUndefined()
  })

  test.each(['rejected', 'applied'] as const)(
    'facts §3.4, switch twoIdsOneRecord %s: two ids that lead to one record',
    async twoIdsOneRecord => {
      const { batch, hubspot } = await open({ switches: { twoIdsOneRecord } })
      hubspot.seedContact({ email: 'a@x.com', secondaryEmails: ['b@x.com'] })

      const reply = await batch(
        'upsert',
        traced([
          { id: 'a@x.com', idProperty: 'email', properties: { city: 'Rome' } },
          { id: 'b@x.com', idProperty: 'email', properties: { state: 'Lazio' } },
        ]),
      )

      expect(reply.status).toBe(twoIdsOneRecord === 'rejected' ? 400 : 200)
      expect(hubspot.contactByEmail('a@x.com')?.properties.state).toBe(
        twoIdsOneRecord === 'rejected' ? undefined : 'Lazio',
      )
    },
  )

  test.each(['rejected', 'once'] as const)(
    'facts §3.4, switch duplicateReadIds %s: an id twice in a read',
    async position => {
      const { batch, hubspot } = await open({ switches: { duplicateReadIds: position } })
      const { vid } = hubspot.seedContact({ email: 'a@x.com' })

      const reply = await batch('read', [{ id: vid }, { id: vid }])

      expect(reply.status).toBe(position === 'rejected' ? 400 : 200)
      if (position === 'once') expect(reply.body.results).toHaveLength(1)
    },
  )

  test.each(['once', 'twice'] as const)(
    'switch readSameRecord %s: two ids of a read that lead to one record',
    async position => {
      const { batch, hubspot } = await open({ switches: { readSameRecord: position } })
      hubspot.seedContact({ email: 'a@x.com', secondaryEmails: ['b@x.com'] })

      const reply = await batch('read', [{ id: 'a@x.com' }, { id: 'b@x.com' }], { idProperty: 'email' })

      expect(reply.body.results).toHaveLength(position === 'once' ? 1 : 2)
    },
  )

  test('facts §3.2: idProperty stands beside each input of a write, and beside the inputs of a read', async () => {
    const { batch, hubspot } = await open()
    const { vid } = hubspot.seedContact({ email: 'a@x.com', properties: { user_id: 'u1' } })

    const update = await batch('update', [{ id: 'u1', idProperty: 'user_id', properties: { city: 'Rome' } }])
    const read = await batch('read', [{ id: 'u1' }], { idProperty: 'user_id', properties: ['city'] })

    expect(update.body.results.map(result => result.id)).toEqual([vid])
    expect(read.body.results[0]?.properties.city).toBe('Rome')
  })
})
