import { describe, expect, test } from 'vitest'
import { CONTACTS, CONTACTS_2026, open } from './portal.ts'

async function portalWithTypes(options = {}) {
  const portal = await open(options)
  for (const [name, type] of [
    ['age', 'number'],
    ['active', 'bool'],
    ['born', 'date'],
    ['seen', 'datetime'],
  ] as const) {
    portal.hubspot.defineProperty({ name, type })
  }
  portal.hubspot.defineProperty({ name: 'tags', type: 'enumeration', fieldType: 'checkbox', options: ['a', 'b', 'c'] })
  return portal
}

describe('property values', () => {
  test('facts §3.9: a 400 lists all bad properties, in its message and in errors', async () => {
    const { call, hubspot } = await portalWithTypes()

    const { status, body } = await call('POST', CONTACTS, {
      properties: { nope: '1', age: 'old', email: 'not-an-email', city: 'Rome' },
    })

    expect(status).toBe(400)
    expect(body.category).toBe('VALIDATION_ERROR')
    const prefix = 'Property values were not valid: '
    expect(body.message.startsWith(prefix)).toBe(true)
    const listed: { name: string; error: string; isValid: boolean; portalId: number }[] = JSON.parse(
      body.message.slice(prefix.length),
    )
    expect(listed.map(({ name, error }) => [name, error])).toEqual([
      ['nope', 'PROPERTY_DOESNT_EXIST'],
      ['age', 'INVALID_INTEGER'],
      ['email', 'INVALID_EMAIL'],
    ])
    expect(listed.every(({ isValid, portalId }) => !isValid && portalId === hubspot.portalId)).toBe(true)
    expect(body.errors.map(error => [error.code, error.context.propertyName])).toEqual([
      ['PROPERTY_DOESNT_EXIST', ['nope']],
      ['INVALID_INTEGER', ['age']],
      ['INVALID_EMAIL', ['email']],
    ])
  })

  test.each([
    ['nope', 'x', 'PROPERTY_DOESNT_EXIST', 'Property "nope" does not exist'],
    ['email', 'x', 'INVALID_EMAIL', 'Email address x is invalid'],
    ['email', 'a b@x.com', 'INVALID_EMAIL', 'Email address a b@x.com is invalid'],
    [
      'lifecyclestage',
      'king',
      'INVALID_OPTION',
      /^king was not one of the allowed options: \[label: "Subscriber"\nvalue: "subscriber"\n/,
    ],
    ['lifecyclestage', 'Lead', 'INVALID_OPTION', /^Lead was not one/],
    ['tags', 'a;z', 'INVALID_OPTION', /^z was not one/],
    ['active', 'yes', 'INVALID_OPTION', /^yes was not one/],
    ['hs_object_id', '1', 'READ_ONLY_VALUE', /^"hs_object_id" is a read only property; its value cannot be set\.$/],
    ['hs_email_domain', 'x', 'READ_ONLY_VALUE', '"hs_email_domain" is a calculated property; its value cannot be set.'],
    ['createdate', '2020-01-01', 'READ_ONLY_VALUE', /./],
    ['age', '1,000', 'INVALID_INTEGER', '1,000 was not a valid number.'],
    ['age', '1e3', 'INVALID_INTEGER', '1e3 was not a valid number.'],
    ['age', ' 7', 'LEADING_TRAILING_WHITESPACE', /./],
    ['seen', 'soon', 'INVALID_LONG', 'soon was not a valid long.'],
    ['born', '2020-02-30', 'INVALID_LONG', '2020-02-30 was not a valid long.'],
    ['born', '1574769933368', 'INVALID_DATE', /UTC, not midnight!$/],
  ])('facts §3.9: %s = %j is refused as %s', async (name, value, code, message) => {
    const { call, hubspot } = await portalWithTypes()

    const { status, body } = await call('POST', CONTACTS, { properties: { [name]: value } })

    expect(status).toBe(400)
    expect(body.errors[0]?.code).toBe(code)
    if (typeof message === 'string') expect(body.errors[0]?.message).toBe(message)
    else expect(body.errors[0]?.message).toMatch(message)
    expect(hubspot.contactCount).toBe(0)
  })

  test.each([
    ['age', '12.50', '12.50'],
    ['age', -3, '-3'],
    ['active', true, 'true'],
    ['born', '2020-02-29', '2020-02-29'],
    ['born', Date.UTC(2020, 1, 29), '2020-02-29'],
    ['seen', 1574769933368, '2019-11-26T12:05:33.368Z'],
    ['seen', '2020-02-29T03:30:17+01:00', '2020-02-29T02:30:17.000Z'],
    ['tags', 'a;c', 'a;c'],
    ['city', '  Rome ', '  Rome '],
    ['email', 'Alex@X.com', 'alex@x.com'],
  ])('facts §13: %s = %j is kept as %j', async (name, value, kept) => {
    const { call } = await portalWithTypes()

    const created = await call('POST', CONTACTS, { properties: { [name]: value } })
    const read = await call('GET', `${CONTACTS}/${created.body.id}?properties=${name}`)

    expect(created.status).toBe(201)
    expect(read.body.properties[name]).toBe(kept)
  })

  test.each(['rejected', 'normalised'] as const)(
    'facts §13, switch lateDate %s: v3 and a date that is not midnight',
    async lateDate => {
      const { call } = await portalWithTypes({ switches: { lateDate } })

      const reply = await call('POST', CONTACTS, { properties: { born: 1574769933368 } })

      expect(reply.status).toBe(lateDate === 'rejected' ? 400 : 201)
      if (lateDate === 'normalised') expect(reply.body.properties.born).toBe('2019-11-26')
    },
  )

  test('facts §0: 2026-09 takes sloppy dates, normalises them and warns', async () => {
    const { call } = await portalWithTypes()

    const reply = await call('POST', CONTACTS_2026, { properties: { born: '2019-10-14T11:15:53.296Z' } })

    expect(reply.status).toBe(201)
    expect(reply.body.properties.born).toBe('2019-10-14')
    expect(reply.body.warnings?.[0]).toMatchObject({
      category: 'PROPERTY_VALUE_NORMALIZED',
      context: { propertyName: 'born', rawValue: '2019-10-14T11:15:53.296Z', normalizedValue: '2019-10-14' },
    })
  })

  test('facts §13: an empty string clears a value', async () => {
    const { call, hubspot } = await open()
    const { vid } = hubspot.seedContact({ email: 'a@x.com', properties: { city: 'Rome' } })

    await call('PATCH', `${CONTACTS}/${vid}`, { properties: { city: '' } })

    const read = await call('GET', `${CONTACTS}/${vid}?properties=city`)
    expect(read.body.properties.city).toBeNull()
  })

  test.each(['ignored', 'rejected'] as const)('facts §13, switch nullValue %s: a value of null', async nullValue => {
    const { call, hubspot } = await open({ switches: { nullValue } })
    const { vid } = hubspot.seedContact({ email: 'a@x.com', properties: { city: 'Rome' } })

    const reply = await call('PATCH', `${CONTACTS}/${vid}`, { properties: { city: null } })

    expect(reply.status).toBe(nullValue === 'ignored' ? 200 : 400)
    expect(hubspot.contact(vid)?.properties.city).toBe('Rome')
  })

  test('facts §13: a leading ; appends to a checkbox', async () => {
    const { call, hubspot } = await portalWithTypes()
    const { vid } = hubspot.seedContact({ properties: { tags: 'a' } })

    await call('PATCH', `${CONTACTS}/${vid}`, { properties: { tags: ';c;a' } })

    expect(hubspot.contact(vid)?.properties.tags).toBe('a;c')
  })

  test.each(['ignored', 'rejected'] as const)(
    'facts §13, switch lifecycleBack %s: lifecyclestage never moves back unless cleared first',
    async lifecycleBack => {
      const { call, hubspot } = await open({ switches: { lifecycleBack } })
      const { vid } = hubspot.seedContact({ properties: { lifecyclestage: 'customer' } })
      const set = (lifecyclestage: string) => call('PATCH', `${CONTACTS}/${vid}`, { properties: { lifecyclestage } })

      const back = await set('lead')
      const after = hubspot.contact(vid)?.properties.lifecyclestage
      await set('')
      await set('lead')

      expect(back.status).toBe(lifecycleBack === 'ignored' ? 200 : 400)
      expect(after).toBe('customer')
      expect(hubspot.contact(vid)?.properties.lifecyclestage).toBe('lead')
    },
  )

  test.each([true, false])('facts §13, switch trimMilliseconds %s: whole seconds', async trimMilliseconds => {
    const { call, hubspot } = await portalWithTypes({ switches: { trimMilliseconds } })
    const { vid } = hubspot.seedContact({ properties: { seen: '2020-02-29T03:30:17Z' } })

    const read = await call('GET', `${CONTACTS}/${vid}?properties=seen`)

    expect(read.body.properties.seen).toBe(trimMilliseconds ? '2020-02-29T03:30:17Z' : '2020-02-29T03:30:17.000Z')
  })

  test.each([true, false])('facts §3.9, switch emailNeedsTopLevelDomain %s: an address without one', async position => {
    const { call } = await open({ switches: { emailNeedsTopLevelDomain: position } })

    const reply = await call('POST', CONTACTS, { properties: { email: 'a@intranet' } })

    expect(reply.status).toBe(position ? 400 : 201)
  })

  test('facts §3.9: a validation rule of the portal is enforced with its own code', async () => {
    const { call, hubspot } = await open()
    const message = '"nick" may only have letters.'
    hubspot.defineProperty({ name: 'nick', rule: { matches: /^[a-z]+$/, code: 'INVALID_ALPHA', message } })

    const reply = await call('POST', CONTACTS, { properties: { nick: '123' } })

    expect(reply.body.errors[0]).toMatchObject({ code: 'INVALID_ALPHA', message })
  })

  test('facts §0, switch requiredOnCreate: 2026-09 enforces required properties, v3 does not', async () => {
    const { call } = await open({ switches: { requiredOnCreate: ['company'] } })

    const strict = await call('POST', CONTACTS_2026, { properties: { email: 'a@x.com' } })
    const lax = await call('POST', CONTACTS, { properties: { email: 'a@x.com' } })

    expect(strict.status).toBe(400)
    expect(strict.body.errors[0]?.code).toBe('MISSING_REQUIRED_PROPERTY')
    expect(lax.status).toBe(201)
  })

  test('facts §13: unset requested properties are null, unknown ones are left out', async () => {
    const { call, hubspot } = await open()
    const { vid } = hubspot.seedContact({ email: 'a@x.com' })

    const read = await call('GET', `${CONTACTS}/${vid}?properties=email,city&properties=nope`)

    expect(read.body.properties).toMatchObject({ email: 'a@x.com', city: null, hs_object_id: vid })
    expect(read.body.properties).not.toHaveProperty('nope')
    expect(read.body.createdAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
  })

  test('facts §13: any write moves lastmodifieddate', async () => {
    const times = [1_000, 5_000]
    const { call, hubspot } = await open({ clock: { now: () => times[0] ?? 9_000, sleep: async () => undefined } })
    const { vid, updatedAt } = hubspot.seedContact({ email: 'a@x.com' })
    times.shift()

    await call('PATCH', `${CONTACTS}/${vid}`, { properties: { city: 'Rome' } })

    expect([updatedAt, hubspot.contact(vid)?.updatedAt]).toEqual([1_000, 5_000])
  })

  test('a body that is not JSON, or has values that are no text, is 400', async () => {
    const { call } = await open()

    const replies = await Promise.all([
      call('POST', CONTACTS, '{'),
      call('POST', CONTACTS, '[]'),
      call('POST', CONTACTS, { properties: { city: { deep: true } } }),
      call('POST', CONTACTS, { properties: 'none' }),
    ])

    expect(replies.map(reply => reply.status)).toEqual([400, 400, 400, 400])
  })
})
